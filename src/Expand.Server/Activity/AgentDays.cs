using Expand.Server.Platform;
using Npgsql;

namespace Expand.Server.Activity;

/// <summary>
/// Keeps the sums of agents' days (<see cref="AgentDay"/>): made anew from their rows, by whoever writes such a row, in the same transaction, under the
/// writers' turn (<see cref="ActivityLedger.TakeTurnAsync"/>). So they are right at any instant, late lines included.
/// </summary>
internal sealed class AgentDays(LocalTime time)
{
    /// <summary>
    /// The sums of the agents $1 on the days $2, which begin at $3 and end at $4: of each queue, and of all together; $5, $6, $7 lie around all of them, so that
    /// the planner sees which months have nothing to do with it. What lasts is left out, but for a call that was answered: that counts from the answer
    /// on. A talk is looked for where its call is (<see cref="AgentCall.IsOdd"/> tells the others, of a month at most). What was summed up before and is no more is there with zeros.
    /// </summary>
    private const string Sums =
        $"""
        with k as materialized (
            select agent, day, began, ended, tstzrange(began, ended) as whole, began - interval '2 hours' as near, ended + interval '1 minute' as soon,
                began - interval '31 days' as far
            from unnest($1::text[], $2::date[], $3::timestamptz[], $4::timestamptz[]) as k(agent, day, began, ended)),
        logged as (
            select coalesce(queue, '') as queue, day, agent, (select sum(extract(epoch from upper(r) - lower(r))) from unnest(times) r)::int as secs, queues
            from (
                select s.queue, k.day, k.agent, range_agg(tstzrange(s.began_at, s.ended_at) * k.whole) as times,
                    case when grouping(s.queue) = 1 then array_agg(distinct s.queue collate "C" order by s.queue collate "C") end as queues
                from k join agent_sessions s on s.agent = k.agent and s.ended_at is not null and tstzrange(s.began_at, s.ended_at) && k.whole
                group by grouping sets ((k.agent, k.day, s.queue), (k.agent, k.day))) s),
        paused as (
            select coalesce(queue, '') as queue, day, agent, (select sum(extract(epoch from upper(r) - lower(r))) from unnest(times) r)::int as secs
            from (
                select s.queue, k.day, k.agent, range_agg(tstzrange(s.began_at, s.ended_at) * k.whole) as times
                from k join agent_pauses s on s.agent = k.agent and s.ended_at is not null and tstzrange(s.began_at, s.ended_at) && k.whole
                group by grouping sets ((k.agent, k.day, s.queue), (k.agent, k.day))) s),
        calls as materialized (
            select k.agent, k.day, s.queue, s.kind, s.at >= k.began and s.at < k.ended as counts, s.talk_from, s.talk_to,
                case when s.kind in (1, 5) and s.talk_to is not null then tstzrange(s.talk_from, s.talk_to) * k.whole end as part
            from k join agent_calls s on s.agent = k.agent and s.at >= $5 and s.at < $7 and s.at >= k.near and s.at < k.soon and s.queue <> ''
            where s.at >= k.began and s.at < k.ended or not ({AgentCall.IsOdd})
            union all
            select k.agent, k.day, s.queue, s.kind, false, s.talk_from, s.talk_to, tstzrange(s.talk_from, s.talk_to) * k.whole
            from k join agent_calls s on s.agent = k.agent and s.at >= $6 and s.at >= k.far and {AgentCall.IsOdd} and s.queue <> ''
                and s.kind in (1, 5) and s.talk_to is not null and tstzrange(s.talk_from, s.talk_to) && k.whole
                and not (s.at >= k.began and s.at < k.ended)),
        counted as (
            select coalesce(queue, '') as queue, day, agent, coalesce(extract(epoch from sum(upper(part) - lower(part)) filter (where kind = 1)), 0)::int as talk,
                coalesce(extract(epoch from sum(upper(part) - lower(part)) filter (where kind = 5)), 0)::int as outgoing_talk,
                count(*) filter (where counts and kind = 1)::int as answered, count(*) filter (where counts and kind in (2, 3, 4))::int as lost,
                count(*) filter (where counts and kind = 5)::int as outgoing, count(*) filter (where counts and kind = 5 and talk_from is not null)::int as outgoing_answered,
                count(*) filter (where counts and kind = 6)::int as direct,
                array_agg(extract(epoch from talk_to - talk_from)::smallint order by talk_to - talk_from) filter (where counts and kind = 1 and talk_to - talk_from < make_interval(secs => 60)) as shorts
            from calls group by grouping sets ((agent, day, queue), (agent, day))),
        handed as (
            select coalesce(s.queue, '') as queue, k.day, k.agent, count(*)::int as calls
            from k join queue_activities s on s.agent = k.agent and s.action = 8 and s.at >= $5 and s.at < $7 and s.at >= k.began and s.at < k.ended and s.queue <> ''
            group by grouping sets ((k.agent, k.day, s.queue), (k.agent, k.day)))
        select queue, day, agent, sum(logged)::int as logged, sum(paused)::int as paused, sum(talk)::int as talk, sum(outgoing_talk)::int as outgoing_talk,
            sum(answered)::int as answered, sum(lost)::int as lost, sum(outgoing)::int as outgoing, sum(outgoing_answered)::int as outgoing_answered,
            sum(direct)::int as direct, sum(transferred)::int as transferred, max(shorts) as shorts, max(queues) as queues
        from (
            select queue, day, agent, secs as logged, 0 as paused, 0 as talk, 0 as outgoing_talk, 0 as answered, 0 as lost, 0 as outgoing, 0 as outgoing_answered,
                0 as direct, 0 as transferred, null::smallint[] as shorts, queues from logged
            union all select queue, day, agent, 0, secs, 0, 0, 0, 0, 0, 0, 0, 0, null, null from paused
            union all select queue, day, agent, 0, 0, talk, outgoing_talk, answered, lost, outgoing, outgoing_answered, direct, 0, shorts, null from counted
            union all select queue, day, agent, 0, 0, 0, 0, 0, 0, 0, 0, 0, calls, null, null from handed
            union all select d.queue, d.day, d.agent, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, null, null from k join agent_days d on d.agent = k.agent and d.day = k.day) parts
        group by queue, day, agent
        """;

