namespace Expand.Server.Access.Pages;

/// <summary>What the dialog of the page Credenciales API holds while an administrator fills it in. Public because components are.</summary>
public sealed class CredentialInput
{
    /// <summary>Whom the application says it is.</summary>
    public string Username { get; set; } = "";

    /// <summary>The system that uses it.</summary>
    public string Description { get; set; } = "";

    /// <summary>The scopes that are ticked.</summary>
    public HashSet<string> Scopes { get; } = new(StringComparer.Ordinal);

    /// <summary>Where it may come from and how often.</summary>
    public CallerLimits Limits { get; private init; } = new();

    internal static CredentialInput Of(CredentialRow row)
    {
        var input = new CredentialInput
        {
            Username = row.Username,
            Description = row.Description,
            Limits = CallerLimits.Of(row.Addresses, row.RatePerSecond),
        };
        input.Scopes.UnionWith(row.Scopes);
        return input;
    }

    internal CredentialForm Form => new(Description, [.. Scopes], Limits.List, Limits.Rate);
}
