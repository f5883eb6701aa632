using System.Globalization;
using System.Runtime.CompilerServices;
using Expand.Server.Access;
using Expand.Server.Platform;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Expand.Server.Recordings;

/// <summary>Which recordings are asked for; what is empty does not narrow it.</summary>
/// <param name="Number">A part of who called or of what was dialled.</param>
/// <param name="Queue">A queue that the call was in.</param>
/// <param name="Agent">The number of an agent that it was with.</param>
/// <param name="UniqueId">A Uniqueid of the call, or the id of its job; the time is not asked for then.</param>
/// <param name="MinSeconds">How long at least.</param>
internal sealed record RecordingFilter(string Number = "", string Queue = "", string Agent = "", string UniqueId = "", int MinSeconds = 0);

/// <summary>A recording in a list.</summary>
internal sealed record RecordingRow(
    long Id, string UniqueId, string Path, bool IsPart, RecordingState State, DateTimeOffset BeganAt, double Seconds, long Bytes, string Source, string Destination,
    IReadOnlyList<string> Queues, IReadOnlyList<string> Agents, int? KeptDays);

/// <summary>A recording of a call as a page shows it: with the marked part that it may be, and who listened to it, newest first.</summary>
internal sealed record CallRecording(Recording Recording, MarkedPart? Part, IReadOnlyList<ListeningLine> Listenings);

/// <summary>Somebody listened.</summary>
internal sealed record ListeningLine(DateTimeOffset At, string Who, string? From);

/// <summary>How much there is.</summary>
internal sealed record ArchiveSize(long Ready, long Broken, long Missing, long Deleted, long Bytes, double Hours, DateTimeOffset? Oldest);

/// <summary>Questions that pages ask of the index of recordings.</summary>
internal sealed class RecordingArchive(NpgsqlDataSource database, IDbContextFactory<ExpandDb> databases, CallRecordings calls, RecordingIndex index, AuditTrail audit)
{
    private const int MostListenings = 50;

    private const string Columns =
        "r.id, r.uniqueid, r.path, r.is_part, r.state, r.began_at, r.seconds, r.bytes, r.source, r.destination, r.queues, r.agents, r.kept_days";

    /// <summary>Some of them, newest first.</summary>
    public async Task<RowPage<RecordingRow>> PageAsync(RecordingFilter filter, DateTimeOffset from, DateTimeOffset to, RowWindow window, CancellationToken ct)
    {
        var (sql, values) = await SqlAsync(filter, from, to, ct);
        sql += window.Sql("began_at", "id", values);
        var rows = new List<RecordingRow>();
        await foreach (var row in RowsAsync(sql, values, ct)) rows.Add(row);
        return window.Page(rows);
    }

    /// <summary>All of them, oldest first, streamed.</summary>
    public async IAsyncEnumerable<RecordingRow> ReadAsync(RecordingFilter filter, DateTimeOffset from, DateTimeOffset to, [EnumeratorCancellation] CancellationToken ct)
    {
        var (sql, values) = await SqlAsync(filter, from, to, ct);
        await foreach (var row in RowsAsync(sql + " order by r.began_at, r.id", values, ct)) yield return row;
    }

