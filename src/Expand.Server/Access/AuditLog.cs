using Expand.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Access;

/// <summary>What is searched for in the audit log; what is null or empty does not narrow it.</summary>
/// <param name="From">The first instant.</param>
/// <param name="Before">The first instant that is too late.</param>
/// <param name="Actor">Whose deeds.</param>
/// <param name="Action">Which deeds.</param>
/// <param name="Text">Part of the subject, the detail or the address, in whatever case.</param>
internal sealed record AuditSearch(DateTimeOffset? From, DateTimeOffset? Before, string? Actor, string? Action, string? Text);

/// <summary>A place in the log, newest first: what comes after it is older.</summary>
internal sealed record AuditPlace(DateTimeOffset At, long Id);

/// <summary>A line of the log.</summary>
internal sealed record AuditRow(long Id, DateTimeOffset At, string Actor, string? Address, string Action, string Subject, string? Detail, int Times)
{
    public AuditPlace Place => new(At, Id);
}

/// <summary>Some lines, and whether there are older ones.</summary>
internal sealed record AuditPage(IReadOnlyList<AuditRow> Rows, bool HasOlder);

/// <summary>
/// The audit log read: newest first, a page from a place on, however long the log is. Nothing is ever counted, and each thing that is searched for
/// but the text has an index in the order of the log; a text is looked for from the newest line on, until a page is full.
/// </summary>
internal sealed class AuditLog(IDbContextFactory<ExpandDb> databases)
{
    /// <summary>Names and actions that are offered to be searched for, at most.</summary>
    private const int Offered = 500;

    /// <param name="search">What for.</param>
    /// <param name="after">Where the page before ended; null for the newest lines.</param>
    /// <param name="count">Lines of a page.</param>
    /// <param name="ct">Ends it.</param>
    public async Task<AuditPage> SearchAsync(AuditSearch search, AuditPlace? after, int count, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var entries = Matching(db, search);
        if (after is { } place) entries = Older(entries, place);
        var rows = await Rows(entries).Take(count + 1).ToListAsync(ct);
        return rows.Count > count ? new AuditPage(rows[..count], true) : new AuditPage(rows, false);
    }

    /// <summary>All that matches, read while it is asked for.</summary>
    public async IAsyncEnumerable<AuditRow> ReadAsync(AuditSearch search, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct = default)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        await foreach (var row in Rows(Matching(db, search)).AsAsyncEnumerable().WithCancellation(ct)) yield return row;
    }

    /// <summary>Everybody who did something, found by leaping through the index from one name to the next.</summary>
    public async Task<IReadOnlyList<string>> ActorsAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.Database.SqlQuery<string>(
            $"""
             with recursive known as (
                 (select actor from audit order by actor limit 1)
                 union all
                 select (select a.actor from audit a where a.actor > k.actor order by a.actor limit 1) from known k where k.actor is not null)
             select actor as "Value" from known where actor is not null limit {Offered}
             """).ToListAsync(ct);
    }

    /// <summary>Everything that was done, found in the same way.</summary>
    public async Task<IReadOnlyList<string>> ActionsAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.Database.SqlQuery<string>(
            $"""
             with recursive known as (
                 (select action from audit order by action limit 1)
                 union all
                 select (select a.action from audit a where a.action > k.action order by a.action limit 1) from known k where k.action is not null)
             select action as "Value" from known where action is not null limit {Offered}
             """).ToListAsync(ct);
    }

    internal static IQueryable<AuditEntry> Older(IQueryable<AuditEntry> entries, AuditPlace place) =>
        entries.Where(a => EF.Functions.LessThan(ValueTuple.Create(a.At, a.Id), ValueTuple.Create(place.At, place.Id)));

    internal static IQueryable<AuditEntry> Matching(ExpandDb db, AuditSearch search)
    {
        var entries = db.Set<AuditEntry>().AsNoTracking();
        if (search.From is { } from) entries = entries.Where(a => a.At >= from);
        if (search.Before is { } before) entries = entries.Where(a => a.At < before);
        if (search.Actor is { Length: > 0 } actor) entries = entries.Where(a => a.Actor == actor);
        if (search.Action is { Length: > 0 } action) entries = entries.Where(a => a.Action == action);
        if (search.Text?.Trim() is not { Length: > 0 } text) return entries;
        var part = $"%{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%";
        return entries.Where(a => EF.Functions.ILike(a.Subject, part, "\\") || EF.Functions.ILike(a.Detail!, part, "\\") || EF.Functions.ILike(a.Address!, part, "\\"));
    }

    internal static IQueryable<AuditRow> Rows(IQueryable<AuditEntry> entries) =>
        entries.OrderByDescending(a => a.At).ThenByDescending(a => a.Id)
            .Select(a => new AuditRow(a.Id, a.At, a.Actor, a.Address, a.Action, a.Subject, a.Detail, a.Times));
}
