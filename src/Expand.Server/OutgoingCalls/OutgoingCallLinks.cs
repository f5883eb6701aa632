using Expand.Server.Platform;

namespace Expand.Server.OutgoingCalls;

/// <summary>A call's links by name: shown beside the contact, so that an agent opens the customer in the CRM.</summary>
internal static class OutgoingCallLinks
{
    /// <summary>Links of a call at most.</summary>
    public const int Most = 20;

    private const int NameLength = 100;
    private const int AddressLength = 2000;

    /// <summary>The links as they are stored, or the rule that one of them breaks.</summary>
    public static (string Json, string? Rule) Write(IEnumerable<KeyValuePair<string, string?>> links)
    {
        var written = new OrderedDictionary<string, string>();
        foreach (var (name, address) in links)
        {
            if (written.Count == Most) return ("", $"takes {Most} links at most");
            if (string.IsNullOrWhiteSpace(name) || name.Length > NameLength || !PlainText.Holds(name))
                return ("", $"takes names of 1 to {NameLength} characters, none of them a control character");
            if (!IsAddress(address)) return ("", $"takes addresses that begin with http:// or https://, of {AddressLength} characters at most");
            if (!written.TryAdd(name, address!)) return ("", "takes each name once");
        }

        return (StoredJson.Write(written), null);
    }

    /// <summary>The links of a call, in their order.</summary>
    public static IReadOnlyDictionary<string, string> Read(string json) =>
        StoredJson.Read<OrderedDictionary<string, string>>(json);

    /// <summary>An agent clicks on it: anything but an address of the web, such as a script, would run in the agent's page.</summary>
    private static bool IsAddress(string? address) =>
        address is { Length: > 0 and <= AddressLength }
        && !address.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)) && PlainText.Holds(address)
        && Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Host.Length > 0;
}
