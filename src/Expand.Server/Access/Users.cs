using System.Security.Cryptography;
using Expand.Server.Platform;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Access;

/// <summary>A user as an administrator sees one; <c>LockedUntil</c> is null where the user is not locked out after too many failures.</summary>
internal sealed record UserRow(
    int Id, string Username, string FullName, string Email, string Profile, string Role, bool IsSupervisor, bool IsAgent, string AgentNumber,
    bool HasPassword, DateTimeOffset? LockedUntil, bool HasSecondFactor)
{
    // The same line while it is of the same user: a page that reads anew every few seconds keeps the focus and an open menu in it.
    public bool Equals(UserRow? other) => other?.Id == Id;

    public override int GetHashCode() => Id;
}

/// <summary>Users listed, made, changed and deleted: by the command line, the web UI and the first start alike; every change audited (<see cref="UserChanges"/>).</summary>
internal sealed class Users(UserChanges changes, IDbContextFactory<ExpandDb> databases, TimeProvider clock)
{
    /// <summary>A new random password of 20 characters that nobody confuses when reading it out.</summary>
    public static string NewPassword() => RandomNumberGenerator.GetString("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789", 20);

    public async Task<IReadOnlyList<UserRow>> ListAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.Set<User>().OrderBy(u => u.UserName).Select(u => new UserRow(
            u.Id, u.UserName!, u.FullName, u.Email ?? "", u.Profile, u.Role, u.IsSupervisor, u.IsAgent, u.AgentNumber ?? "",
            u.PasswordHash != null, u.LockoutEnd > now ? u.LockoutEnd : null, u.TwoFactorEnabled)).ToListAsync(ct);
    }

    /// <summary>A new user; without a password one that cannot sign in to the web UI, as an agent who only uses the phone.</summary>
    public async Task<Result<int>> CreateAsync(UserForm form, string? password, Actor actor, CancellationToken ct)
    {
        form = form.Trimmed();
        if (form.Validate() is { } wrong) return wrong;
        var user = new User { UserName = form.Username, FullName = "", Profile = "", Role = "" };
        var failure = await changes.RunAsync(actor, "user.created", async (users, db) =>
        {
            if (await TakenAsync(users, db, form, 0, ct) is { } taken) return (taken, null);
            Fill(user, form);
            return (UserChanges.Told(password is null ? await users.CreateAsync(user) : await users.CreateAsync(user, password)), user);
        }, ct);
        return failure is null ? user.Id : failure;
    }

    /// <summary>Changes everything but the password.</summary>
    public async Task<Failure?> ChangeAsync(int id, UserForm form, Actor actor, CancellationToken ct)
    {
        form = form.Trimmed();
        return form.Validate() is { } wrong ? wrong : await changes.RunAsync(actor, "user.changed", id, async (users, db, user) =>
        {
            if (await TakenAsync(users, db, form, id, ct) is { } taken) return taken;
            if (form.Role != Roles.Administrator && await IsLastAdministratorAsync(db, user, ct)) return LastAdministrator;
            Fill(user, form);
            return UserChanges.Told(await users.UpdateAsync(user));
        }, ct);
    }

    /// <summary>Sets a password, or takes it away (null). Open sessions of the user end.</summary>
    public Task<Failure?> SetPasswordAsync(int id, string? password, Actor actor, CancellationToken ct) =>
        changes.RunAsync(actor, password is null ? "user.password-removed" : "user.password-set", id, async (users, db, user) =>
            password is null && await IsLastAdministratorAsync(db, user, ct)
                ? LastAdministrator
                : await UserChanges.ReplacePasswordAsync(users, user, password), ct);

    /// <summary>Ends a lockout after too many failures, on every host. One that is not locked out stays so.</summary>
    public Task<Failure?> UnlockAsync(int id, Actor actor, CancellationToken ct) =>
        changes.RunAsync(actor, "user.unlocked", id, async (users, _, user) =>
            UserChanges.Told(await users.SetLockoutEndDateAsync(user, null)) ?? UserChanges.Told(await users.ResetAccessFailedCountAsync(user)), ct);

    /// <summary>Takes away a second factor that its user has lost: the password alone signs in again. Open sessions of the user end.</summary>
    public Task<Failure?> RemoveSecondFactorAsync(int id, Actor actor, CancellationToken ct) =>
        changes.RunAsync(actor, "second-factor.removed", id, async (users, _, user) =>
            user.TwoFactorEnabled ? await SecondFactor.TurnOffAsync(users, user) : Failure.Conflict($"{user.UserName} has no second factor"), ct);

    /// <summary>Deletes a user; reports of the past go on naming the person, links to queues go with the user.</summary>
    public Task<Failure?> DeleteAsync(int id, Actor actor, CancellationToken ct) =>
        changes.RunAsync(actor, UserChanges.Deleted, id, async (users, db, user) =>
        {
            if (await IsLastAdministratorAsync(db, user, ct)) return LastAdministrator;
            // What hung on the user went from other rooms' tables as well: their copies must be read anew.
            await db.Set<AccessVersion>().Where(v => v.Id != 1).ExecuteUpdateAsync(v => v.SetProperty(x => x.Version, x => x.Version + 1), ct);
            return UserChanges.Told(await users.DeleteAsync(user));
        }, ct);

    private static Failure LastAdministrator => Failure.Conflict("the last administrator must stay one, with a password") with { Field = "profile" };

    private static void Fill(User user, UserForm form)
    {
        (user.UserName, user.FullName, user.Profile, user.Role) = (form.Username, form.FullName, form.Profile, form.Role);
        (user.IsSupervisor, user.IsAgent) = (form.IsSupervisor, form.IsAgent);
        user.Email = form.Email.Length == 0 ? null : form.Email;
        user.AgentNumber = form.AgentNumber.Length == 0 ? null : form.AgentNumber;
    }

    /// <summary>The refusal where somebody else has the name or the number.</summary>
    private static async Task<Failure?> TakenAsync(UserManager<User> users, ExpandDb db, UserForm form, int id, CancellationToken ct)
    {
        if (await users.FindByNameAsync(form.Username) is { } other && other.Id != id)
            return Failure.Conflict($"the username {form.Username} is taken") with { Field = "username" };
        return form.AgentNumber.Length > 0 && await db.Set<User>().AnyAsync(u => u.AgentNumber == form.AgentNumber && u.Id != id, ct)
            ? Failure.Conflict($"the agent number {form.AgentNumber} is taken") with { Field = "agentNumber" }
            : null;
    }

    /// <summary>Whether nobody else could administer: another one who cannot sign in is of no use where this one can.</summary>
    private static async Task<bool> IsLastAdministratorAsync(ExpandDb db, User user, CancellationToken ct) =>
        user.Role == Roles.Administrator && !await db.Set<User>().AnyAsync(
            u => u.Role == Roles.Administrator && u.Id != user.Id && (u.PasswordHash != null || user.PasswordHash == null), ct);
}
