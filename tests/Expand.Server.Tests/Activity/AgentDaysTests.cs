using System.Globalization;
using Expand.Server.Activity;
using Expand.Server.Platform;
using Expand.Server.Tests.Host;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Expand.Server.Tests.Activity;

/// <summary>
/// The sums of agents' days: reports made with them equal those made of the rows alone, whatever the period, however the lines came; and each sum
/// equals what it is made of at any instant.
/// </summary>
public sealed class AgentDaysTests(Databases databases)
{
    private const int Day = 86_400;
    private static readonly string[] Queues = ["q_a", "q_b", "q_c"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Reports_with_sums_equal_those_without(int seed)
    {
        var random = new Random(seed);
        var lines = Lines(random, days: 6);
        await using var desk = await ActivityDesk.OpenAsync(databases);
        await using var source = NpgsqlDataSource.Create(desk.Database);
        // Some of it was written down before there were sums, some of it comes later.
        var early = random.Next(lines.Count);
        desk.Clock.Advance(TimeSpan.FromDays(6));
        foreach (var chunk in lines.Take(early).Chunk(random.Next(5, 80))) await desk.TakeAsync(chunk);
        if (random.Next(2) == 0) await ExecuteAsync(source, "delete from agent_days");
        await CompleteAsync(desk, source);
        foreach (var chunk in lines.Skip(early).Chunk(random.Next(5, 80))) await desk.TakeAsync(chunk);
        await CdrsAsync(desk, random);
        Assert.Empty(await DifferencesAsync(desk, source));

        for (var i = 0; i < 40; i++)
        {
            // Half of them whole days, and across the days' borders.
            var (from, to) = (random.Next(-Day, 6 * Day), random.Next(6 * Day));
            if (random.Next(2) == 0) (from, to) = (Midnight(random.Next(-1, 6)), Midnight(random.Next(1, 7)) - 1);
            to = Math.Max(from, to);
            var now = random.Next(3) == 0 ? random.Next(0, 6 * Day) : 6 * Day;
            var shortTalk = random.Next(3) switch { 0 => 10, 1 => 60, _ => 120 };
            var (with, without) = (await AskAsync(desk, from, to, now, shortTalk), new List<string>());
            await using (var transaction = await WithoutSumsAsync(source)) without = await AskAsync(desk, from, to, now, shortTalk);
            Assert.Equal(without, with);
        }
    }

    [Fact]
    public async Task A_report_of_whole_days_is_asked_of_the_sums()
    {
        await using var desk = await ActivityDesk.OpenAsync(databases);
        await using var source = NpgsqlDataSource.Create(desk.Database);
        desk.Clock.Advance(TimeSpan.FromDays(3));
        await CompleteAsync(desk, source);
        await desk.TakeAsync("0|M|q_a|1|ADDMEMBER", "100|c.1|q_a|1|CONNECT|2|c.2|1", "107|c.1|q_a|1|COMPLETECALLER|2|7|1", "3600|M|q_a|1|REMOVEMEMBER");
        // The rows are gone, the sums tell: so they were asked.
        await ExecuteAsync(source, "delete from agent_sessions; delete from agent_calls");
        var totals = Assert.Single(await desk.Reports.TotalsAsync("q_a", ActivityDesk.At(Midnight(0)), ActivityDesk.At(Midnight(1) - 1), ActivityDesk.At(3 * Day), 10, Ct));
        Assert.Equal(("1", 3600L, 7L, 1, 1), (totals.Agent, totals.Logged, totals.Talk, totals.Answered, totals.Short));
        // An hour less is no whole day.
        Assert.Empty(await desk.Reports.TotalsAsync("q_a", ActivityDesk.At(Midnight(0) + 1), ActivityDesk.At(Midnight(1) - 1), ActivityDesk.At(3 * Day), 10, Ct));
    }

    [Fact]
    public async Task Who_is_logged_in_since_yesterday_is_counted_in_both_days()
    {
        await using var desk = await ActivityDesk.OpenAsync(databases);
        await using var source = NpgsqlDataSource.Create(desk.Database);
        desk.Clock.Advance(TimeSpan.FromDays(3));
        await CompleteAsync(desk, source);
        await desk.TakeAsync("0|M|q_a|1|ADDMEMBER", "0|M|q_b|1|ADDMEMBER", "600|M|q_b|1|REMOVEMEMBER", "0|M|q_a|2|ADDMEMBER", "600|M|q_a|2|REMOVEMEMBER");
        async Task<IEnumerable<string>> TimesAsync() => (await desk.Reports.TimesAsync(
                "", null, ActivityDesk.At(Midnight(0)), ActivityDesk.At(Midnight(2) - 1), ActivityDesk.At(3 * Day), Ct))
            .Select(t => $"{t.Agent} {t.Logged} {string.Join(',', t.Queues)}");
        var until = Midnight(2).ToString(CultureInfo.InvariantCulture);
        Assert.Equal([$"1 {until} q_a,q_b", "2 600 q_a"], await TimesAsync());
        await desk.TakeAsync($"{Day + 50}|M|q_a|1|REMOVEMEMBER");
        Assert.Equal([$"1 {Day + 50} q_a,q_b", "2 600 q_a"], await TimesAsync());
        Assert.Empty(await DifferencesAsync(desk, source));
    }

    [Fact]
    public async Task Another_time_zone_has_other_days()
    {
        await using var desk = await ActivityDesk.OpenAsync(databases);
        await using var source = NpgsqlDataSource.Create(desk.Database);
        desk.Clock.Advance(TimeSpan.FromDays(3));
        await CompleteAsync(desk, source);
        await desk.TakeAsync("0|M|q_a|1|ADDMEMBER", $"{Day}|M|q_a|1|REMOVEMEMBER");
        var tokyo = new LocalTime(TimeZoneInfo.FindSystemTimeZoneById("Asia/Tokyo"), desk.Clock);
        var there = new ActivityReports(source, tokyo);
        var day = (From: tokyo.StartOf(new DateOnly(2026, 11, 24)), To: tokyo.StartOf(new DateOnly(2026, 11, 25)).AddSeconds(-1));
        async Task<long> LoggedAsync() => (await there.TotalsAsync("q_a", day.From, day.To, ActivityDesk.At(3 * Day), 10, Ct)).Single().Logged;
        // Before its own sums are made, and after.
        Assert.Equal(24 * 3600L, await LoggedAsync() + (3 * 3600));
        await Of(new AgentDays(tokyo), tokyo, source).CompleteAsync(TimeSpan.Zero, Ct);
        Assert.Equal("Asia/Tokyo", await ScalarAsync<string>(source, "select zone from agent_days_reach"));
        Assert.Equal(21 * 3600L, await LoggedAsync());
        // And whoever writes in the first zone again has them made anew.
        await desk.TakeAsync($"{Day + 10}|M|q_a|1|ADDMEMBER", $"{Day + 20}|M|q_a|1|REMOVEMEMBER");
        Assert.Equal("America/Montevideo", await ScalarAsync<string>(source, "select zone from agent_days_reach"));
        await CompleteAsync(desk, source);
        Assert.Empty(await DifferencesAsync(desk, source));
    }

    [Fact]
    public async Task Once_a_month_is_over_its_sums_lie_queue_by_queue()
    {
        await using var desk = await ActivityDesk.OpenAsync(databases);
        await using var source = NpgsqlDataSource.Create(desk.Database);
        await CompleteAsync(desk, source);
        // 2026-11-24 is the first day. Made day by day, each queue's sums lie on all pages.
        await ExecuteAsync(source,
            """
            insert into agent_days (queue, day, agent, logged, paused, talk, outgoing_talk, answered, lost, outgoing, outgoing_answered, direct, transferred)
            select q, date '2026-11-01' + d, a::text, 60, 0, 0, 0, 0, 0, 0, 0, 0, 0
            from generate_series(0, 22) d, generate_series(100, 199) a, unnest('{"",q_a,q_b,q_c}'::text[]) q order by d, a, q
            """);
        const string Pages = "select count(distinct (ctid::text::point)[0]) from agent_days";
        const string Rows = "select md5(string_agg(d::text, ' ' order by queue, day, agent)) from agent_days d";
        var (all, rows) = (await ScalarAsync<long>(source, Pages), await ScalarAsync<string>(source, Rows));
        await CompleteAsync(desk, source);
        // The month is not over.
        Assert.Equal(all, await ScalarAsync<long>(source, Pages + " where queue = 'q_b'"));
        desk.Clock.Advance(TimeSpan.FromDays(10));
        await CompleteAsync(desk, source);
        Assert.True(await ScalarAsync<long>(source, Pages + " where queue = 'q_b'") <= (all / 4) + 2);
        Assert.Equal(rows, await ScalarAsync<string>(source, Rows));
        Assert.Equal(new DateOnly(2026, 12, 1), await ScalarAsync<DateOnly>(source, "select ordered_to from agent_days_reach"));
    }

    /// <summary>Second of a local midnight, that many days after the first one.</summary>
    private static int Midnight(int day) => (day * Day) - (9 * 3600);

    private static AgentDaysUpkeep Of(AgentDays days, LocalTime time, NpgsqlDataSource source) =>
        new(days, time, source, new Leases(source, TimeProvider.System), TimeProvider.System, NullLogger<AgentDaysUpkeep>.Instance);

    private static Task CompleteAsync(ActivityDesk desk, NpgsqlDataSource source) => Of(desk.Days, desk.Time, source).CompleteAsync(TimeSpan.Zero, Ct);

    private static async Task<List<string>> DifferencesAsync(ActivityDesk desk, NpgsqlDataSource source)
    {
        await using var connection = await source.OpenConnectionAsync(Ct);
        await using var transaction = await connection.BeginTransactionAsync(Ct);
        var all = new List<string>();
        for (var day = -2; day < 9; day++) all.AddRange(await desk.Days.DifferencesAsync(desk.Time.DayOf(ActivityDesk.At(day * Day)), connection, Ct));
        return all;
    }

    private static async Task<List<string>> AskAsync(ActivityDesk desk, int from, int to, int now, int shortTalk)
    {
        var (begin, end, present) = (ActivityDesk.At(from), ActivityDesk.At(to), ActivityDesk.At(now));
        var answers = new List<string>();
        foreach (var queue in Queues)
        {
            answers.AddRange((await desk.Reports.TotalsAsync(queue, begin, end, present, shortTalk, Ct)).Select(t => $"{queue} {t}"));
            answers.AddRange((await desk.Reports.TimesAsync(queue, null, begin, end, present, Ct)).Select(Tell));
        }

        answers.AddRange((await desk.Reports.TotalsOfAllAsync(begin, end, present, shortTalk, Ct)).Select(t => t.ToString()));
        answers.AddRange((await desk.Reports.TimesAsync("", null, begin, end, present, Ct)).Select(Tell));
        var parts = new[] { new AgentPart("1", null, ActivityDesk.At(100_000)), new AgentPart("1", ActivityDesk.At(200_000), null), new AgentPart("2", null, null) };
        answers.AddRange((await desk.Reports.TimesAsync("", parts, begin, end, present, Ct)).Select(Tell));
        // Rows that count nothing are as good as none.
        return [.. answers.Where(a => !a.Contains("Logged = 0, Paused = 0, Talk = 0, OutgoingTalk = 0, Answered = 0, Lost = 0, Outgoing = 0", StringComparison.Ordinal))];
    }

    private static string Tell(AgentTimes times) => $"{times.Agent} {times.Logged} {times.Paused} {string.Join(',', times.Queues)}";

    /// <summary>In it the sums are hidden from everybody; its end shows them again.</summary>
    private static async Task<Hidden> WithoutSumsAsync(NpgsqlDataSource source)
    {
        await ExecuteAsync(source, "update agent_days_reach set zone = '!' || zone");
        return new Hidden(source);
    }

    private sealed class Hidden(NpgsqlDataSource source) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await ExecuteAsync(source, "update agent_days_reach set zone = substr(zone, 2)");
    }

