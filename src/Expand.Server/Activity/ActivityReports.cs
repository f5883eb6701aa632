using Npgsql;

namespace Expand.Server.Activity;

/// <summary>An activity as queueData shows it.</summary>
internal readonly record struct ActivityRow(
    DateTimeOffset At, string Queue, string UniqueId, QueueAction Action, string CallerId, string Agent,
    int? WaitSeconds, int? TalkSeconds, string Destination, string Cause);

/// <summary>
/// An agent's sums in one queue and period; times in whole seconds, cut to the period; calls counted by the instant of their kind.
/// <c>Lost</c>: offers not answered: rung out, rejected, or given up by the caller while they rang.
/// <c>OutgoingAnswered</c>: of <c>Outgoing</c> those that were talked on.
/// <c>Direct</c>: calls taken straight at the extension.
/// <c>Short</c>: answered, and talked for less than the setting.
/// </summary>
internal sealed record AgentTotals(
    string Agent, long Logged, long Paused, long Talk, long OutgoingTalk,
    int Answered, int Lost, int Outgoing, int OutgoingAnswered, int Direct, int Transferred, int Short);

/// <summary>
/// An agent's time logged in and paused, in whole seconds, time in several queues at once counted once.
/// <c>Queues</c>: the queues that it was spent in, ordered by name.
/// </summary>
internal sealed record AgentTimes(string Agent, long Logged, long Paused, IReadOnlyList<string> Queues);

/// <summary>A complete session with its pauses in their order.</summary>
internal sealed record CompleteSession(string Agent, string Queue, DateTimeOffset BeganAt, DateTimeOffset EndedAt, IReadOnlyList<CompletePause> Pauses);

/// <summary>A pause of a complete session.</summary>
internal sealed record CompletePause(string Cause, DateTimeOffset BeganAt, DateTimeOffset EndedAt);

/// <summary>The reason of a pause that lasts, and when the pause began.</summary>
internal sealed record KeptPause(string Reason, DateTimeOffset BeganAt);

/// <summary>The time in which what an agent's number did is asked for; null: from the first, or to the last.</summary>
internal sealed record AgentPart(string Agent, DateTimeOffset? From, DateTimeOffset? To);

/// <summary>
/// The questions asked of what was written down. A period holds both of its ends, which are whole seconds; <c>now</c> is where what still
/// lasts is cut; an empty queue or agent means all, and so does null for the parts of agents (which do not overlap).
/// </summary>
internal sealed partial class ActivityReports(NpgsqlDataSource database)
{
    /// <summary>What of an interval lies in the period; what lasts is cut at now.</summary>
    private const string Past = "tstzrange($1, greatest($1, least($2, $3)))";

    /// <summary>The time of the part that a row is joined with.</summary>
    private const string Asked = "tstzrange(asked.began_at, asked.ended_at)";

    /// <summary>One row for each agent with a session or a call in that queue and period.</summary>
    public Task<IReadOnlyList<AgentTotals>> TotalsAsync(
        string queue, DateTimeOffset from, DateTimeOffset to, DateTimeOffset now, int shortTalkSeconds, CancellationToken ct) =>
        TotalsAsync("s.queue = $4", queue, from, to, now, shortTalkSeconds, ct);

    /// <summary>
    /// The same of all queues together, one row for each agent: calls and talk are the queues' sums; time logged in or paused in several
    /// queues at once counts once, as in <see cref="TimesAsync"/>.
    /// </summary>
    public async Task<IReadOnlyList<AgentTotals>> TotalsOfAllAsync(
        DateTimeOffset from, DateTimeOffset to, DateTimeOffset now, int shortTalkSeconds, CancellationToken ct)
    {
        var queues = (await QueuesAsync(ct)).ToArray();
        var totals = await TotalsAsync("s.queue = any($4)", queues, from, to, now, shortTalkSeconds, ct);
        var times = (await TimesAsync("", null, from, to, now, ct)).ToDictionary(t => t.Agent, StringComparer.Ordinal);
        return [.. totals.Select(t => times.TryGetValue(t.Agent, out var once) ? t with { Logged = once.Logged, Paused = once.Paused } : t)];
    }

    private async Task<IReadOnlyList<AgentTotals>> TotalsAsync(
        string which, object queues, DateTimeOffset from, DateTimeOffset to, DateTimeOffset now, int shortTalkSeconds, CancellationToken ct)
    {
        await using var command = Command(
            $"""
            with logged as (
                select s.agent, sum(upper(part) - lower(part)) as time from agent_sessions s cross join lateral (select tstzrange(s.began_at, s.ended_at) * {Past} as part) cut
                where {which} and tstzrange(s.began_at, s.ended_at) && tstzrange($1, $2) group by s.agent),
            paused as (
                select s.agent, sum(upper(part) - lower(part)) as time from agent_pauses s cross join lateral (select tstzrange(s.began_at, s.ended_at) * {Past} as part) cut
                where {which} and tstzrange(s.began_at, s.ended_at) && tstzrange($1, $2) group by s.agent),
            talked as (
                select s.agent, sum(upper(part) - lower(part)) filter (where s.kind = 1) as incoming,
                    sum(upper(part) - lower(part)) filter (where s.kind = 5) as outgoing
                from agent_calls s cross join lateral (select tstzrange(s.talk_from, s.talk_to) * {Past} as part) cut
                where {which} and s.talk_from is not null and s.kind in (1, 5) and tstzrange(s.talk_from, s.talk_to) && tstzrange($1, $2) group by s.agent),
            counted as (
                select s.agent, count(*) filter (where s.kind = 1) as answered, count(*) filter (where s.kind in (2, 3, 4)) as lost,
                    count(*) filter (where s.kind = 5) as outgoing, count(*) filter (where s.kind = 5 and s.talk_from is not null) as outgoing_answered,
                    count(*) filter (where s.kind = 6) as direct,
                    count(*) filter (where s.kind = 1 and s.talk_to - s.talk_from < make_interval(secs => $5)) as short
                from agent_calls s where {which} and s.at >= $1 and s.at < $2 group by s.agent),
            transferred as (
                select s.agent, count(*) as calls from queue_activities s
                where {which} and s.at >= $1 and s.at < $2 and s.action = 8 group by s.agent)
            select agent, coalesce(extract(epoch from logged.time), 0)::bigint, coalesce(extract(epoch from paused.time), 0)::bigint,
                coalesce(extract(epoch from talked.incoming), 0)::bigint, coalesce(extract(epoch from talked.outgoing), 0)::bigint,
                coalesce(counted.answered, 0)::int, coalesce(counted.lost, 0)::int, coalesce(counted.outgoing, 0)::int,
                coalesce(counted.outgoing_answered, 0)::int, coalesce(counted.direct, 0)::int, coalesce(transferred.calls, 0)::int,
                coalesce(counted.short, 0)::int
            from logged full join paused using (agent) full join talked using (agent) full join counted using (agent) full join transferred using (agent)
            order by agent
            """, from, to, now, queues, (double)shortTalkSeconds);
        var totals = new List<AgentTotals>();
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            totals.Add(new AgentTotals(
                row.GetString(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4),
                row.GetInt32(5), row.GetInt32(6), row.GetInt32(7), row.GetInt32(8), row.GetInt32(9), row.GetInt32(10), row.GetInt32(11)));
        }