    private const string Columns =
        "logged, paused, talk, outgoing_talk, answered, lost, outgoing, outgoing_answered, direct, transferred, shorts, queues";

    private const string Write =
        $"""
        insert into agent_days (queue, day, agent, {Columns}) {Sums}
        on conflict (queue, day, agent) do update set logged = excluded.logged, paused = excluded.paused, talk = excluded.talk, outgoing_talk = excluded.outgoing_talk,
            answered = excluded.answered, lost = excluded.lost, outgoing = excluded.outgoing, outgoing_answered = excluded.outgoing_answered,
            direct = excluded.direct, transferred = excluded.transferred, shorts = excluded.shorts, queues = excluded.queues
        """;

    private const string RemoveEmpty =
        """
        delete from agent_days d using unnest($1::text[], $2::date[]) as k(agent, day)
        where d.agent = k.agent and d.day = k.day
            and d.logged + d.paused + d.talk + d.outgoing_talk + d.answered + d.lost + d.outgoing + d.direct + d.transferred = 0
        """;

    /// <summary>The time zone whose days are summed up.</summary>
    public string Zone => time.Zone.Id;

    /// <summary>An empty list of what has to be made anew.</summary>
    public TouchedDays Touched() => new(time.DayOf);

    /// <summary>Makes these sums anew.</summary>
    public async Task SumAsync(TouchedDays touched, NpgsqlConnection connection, CancellationToken ct)
    {
        if (touched.All.Count == 0) return;
        await HoldZoneAsync(connection, ct);
        await SumAsync(touched.All, connection, ct);
    }

    /// <summary>Makes the sums of a whole day, of all agents.</summary>
    public async Task SumDayAsync(DateOnly day, NpgsqlConnection connection, CancellationToken ct)
    {
        var keys = new List<(string, DateOnly)>();
        await using (var command = new NpgsqlCommand(
            $"""
            with recursive {ActivityReports.KnownQueues}
            select s.agent from known k cross join lateral (
                select * from agent_sessions s where s.queue = k.queue and tstzrange(s.began_at, s.ended_at) && tstzrange($1, $2) offset 0) s
            union select agent from agent_calls where at >= $4 and at < $5
            union select agent from queue_activities where at >= $1 and at < $2 and action = 8
            union select agent from agent_days where queue = '' and day = $3
            """, connection))
        {
            command.CommandTimeout = 0;
            var (from, to) = (time.StartOf(day), time.StartOf(day.AddDays(1)));
            foreach (var value in new object[] { from.UtcDateTime, to.UtcDateTime, day, from.AddHours(-2).UtcDateTime, to.AddMinutes(1).UtcDateTime })
                command.Parameters.Add(new() { Value = value });
            await using var row = await command.ExecuteReaderAsync(ct);
            while (await row.ReadAsync(ct))
            {
                if (row.GetString(0).Length > 0) keys.Add((row.GetString(0), day));
            }
        }

        if (keys.Count > 0) await SumAsync(keys, connection, ct);
    }

