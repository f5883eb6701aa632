using System.Runtime.CompilerServices;
using Expand.Server.Platform;
using Npgsql;

namespace Expand.Server.Activity;

/// <summary>Which activities are asked for; empty or null: all.</summary>
internal sealed record ActivityFilter(string Queue = "", string Agent = "", QueueAction? Action = null);

/// <summary>An activity and where it stands.</summary>
internal readonly record struct KeptActivity(long Id, ActivityRow Activity)
{
    public RowMark Mark => new(Activity.At, Id);
}

/// <summary>How many activities of a kind there are in a part of the period; parts are counted from 0.</summary>
internal readonly record struct ActivityCount(int Part, QueueAction Action, long Count);

/// <summary>What became of a call at an agent.</summary>
internal sealed record AgentCallRow(string Queue, string Agent, AgentCallKind Kind, DateTimeOffset At, DateTimeOffset? TalkFrom, DateTimeOffset? TalkTo, bool Transferred);

/// <content>Activities one by one.</content>
internal sealed partial class ActivityReports
{
    private const string ActivityColumns =
        "at, queue, unique_id, action, caller_id, agent, wait_seconds, talk_seconds, coalesce(destination, ''), cause, id";

    /// <summary>All activities, in their order, streamed.</summary>
    public IAsyncEnumerable<ActivityRow> ActivitiesAsync(string queue, string agent, DateTimeOffset from, DateTimeOffset to, CancellationToken ct) =>
        ActivitiesAsync(new ActivityFilter(queue, agent), from, to, ct);

    /// <summary>All activities that a filter lets through, in their order, streamed.</summary>
    public async IAsyncEnumerable<ActivityRow> ActivitiesAsync(
        ActivityFilter filter, DateTimeOffset from, DateTimeOffset to, [EnumeratorCancellation] CancellationToken ct)
    {
        var values = Period(from, to);
        var sql = $"select {ActivityColumns} from queue_activities where at >= $1 and at < $2{Where(filter, values)} order by at, id";
        await foreach (var row in RowsAsync(sql, values, ReadActivity, ct)) yield return row.Activity;
    }

    /// <summary>Some of them, newest first.</summary>
    public async Task<RowPage<KeptActivity>> ActivityPageAsync(
        ActivityFilter filter, DateTimeOffset from, DateTimeOffset to, RowWindow window, CancellationToken ct)
    {
        var values = Period(from, to);
        var where = Where(filter, values);
        var sql = $"select {ActivityColumns} from queue_activities where at >= $1 and at < $2{where}{window.Sql("at", "id", values)}";
        return window.Page(await ListAsync(RowsAsync(sql, values, ReadActivity, ct), ct));
    }

    /// <summary>How many of each kind there are in each part of the period; a part begins with its instant and ends with the next one's.</summary>
    public async Task<IReadOnlyList<ActivityCount>> ActivityCountsAsync(
        ActivityFilter filter, DateTimeOffset from, DateTimeOffset to, IReadOnlyList<DateTimeOffset> parts, CancellationToken ct)
    {
        var values = Period(from, to);
        values.Add(parts.Select(p => p.UtcDateTime).ToArray());
        var sql =
            $"""
            select width_bucket(at, $3::timestamptz[]) - 1, action, count(*) from queue_activities
            where at >= $1 and at < $2{Where(filter, values)} group by 1, 2
            """;
        return await ListAsync(RowsAsync(sql, values, row => new ActivityCount(row.GetInt32(0), (QueueAction)row.GetInt16(1), row.GetInt64(2)), ct), ct);
    }

    /// <summary>What happened to a call in the queues, in its order.</summary>
    public async Task<IReadOnlyList<ActivityRow>> OfCallAsync(string uniqueId, CancellationToken ct)
    {
        const string Sql = $"select {ActivityColumns} from queue_activities where unique_id = $1 order by at, id";
        return [.. (await ListAsync(RowsAsync(Sql, [uniqueId], ReadActivity, ct), ct)).Select(kept => kept.Activity)];
    }

    /// <summary>What became of a call at the agents, in its order.</summary>
    public async Task<IReadOnlyList<AgentCallRow>> AgentsOfCallAsync(string uniqueId, CancellationToken ct)
    {
        const string Sql = "select queue, agent, kind, at, talk_from, talk_to, transferred from agent_calls where unique_id = $1 order by at, id";
        return await ListAsync(RowsAsync(Sql, [uniqueId], row => new AgentCallRow(
            row.GetString(0), row.GetString(1), (AgentCallKind)row.GetInt16(2), row.GetFieldValue<DateTimeOffset>(3), Instant(row, 4), Instant(row, 5), row.GetBoolean(6)), ct), ct);
    }

    /// <summary>All queues of which anything was ever written down, ordered by name: found by leaps over the index, not by reading all of it.</summary>
    public async Task<IReadOnlyList<string>> QueuesAsync(CancellationToken ct) => await ListAsync(
        RowsAsync(
            """
            with recursive found as (
                (select queue from queue_activities order by queue limit 1)
                union all
                select (select a.queue from queue_activities a where a.queue > found.queue order by a.queue limit 1) from found where found.queue is not null)
            select queue from found where queue is not null and queue <> '' order by queue collate "C"
            """, [], row => row.GetString(0), ct), ct);

    private static List<object> Period(DateTimeOffset from, DateTimeOffset to) => [from.UtcDateTime, to.AddSeconds(1).UtcDateTime];

    private static string Where(ActivityFilter filter, List<object> values)
    {
        var where = Filter("queue", filter.Queue, values) + Filter("agent", filter.Agent, values);
        if (filter.Action is not { } action) return where;
        values.Add((short)action);
        return $"{where} and action = ${values.Count}";
    }

    private static KeptActivity ReadActivity(NpgsqlDataReader row) => new(row.GetInt64(10), new ActivityRow(
        row.GetFieldValue<DateTimeOffset>(0), row.GetString(1), row.GetString(2), (QueueAction)row.GetInt16(3), row.GetString(4), row.GetString(5),
        row.IsDBNull(6) ? null : row.GetInt32(6), row.IsDBNull(7) ? null : row.GetInt32(7), row.GetString(8), row.GetString(9)));

    private static DateTimeOffset? Instant(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);

    private async IAsyncEnumerable<T> RowsAsync<T>(
        string sql, IReadOnlyList<object> values, Func<NpgsqlDataReader, T> read, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct)) yield return read(row);
    }

    private static async Task<List<T>> ListAsync<T>(IAsyncEnumerable<T> rows, CancellationToken ct)
    {
        var list = new List<T>();
        await foreach (var row in rows.WithCancellation(ct)) list.Add(row);
        return list;
    }
}