        return totals;
    }

    /// <summary>One row for each agent who was logged in within the period; of parts only the time within them.</summary>
    public async Task<IReadOnlyList<AgentTimes>> TimesAsync(
        string queue, IReadOnlyList<AgentPart>? parts, DateTimeOffset from, DateTimeOffset to, DateTimeOffset now, CancellationToken ct)
    {
        var values = new List<object> { from.UtcDateTime, to.AddSeconds(1).UtcDateTime, Sightings.WholeSecond(now).UtcDateTime };
        var filter = Filter("s.queue", queue, values);
        var (asked, cut) = parts is null ? ("", "") : (Join(parts, values), $" * {Asked}");
        // The union of intervals: time in several queues at once counts once.
        await using var command = database.CreateCommand(
            $"""
            with logged as (
                select s.agent, range_agg(tstzrange(s.began_at, s.ended_at) * {Past}{cut}) as times, array_agg(distinct s.queue collate "C" order by s.queue collate "C") as queues
                from agent_sessions s{asked} where tstzrange(s.began_at, s.ended_at) && (tstzrange($1, $2){cut}){filter} group by s.agent),
            paused as (
                select s.agent, range_agg(tstzrange(s.began_at, s.ended_at) * {Past}{cut}) as times
                from agent_pauses s{asked} where tstzrange(s.began_at, s.ended_at) && (tstzrange($1, $2){cut}){filter} group by s.agent)
            select agent, (select coalesce(sum(extract(epoch from upper(r) - lower(r))), 0)::bigint from unnest(logged.times) r),
                (select coalesce(sum(extract(epoch from upper(r) - lower(r))), 0)::bigint from unnest(paused.times) r), logged.queues
            from logged left join paused using (agent) order by agent
            """);
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        var times = new List<AgentTimes>();
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct)) times.Add(new AgentTimes(row.GetString(0), row.GetInt64(1), row.GetInt64(2), row.GetFieldValue<string[]>(3)));
        return times;
    }

    /// <summary>The reasons of the pauses that last, by queue and agent; those without a reason are left out.</summary>
    public async Task<IReadOnlyDictionary<(string Queue, string Agent), KeptPause>> PauseReasonsAsync(CancellationToken ct)
    {
        await using var command = database.CreateCommand("select queue, agent, cause, began_at from agent_pauses where ended_at is null and cause <> ''");
        var reasons = new Dictionary<(string, string), KeptPause>();
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct)) reasons[(row.GetString(0), row.GetString(1))] = new KeptPause(row.GetString(2), row.GetFieldValue<DateTimeOffset>(3));
        return reasons;
    }

    /// <summary>Whether anything was ever written down of that queue.</summary>
    public async Task<bool> KnowsQueueAsync(string queue, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select exists (select 1 from queue_activities where queue = $1)");
        command.Parameters.Add(new() { Value = queue });
        return (bool)(await command.ExecuteScalarAsync(ct))!;
    }

    private NpgsqlCommand Command(string sql, DateTimeOffset from, DateTimeOffset to, DateTimeOffset now, params object[] values)
    {
        var command = database.CreateCommand(sql);
        foreach (var value in new object[] { from.UtcDateTime, to.AddSeconds(1).UtcDateTime, Sightings.WholeSecond(now).UtcDateTime }.Concat(values))
            command.Parameters.Add(new() { Value = value });
        return command;
    }

    /// <summary>Joins s with the parts of its agent.</summary>
    private static string Join(IReadOnlyList<AgentPart> parts, List<object> values)
    {
        values.Add(parts.Select(p => p.Agent).ToArray());
        values.Add(parts.Select(p => p.From?.UtcDateTime).ToArray());
        values.Add(parts.Select(p => p.To?.UtcDateTime).ToArray());
        var last = values.Count;
        return $" join unnest(${last - 2}::text[], ${last - 1}::timestamptz[], ${last}::timestamptz[]) as asked(agent, began_at, ended_at) on asked.agent = s.agent";
    }

    private static string Filter(string column, string value, List<object> values)
    {
        if (value.Length == 0) return "";
        values.Add(value);
        return $" and {column} = ${values.Count}";
    }
}
