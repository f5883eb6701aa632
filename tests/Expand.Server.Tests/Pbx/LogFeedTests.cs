using System.Globalization;
using Expand.Server.Cdr;
using Expand.Server.Pbx;
using Expand.Server.Platform;
using Expand.Server.Tests.Host;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Expand.Server.Tests.Pbx;

/// <summary>The feed of CDRs into a real PostgreSQL: each line exactly once, whatever is killed.</summary>
public sealed class LogFeedTests(Databases databases) : IAsyncLifetime
{
    private readonly LogFolder log = new();
    private string database = "";
    private NpgsqlDataSource source = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        database = await databases.NewAsync();
        source = NpgsqlDataSource.Create(database);
    }

    public async ValueTask DisposeAsync()
    {
        await source.DisposeAsync();
        log.Dispose();
    }

    [Fact]
    public async Task Lines_become_rows_and_a_line_that_nobody_understands_is_kept_aside()
    {
        log.Append(Line(1) + "not a record\n" + Line(2));
        await using (await RunAsync())
        {
            await CountIsAsync(2);
            await Eventually.EqualAsync(1L, () => ScalarAsync("select count(*) from feed_rejects where line = 'not a record' and feed = 'cdr' and reason <> ''"));
        }
    }

    [Fact]
    public async Task A_line_that_no_column_can_hold_does_not_stop_the_feed()
    {
        log.Append(Line(1) + Line(2).Replace("1795369900.2\"", new string('9', 4_000) + "\"", StringComparison.Ordinal) + Line(3));
        await using (await RunAsync()) await CountIsAsync(2);
        Assert.Equal(1L, await ScalarAsync("select count(*) from feed_rejects"));
    }

    [Fact]
    public async Task Killed_at_any_moment_and_with_connections_breaking_it_takes_every_line_once()
    {
        var random = new Random(20261123);
        var written = 0;
        for (var life = 0; life < 8; life++)
        {
            await using var feed = await RunAsync();
            for (var i = 0; i < 6; i++)
            {
                for (var line = 0; line < random.Next(1, 60); line++) log.Append(Line(++written));
                if (random.Next(3) == 0) log.Rotate();
                if (random.Next(4) == 0) await databases.Postgres.BreakConnectionsAsync(database);
                await Task.Delay(random.Next(0, 40), Ct);
            }
        }

        await using var last = await RunAsync();
        await CountIsAsync(written);
        Assert.Equal((long)written, await ScalarAsync("select count(distinct sequence) from cdr"));
        Assert.Equal(0L, await ScalarAsync("select count(*) from feed_rejects"));
    }

    [Fact]
    public async Task While_PostgreSQL_is_away_lines_wait_in_the_file()
    {
        await using var feed = await RunAsync();
        log.Append(Line(1));
        await CountIsAsync(1);
        await databases.Postgres.SetReachableAsync(database, false);
        for (var i = 2; i <= 20; i++) log.Append(Line(i));
        log.Rotate();
        log.Append(Line(21));
        await databases.Postgres.SetReachableAsync(database, true);
        await CountIsAsync(21);
    }

    [Fact]
    public async Task A_file_that_is_read_again_adds_nothing()
    {
        for (var i = 1; i <= 30; i++) log.Append(Line(i));
        await using (await RunAsync()) await CountIsAsync(30);
        await ScalarAsync("with gone as (delete from feed_checkpoints returning 1) select count(*) from gone");
        await using (await RunAsync())
        {
            log.Append(Line(31));
            await CountIsAsync(31);
        }
    }

    [Fact]
    public async Task Two_hosts_that_see_the_file_take_each_line_once_and_the_second_goes_on_where_the_first_stops()
    {
        var first = await RunAsync();
        await using var second = await RunAsync();
        for (var i = 1; i <= 10; i++) log.Append(Line(i));
        await CountIsAsync(10);
        await first.DisposeAsync();
        for (var i = 11; i <= 20; i++) log.Append(Line(i));
        await CountIsAsync(20);
    }

    [Fact]
    public async Task It_says_when_nothing_was_left_to_read()
    {
        log.Append(Line(1));
        await using var running = await RunAsync();
        await CountIsAsync(1);
        await Eventually.TrueAsync(() => running.Feed.CaughtUpAt > DateTimeOffset.UtcNow.AddSeconds(-5));
    }

    [Fact]
    public async Task Files_that_were_read_are_known_after_a_restart_whatever_became_of_them()
    {
        for (var i = 1; i <= 3; i++) log.Append(Line(i));
        await using (await RunAsync()) await CountIsAsync(3);
        var first = File.ReadAllText(log.Path);
        log.Rotate();
        log.Append(Line(4));
        await using (await RunAsync()) await CountIsAsync(4);
        // Both are gone; the first is back under another name, newer than all. Its rows were removed, to see whether it is read again.
        log.Rotate();
        log.DeleteOldest();
        log.DeleteOldest();
        await ScalarAsync("with gone as (delete from cdr where sequence <= 3 returning 1) select count(*) from gone");
        File.WriteAllText(log.Path + ".back", first);
        log.Append(Line(5));
        await using (await RunAsync()) await CountIsAsync(2);
        Assert.Equal(3L, await ScalarAsync("select count(*) from feed_files where feed = 'cdr' and \"offset\" > 0"));
    }

    [Fact]
    public async Task A_consumer_is_told_a_few_times_a_second_that_nothing_is_left_and_what_it_writes_then_is_written_whole_or_not_at_all()
    {
        log.Append(Line(1));
        var consumer = new IdleWriter();
        await using (await RunAsync(consumer))
        {
            // The last one is written by the time that the next would be told.
            await Eventually.EqualAsync(IdleWriter.Writes - 1L, () => ScalarAsync("select count(*) from feed_rejects where reason = 'idle'"));
        }

        Assert.Equal("line 1", consumer.Heard.First());
        // The first failed after it had written.
        Assert.Equal(IdleWriter.Writes - 1L, await ScalarAsync("select count(*) from feed_rejects where reason = 'idle'"));
        var told = consumer.CaughtUp.Take(IdleWriter.Writes).ToList();
        // One by one they may be late; all of them together are not faster than four a second.
        Assert.True(told[^1] - told[0] > TimeSpan.FromMilliseconds(250 * (IdleWriter.Writes - 2)), $"told {told.Count} times within {told[^1] - told[0]}");
    }

    /// <summary>Writes something whenever nothing is left to read, and fails the first time.</summary>
    private sealed class IdleWriter : IFeedConsumer
    {
        public const int Writes = 8;
        private int idles;

        public string Feed => "queue_log";

        public System.Collections.Concurrent.ConcurrentQueue<string> Heard { get; } = new();

        public System.Collections.Concurrent.ConcurrentQueue<DateTimeOffset> CaughtUp { get; } = new();

        public Task<IReadOnlyList<(string Line, string Reason)>> TakeAsync(
            string pbx, ReadOnlyMemory<byte> lines, NpgsqlConnection connection, CancellationToken ct)
        {
            Heard.Enqueue("line 1");
            return Task.FromResult<IReadOnlyList<(string, string)>>([]);
        }

        public async Task IdleAsync(string pbx, DateTimeOffset caughtUpAt, NpgsqlConnection connection, CancellationToken ct)
        {
            if (idles >= Writes) return;
            await using var command = new NpgsqlCommand(
                "insert into feed_rejects (pbx, feed, line, reason, at) values ('pbx', 'queue_log', '', 'idle', now())", connection);
            await command.ExecuteNonQueryAsync(ct);
            CaughtUp.Enqueue(caughtUpAt);
            Heard.Enqueue("idle");
            if (++idles == 1) throw new FormatException("the first time");
        }
    }

    private async Task<Running> RunAsync(IFeedConsumer? consumer = null)
    {
        var feed = new LogFeed("pbx", log.Path, consumer ?? new CdrFeed(), source, new Leases(source, TimeProvider.System), TimeProvider.System, NullLogger<LogFeed>.Instance);
        await feed.StartAsync(Ct);
        return new Running(feed);
    }

    private Task CountIsAsync(long count) => Eventually.EqualAsync(count, () => ScalarAsync("select count(*) from cdr"));

    private async Task<long> ScalarAsync(string sql)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await using var command = source.CreateCommand(sql);
                return (long)(await command.ExecuteScalarAsync(Ct))!;
            }
            catch (NpgsqlException) when (attempt < 5)
            {
                // A pooled connection that was broken by the test.
            }
        }
    }

    internal static string Line(int sequence) => string.Create(CultureInfo.InvariantCulture,
        $"\"1795369900.{sequence}\",\"{sequence}\",\"1795369900.{sequence}\",\"{1795369900 + sequence}.250000\",\"\",\"{1795369930 + sequence}.5\",\"\"\"Ana\"\" <701>\",\"701\",\"702\",\"internal\",\"PJSIP/701-1\",\"PJSIP/702-1\",\"Dial\",\"PJSIP/702,30\",\"30\",\"0\",\"NO ANSWER\",\"\",\"19\"\n");

    /// <summary>A feed that runs until it is let go: cancelled wherever it stands.</summary>
    private sealed class Running(LogFeed feed) : IAsyncDisposable
    {
        private bool stopped;

        public LogFeed Feed => feed;

        public async ValueTask DisposeAsync()
        {
            if (stopped) return;
            stopped = true;
            await feed.StopAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(10));
            feed.Dispose();
        }
    }
}
