using System.Net;
using Expand.Server.Platform;

namespace Expand.Server.Access;

/// <summary>What an administrator may narrow a key to.</summary>
/// <param name="Operations">SOAP operations; empty: all.</param>
/// <param name="Addresses">Addresses or networks such as <c>10.1.0.0/16</c>; empty: any.</param>
/// <param name="RatePerSecond">Calls per second and host; null: no limit.</param>
internal sealed record KeyLimits(IReadOnlyList<string> Operations, IReadOnlyList<string> Addresses, int? RatePerSecond)
{
    public static readonly KeyLimits None = new([], [], null);

    /// <summary>The refusal that names the field and the rule, or null where all is right.</summary>
    public Failure? Validate(IReadOnlySet<string> knownOperations)
    {
        if (Operations.FirstOrDefault(o => !knownOperations.Contains(o)) is { } unknown)
            return Failure.Invalid("operations", $"'{unknown}' is not an operation of the SOAP service");
        if (Addresses.FirstOrDefault(a => !TryParseNetwork(a, out _)) is { } wrong)
            return Failure.Invalid("addresses", $"'{wrong}' is not an IP address or a network such as 10.1.0.0/16");
        return RatePerSecond is < 1 or > 10_000 ? Failure.Invalid("rate", "the rate must be from 1 to 10000 calls per second") : null;
    }

    /// <summary>Reads <c>10.1.2.3</c>, <c>10.1.0.0/16</c>, <c>2001:db8::/32</c>.</summary>
    public static bool TryParseNetwork(string text, out IPNetwork network)
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
