using System.Collections.Concurrent;
using Expand.Server.Platform;
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
}

/// <summary>
/// Signing in to the web UI with a password. A name that nobody has is treated as one that somebody has, in answer and in time, so that
/// names cannot be found out here.
/// </summary>
internal sealed class SignIn(
    SignInManager<User> signIns, UserManager<User> users, UnknownNames unknownNames, RefusalAudit refusals,
    IDbContextFactory<ExpandDb> databases, TimeProvider clock)
{
    private const int LongestName = 256;
    private const int LongestPassword = 1000;
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

        var result = await signIns.PasswordSignInAsync(user, password, isPersistent: false, lockoutOnFailure: true);
        if (result.IsLockedOut) return Told(SignInOutcome.LockedOut, name, address);
        if (!result.Succeeded) return Told(SignInOutcome.Refused, name, address);

        await using var db = await databases.CreateDbContextAsync(ct);
        db.Add(AuditEntry.Of(clock.GetUtcNow(), new Actor(user.UserName!, address), "signin.accepted", user.UserName!));
        await db.SaveChangesAsync(ct);
        return SignInOutcome.Accepted;
    }

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
