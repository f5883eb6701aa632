using Expand.Server.Activity;
using Expand.Server.Cdr;
using Expand.Server.Platform;
using Microsoft.EntityFrameworkCore;
using NpgsqlTypes;

namespace Expand.Server.Dialer.Engine;

/// <summary>Attempts as rows, and what the PBX wrote of them.</summary>
internal sealed class DialAttempts(ExpandDb db, Pbx.Pbx pbx)
{
    /// <summary>All of this PBX that are open, the oldest first.</summary>
    public Task<List<DialAttempt>> OpenAsync(CancellationToken ct) =>
        db.Set<DialAttempt>().AsNoTracking().Where(a => a.SettledAt == null && a.Pbx == pbx.Name).OrderBy(a => a.Id).ToListAsync(ct);

    /// <summary>Those of other PBXs that are open and were claimed before a moment.</summary>
    public Task<List<DialAttempt>> OfOthersAsync(DateTimeOffset before, CancellationToken ct) =>
        db.Set<DialAttempt>().AsNoTracking().Where(a => a.SettledAt == null && a.Pbx != pbx.Name && a.ClaimedAt < before).OrderBy(a => a.Id).ToListAsync(ct);

    /// <summary>
    /// Writes that the PBX is asked for these now, and answers which of them it may be asked for: one that was given up meanwhile is not. Before anything is
    /// sent, so that what has no such mark was never sent.
    /// </summary>
    public async Task<IReadOnlySet<long>> AskAsync(IReadOnlyCollection<long> ids, DateTimeOffset at, CancellationToken ct)
    {
        var asked = new HashSet<long>();
        await using var command = await db.CommandAsync(
            "update dial_attempts set asked_at = $2 where id = any($1) and asked_at is null and settled_at is null returning id", ct);
        command.Add(NpgsqlDbType.Array | NpgsqlDbType.Bigint, ids.ToArray());
        command.Add(NpgsqlDbType.TimestampTz, at);
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct)) asked.Add(rows.GetInt64(0));
        return asked;
    }

    /// <summary>The CDRs of these channels of a PBX, in order.</summary>
    public async Task<ILookup<string, CallRecord>> RecordsAsync(string pbxName, IReadOnlyCollection<string> channels, CancellationToken ct)
    {
        var ids = channels.ToArray();
        var rows = await db.Set<CallRecord>().AsNoTracking().Where(r => ids.Contains(r.UniqueId) && r.Pbx == pbxName).OrderBy(r => r.Id).ToListAsync(ct);
        return rows.ToLookup(r => r.UniqueId, StringComparer.Ordinal);
    }

    /// <summary>What queues wrote of these channels of a PBX, in order.</summary>
    public async Task<ILookup<string, QueueActivity>> ActivitiesAsync(string pbxName, IReadOnlyCollection<string> channels, CancellationToken ct)
    {
        var ids = channels.ToArray();
        var rows = await db.Set<QueueActivity>().AsNoTracking().Where(a => ids.Contains(a.UniqueId) && a.Pbx == pbxName).OrderBy(a => a.Id).ToListAsync(ct);
        return rows.ToLookup(a => a.UniqueId, StringComparer.Ordinal);
    }
}
