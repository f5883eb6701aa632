namespace Expand.Server.Access.Pages;

/// <summary>What the dialogs of the page Claves hold while an administrator fills them in. Public because components are.</summary>
public sealed class KeyForm
{
    private static readonly char[] Separators = ['\n', '\r', ' ', ',', ';', '\t'];

    /// <summary>The system that uses the key.</summary>
    public string Description { get; set; } = "";

    /// <summary>Whether only the operations in <see cref="Operations"/> are allowed.</summary>
    public bool SomeOperations { get; set; }

    /// <summary>The operations that are ticked.</summary>
    public HashSet<string> Operations { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Addresses and networks, one a line.</summary>
    public string Addresses { get; set; } = "";

    /// <summary>Calls per second; null: no limit.</summary>
    public int? Rate { get; set; }

    internal static KeyForm Of(KeyRow key)
    {
        var form = new KeyForm
        {
            Description = key.Description,
            SomeOperations = key.Operations.Length > 0,
            Addresses = string.Join('\n', key.Addresses),
            Rate = key.RatePerSecond,
        };
        form.Operations.UnionWith(key.Operations);
        return form;
    }

    /// <summary>In the order of the contract, whatever the order of the ticks.</summary>
    internal KeyLimits Limits(IEnumerable<string> inOrder) =>
        new(SomeOperations ? [.. inOrder.Where(Operations.Contains)] : [], AddressList, Rate);

    /// <summary>The first entry that is neither an address nor a network: the one that the use case refuses.</summary>
    internal string? WrongAddress => AddressList.FirstOrDefault(a => !AllowedAddresses.TryParse(a, out _));

    private string[] AddressList => Addresses.Split(Separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