    /// <summary>Which sums of a day differ from the rows that they are made of: nobody's, unless somebody has changed a table by hand.</summary>
    public async Task<IReadOnlyList<string>> DifferencesAsync(DateOnly day, NpgsqlConnection connection, CancellationToken ct)
    {
        const string Row = "select queue, agent, logged, paused, talk, outgoing_talk, answered, lost, outgoing, outgoing_answered, direct, transferred, shorts, queues from agent_days where day = $1 order by queue collate \"C\", agent collate \"C\"";
        var kept = await RowsAsync(Row, day, connection, ct);
        await using (var save = new NpgsqlCommand("savepoint before_the_sums", connection)) await save.ExecuteNonQueryAsync(ct);
        await SumDayAsync(day, connection, ct);
        var made = await RowsAsync(Row, day, connection, ct);
        await using (var back = new NpgsqlCommand("rollback to savepoint before_the_sums", connection)) await back.ExecuteNonQueryAsync(ct);
        return [.. kept.Except(made).Select(row => "kept " + row), .. made.Except(kept).Select(row => "made " + row)];
    }

    private static async Task<List<string>> RowsAsync(string sql, DateOnly day, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand($"select r::text from ({sql}) r", connection) { CommandTimeout = 0 };
        command.Parameters.Add(new() { Value = day });
        var rows = new List<string>();
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct)) rows.Add(row.GetString(0));
        return rows;
    }

    private async Task SumAsync(IReadOnlyCollection<(string Agent, DateOnly Day)> keys, NpgsqlConnection connection, CancellationToken ct)
    {
        var starts = keys.Select(k => k.Day).Distinct().ToDictionary(day => day, day => (From: time.StartOf(day).UtcDateTime, To: time.StartOf(day.AddDays(1)).UtcDateTime));
        var (agents, days, first) = (keys.Select(k => k.Agent).ToArray(), keys.Select(k => k.Day).ToArray(), starts.Values.Min(s => s.From));
        await using var batch = new NpgsqlBatch(connection) { Timeout = 0 };
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Write)
        {
            Parameters =
            {
                new() { Value = agents }, new() { Value = days },
                new() { Value = keys.Select(k => starts[k.Day].From).ToArray() }, new() { Value = keys.Select(k => starts[k.Day].To).ToArray() },
                new() { Value = first.AddHours(-2) }, new() { Value = first.AddDays(-31) }, new() { Value = starts.Values.Max(s => s.To).AddMinutes(1) },
            },
        });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(RemoveEmpty) { Parameters = { new() { Value = agents }, new() { Value = days } } });
        await batch.ExecuteNonQueryAsync(ct);
    }

    /// <summary>The days of another time zone are other days: where the installation's has changed, the sums begin anew.</summary>
    private async Task HoldZoneAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select zone from agent_days_reach where id = 1", connection);
        if (await command.ExecuteScalarAsync(ct) is string zone && zone != Zone) await BeginAsync(connection, ct);
    }

    /// <summary>
    /// Writes the sums of a month that is over queue by queue: made day by day they lie mixed, and a queue's year would be read from thousands of pages. The month
    /// is the first one that is not in order yet; false where that is not over.
    /// </summary>
    public async Task<bool> OrderMonthAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select coalesce(ordered_to, (select min(day) from agent_days where queue = '')) from agent_days_reach where id = 1", connection);
        if (await command.ExecuteScalarAsync(ct) is not DateOnly next) return false;
        var first = new DateOnly(next.Year, next.Month, 1);
        var end = first.AddMonths(1);
        if (end > time.DayOf(time.Now)) return false;
        await using var batch = new NpgsqlBatch(connection) { Timeout = 0 };
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            """
            with gone as (delete from agent_days where day >= $1 and day < $2 returning *)
            insert into agent_days select * from gone order by queue collate "C", day, agent collate "C"
            """)
        { Parameters = { new() { Value = first }, new() { Value = end } } });
        batch.BatchCommands.Add(new NpgsqlBatchCommand("update agent_days_reach set ordered_to = $1 where id = 1") { Parameters = { new() { Value = end } } });
        await batch.ExecuteNonQueryAsync(ct);
        return true;
    }

    /// <summary>Has the sums begin anew: from tomorrow on they are there, and what is before is made day by day (<see cref="AgentDaysUpkeep"/>).</summary>
    public async Task BeginAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            """
            with gone as (delete from agent_days)
            insert into agent_days_reach (id, zone, since) values (1, $1, $2) on conflict (id) do update set zone = excluded.zone, since = excluded.since, ordered_to = null
            """, connection);
        command.CommandTimeout = 0;
        command.Parameters.Add(new() { Value = Zone });
        command.Parameters.Add(new() { Value = time.DayOf(time.Now).AddDays(1) });
        await command.ExecuteNonQueryAsync(ct);
    }
}
