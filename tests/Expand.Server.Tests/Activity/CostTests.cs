using Expand.Server.Activity;
using Expand.Server.Calls;
using Expand.Server.Platform;
using Expand.Server.Tests.Host;
using Expand.Server.Tests.Platform.History;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace Expand.Server.Tests.Activity;

/// <summary>
/// What a question costs, in PostgreSQL's own count of the blocks it touched (tables and indexes): as much as it answers, whatever lies before.
/// Ten agents, each in two queues every day; the last day is asked for, after a month and after ten.
/// </summary>
public sealed class CostTests(Databases databases)
{
    private const int Month = 30;
    private static readonly string[] Feeds = ["destination of a transfer", "call outside"];

    private static readonly LocalTime Time = new(ActivityDesk.Montevideo, TimeProvider.System);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reports_and_feeds_cost_what_they_answer_however_long_the_history_is()
    {
        var (month, tenMonths) = (await MeasureAsync(Month), await MeasureAsync(10 * Month));
        var all = string.Join(", ", month.Select(m => $"{m.Key}: {m.Value} blocks after a month, {tenMonths[m.Key]} after ten"));
        // An index that grew has a level more; and who does not tell when looks into each month, to find nothing there.
        Assert.True(month.All(m => tenMonths[m.Key] <= m.Value * 3 / 2 + 10 + (9 * InEachMonth(m.Key))), all);

        // Asked four times a second for each transfer that is open, and for once it is written, in all indexes of its month: no day of CDRs is read for it. A block for
        // each index of each month is a new connection's, which looks how high it is.
        Assert.True(tenMonths["destination of a transfer"] <= 290, all);
    }

    /// <summary>Blocks looked at in each of nine further months: the feeds' indexes; and the one of calls that last, which a report on agents asks for.</summary>
    private static int InEachMonth(string question) =>
        Feeds.Contains(question) ? 6 : question is "totals" or "times of all" or "times of a queue" or "times of an agent" ? 3 : 0;

    private async Task<Dictionary<string, long>> MeasureAsync(int days)
    {
        var database = await databases.NewAsync();
        await using var source = NpgsqlDataSource.Create(database);
        await Upkeep.ForgetMonthsAsync(source, Ct);
        await using (var history = source.CreateCommand(History(days)))
        {
            history.CommandTimeout = 300;
            await history.ExecuteNonQueryAsync(Ct);
        }

        // Each month in its place, and days without sums: what they cost is asked of the rows.
        await Upkeep.Of(source, new FakeTimeProvider(ActivityDesk.At(days * 86_400))).KeepOnceAsync(Ct);
        await using var vacuum = source.CreateCommand("vacuum analyze");
        await vacuum.ExecuteNonQueryAsync(Ct);

        var costs = new Dictionary<string, long>();
        var (from, to) = (ActivityDesk.At((days - 1) * 86_400), ActivityDesk.At((days - 1) * 86_400 + 50_000));
        async Task AskAsync(string question, Func<ActivityReports, Task> ask) =>
            costs[question] = await BlocksAsync(database, (one, _) => ask(new ActivityReports(one, Time)));
        await AskAsync("totals", reports => reports.TotalsAsync("q_1", from, to, to, 10, Ct));
        await AskAsync("times of all", reports => reports.TimesAsync("", null, from, to, to, Ct));
        await AskAsync("times of a queue", reports => reports.TimesAsync("q_1", null, from, to, to, Ct));
        await AskAsync("times of an agent", reports => reports.TimesAsync("", [new AgentPart("7", null, null)], from, to, to, Ct));
        await AskAsync("sessions of all", reports => ReadAsync(reports.CompleteSessionsAsync("", null, from, to, Ct)));
        await AskAsync("sessions of an agent", reports => ReadAsync(reports.CompleteSessionsAsync("", [new AgentPart("7", null, null)], from, to, Ct)));
        await AskAsync("activities of a queue", reports => ReadAsync(reports.ActivitiesAsync("q_1", "", from, to, Ct)));
        await AskAsync("activities of an agent in a queue", reports => ReadAsync(reports.ActivitiesAsync("q_1", "7", from, to, Ct)));

        // What the feed does at a late hour of that day, with a transfer that nobody saw and a call that an agent made.
        var idle = new FeedIdle(to, to, true);
        costs["destination of a transfer"] = await BlocksAsync(database, (one, keep) => InTransactionAsync(one, keep, connection =>
            new TransferDestinations(new Sightings(new FakeTimeProvider(to))).LearnAsync("pbx", idle, connection, Ct)));
        Assert.Equal("0991", await ScalarAsync<string>(source, "select string_agg(destination, ' ') from queue_activities where action = 8 and unique_id = 'open'"));
        costs["call outside"] = await BlocksAsync(database, (one, keep) => InTransactionAsync(one, keep, connection =>
            new OutsideCalls(new CallRepository(source), new AgentDays(Time)).TakeAsync("pbx", idle, connection, Ct)));
        Assert.Equal(1L, await ScalarAsync<long>(source, "select count(*) from agent_calls where from_cdr"));
        return costs;
    }

    private static async Task ReadAsync<T>(IAsyncEnumerable<T> rows)
    {
        await foreach (var row in rows) Assert.NotNull(row);
    }

