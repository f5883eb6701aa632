using Expand.Server.Platform;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Access;

/// <summary>How an attempt to show who one is ended.</summary>
internal enum ProofOutcome
{
    Right,
    Wrong,

    /// <summary>Too many failures: even what is right is not taken for a while.</summary>
    LockedOut,
}

/// <summary>
/// Attempts of a user who is known already: a code after the password, or the own password once more. The user's row is held meanwhile, so one
/// at a time is looked at, whatever host it came to; those beside it are refused without a look. Else a thousand codes sent at once would count as
/// one failure, and one of them might be right.
/// </summary>
internal sealed class Attempts(IServiceScopeFactory scopes)
{
    /// <summary>Wrong ones count towards the lockout, right ones end the count.</summary>
    /// <param name="userId">Whose attempt it is.</param>
    /// <param name="isRight">Looks at it; what it writes stays where it is right.</param>
    /// <param name="ct">Ends it.</param>
    public async Task<ProofOutcome> TryAsync(int userId, Func<UserManager<User>, ExpandDb, User, Task<bool>> isRight, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var (db, users) = (scope.ServiceProvider.GetRequiredService<ExpandDb>(), scope.ServiceProvider.GetRequiredService<UserManager<User>>());
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var user = await db.Set<User>()
            .FromSql($"select * from users where id = {userId} for no key update skip locked").AsTracking().SingleOrDefaultAsync(ct);
        if (user is null) return ProofOutcome.Wrong;
        if (await users.IsLockedOutAsync(user)) return ProofOutcome.LockedOut;

        var right = await isRight(users, db, user);
        var counted = right ? await users.ResetAccessFailedCountAsync(user) : await users.AccessFailedAsync(user);
        // What was written besides would stay unwritten; nothing of it is said to be done.
        if (!counted.Succeeded) return ProofOutcome.Wrong;
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return right ? ProofOutcome.Right : await users.IsLockedOutAsync(user) ? ProofOutcome.LockedOut : ProofOutcome.Wrong;
    }
}
