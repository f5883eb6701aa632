namespace Expand.Server.Platform.Rest;

/// <summary>How a client of the REST API is known (contract, rest.md: HTTP Basic authentication on every route).</summary>
internal static class RestScheme
{
    /// <summary>The authentication scheme; Access registers its handler.</summary>
    public const string Name = "Basic";

    /// <summary>Claim type of a scope that the credential may use.</summary>
    public const string ScopeClaim = "scope";

    /// <summary>Claim type of the credential's id.</summary>
    public const string CredentialClaim = "credential";
}