    /// <summary>Whether there is any at all.</summary>
    public async Task<bool> AnyAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.Set<Recording>().AnyAsync(ct);
    }

    /// <summary>Of these Uniqueids those with a recording that can be listened to.</summary>
    public async Task<IReadOnlySet<string>> HaveAsync(IReadOnlyCollection<string> uniqueIds, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.Set<Recording>().Where(r => r.State == RecordingState.Ready && uniqueIds.Contains(r.UniqueId)).Select(r => r.UniqueId).ToHashSetAsync(ct);
    }

    /// <summary>All of a call, in their order, with the parts that agents marked.</summary>
    public async Task<IReadOnlyList<CallRecording>> OfCallAsync(string uniqueId, CancellationToken ct) =>
        await ToldAsync([.. (await calls.FindAsync(uniqueId, ct)).Recordings.Where(r => r.State != RecordingState.Empty)], ct);

    /// <summary>One whose call is not known.</summary>
    public async Task<IReadOnlyList<CallRecording>> AloneAsync(long id, CancellationToken ct) =>
        await index.LookAtAsync(id, ct) is { } recording ? await ToldAsync([recording], ct) : [];

    private async Task<IReadOnlyList<CallRecording>> ToldAsync(IReadOnlyList<Recording> recordings, CancellationToken ct)
    {
        if (recordings.Count == 0) return [];
        await using var db = await databases.CreateDbContextAsync(ct);
        var ids = recordings.Select(r => r.UniqueId).Distinct().ToArray();
        var parts = await db.Set<MarkedPart>().AsNoTracking().Where(p => ids.Contains(p.UniqueId)).ToListAsync(ct);
        var subjects = recordings.Select(RecordingHandout.SubjectOf).ToArray();
        var oldest = recordings.Min(r => r.BeganAt);
        var lines = await audit.LastAsync(RecordingHandout.Listened, subjects, oldest, MostListenings, ct);
        return
        [
            .. recordings.Select(r => new CallRecording(
                r, r.IsPart ? parts.Find(p => r.Path.EndsWith(p.File + RecordingNames.Extension, StringComparison.Ordinal)) : null,
                [.. lines.Where(l => l.Subject == RecordingHandout.SubjectOf(r)).Select(l => new ListeningLine(l.At, l.Actor, l.Address))])),
        ];
    }

    /// <summary>How much there is.</summary>
    public async Task<ArchiveSize> SizeAsync(CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            """
            select count(*) filter (where state in (0, 1)), count(*) filter (where state = 2), count(*) filter (where state = 3), count(*) filter (where state = 4),
                coalesce(sum(bytes) filter (where state < 3), 0)::bigint, coalesce(sum(seconds) filter (where state < 3), 0) / 3600, min(began_at) filter (where state < 3)
            from recordings where pbx = $1
            """);
        command.Parameters.Add(new() { Value = index.Pbx });
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        return new ArchiveSize(
            row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetDouble(5), row.IsDBNull(6) ? null : row.GetFieldValue<DateTimeOffset>(6));
    }

    private async Task<(string Sql, List<object> Values)> SqlAsync(RecordingFilter filter, DateTimeOffset from, DateTimeOffset to, CancellationToken ct)
    {
        var (sql, values) = ($"select {Columns} from recordings r where r.state <> {(int)RecordingState.Empty}", new List<object>());
        if (filter.UniqueId.Length > 0)
        {
            var call = await calls.FindAsync(filter.UniqueId, ct);
            Add(call.Recordings.Select(r => r.Id).ToArray(), "r.id = any({0})");
        }
        else
        {
            Add(from.UtcDateTime, "r.began_at >= {0}");
            Add(to.AddSeconds(1).UtcDateTime, "r.began_at < {0}");
        }

        if (filter.Number.Length > 0) Add(filter.Number, "(strpos(r.source, {0}) > 0 or strpos(r.destination, {0}) > 0)");
        if (filter.Queue.Length > 0) Add(filter.Queue, "{0} = any(r.queues)");
        if (filter.Agent.Length > 0) Add(filter.Agent, "{0} = any(r.agents)");
        if (filter.MinSeconds > 0) Add(filter.MinSeconds, "r.seconds >= {0}");
        return (sql, values);

        void Add(object value, string condition)
        {
            values.Add(value);
            sql += " and " + string.Format(CultureInfo.InvariantCulture, condition, "$" + values.Count.ToString(CultureInfo.InvariantCulture));
        }
    }

    private async IAsyncEnumerable<RecordingRow> RowsAsync(string sql, List<object> values, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            yield return new RecordingRow(
                row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetBoolean(3), (RecordingState)row.GetInt32(4), row.GetFieldValue<DateTimeOffset>(5), row.GetDouble(6),
                row.GetInt64(7), row.GetString(8), row.GetString(9), row.GetFieldValue<string[]>(10), row.GetFieldValue<string[]>(11), row.IsDBNull(12) ? null : row.GetInt32(12));
        }
    }
}