    private static async Task InTransactionAsync(NpgsqlDataSource source, bool keep, Func<NpgsqlConnection, Task> act)
    {
        await using var connection = await source.OpenConnectionAsync(Ct);
        await using var transaction = await connection.BeginTransactionAsync(Ct);
        await act(connection);
        if (keep) await transaction.CommitAsync(Ct);
    }

    /// <summary>
    /// The blocks that a question touches, on the one connection that it has: what that one counted is told at once. The first question of a connection also
    /// looks at the first block of each index of each month: so it is asked before, and then nothing of it kept.
    /// </summary>
    private static async Task<long> BlocksAsync(string database, Func<NpgsqlDataSource, bool, Task> ask)
    {
        await using var one = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database) { MaxPoolSize = 1, MinPoolSize = 1 });
        await ask(one, false);
        var before = await CountAsync(one);
        await ask(one, true);
        return await CountAsync(one) - before;
    }

    private static async Task<long> CountAsync(NpgsqlDataSource one)
    {
        await using (var flush = one.CreateCommand("select pg_stat_force_next_flush()")) await flush.ExecuteNonQueryAsync(Ct);
        return await ScalarAsync<long>(one,
            "select sum(heap_blks_read + heap_blks_hit + coalesce(idx_blks_read, 0) + coalesce(idx_blks_hit, 0))::bigint from pg_statio_user_tables");
    }

    private static async Task<T> ScalarAsync<T>(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync(Ct))!;
    }

    /// <summary>
    /// Days from an ordinary Monday on. Each agent: two queues, three sessions a day in each with a pause, a call every half an hour; forty CDRs a
    /// minute around the transfer that is open.
    /// </summary>
    private static string History(int days) =>
        $"""
        insert into agent_sessions (pbx, queue, agent, device, began_at, ended_at)
        select 'pbx', 'q_' || q, a::text, 'PJSIP/' || (700 + a), t, t + interval '4 hours'
        from generate_series(0, {days} - 1) d, generate_series(0, 2) n, generate_series(1, 10) a, generate_series(1, 2) q,
            lateral (select timestamptz '2026-11-23 12:00Z' + make_interval(days => d, hours => 5 * n, secs => a)) b(t)
        order by t;
        insert into agent_pauses (session_id, queue, agent, cause, began_at, ended_at)
        select id, queue, agent, 'x', began_at + interval '1 hour', began_at + interval '70 minutes' from agent_sessions order by id;
        insert into agent_calls (pbx, queue, agent, unique_id, kind, at, talk_from, talk_to, transferred)
        select 'pbx', queue, agent, 'c.' || id || '.' || n, 1, t, t, t + interval '5 minutes', false from agent_sessions, generate_series(0, 6) n,
            lateral (select began_at + make_interval(mins => 30 * n)) b(t) order by t;
        insert into queue_activities (pbx, at, queue, action, unique_id, agent, caller_id, talk_seconds, destination, cause)
        select 'pbx', at + make_interval(mins => 5 * n), queue, 3 + 3 * n, unique_id, agent, '', 300, '', '' from agent_calls, generate_series(0, 1) n order by at;
        insert into cdr (pbx, unique_id, sequence, linked_id, call_date, ended_at, caller_id, source, destination, context, channel, destination_channel,
            last_application, last_data, duration, billable_seconds, disposition, user_field)
        select 'pbx', unique_id, id, unique_id, talk_from, talk_to, '', '', queue, 'internal', 'PJSIP/trunk-1', 'PJSIP/' || (700 + agent::int), 'Queue', '', 300, 300, 'ANSWERED', ''
        from agent_calls order by at;
        insert into cdr (pbx, unique_id, sequence, linked_id, call_date, ended_at, caller_id, source, destination, context, channel, destination_channel,
            last_application, last_data, duration, billable_seconds, disposition, user_field)
        select 'pbx', 'x.' || n, n, 'x.' || n, t, t + interval '3 seconds', '', '', '0990', 'internal', 'PJSIP/trunk-2', 'PJSIP/799-3', 'Dial', '', 3, 0, 'NO ANSWER', ''
        from generate_series(1, 4000) n, lateral (select timestamptz '2026-11-23 12:00Z' + make_interval(days => {days} - 1, secs => 8 * 3600 + 1.5 * n)) b(t);
        insert into queue_activities (pbx, at, queue, action, unique_id, agent, caller_id, talk_seconds, cause)
        values ('pbx', timestamptz '2026-11-23 12:00Z' + make_interval(days => {days} - 1, hours => 8, mins => 45), 'q_1', 8, 'open', '7', '', 30, '');
        insert into cdr (pbx, unique_id, sequence, linked_id, call_date, ended_at, caller_id, source, destination, context, channel, destination_channel,
            last_application, last_data, duration, billable_seconds, disposition, user_field, connected_at)
        select 'pbx', id, n, id, t + make_interval(secs => s - 10), t + make_interval(secs => s), '', '', '0991', 'internal', 'PJSIP/707-' || n, 'PJSIP/trunk-' || n, 'Dial', '', 10, 5, 'ANSWERED', '',
            t + make_interval(secs => s - 5)
        from (values (1, 'consultation', 0.5), (2, 'outside', 20)) v(n, id, s),
            lateral (select timestamptz '2026-11-23 12:00Z' + make_interval(days => {days} - 1, hours => 8, mins => 45)) b(t);
        insert into pbx_life (pbx, alive_at, calls_taken_to) select 'pbx', timestamptz '2026-11-23 12:00Z', id from cdr where unique_id = 'consultation';
        """;
}
