using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Expand.Server.Platform;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;

namespace Expand.Server.Access;

/// <summary>Identity's store, but that recovery codes are kept as hashes: who reads the database cannot sign in with them.</summary>
internal sealed class UserStore(ExpandDb db) : UserOnlyStore<User, ExpandDb, int>(db)
{
    /// <summary>The name that Identity keeps them under.</summary>
    public const string Codes = "RecoveryCodes";

    public override Task ReplaceCodesAsync(User user, IEnumerable<string> recoveryCodes, CancellationToken cancellationToken) =>
        SetTokenAsync(user, SecondFactor.Store, Codes, string.Join(';', recoveryCodes.Select(code => HashOf(user, code))), cancellationToken);

    public override async Task<bool> RedeemCodeAsync(User user, string code, CancellationToken cancellationToken)
    {
        var left = (await GetTokenAsync(user, SecondFactor.Store, Codes, cancellationToken) ?? "").Split(';').ToList();
        if (!left.Remove(HashOf(user, code))) return false;
        await SetTokenAsync(user, SecondFactor.Store, Codes, string.Join(';', left), cancellationToken);
        return true;
    }

    /// <summary>What separates the two halves of a code, and its case, are forgiven. Slow, as for a password: a code is shorter than a key.</summary>
    private static string HashOf(User user, string code)
    {
        var plain = string.Concat(code.Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant();
        var salt = Encoding.UTF8.GetBytes("recovery code of user " + user.Id.ToString(CultureInfo.InvariantCulture));
        return Convert.ToBase64String(Rfc2898DeriveBytes.Pbkdf2(plain, salt, 100_000, HashAlgorithmName.SHA256, 32));
    }
}
