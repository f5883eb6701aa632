using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using StandardWebhooks;

namespace Expand.Server.Webhooks;

/// <summary>What messages are signed with, as Standard Webhooks say; kept encrypted with the installation's own keys, which all its hosts have.</summary>
internal sealed class SigningSecrets(IDataProtectionProvider protection, ILogger<SigningSecrets> log)
{
    /// <summary>How long the secret before a new one signs as well.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromHours(24);

    private const string Prefix = "whsec_";
    private const int Length = 32;

    private readonly IDataProtector protector = protection.CreateProtector("webhooks");

    /// <summary>A new secret, as receivers' libraries take it.</summary>
    public static string New() => Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(Length));

    public string Protect(string secret) => protector.Protect(secret);

    /// <summary>The secret; null where it cannot be read, because a restored database came without its keys.</summary>
    public string? Unprotect(string text)
    {
        try
        {
            return protector.Unprotect(text);
        }
        catch (CryptographicException)
        {
            log.SecretUnreadable();
            return null;
        }
    }

    /// <summary>The header <c>webhook-signature</c>: a signature for each secret in force.</summary>
    public static string Sign(IEnumerable<string> secrets, string id, DateTimeOffset at, string body) =>
        string.Join(' ', secrets.Select(secret => new StandardWebhook(Convert.FromBase64String(secret[Prefix.Length..])).Sign(id, at, body)));
}
