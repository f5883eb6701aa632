using Expand.Server.Access;
using Expand.Server.Platform;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Expand.Server.DoNotCall;

/// <summary>The lists themselves: made, changed and removed, every change audited. A change counts for the next check, at every host.</summary>
internal sealed class NumberLists(IDbContextFactory<ExpandDb> databases, RegisterValidity registers, TimeProvider clock, ILogger<NumberLists> log)
{
    /// <summary>All of them, by kind and name.</summary>
    public async Task<IReadOnlyList<NumberList>> AllAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.Set<NumberList>().AsNoTracking().OrderBy(l => l.Kind).ThenBy(l => l.NameKey).ToListAsync(ct);
    }

    /// <summary>Null where there is none of that id.</summary>
    public async Task<NumberList?> FindAsync(int id, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.Set<NumberList>().AsNoTracking().SingleOrDefaultAsync(l => l.Id == id, ct);
    }

    /// <summary>Null where there is none of that name, in whatever case.</summary>
    public async Task<NumberList?> FindAsync(string name, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.Set<NumberList>().FromSql($"select * from dnc_lists where name_key = lower({name.Trim()})").AsNoTracking().SingleOrDefaultAsync(ct);
    }

    /// <summary>Makes a list, in force and without numbers. A register counts from its first edition on.</summary>
    public async Task<Result<NumberList>> AddAsync(NumberListForm form, Actor actor, CancellationToken ct)
    {
        if (form.Wrong() is { } wrong) return wrong;
        var list = new NumberList { Kind = form.Kind, Name = form.Name, CampaignId = form.Campaign, AddedAt = clock.GetUtcNow(), AddedBy = actor.Name };
        var failure = await ChangeAsync("dnc.list-added", actor, db =>
        {
            db.Add(list);
            return Task.FromResult<Result<(NumberList, string?)>>((list, Told(list)));
        }, ct);
        return failure is null ? list : failure;
    }

    /// <summary>Gives a list another name.</summary>
    public async Task<Failure?> RenameAsync(int id, string name, Actor actor, CancellationToken ct)
    {
        name = name.Trim();
        if (NumberListForm.WrongName(name) is { } wrong) return wrong;
        return await ChangeAsync("dnc.list-renamed", actor, async db =>
        {
            if (await HeldAsync(db, id, ct) is not { } list) return Missing(id);
            var before = list.Name;
            list.Name = name;
            return (list, before);
        }, ct);
    }

    /// <summary>Puts a list in force, or out of it: then no check looks at it.</summary>
    public Task<Failure?> SwitchAsync(int id, bool inForce, Actor actor, CancellationToken ct) =>
        ChangeAsync(inForce ? "dnc.list-on" : "dnc.list-off", actor, async db =>
        {
            if (await HeldAsync(db, id, ct) is not { } list) return Missing(id);
            list.IsInForce = inForce;
            return (list, Told(list));
        }, ct);

    /// <summary>Removes a list with its numbers: at once for every check; the rows go bit by bit (<see cref="OldNumbers"/>).</summary>
    public Task<Failure?> RemoveAsync(int id, Actor actor, CancellationToken ct) =>
        ChangeAsync("dnc.list-removed", actor, async db =>
        {
            if (await HeldAsync(db, id, ct) is not { } list) return Missing(id);
            db.Remove(list);
            db.Add(new OldEdition { ListId = list.Id, Edition = list.Edition });
            return (list, Told(list));
        }, ct);

    /// <summary>The list, which nobody else changes until the transaction ends. Checks read on: they wait for nobody.</summary>
    internal static async Task<NumberList?> HeldAsync(ExpandDb db, int id, CancellationToken ct) =>
        await db.Set<NumberList>().FromSql($"select * from dnc_lists where id = {id} for update").SingleOrDefaultAsync(ct);

    internal static Failure Missing(int id) => Failure.NotFound($"list {id}");

    private static string Told(NumberList list) =>
        FormattableString.Invariant($"{list.Kind}{(list.CampaignId is { } campaign ? $" {campaign}" : "")}; numbers: {list.Numbers}");

    /// <summary>A change of the lists, its audit line and the version that tells the hosts: one transaction; nothing of it where nothing changed.</summary>
    private async Task<Failure?> ChangeAsync(string action, Actor actor, Func<ExpandDb, Task<Result<(NumberList List, string? Detail)>>> change, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await SharedCopy.RaiseAsync(db, RegisterValidity.Counter, ct);
        var (changed, failure) = await change(db);
        if (failure is not null) return failure;
        db.ChangeTracker.DetectChanges();
        if (!db.ChangeTracker.HasChanges()) return null;
        db.Add(AuditEntry.Of(clock.GetUtcNow(), actor, action, $"do-not-call list {changed.List.Name}", changed.Detail));
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException broken) when (broken.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return new Failure(FailureKind.Conflict, $"there is a list {changed.List.Name} already", "name");
        }

        await transaction.CommitAsync(ct);
        log.ListChanged(action, changed.List.Name, actor.Name);
        await registers.RefreshAsync(ct);
        return null;
    }
}
