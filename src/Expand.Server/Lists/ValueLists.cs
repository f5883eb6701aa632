using System.Text.RegularExpressions;
using Expand.Server.Access;
using Expand.Server.Platform;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Expand.Server.Lists;

/// <summary>The lists themselves: made, changed and removed by the web UI and the command line, every change audited.</summary>
internal sealed partial class ValueLists(IDbContextFactory<ExpandDb> databases, TimeProvider clock, ILogger<ValueLists> log)
{
    /// <summary>The lists of a kind, or of both, by id.</summary>
    public async Task<IReadOnlyList<ValueList>> AllAsync(ListKind? kind, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.Set<ValueList>().AsNoTracking().Where(l => kind == null || l.Kind == kind).OrderBy(l => l.Id).ToListAsync(ct);
    }

    /// <summary>The lists of a kind by id, read while they are answered.</summary>
    public async IAsyncEnumerable<ValueList> ReadAsync(
        ListKind kind, int start, int? limit, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var page = db.Set<ValueList>().AsNoTracking().Where(l => l.Kind == kind).OrderBy(l => l.Id).Skip(start).Take(limit ?? int.MaxValue);
        await foreach (var list in page.AsAsyncEnumerable().WithCancellation(ct)) yield return list;
    }

    /// <summary>The list of that name or id.</summary>
    public async Task<Result<ValueList>> FindAsync(ListKind kind, ListAddress address, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await Of(db, kind, address).AsNoTracking().SingleOrDefaultAsync(ct) is { } list ? list : Missing(kind, address);
    }

    /// <summary>Makes a list; its id, or why not. An empty alias is the name.</summary>
    public async Task<Result<int>> AddAsync(ListKind kind, string name, string alias, string description, Actor actor, CancellationToken ct)
    {
        (name, alias, description) = (name.Trim(), alias.Trim(), description.Trim());
        if (alias.Length == 0) alias = name;
        if (Wrong(name, alias, description) is { } wrong) return wrong;
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var word = kind.Word();
        var ids = await db.Database.SqlQuery<int>(
            $"""
            insert into value_lists (kind, name, alias, description) values ({word}, {name}, {alias}, {description})
            on conflict (kind, name_key) do nothing returning id
            """).ToListAsync(ct);
        if (ids is not [var id]) return Taken(kind, name);
        await AuditAsync(db, actor, "list.added", kind, name, Told(alias, description), ct);
        await transaction.CommitAsync(ct);
        return id;
    }

    /// <summary>Changes what is given; null stays as it is.</summary>
    public async Task<Failure?> ChangeAsync(
        ListKind kind, ListAddress address, string? name, string? alias, string? description, Actor actor, CancellationToken ct)
    {
        (name, alias, description) = (name?.Trim(), alias?.Trim(), description?.Trim());
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (await LockedAsync(db, kind, address, ct) is not { } list) return Missing(kind, address);
        var called = list.Name;
        list.Name = name ?? list.Name;
        list.Alias = alias is "" ? list.Name : alias ?? list.Alias;
        list.Description = description ?? list.Description;
        if (Wrong(list.Name, list.Alias, list.Description) is { } wrong) return wrong;
        if (!db.ChangeTracker.HasChanges()) return null;
        try
        {
            await AuditAsync(db, actor, "list.changed", kind, called, $"{list.Name}: {Told(list.Alias, list.Description)}", ct);
        }
        catch (DbUpdateException failure) when (failure.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return Taken(kind, list.Name);
        }

        await transaction.CommitAsync(ct);
        return null;
    }

    /// <summary>Removes a list with all that is in it.</summary>
    public async Task<Failure?> RemoveAsync(ListKind kind, ListAddress address, Actor actor, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (await LockedAsync(db, kind, address, ct) is not { } list) return Missing(kind, address);
        db.Remove(list);
        // With it go its elements, which may be millions.
        db.Database.SetCommandTimeout(TimeSpan.FromMinutes(10));
        await AuditAsync(db, actor, "list.removed", kind, list.Name, Told(list.Alias, list.Description), ct);
        await transaction.CommitAsync(ct);
        return null;
    }

    /// <summary>What a request is told that names no list.</summary>
    public static Failure Missing(ListKind kind, ListAddress address) => Failure.NotFound($"the {kind.Word()} list {address}");

    /// <summary>The list, which nobody else changes or removes until the transaction ends.</summary>
    private static async Task<ValueList?> LockedAsync(ExpandDb db, ListKind kind, ListAddress address, CancellationToken ct)
    {
        var id = await Of(db, kind, address).Select(l => (int?)l.Id).SingleOrDefaultAsync(ct);
        if (id is null) return null;
        // Whoever was faster may have renamed or removed it: it is read once it is ours.
        var list = await db.Set<ValueList>().FromSql($"select * from value_lists where id = {id} for update").SingleOrDefaultAsync(ct);
        return list is not null && (address.Id is not null || address.NameKey == list.NameKey) ? list : null;
    }

    private static IQueryable<ValueList> Of(ExpandDb db, ListKind kind, ListAddress address)
    {
        var lists = db.Set<ValueList>().Where(l => l.Kind == kind);
        if (address.Id is { } id) return lists.Where(l => l.Id == id);
        var key = address.NameKey;
        return lists.Where(l => l.NameKey == key);
    }

    private static Failure? Wrong(string name, string alias, string description)
    {
        var rules = new Dictionary<string, string>();
        if (!NameRule().IsMatch(name)) rules["name"] = "takes 1 to 64 letters, digits, dots, underscores or hyphens, not digits or dots alone";
        if (alias.Length > ValueList.AliasLength) rules["alias"] = $"may have {ValueList.AliasLength} characters at most";
        else if (!PlainText.Holds(alias)) rules["alias"] = PlainText.Rule;
        if (description.Length > ValueList.DescriptionLength) rules["description"] = $"may have {ValueList.DescriptionLength} characters at most";
        else if (!PlainText.Holds(description)) rules["description"] = PlainText.Rule;
        return rules.Count == 0 ? null : Failure.Several(rules);
    }

    private static Failure Taken(ListKind kind, string name) => Failure.Conflict($"there is a {kind.Word()} list {name} already");

    private static string Told(string alias, string description) => description.Length == 0 ? alias : $"{alias} ({description})";

    private async Task AuditAsync(ExpandDb db, Actor actor, string action, ListKind kind, string name, string detail, CancellationToken ct)
    {
        db.Add(AuditEntry.Of(clock.GetUtcNow(), actor, action, $"{kind.Word()} list {name}", detail));
        await db.SaveChangesAsync(ct);
        log.ListChanged(action, kind.Word(), name, actor.Name);
    }

    [GeneratedRegex(@"\A(?!(?:[0-9]+|\.\.?)\z)[A-Za-z0-9_.-]{1,64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NameRule();
}
