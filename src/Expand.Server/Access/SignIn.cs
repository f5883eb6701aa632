using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Claims;
using Expand.Server.Platform;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Access;

/// <summary>What a visitor is told of an attempt to sign in; never which part was wrong.</summary>
internal enum SignInOutcome
{
    Accepted,
    Refused,

    /// <summary>Too many failures: even the right password is not taken for a while.</summary>
    LockedOut,

    /// <summary>The password is right, and the user has a second factor: <see cref="SignIn.ConfirmAsync"/> goes on.</summary>
    CodeNeeded,

    /// <summary>Too long ago, or the password was changed since it was shown: the beginning again.</summary>
    Expired,
}

/// <summary>
/// Signing in to the web UI with a password, and a code where the user has a second factor. A name that nobody has is treated as one that somebody
/// has, in answer and in time, so that names cannot be found out here.
/// </summary>
internal sealed class SignIn(
    SignInManager<User> signIns, UserManager<User> users, Attempts attempts, UnknownNames unknownNames, RefusalAudit refusals,
    IDbContextFactory<ExpandDb> databases, TimeProvider clock)
{
    private const int LongestName = 256;
    private const int LongestPassword = 1000;
    private const string AcceptedAction = "signin.accepted";
    private const string Stamp = "stamp";
    private static readonly Lazy<string> SomeHash = new(() => new PasswordHasher<User>().HashPassword(null!, Guid.NewGuid().ToString()));

    /// <summary>Sets the session's cookie where it is accepted: call it before the answer has begun.</summary>
    public async Task<SignInOutcome> EnterAsync(string name, string password, string? address, CancellationToken ct)
    {
        name = name.Trim();
        if (name.Length is 0 or > LongestName || password.Length is 0 or > LongestPassword || name.Any(char.IsControl))
            return Told(SignInOutcome.Refused, name, address);

        var user = await users.FindByNameAsync(name);
        if (user is null)
        {
            if (unknownNames.IsLockedOut(name)) return Told(SignInOutcome.LockedOut, name, address);
            users.PasswordHasher.VerifyHashedPassword(null!, SomeHash.Value, password);
            return Told(unknownNames.Failed(name) ? SignInOutcome.LockedOut : SignInOutcome.Refused, name, address);
        }

        // Where there is a second factor the right password does not end the count of failures: wrong codes go on with it.
        var result = await signIns.CheckPasswordSignInAsync(user, password, lockoutOnFailure: true);
        if (result.IsLockedOut) return Told(SignInOutcome.LockedOut, name, address);
        if (!result.Succeeded) return Told(SignInOutcome.Refused, name, address);
        if (user.TwoFactorEnabled)
        {
            await RememberAsync(user);
            return SignInOutcome.CodeNeeded;
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        db.Add(Accepted(user, address, "password"));
        await db.SaveChangesAsync(ct);
        await signIns.SignInWithClaimsAsync(user, isPersistent: false, [Method("pwd")]);
        return SignInOutcome.Accepted;
    }

    /// <summary>Whether somebody has shown the password and a code is waited for.</summary>
    public async Task<bool> IsCodeNeededAsync() => await RememberedAsync() is not null;

    /// <summary>The code after the password. Sets the session's cookie where it is accepted: call it before the answer has begun.</summary>
    /// <param name="code">Of the authenticator app, or a recovery code.</param>
    /// <param name="isRecovery">Which of the two.</param>
    /// <param name="address">Where the visitor is.</param>
    /// <param name="ct">Ends it.</param>
    public async Task<SignInOutcome> ConfirmAsync(string code, bool isRecovery, string? address, CancellationToken ct)
    {
        if (await RememberedAsync() is not { } user) return SignInOutcome.Expired;
        var outcome = await attempts.TryAsync(user.Id, (known, db, held) => IsRightAsync(known, db, held, code, isRecovery, address), ct);
        if (outcome != ProofOutcome.Right)
            return Told(outcome == ProofOutcome.LockedOut ? SignInOutcome.LockedOut : SignInOutcome.Refused, user.UserName!, address);
        await signIns.Context.SignOutAsync(IdentityConstants.TwoFactorUserIdScheme);
        await signIns.SignInWithClaimsAsync(user, isPersistent: false, [Method("mfa")]);
        return SignInOutcome.Accepted;
    }

    private async Task<bool> IsRightAsync(UserManager<User> known, ExpandDb db, User user, string code, bool isRecovery, string? address)
    {
        if (code.Length > LongestPassword) return false;
        if (!isRecovery)
        {
            if (!await known.VerifyTwoFactorTokenAsync(user, TokenOptions.DefaultAuthenticatorProvider, code)) return false;
            db.Add(Accepted(user, address, "password and authenticator code"));
            return true;
        }

        if (!(await known.RedeemTwoFactorRecoveryCodeAsync(user, code)).Succeeded) return false;
        db.Add(AuditEntry.Of(clock.GetUtcNow(), new Actor(user.UserName!, address), "second-factor.recovery-code-used",
            $"user {user.Id} ({user.UserName})", $"left: {await known.CountRecoveryCodesAsync(user)}"));
        db.Add(Accepted(user, address, "password and recovery code"));
        return true;
    }

    /// <summary>For a few minutes, in a cookie that is good for nothing else.</summary>
    private Task RememberAsync(User user) => signIns.Context.SignInAsync(IdentityConstants.TwoFactorUserIdScheme, new ClaimsPrincipal(new ClaimsIdentity(
        [
            new Claim(ClaimTypes.NameIdentifier, user.Id.ToString(CultureInfo.InvariantCulture)),
            new Claim(Stamp, user.SecurityStamp ?? ""),
        ], IdentityConstants.TwoFactorUserIdScheme)));

    private async Task<User?> RememberedAsync()
    {
        var shown = (await signIns.Context.AuthenticateAsync(IdentityConstants.TwoFactorUserIdScheme)).Principal;
        if (shown?.FindFirstValue(ClaimTypes.NameIdentifier) is not { } id) return null;
        var user = await users.FindByIdAsync(id);
        return user is { TwoFactorEnabled: true } && user.SecurityStamp == shown.FindFirstValue(Stamp) ? user : null;
    }

    private static Claim Method(string method) => new("amr", method);

    private AuditEntry Accepted(User user, string? address, string method) =>
        AuditEntry.Of(clock.GetUtcNow(), new Actor(user.UserName!, address), AcceptedAction, user.UserName!, method);

    private SignInOutcome Told(SignInOutcome outcome, string name, string? address)
    {
        var shown = new string([.. name.Take(60).Select(c => char.IsControl(c) ? '?' : c)]);
        refusals.Refused(outcome == SignInOutcome.LockedOut ? "signin.locked" : "signin.refused", shown.Length == 0 ? "-" : shown, address);
        return outcome;
    }
}

/// <summary>Counts failures of names that nobody has, by the rules that hold for users (see <see cref="AccessModule"/>).</summary>
internal sealed class UnknownNames(TimeProvider clock)
{
    private const int Bound = 10_000;
    private readonly ConcurrentDictionary<string, (int Failures, DateTimeOffset Until)> names = new(StringComparer.OrdinalIgnoreCase);

    public bool IsLockedOut(string name) => names.TryGetValue(name, out var seen) && seen.Until > clock.GetUtcNow();

    /// <summary>True where this failure locks the name.</summary>
    public bool Failed(string name)
    {
        // Somebody who tries so many names learns nothing more from starting over.
        if (names.Count >= Bound) names.Clear();
        var until = clock.GetUtcNow() + AccessModule.LockoutTime;
        var seen = names.AddOrUpdate(name, _ => Next(0, until), (_, old) => Next(old.Until == default ? old.Failures : 0, until));
        return seen.Until != default;
    }

    private static (int, DateTimeOffset) Next(int failures, DateTimeOffset until) =>
        failures + 1 >= AccessModule.FailuresAllowed ? (0, until) : (failures + 1, default);
}
