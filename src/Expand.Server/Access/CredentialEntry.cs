using System.Globalization;
using System.Net;
using System.Security.Claims;
using System.Security.Cryptography;
using Expand.Server.Platform.Rest;

namespace Expand.Server.Access;

/// <summary>A credential in force. It remembers the password that it accepted last: only the first request after a change hashes one.</summary>
/// <param name="id">The credential's id.</param>
/// <param name="username">Its name as it was made.</param>
/// <param name="hash">SHA-256 of its password.</param>
/// <param name="scopes">What it may do.</param>
/// <param name="addresses">Where it may come from; empty: anywhere.</param>
/// <param name="usage">Its counter.</param>
/// <param name="rate">Calls per second, or null.</param>
/// <param name="before">The same credential as it was read the last time: what did not change is kept.</param>
internal sealed class CredentialEntry(
    int id, string username, byte[] hash, string[] scopes, string[] addresses, CallerUsage usage, int? rate, CredentialEntry? before)
{
    private readonly AllowedAddresses origins = new(addresses);
    private readonly ClaimsIdentity identity = new(
        [
            new Claim(ClaimTypes.Name, username),
            new Claim(RestScheme.CredentialClaim, id.ToString(CultureInfo.InvariantCulture)),
            .. scopes.Select(s => new Claim(RestScheme.ScopeClaim, s)),
        ], RestScheme.Name);

    private readonly byte[] passwordHash = hash;
    private volatile byte[]? accepted = before is not null && hash.AsSpan().SequenceEqual(before.passwordHash) ? before.accepted : null;

    /// <summary>Stands for every name that nobody has: a password shown for one is checked as any other is, and is never right.</summary>
    public static CredentialEntry Nobody { get; } = new(0, "", RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes), [], [], new CallerUsage(), null, null)
    {
        accepted = RandomNumberGenerator.GetBytes(32),
    };

    public int Id => id;

    public string Username => username;

    /// <summary>Null for no limit.</summary>
    public CallRate? Rate { get; } = CallRate.Kept(before?.Rate, rate);

    /// <summary>Who calls, for a request of its own.</summary>
    public ClaimsPrincipal Principal => new(identity);

    /// <summary>Whether its password is remembered, so that the next right one is not hashed.</summary>
    public bool Remembers => accepted is not null;

    /// <summary>Whether the password, in UTF-8, is this credential's. How long it takes does not depend on what is in it.</summary>
    public bool Accepts(ReadOnlySpan<byte> password)
    {
        if (accepted is { } last && CryptographicOperations.FixedTimeEquals(last, password)) return true;
        Span<byte> shown = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(password, shown);
        if (!CryptographicOperations.FixedTimeEquals(shown, passwordHash)) return false;
        accepted = password.ToArray();
        return true;
    }

    public bool Allows(IPAddress? address) => origins.Contains(address);

    public bool Has(string scope) => scopes.Contains(scope);

    /// <summary>See <see cref="CallRate.TakeTurnAsync"/>; true at once where there is no limit.</summary>
    public ValueTask<bool> TakeTurnAsync(CancellationToken ct) => Rate?.TakeTurnAsync(ct) ?? ValueTask.FromResult(true);

    public void Used(DateTimeOffset at, string? address) => usage.Count(at, address);
}
