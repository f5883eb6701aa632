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
    /// The sums of the keys $1 (queues), $2 (agents), $3 (days), which begin at $4 and end at $5; $6, $7, $8 lie around all of them, so that the
    /// planner sees which months have nothing to do with it. What lasts is left out, but for a call that was answered:
    /// that counts from the answer on. A talk is looked for where its call is (<see cref="AgentCall.IsOdd"/> tells the others, of a month at most).
    /// </summary>
    private const string Sums =
        $"""
        with k as materialized (
            select queue, agent, day, began, ended, tstzrange(began, ended) as whole, began - interval '2 hours' as near, ended + interval '1 minute' as soon,
                began - interval '31 days' as far
            from unnest($1::text[], $2::text[], $3::date[], $4::timestamptz[], $5::timestamptz[]) as k(queue, agent, day, began, ended))
        select k.queue, k.day, k.agent, coalesce(l.secs, 0) as logged, coalesce(p.secs, 0) as paused, coalesce(t.talk, 0) as talk, coalesce(t.outgoing, 0) as outgoing_talk,
            c.answered, c.lost, c.outgoing, c.outgoing_answered, c.direct, x.transferred, c.shorts, case when k.queue = '' then l.queues end as queues
        from k
        cross join lateral (
            select (select sum(extract(epoch from upper(r) - lower(r))) from unnest(times) r)::int as secs, queues
            from (
                select range_agg(tstzrange(s.began_at, s.ended_at) * k.whole) as times, array_agg(distinct s.queue collate "C" order by s.queue collate "C") as queues
                from agent_sessions s where s.agent = k.agent and (k.queue = '' or s.queue = k.queue) and s.ended_at is not null
                    and tstzrange(s.began_at, s.ended_at) && k.whole) s) l
        cross join lateral (
            select (select sum(extract(epoch from upper(r) - lower(r))) from unnest(times) r)::int as secs
            from (
                select range_agg(tstzrange(s.began_at, s.ended_at) * k.whole) as times
                from agent_pauses s where s.agent = k.agent and (k.queue = '' or s.queue = k.queue) and s.ended_at is not null
                    and tstzrange(s.began_at, s.ended_at) && k.whole) s) p
        cross join lateral (
            select extract(epoch from sum(upper(part) - lower(part)) filter (where kind = 1))::int as talk,
                extract(epoch from sum(upper(part) - lower(part)) filter (where kind = 5))::int as outgoing
            from (
                select s.kind, tstzrange(s.talk_from, s.talk_to) * k.whole as part from agent_calls s
                where s.agent = k.agent and s.at >= $6 and s.at < $8 and s.at >= k.near and s.at < k.soon and (k.queue = '' and s.queue <> '' or s.queue = k.queue) and s.kind in (1, 5)
                    and s.talk_to is not null and not ({AgentCall.IsOdd}) and tstzrange(s.talk_from, s.talk_to) && k.whole
                union all
                select s.kind, tstzrange(s.talk_from, s.talk_to) * k.whole from agent_calls s
                where s.agent = k.agent and s.at >= $7 and s.at >= k.far and (k.queue = '' and s.queue <> '' or s.queue = k.queue) and s.kind in (1, 5)
                    and s.talk_to is not null and {AgentCall.IsOdd} and tstzrange(s.talk_from, s.talk_to) && k.whole) s) t
        cross join lateral (
            select count(*) filter (where s.kind = 1)::int as answered, count(*) filter (where s.kind in (2, 3, 4))::int as lost,
                count(*) filter (where s.kind = 5)::int as outgoing, count(*) filter (where s.kind = 5 and s.talk_from is not null)::int as outgoing_answered,
                count(*) filter (where s.kind = 6)::int as direct,
                array_agg(extract(epoch from s.talk_to - s.talk_from)::smallint) filter (where s.kind = 1 and s.talk_to - s.talk_from < make_interval(secs => 60)) as shorts
            from agent_calls s where s.agent = k.agent and s.at >= $6 and s.at < $8 and s.at >= k.began and s.at < k.ended and (k.queue = '' and s.queue <> '' or s.queue = k.queue)) c
        cross join lateral (
            select count(*)::int as transferred from queue_activities s
            where s.agent = k.agent and s.action = 8 and s.at >= $6 and s.at < $8 and s.at >= k.began and s.at < k.ended and (k.queue = '' and s.queue <> '' or s.queue = k.queue)) x
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
        delete from agent_days d using unnest($1::text[], $2::text[], $3::date[]) as k(queue, agent, day)
        where d.queue = k.queue and d.agent = k.agent and d.day = k.day
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
        var keys = new List<(string, string, DateOnly)>();
        await using (var command = new NpgsqlCommand(
            $"""
            with recursive {ActivityReports.KnownQueues},
            found as (
                select s.queue, s.agent from known k cross join lateral (
                    select * from agent_sessions s where s.queue = k.queue and tstzrange(s.began_at, s.ended_at) && tstzrange($1, $2) offset 0) s
                union select queue, agent from agent_calls where at >= $1 - interval '2 hours' and at < $2 + interval '1 minute'
                union select queue, agent from queue_activities where at >= $1 and at < $2 and action = 8 and agent <> ''
                union select queue, agent from agent_days where day = $3)
            select queue, agent from found where queue <> '' union select '', agent from found
            """, connection))
        {
            command.CommandTimeout = 0;
            command.Parameters.Add(new() { Value = time.StartOf(day).UtcDateTime });
            command.Parameters.Add(new() { Value = time.StartOf(day.AddDays(1)).UtcDateTime });
            command.Parameters.Add(new() { Value = day });
            await using var row = await command.ExecuteReaderAsync(ct);
            while (await row.ReadAsync(ct)) keys.Add((row.GetString(0), row.GetString(1), day));
        }

        if (keys.Count > 0) await SumAsync(keys, connection, ct);
    }

    /// <summary>Which sums of a day differ from the rows that they are made of: nobody's, unless somebody has changed a table by hand.</summary>
    public async Task<IReadOnlyList<string>> DifferencesAsync(DateOnly day, NpgsqlConnection connection, CancellationToken ct)
    {
        const string Row = "select queue, agent, logged, paused, talk, outgoing_talk, answered, lost, outgoing, outgoing_answered, direct, transferred, "
            + "array(select s from unnest(shorts) s order by 1), queues from agent_days where day = $1 order by queue collate \"C\", agent collate \"C\"";
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

    private async Task SumAsync(IReadOnlyCollection<(string Queue, string Agent, DateOnly Day)> keys, NpgsqlConnection connection, CancellationToken ct)
    {
        var starts = keys.Select(k => k.Day).Distinct().ToDictionary(day => day, day => (From: time.StartOf(day).UtcDateTime, To: time.StartOf(day.AddDays(1)).UtcDateTime));
        var (queues, agents, days) = (keys.Select(k => k.Queue).ToArray(), keys.Select(k => k.Agent).ToArray(), keys.Select(k => k.Day).ToArray());
        var first = starts.Values.Min(s => s.From);
        await using var batch = new NpgsqlBatch(connection) { Timeout = 0 };
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Write)
        {
            Parameters =
            {
                new() { Value = queues }, new() { Value = agents }, new() { Value = days },
                new() { Value = keys.Select(k => starts[k.Day].From).ToArray() }, new() { Value = keys.Select(k => starts[k.Day].To).ToArray() },
                new() { Value = first.AddHours(-2) }, new() { Value = first.AddDays(-31) }, new() { Value = starts.Values.Max(s => s.To).AddMinutes(1) },
            },
        });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(RemoveEmpty) { Parameters = { new() { Value = queues }, new() { Value = agents }, new() { Value = days } } });
        await batch.ExecuteNonQueryAsync(ct);
    }

    /// <summary>The days of another time zone are other days: where the installation's has changed, the sums begin anew.</summary>
    private async Task HoldZoneAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select zone from agent_days_reach where id = 1", connection);
        if (await command.ExecuteScalarAsync(ct) is string zone && zone != Zone) await BeginAsync(connection, ct);
    }

    /// <summary>Has the sums begin anew: from tomorrow on they are there, and what is before is made day by day (<see cref="AgentDaysUpkeep"/>).</summary>
    public async Task BeginAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            """
            with gone as (delete from agent_days)
            insert into agent_days_reach (id, zone, since) values (1, $1, $2) on conflict (id) do update set zone = excluded.zone, since = excluded.since
            """, connection);
        command.CommandTimeout = 0;
        command.Parameters.Add(new() { Value = Zone });
        command.Parameters.Add(new() { Value = time.DayOf(time.Now).AddDays(1) });
        await command.ExecuteNonQueryAsync(ct);
    }
}