    private static async Task ExecuteAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Ct);
    }

    private static async Task<T> ScalarAsync<T>(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync(Ct))!;
    }

    /// <summary>Calls that agents dialled themselves, a few of them on a second route, and around midnight.</summary>
    private static async Task CdrsAsync(ActivityDesk desk, Random random)
    {
        desk.Hear();
        for (var i = 0; i < 12; i++)
        {
            var began = random.Next(5) == 0 ? Midnight(random.Next(1, 6)) - 5 : random.Next(0, 6 * Day);
            await desk.CdrAsync($"o.{i}", began, began + 20, "PJSIP/70" + random.Next(1, 5).ToString(CultureInfo.InvariantCulture) + "-1", "099", "PJSIP/trunk-1", talk: random.Next(0, 20));
        }

        await desk.IdleAsync(7 * Day, (7 * Day) + 200);
    }

    /// <summary>Shifts of four agents over some days, day and night; sessions that last, and talks of three hours.</summary>
    private static List<string> Lines(Random random, int days)
    {
        var lines = new List<(int At, string Text)>();
        var call = 0;
        for (var agent = 1; agent <= 4; agent++)
        {
            foreach (var queue in Queues)
            {
                for (var at = random.Next(0, Day); at < days * Day; at += random.Next(1000, Day))
                {
                    lines.Add((at, $"M|{queue}|{agent}|ADDMEMBER"));
                    lines.Add((at, $"M|{queue}|{agent}|DEVICE|PJSIP/70{agent}"));
                    for (var step = random.Next(0, 12); step > 0; step--)
                    {
                        at += random.Next(1, 4000);
                        if (random.Next(3) == 0)
                        {
                            lines.Add((at, $"M|{queue}|{agent}|PAUSE|Baño"));
                            at += random.Next(1, 5000);
                            lines.Add((at, $"M|{queue}|{agent}|UNPAUSE"));
                            continue;
                        }

                        var id = string.Create(CultureInfo.InvariantCulture, $"c.{++call}.{agent}");
                        if (random.Next(4) == 0)
                        {
                            lines.Add((at, $"{id}|{queue}|{agent}|RINGNOANSWER|1000"));
                            continue;
                        }

                        var talk = random.Next(8) == 0 ? 11_000 : random.Next(0, 200);
                        lines.Add((at, $"{id}|{queue}|{agent}|CONNECT|2|{id}.x|1"));
                        at += talk;
                        lines.Add((at, $"{id}|{queue}|{agent}|" + (random.Next(4) == 0 ? $"BLINDTRANSFER|702|internal|2|{talk}|1" : $"COMPLETECALLER|2|{talk}|1")));
                    }

                    at += random.Next(1, 9000);
                    // The last one of some is still there.
                    if (at < days * Day || random.Next(2) == 0) lines.Add((at, $"M|{queue}|{agent}|REMOVEMEMBER"));
                }
            }
        }

        return [.. lines.OrderBy(l => l.At).Select(l => string.Create(CultureInfo.InvariantCulture, $"{l.At}|{l.Text}"))];
    }
}
