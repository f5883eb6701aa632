namespace Expand.Server.Access.Pages;

/// <summary>Where a key or a credential may come from and how often, while an administrator fills it in. Public because components are.</summary>
public sealed class CallerLimits
{
    private static readonly char[] Separators = ['\n', '\r', ' ', ',', ';', '\t'];

    /// <summary>Addresses and networks, one a line.</summary>
    public string Addresses { get; set; } = "";

    /// <summary>Calls per second; null: no limit.</summary>
    public int? Rate { get; set; }

    internal string[] List => Addresses.Split(Separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>The first entry that is neither an address nor a network: the one that the use case refuses.</summary>
    internal string? Wrong => List.FirstOrDefault(a => !AllowedAddresses.TryParse(a, out _));

    internal static CallerLimits Of(string[] addresses, int? rate) => new() { Addresses = string.Join('\n', addresses), Rate = rate };
}
