using Expand.Server.Platform;
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
internal sealed partial class ActivityReports(NpgsqlDataSource database, LocalTime time)
{
    /// <summary>The time of the part that a row is joined with.</summary>
    private const string Asked = "tstzrange(asked.began_at, asked.ended_at)";

    /// <summary>
    /// What sums and rows are asked for (<see cref="ReportSpans"/>): $1 now; $2 to $4 whole days of all agents or of one; $5 the agents who are none of all;
    /// $6, $7 the rest of all agents; $8 to $10 the rest of single ones; $11, $12, $13 around all of the rest, so that the planner sees which months have nothing
    /// of it. What lasts is cut at now.
    /// </summary>
    private const string Parts =
        """
        asked_days as (select * from unnest($2::text[], $3::date[], $4::date[]) as a(agent, first, last)),
        rest as (
            select r.*, tstzrange(began, ended) as whole, tstzrange(began, greatest(began, least(ended, $1))) as past, began - interval '2 hours' as near,
                ended + interval '1 minute' as soon, began - interval '31 days' as far
            from unnest($6::timestamptz[], $7::timestamptz[]) as r(began, ended)),
        owed as (
            select r.*, tstzrange(began, ended) as whole, tstzrange(began, greatest(began, least(ended, $1))) as past, began - interval '2 hours' as near,
                ended + interval '1 minute' as soon, began - interval '31 days' as far
            from unnest($8::text[], $9::timestamptz[], $10::timestamptz[]) as r(owner, began, ended))
        """;

    /// <summary>Each queue that anybody was ever logged in to, by leaps over the index: who was there in a period is found queue by queue.</summary>
    internal const string KnownQueues =
        """
        known(queue) as (
            select min(queue) from agent_sessions
            union all
            select (select min(s.queue) from agent_sessions s where s.queue > known.queue) from known where known.queue is not null)
        """;

    /// <summary>One row for each agent with a session or a call in that queue and period.</summary>
    public Task<IReadOnlyList<AgentTotals>> TotalsAsync(
        string queue, DateTimeOffset from, DateTimeOffset to, DateTimeOffset now, int shortTalkSeconds, CancellationToken ct) =>
        TotalsAsync("s.queue = $15", queue, queue, from, to, now, shortTalkSeconds, ct);

    /// <summary>
    /// The same of all queues together, one row for each agent: calls and talk are the queues' sums; time logged in or paused in several
    /// queues at once counts once, as in <see cref="TimesAsync"/>.
    /// </summary>
    public async Task<IReadOnlyList<AgentTotals>> TotalsOfAllAsync(
        DateTimeOffset from, DateTimeOffset to, DateTimeOffset now, int shortTalkSeconds, CancellationToken ct) =>
        await TotalsAsync("s.queue = any($15)", (await QueuesAsync(ct)).ToArray(), "", from, to, now, shortTalkSeconds, ct);

