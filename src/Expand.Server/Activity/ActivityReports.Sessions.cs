using System.Runtime.CompilerServices;
using Expand.Server.Platform;
using Npgsql;

namespace Expand.Server.Activity;

/// <summary>A complete session and where it stands.</summary>
internal sealed record KeptSession(long Id, CompleteSession Session)
{
    public RowMark Mark => new(Session.BeganAt, Id);
}

/// <summary>The pauses of one reason within complete sessions; a reason of null stands for the sessions themselves. Times in whole seconds.</summary>
internal sealed record SessionSum(string? Cause, long Count, long Seconds);

/// <content>Complete sessions: those that began and ended within the period. Both its ends belong to it; an end is the instant of the logout itself.</content>
internal sealed partial class ActivityReports
{
    private const string CompleteIn = "s.began_at >= $1 and s.began_at <= $2 and s.ended_at <= $2";

    /// <summary>Ordered by agent, queue and beginning, streamed; of parts those that began within them.</summary>
    public async IAsyncEnumerable<CompleteSession> CompleteSessionsAsync(
        string queue, IReadOnlyList<AgentPart>? parts, DateTimeOffset from, DateTimeOffset to, [EnumeratorCancellation] CancellationToken ct)
    {
        List<object> values = [from.UtcDateTime, to.UtcDateTime];
        var sql = $"{Sessions(queue, parts, values)} order by s.agent collate \"C\", s.queue collate \"C\", s.began_at, s.id";
        await foreach (var row in RowsAsync(sql, values, ReadSession, ct)) yield return row.Session;
    }

    /// <summary>Some of them, newest first.</summary>
    public async Task<RowPage<KeptSession>> SessionPageAsync(
        string queue, IReadOnlyList<AgentPart>? parts, DateTimeOffset from, DateTimeOffset to, RowWindow window, CancellationToken ct)
    {
        List<object> values = [from.UtcDateTime, to.UtcDateTime];
        var sql = Sessions(queue, parts, values) + window.Sql("s.began_at", "s.id", values);
        return window.Page(await ListAsync(RowsAsync(sql, values, ReadSession, ct), ct));
    }

    /// <summary>Their sums, and those of their pauses by reason, the longest first.</summary>
    public async Task<IReadOnlyList<SessionSum>> SessionSumsAsync(
        string queue, IReadOnlyList<AgentPart>? parts, DateTimeOffset from, DateTimeOffset to, CancellationToken ct)
    {
        List<object> values = [from.UtcDateTime, to.UtcDateTime];
        var (asked, filter) = Asking(queue, parts, values);
        var sql =
            $"""
            with complete as (select s.id, s.began_at, s.ended_at from agent_sessions s{asked} where {CompleteIn}{filter})
            select null, count(*), coalesce(sum(extract(epoch from ended_at - began_at)), 0)::bigint from complete
            union all (
                select p.cause, count(*), coalesce(sum(extract(epoch from p.ended_at - p.began_at)), 0)::bigint
                from complete c join agent_pauses p on p.session_id = c.id group by p.cause order by 3 desc, 1)
            """;
        return await ListAsync(RowsAsync(sql, values, row => new SessionSum(row.IsDBNull(0) ? null : row.GetString(0), row.GetInt64(1), row.GetInt64(2)), ct), ct);
    }

    private static (string Asked, string Filter) Asking(string queue, IReadOnlyList<AgentPart>? parts, List<object> values)
    {
        var filter = Filter("s.queue", queue, values);
        return (parts is null ? "" : $"{Join(parts, values)} and {Asked} @> s.began_at", filter);
    }

    private static string Sessions(string queue, IReadOnlyList<AgentPart>? parts, List<object> values)
    {
        var (asked, filter) = Asking(queue, parts, values);
        return
            $"""
            select s.agent, s.queue, s.began_at, s.ended_at, p.causes, p.starts, p.ends, s.id
            from agent_sessions s{asked} cross join lateral (
                select coalesce(array_agg(cause order by began_at, id), '{"{}"}') as causes, coalesce(array_agg(began_at order by began_at, id), '{"{}"}') as starts,
                    coalesce(array_agg(ended_at order by began_at, id), '{"{}"}') as ends
                from agent_pauses where session_id = s.id) p
            where {CompleteIn}{filter}
            """;
    }

    private static KeptSession ReadSession(NpgsqlDataReader row)
    {
        var (causes, starts, ends) = (row.GetFieldValue<string[]>(4), row.GetFieldValue<DateTimeOffset[]>(5), row.GetFieldValue<DateTimeOffset[]>(6));
        return new KeptSession(row.GetInt64(7), new CompleteSession(
            row.GetString(0), row.GetString(1), row.GetFieldValue<DateTimeOffset>(2), row.GetFieldValue<DateTimeOffset>(3),
            [.. causes.Select((cause, i) => new CompletePause(cause, starts[i], ends[i]))]));
    }
}
