using Expand.Server.Platform;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Access;

/// <summary>
/// Users made, changed and deleted: by the command line, the web UI and the first start alike. Each change is one transaction with its audit
/// line; changes take turns, so that a rule about all users (a number is one agent's, an administrator is left) holds whoever changes what at once.
/// </summary>
internal sealed class Users(IServiceScopeFactory scopes, UserDirectory directory, TimeProvider clock, ILogger<Users> log)
{
    private const string Deleted = "user.deleted";

    /// <summary>A new user; without a password one that cannot sign in to the web UI, as an agent who only uses the phone.</summary>
    public async Task<Result<int>> CreateAsync(UserForm form, string? password, Actor actor, CancellationToken ct)
    {
        form = form.Trimmed();
        if (form.Validate() is { } wrong) return wrong;
        var user = new User { UserName = form.Username, FullName = "", Profile = "", Role = "" };
        var failure = await ChangeAsync(actor, "user.created", async (users, db) =>
        {
            if (await users.FindByNameAsync(form.Username) is not null) return (Failure.Conflict($"the username {form.Username} is taken"), null);
            if (await NumberTakenAsync(db, form, 0, ct) is { } taken) return (taken, null);
            Fill(user, form);
            return (Told(password is null ? await users.CreateAsync(user) : await users.CreateAsync(user, password)), user);
        }, ct);
        return failure is null ? user.Id : failure;
    }

    /// <summary>Changes everything but the password.</summary>
    public Task<Failure?> ChangeAsync(int id, UserForm form, Actor actor, CancellationToken ct)
    {
        form = form.Trimmed();
        if (form.Validate() is { } wrong) return Task.FromResult<Failure?>(wrong);
        return ChangeAsync(actor, "user.changed", async (users, db) =>
        {
            var user = await db.Set<User>().SingleOrDefaultAsync(u => u.Id == id, ct);
            if (user is null) return (Failure.NotFound($"user {id}"), null);
            if (await users.FindByNameAsync(form.Username) is { } other && other.Id != id)
                return (Failure.Conflict($"the username {form.Username} is taken"), null);
            if (await NumberTakenAsync(db, form, id, ct) is { } taken) return (taken, null);
            if (form.Role != Roles.Administrator && await IsLastAdministratorAsync(db, user, ct)) return (LastAdministrator, null);
            Fill(user, form);
            return (Told(await users.UpdateAsync(user)), user);
        }, ct);
    }

    /// <summary>Sets a password, or takes it away (null). Open sessions of the user end.</summary>
    public Task<Failure?> SetPasswordAsync(int id, string? password, Actor actor, CancellationToken ct) =>
        ChangeAsync(actor, password is null ? "user.password-removed" : "user.password-set", async (users, db) =>
        {
            var user = await db.Set<User>().SingleOrDefaultAsync(u => u.Id == id, ct);
            if (user is null) return (Failure.NotFound($"user {id}"), null);
            if (password is null && await IsLastAdministratorAsync(db, user, ct)) return (LastAdministrator, null);
            var removed = await users.RemovePasswordAsync(user);
            return (Told(removed.Succeeded && password is not null ? await users.AddPasswordAsync(user, password) : removed), user);
        }, ct);

    /// <summary>Deletes a user; reports of the past go on naming the person, links to queues go with the user.</summary>
    public Task<Failure?> DeleteAsync(int id, Actor actor, CancellationToken ct) =>
        ChangeAsync(actor, Deleted, async (users, db) =>
        {
            var user = await db.Set<User>().SingleOrDefaultAsync(u => u.Id == id, ct);
            if (user is null) return (Failure.NotFound($"user {id}"), null);
            if (await IsLastAdministratorAsync(db, user, ct)) return (LastAdministrator, null);
            // What hung on the user went from other rooms' tables as well: their copies must be read anew.
            await db.Set<AccessVersion>().Where(v => v.Id != 1).ExecuteUpdateAsync(v => v.SetProperty(x => x.Version, x => x.Version + 1), ct);
            return (Told(await users.DeleteAsync(user)), user);
        }, ct);

    private static Failure LastAdministrator => Failure.Conflict("the last administrator must stay one, with a password");

    private static void Fill(User user, UserForm form)
    {
        (user.UserName, user.FullName, user.Profile, user.Role) = (form.Username, form.FullName, form.Profile, form.Role);
        (user.IsSupervisor, user.IsAgent) = (form.IsSupervisor, form.IsAgent);
        user.Email = form.Email.Length == 0 ? null : form.Email;
        user.AgentNumber = form.AgentNumber.Length == 0 ? null : form.AgentNumber;
    }

    private static async Task<Failure?> NumberTakenAsync(ExpandDb db, UserForm form, int id, CancellationToken ct) =>
        form.AgentNumber.Length > 0 && await db.Set<User>().AnyAsync(u => u.AgentNumber == form.AgentNumber && u.Id != id, ct)
            ? Failure.Conflict($"the agent number {form.AgentNumber} is taken")
            : null;

    private static async Task<bool> IsLastAdministratorAsync(ExpandDb db, User user, CancellationToken ct) =>
        user.Role == Roles.Administrator && !await db.Set<User>().AnyAsync(u => u.Role == Roles.Administrator && u.Id != user.Id, ct);

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

    private static Failure? Told(IdentityResult result)
    {
        if (result.Succeeded) return null;
        var field = result.Errors.First().Code.StartsWith("Password", StringComparison.Ordinal) ? "password" : "user";
        return Failure.Invalid(field, string.Join(" ", result.Errors.Select(e => e.Description)));
    }

    private async Task<Failure?> ChangeAsync(
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
}
