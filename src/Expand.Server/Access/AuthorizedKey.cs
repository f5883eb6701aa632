using System.Security.Cryptography;
using System.Text;

namespace Expand.Server.Access;

/// <summary>
/// An <c>authorizedKey</c>: what a SOAP application shows with every call (contract, product.md "People and credentials").
/// 32 hex digits, shown once; kept as a hash with its first six digits for recognition.
/// </summary>
internal sealed class AuthorizedKey
{
    /// <summary>Digits kept for recognition.</summary>
    public const int PrefixLength = 6;

    public int Id { get; init; }

    /// <summary>The system that uses it, in the administrator's words.</summary>
    public required string Description { get; set; }

    /// <summary>SHA-256 of the key. A key holds 128 random bits, so a slow hash would add nothing but time on every call.</summary>
    public required byte[] Hash { get; init; }

    public required string Prefix { get; init; }

    /// <summary>Operations that it may call; empty: all.</summary>
    public string[] Operations { get; set; } = [];

    /// <summary>Source addresses or networks (CIDR) that it may come from; empty: any.</summary>
    public string[] Addresses { get; set; } = [];

    /// <summary>Calls per second on each host, or null for no limit. What is over it waits; what waits too long is refused.</summary>
    public int? RatePerSecond { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    public required string CreatedBy { get; init; }

    public DateTimeOffset? RevokedAt { get; set; }

    public DateTimeOffset? LastUsedAt { get; set; }

    public string? LastAddress { get; set; }

    /// <summary>Calls made with it since it was made; written every few seconds.</summary>
    public long Calls { get; set; }

    /// <summary>A new random key: 32 lower-case hex digits.</summary>
    public static string NewSecret() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>The hash that is stored. Clients pad keys with blanks and change their case; both are forgiven.</summary>
    public static byte[] HashOf(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(Normal(secret)));

    /// <summary>The digits for recognition, safe to show and to log.</summary>
    public static string PrefixOf(string secret)
    {
        var normal = Normal(secret);
        return new string([.. normal.Take(PrefixLength).Select(c => char.IsAsciiLetterOrDigit(c) ? c : '?')]);
    }

    private static string Normal(string secret) => secret.Trim().ToLowerInvariant();
}