    private Task<IReadOnlyList<AgentTotals>> TotalsAsync(
        string which, object queues, string summed, DateTimeOffset from, DateTimeOffset to, DateTimeOffset now, int shortTalkSeconds, CancellationToken ct)
    {
        var end = Sightings.WholeSecond(now);
        // The sums know the talks of less than a minute one by one.
        return ReportSnapshot.AskAsync(database, time, null, from, to.AddSeconds(1), end, shortTalkSeconds <= AgentDay.ShortAtMost, AskAsync, ct);

        async Task<IReadOnlyList<AgentTotals>> AskAsync(ReportSpans spans, NpgsqlConnection connection)
        {
            await using var command = Command(TotalsSql(which, spans), spans, end, connection, (double)shortTalkSeconds, queues, summed, spans.AroundDays.First, spans.AroundDays.End, spans.Late);
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
    }

    /// <summary>
    /// Of the parts of a period the rows' times are united, since somebody may be in two PBXs' queues of a name at once; the parts are added. A part that the period
    /// does not have is left out of the text: to plan what is asked of every month takes longer than to add up a year's sums.
    /// </summary>
    private static string TotalsSql(string which, ReportSpans spans)
    {
        var (rest, owed) = (spans.HasRestOfAll, spans.HasRestOfAgents);
        const string NoPart = "select null::text as agent, null::tstzrange as part where false";
        const string NoTalk = "select null::text as agent, 0 as kind, null::tstzrange as part where false";
        const string Talked = "s.kind in (1, 5) and s.talk_from is not null and tstzrange(s.talk_from, s.talk_to) && r.whole";
        const string Near = $"s.at >= $11 and s.at < $13 and s.at >= r.near and s.at < r.soon and not ({AgentCall.IsOdd})";
        const string Far = $"s.at >= $12 and s.at < $19 and s.at >= r.far and {AgentCall.IsOdd}";
        const string Within = "s.at >= $11 and s.at < $13 and s.at >= r.began and s.at < r.ended";
        return
            $"""
            with {Parts},
            days as (
                select agent, sum(logged) as logged, sum(paused) as paused, sum(talk) as talk, sum(outgoing_talk) as outgoing_talk, sum(answered) as answered, sum(lost) as lost,
                    sum(outgoing) as outgoing, sum(outgoing_answered) as outgoing_answered, sum(direct) as direct, sum(transferred) as transferred,
                    sum(width_bucket(($14 - 1)::smallint, shorts)) as short
                from {SumsOf(spans)}
                group by agent),
            logged as (
                select agent, (select sum(upper(p) - lower(p)) from unnest(times) p) as time from (
                    select agent, range_agg(part) as times from ({Either(NoPart,
                        (rest, $"select s.agent, tstzrange(s.began_at, s.ended_at) * r.past as part from rest r join agent_sessions s on {which} and tstzrange(s.began_at, s.ended_at) && r.whole"),
                        (owed, $"select s.agent, tstzrange(s.began_at, s.ended_at) * r.past as part from owed r join agent_sessions s on s.agent = r.owner and {which} and tstzrange(s.began_at, s.ended_at) && r.whole"))}) p
                    group by agent) t),
            paused as (
                select agent, (select sum(upper(p) - lower(p)) from unnest(times) p) as time from (
                    select agent, range_agg(part) as times from ({Either(NoPart,
                        (rest, $"select s.agent, tstzrange(s.began_at, s.ended_at) * r.past as part from rest r join agent_pauses s on {which} and tstzrange(s.began_at, s.ended_at) && r.whole"),
                        (owed, $"select s.agent, tstzrange(s.began_at, s.ended_at) * r.past as part from owed r join agent_pauses s on s.agent = r.owner and {which} and tstzrange(s.began_at, s.ended_at) && r.whole"))}) p
                    group by agent) t),
            talked as (
                select agent, sum(upper(part) - lower(part)) filter (where kind = 1) as incoming, sum(upper(part) - lower(part)) filter (where kind = 5) as outgoing
                from ({Either(NoTalk,
                    (rest, $"select s.agent, s.kind, tstzrange(s.talk_from, s.talk_to) * r.past as part from rest r join agent_calls s on {which} and {Near} and {Talked}"),
                    (rest, $"select s.agent, s.kind, tstzrange(s.talk_from, s.talk_to) * r.past as part from rest r join agent_calls s on {which} and {Far} and {Talked}"),
                    (owed, $"select s.agent, s.kind, tstzrange(s.talk_from, s.talk_to) * r.past as part from owed r join agent_calls s on s.agent = r.owner and {which} and {Near} and {Talked}"),
                    (owed, $"select s.agent, s.kind, tstzrange(s.talk_from, s.talk_to) * r.past as part from owed r join agent_calls s on s.agent = r.owner and {which} and {Far} and {Talked}"))}) p
                group by agent),
            counted as (
                select agent, count(*) filter (where kind = 1) as answered, count(*) filter (where kind in (2, 3, 4)) as lost,
                    count(*) filter (where kind = 5) as outgoing, count(*) filter (where kind = 5 and talk_from is not null) as outgoing_answered,
                    count(*) filter (where kind = 6) as direct,
                    count(*) filter (where kind = 1 and talk_to - talk_from < make_interval(secs => $14)) as short
                from ({Either("select null::text as agent, 0 as kind, null::timestamptz as talk_from, null::timestamptz as talk_to where false",
                    (rest, $"select s.agent, s.kind, s.talk_from, s.talk_to from rest r join agent_calls s on {which} and {Within}"),
                    (owed, $"select s.agent, s.kind, s.talk_from, s.talk_to from owed r join agent_calls s on s.agent = r.owner and {which} and {Within}"))}) c
                group by agent),
            transferred as (
                select agent, count(*) as calls from ({Either("select null::text as agent where false",
                    (rest, $"select s.agent from rest r join queue_activities s on {which} and {Within} and s.action = 8"),
                    (owed, $"select s.agent from owed r join queue_activities s on s.agent = r.owner and {which} and {Within} and s.action = 8"))}) t
                group by agent)
            select agent, (coalesce(days.logged, 0) + coalesce(extract(epoch from logged.time), 0))::bigint,
                (coalesce(days.paused, 0) + coalesce(extract(epoch from paused.time), 0))::bigint,
                (coalesce(days.talk, 0) + coalesce(extract(epoch from talked.incoming), 0))::bigint,
                (coalesce(days.outgoing_talk, 0) + coalesce(extract(epoch from talked.outgoing), 0))::bigint,
                (coalesce(days.answered, 0) + coalesce(counted.answered, 0))::int, (coalesce(days.lost, 0) + coalesce(counted.lost, 0))::int,
                (coalesce(days.outgoing, 0) + coalesce(counted.outgoing, 0))::int,
                (coalesce(days.outgoing_answered, 0) + coalesce(counted.outgoing_answered, 0))::int,
                (coalesce(days.direct, 0) + coalesce(counted.direct, 0))::int, (coalesce(days.transferred, 0) + coalesce(transferred.calls, 0))::int,
                (coalesce(days.short, 0) + coalesce(counted.short, 0))::int
            from days full join logged using (agent) full join paused using (agent) full join talked using (agent) full join counted using (agent)
                full join transferred using (agent)
            order by agent
            """;
    }

    /// <summary>
    /// The sums of a queue's days. Where all agents are meant they are read by one plain scan, the days of those of whom something lasts among them: a join with the
    /// period, or one part after the other, takes half as long again over a year.
    /// </summary>
    private static string SumsOf(ReportSpans spans) => spans.HasDaysOfAll
        ? """
          agent_days d where d.queue = $16 and d.day >= $17 and d.day < $18
                    and (not d.agent = any($5) or exists (select from asked_days a where a.agent = d.agent and d.day >= a.first and d.day < a.last))
          """
        : "asked_days a join agent_days d using (agent) where d.queue = $16 and d.day >= $17 and d.day < $18 and d.day >= a.first and d.day < a.last";

    /// <summary>One after the other what the period has, or nothing of the same columns.</summary>
    private static string Either(string none, params ReadOnlySpan<(bool Has, string Sql)> parts)
    {
        var all = new List<string>();
        foreach (var (has, sql) in parts)
        {
            if (has) all.Add(sql);
        }

        return all.Count == 0 ? none : string.Join("\nunion all\n", all);
    }

    /// <summary>One row for each agent who was logged in within the period; of parts only the time within them.</summary>
    public Task<IReadOnlyList<AgentTimes>> TimesAsync(
        string queue, IReadOnlyList<AgentPart>? parts, DateTimeOffset from, DateTimeOffset to, DateTimeOffset now, CancellationToken ct)
    {
        var end = Sightings.WholeSecond(now);
        return ReportSnapshot.AskAsync(database, time, parts, from, to.AddSeconds(1), end, mayUseSums: true, AskAsync, ct);

        async Task<IReadOnlyList<AgentTimes>> AskAsync(ReportSpans spans, NpgsqlConnection connection)
        {
            await using var command = Command(TimesSql(queue.Length == 0, spans), spans, end, connection, queue, spans.AroundDays.First, spans.AroundDays.End);
            var times = new List<AgentTimes>();
            await using var row = await command.ExecuteReaderAsync(ct);
            while (await row.ReadAsync(ct)) times.Add(new AgentTimes(row.GetString(0), row.GetInt64(1), row.GetInt64(2), row.GetFieldValue<string[]>(3)));
            return times;
        }
    }

    /// <summary>The union of intervals: time in several queues at once counts once.</summary>
    private static string TimesSql(bool allQueues, ReportSpans spans)
    {
        // Queue by queue, by force ("offset 0"): the index of intervals that is asked for a time alone is read wider with every month.
        const string During = "tstzrange(s.began_at, s.ended_at) && r.whole";
        var (rest, which, owed) = allQueues ? ("rest r cross join known k", "s.queue = k.queue", "") : ("rest r", "s.queue = $14", " and s.queue = $14");
        return
            $"""
            with recursive {KnownQueues},
            {Parts},
            in_days as materialized (
                select agent, queues, sum(logged) as logged, sum(paused) as paused from (
                    select d.agent, d.queues, d.logged, d.paused from asked_days a join agent_days d
                        on d.queue = $14 and d.day >= $15 and d.day < $16 and d.day >= a.first and d.day < a.last and d.agent = a.agent where a.agent is not null
                    union all
                    select d.agent, d.queues, d.logged, d.paused from asked_days a join agent_days d on d.queue = $14 and d.day >= $15 and d.day < $16 and d.day >= a.first and d.day < a.last
                    where a.agent is null and not d.agent = any($5)) d
                where logged > 0 group by agent, queues),
            days as (select agent, sum(logged) as logged, sum(paused) as paused from in_days group by agent),
            sessions as ({Either("select null::text as agent, null::text as queue, null::tstzrange as part where false",
                (spans.HasRestOfAll, $"select s.agent, s.queue, tstzrange(s.began_at, s.ended_at) * r.past as part from {rest} cross join lateral (select * from agent_sessions s where {which} and {During} offset 0) s"),
                (spans.HasRestOfAgents, $"select s.agent, s.queue, tstzrange(s.began_at, s.ended_at) * r.past as part from owed r join agent_sessions s on s.agent = r.owner and {During}{owed}"))}),
            logged as (select agent, range_agg(part) as times from sessions group by agent),
            paused as (
                select agent, range_agg(part) as times from ({Either("select null::text as agent, null::tstzrange as part where false",
                    (spans.HasRestOfAll, $"select s.agent, tstzrange(s.began_at, s.ended_at) * r.past as part from {rest} cross join lateral (select * from agent_pauses s where {which} and {During} offset 0) s"),
                    (spans.HasRestOfAgents, $"select s.agent, tstzrange(s.began_at, s.ended_at) * r.past as part from owed r join agent_pauses s on s.agent = r.owner and {During}{owed}"))}) p
                group by agent),
            queues as (
                select agent, array_agg(queue order by queue collate "C") as queues from (
                    select agent, unnest(coalesce(queues, array[$14])) as queue from in_days union select agent, queue from sessions) q
                group by agent)
            select agent,
                coalesce(days.logged, 0)::bigint + (select coalesce(sum(extract(epoch from upper(r) - lower(r))), 0)::bigint from unnest(logged.times) r),
                coalesce(days.paused, 0)::bigint + (select coalesce(sum(extract(epoch from upper(r) - lower(r))), 0)::bigint from unnest(paused.times) r), queues.queues
            from days full join logged using (agent) join queues using (agent) left join paused using (agent) order by agent
            """;
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

    private static NpgsqlCommand Command(string sql, ReportSpans spans, DateTimeOffset now, NpgsqlConnection connection, params ReadOnlySpan<object> values)
    {
        var (agents, firsts, ends) = spans.Days;
        var (began, ended) = spans.RestOfAll;
        var (owners, owedFrom, owedTo) = spans.RestOfAgents;
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        foreach (var value in new object[] { now.UtcDateTime, agents, firsts, ends, spans.Apart, began, ended, owners, owedFrom, owedTo, spans.Near, spans.Far, spans.Soon }) command.Parameters.Add(new() { Value = value });
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
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
