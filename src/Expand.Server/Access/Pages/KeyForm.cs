namespace Expand.Server.Access.Pages;

/// <summary>What the dialogs of the page Claves hold while an administrator fills them in. Public because components are.</summary>
public sealed class KeyForm
{
    /// <summary>The system that uses the key.</summary>
    public string Description { get; set; } = "";

    /// <summary>Whether only the operations in <see cref="Operations"/> are allowed.</summary>
    public bool SomeOperations { get; set; }

    /// <summary>The operations that are ticked.</summary>
    public HashSet<string> Operations { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Where it may come from and how often.</summary>
    public CallerLimits Limits { get; private init; } = new();

    internal static KeyForm Of(KeyRow key)
    {
        var form = new KeyForm
        {
            Description = key.Description,
            SomeOperations = key.Operations.Length > 0,
            Limits = CallerLimits.Of(key.Addresses, key.RatePerSecond),
        };
        form.Operations.UnionWith(key.Operations);
        return form;
    }

    /// <summary>In the order of the contract, whatever the order of the ticks.</summary>
    internal KeyLimits KeyLimits(IEnumerable<string> inOrder) =>
        new(SomeOperations ? [.. inOrder.Where(Operations.Contains)] : [], Limits.List, Limits.Rate);
}
