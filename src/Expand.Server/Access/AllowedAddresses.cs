using System.Net;
using Expand.Server.Platform;

namespace Expand.Server.Access;

/// <summary>Where a caller may come from: addresses or networks such as <c>10.1.0.0/16</c>; none: anywhere.</summary>
internal sealed class AllowedAddresses(IEnumerable<string> addresses)
{
    private readonly IPNetwork[] networks = [.. addresses.Select(a => TryParse(a, out var network) ? network : default)];

    public bool Contains(IPAddress? address) =>
        networks.Length == 0 || (address is not null && networks.Any(n => n.Contains(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address)));

    /// <summary>The refusal that names what is no address, or null.</summary>
    public static Failure? Validate(IReadOnlyList<string> addresses) =>
        addresses.FirstOrDefault(a => !TryParse(a, out _)) is { } wrong
            ? Failure.Invalid("addresses", $"'{wrong}' is not an IP address or a network such as 10.1.0.0/16")
            : null;

    /// <summary>Reads <c>10.1.2.3</c>, <c>10.1.0.0/16</c>, <c>2001:db8::/32</c>.</summary>
    public static bool TryParse(string text, out IPNetwork network)
    {
        text = text.Trim();
        if (IPNetwork.TryParse(text, out network)) return true;
        // "10.1" would be read as 10.0.0.1: an IPv4 address has its four numbers here.
        if (!IPAddress.TryParse(text, out var address) || (!text.Contains(':', StringComparison.Ordinal) && text.Count(c => c == '.') != 3)) return false;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        network = new IPNetwork(address, address.GetAddressBytes().Length * 8);
        return true;
    }
}
