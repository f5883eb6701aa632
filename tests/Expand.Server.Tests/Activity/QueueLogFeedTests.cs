using System.Globalization;
using Expand.Server.Activity;
using Expand.Server.Calls;
using Expand.Server.Pbx;
using Expand.Server.Platform;
using Expand.Server.Tests.Host;
using Expand.Server.Tests.Pbx;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Expand.Server.Tests.Activity;

/// <summary>The queue_log's feed, killed at any moment: every session, pause, call and activity once, as if nothing had happened.</summary>
public sealed class QueueLogFeedTests(Databases databases)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Killed_rotated_and_with_two_hosts_at_it_the_books_are_those_of_an_undisturbed_reading(int seed)
    {
        var random = new Random(seed);
        var lines = Lines(random);
        await using var undisturbed = await ActivityDesk.OpenAsync(databases);
        await undisturbed.TakeTextAsync(string.Concat(lines));

        await using var disturbed = await ActivityDesk.OpenAsync(databases);
        using var log = new LogFolder();
        var source = NpgsqlDataSource.Create(disturbed.Database);
        await using var closing = source;
        var next = 0;
        while (next < lines.Count)
        {
            await using var one = await RunAsync(source, log.Path);
            await using var other = random.Next(2) == 0 ? await RunAsync(source, log.Path) : null;
            for (var i = 0; i < 8 && next < lines.Count; i++)
            {
                for (var n = random.Next(1, 40); n > 0 && next < lines.Count; n--) log.Append(lines[next++]);
                if (random.Next(5) == 0) log.Rotate();
                if (random.Next(3) == 0) await databases.Postgres.BreakConnectionsAsync(disturbed.Database);
                await Task.Delay(random.Next(0, 60), Ct);
            }
        }

        await using var last = await RunAsync(source, log.Path);
        var expected = await undisturbed.ScalarAsync<long>("select count(*) from queue_activities");
        await Eventually.EqualAsync(expected, () => disturbed.ScalarAsync<long>("select count(*) from queue_activities"));
        Assert.Equal(await undisturbed.ActivitiesAsync(), await disturbed.ActivitiesAsync());
        Assert.Equal(await undisturbed.SessionsAsync(), await disturbed.SessionsAsync());
        Assert.Equal(
            await undisturbed.ScalarAsync<string>(Calls), await disturbed.ScalarAsync<string>(Calls));
    }

    private const string Calls = "select string_agg(concat_ws(' ', queue, agent, unique_id, kind, at, talk_from, talk_to, transferred), ';' order by at, queue, agent, unique_id, kind) from agent_calls";

    private static List<string> Lines(Random random)
    {
        var lines = new List<string>();
        var at = ActivityDesk.Nine.ToUnixTimeSeconds();
        void Line(string rest) => lines.Add($"{at.ToString(CultureInfo.InvariantCulture)}|{rest}\n");
        for (var i = 0; i < 700; i++)
        {
            at += random.Next(0, 3);
            var (queue, agent, call) = ($"q_{random.Next(3)}", random.Next(1, 6), $"{at}.{i}");
            switch (random.Next(7))
            {
                case 0: Line($"MANAGER|{queue}|{agent}|ADDMEMBER"); break;
                case 1: Line($"MANAGER|{queue}|{agent}|REMOVEMEMBER"); break;
                case 2: Line($"NONE|{queue}|{agent}|PAUSE|{(random.Next(2) == 0 ? "Almuerzo" : "Baño")}"); break;
                case 3: Line($"NONE|{queue}|{agent}|UNPAUSE"); break;
                case 4: Line($"{call}|{queue}|{agent}|RINGNOANSWER|{random.Next(2) * 15000}"); break;
                case 5 when random.Next(10) == 0: Line("NONE|NONE|NONE|QUEUESTART"); break;
                default:
                    Line($"{call}|{queue}|NONE|ENTERQUEUE||099|1");
                    Line($"{call}|{queue}|{agent}|CONNECT|3|{call}1|1");
                    at += random.Next(0, 9);
                    Line($"{call}|{queue}|{agent}|COMPLETEAGENT|3|{random.Next(0, 9)}|1");
                    break;
            }
        }

        return lines;
    }

    private static async Task<Running> RunAsync(NpgsqlDataSource source, string path)
    {
        var seen = new Sightings(TimeProvider.System);
        var days = new AgentDays(new LocalTime(ActivityDesk.Montevideo, TimeProvider.System));
        var consumer = new QueueLogFeed(
            seen, new OutsideCalls(new CallRepository(source), days), new TransferDestinations(seen), days, Options.Create(new ActivityOptions()), NullLogger<QueueLogFeed>.Instance);
        var feed = new LogFeed("pbx", path, consumer, source, new Leases(source, TimeProvider.System), TimeProvider.System, NullLogger<LogFeed>.Instance);
        await feed.StartAsync(Ct);
        return new Running(feed);
    }

    private sealed class Running(LogFeed feed) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            await feed.StopAsync(patience.Token);
            feed.Dispose();
        }
    }
}
