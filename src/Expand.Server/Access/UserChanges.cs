using Expand.Server.Platform;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Access;

/// <summary>
/// How a user is changed, by an administrator or by the user: one transaction with its audit line. Changes take turns, so that a rule about all
/// users (a number is one agent's, an administrator is left) holds whoever changes what at once.
/// </summary>
internal sealed class UserChanges(IServiceScopeFactory scopes, UserDirectory directory, TimeProvider clock, ILogger<UserChanges> log)
{
    /// <summary>What the audit calls a user's end.</summary>
    public const string Deleted = "user.deleted";

    /// <param name="actor">Who changes.</param>
    /// <param name="action">What, as the audit calls it.</param>
    /// <param name="change">Makes the change, or says why not; then nothing of it stays.</param>
    /// <param name="ct">Ends it.</param>
    public async Task<Failure?> RunAsync(
        Actor actor, string action, Func<UserManager<User>, ExpandDb, Task<(Failure? Failure, User? User)>> change, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ExpandDb>();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        // First of all: it makes changes of users take turns.
        await SharedCopy.RaiseAsync(db, UserDirectory.Counter, ct);
        var (failure, user) = await change(scope.ServiceProvider.GetRequiredService<UserManager<User>>(), db);
        if (failure is not null) return failure;
        await KeepNumbersAsync(db, user!, action == Deleted ? null : user!.AgentNumber, ct);
        db.Add(AuditEntry.Of(clock.GetUtcNow(), actor, action, $"user {user!.Id} ({user.UserName})", action == Deleted
            ? user.FullName
            : $"{user.FullName}; profile: {user.Profile}; supervisor: {(user.IsSupervisor ? "yes" : "no")}; agent: {user.AgentNumber ?? "-"}"));
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        log.UserChanged(action, user.Id, user.UserName!, actor.Name);
        await directory.RefreshAsync(ct);
        return null;
    }

    /// <summary>The same for one user who must exist.</summary>
    public Task<Failure?> RunAsync(Actor actor, string action, int id, Func<UserManager<User>, ExpandDb, User, Task<Failure?>> change, CancellationToken ct) =>
        RunAsync(actor, action, async (users, db) => await db.Set<User>().SingleOrDefaultAsync(u => u.Id == id, ct) is { } user
            ? (await change(users, db, user), user)
            : (Failure.NotFound($"user {id}"), null), ct);

    /// <summary>Another password in the place of the one that there is, or none. What is signed in with the old one ends.</summary>
    public static async Task<Failure?> ReplacePasswordAsync(UserManager<User> users, User user, string? password)
    {
        var removed = await users.RemovePasswordAsync(user);
        return Told(removed.Succeeded && password is not null ? await users.AddPasswordAsync(user, password) : removed);
    }

    /// <summary>What Identity refuses, as a refusal with its field.</summary>
    public static Failure? Told(IdentityResult result)
    {
        if (result.Succeeded) return null;
        var field = result.Errors.First().Code.StartsWith("Password", StringComparison.Ordinal) ? "password" : "user";
        return Failure.Invalid(field, string.Join(" ", result.Errors.Select(e => e.Description)));
    }

    /// <summary>Writes down which number the user has from now on, or null; and the name, for all that the user ever had.</summary>
    private async Task KeepNumbersAsync(ExpandDb db, User user, string? number, CancellationToken ct)
    {
        // Whole seconds, as in the queue_log: a login in the second in which the number came is the new holder's.
        var now = clock.GetUtcNow().WholeSecond();
        var held = await db.Set<HeldNumber>().Where(h => h.UserId == user.Id).ToListAsync(ct);
        foreach (var one in held)
        {
            (one.UserName, one.FullName) = (user.UserName!, user.FullName);
            if (one.To is null && one.Number != number) one.To = now;
        }

        if (number is not null && held.All(h => h.To is not null))
            db.Add(new HeldNumber { Number = number, UserId = user.Id, UserName = user.UserName!, FullName = user.FullName, From = now });
    }
}
