using System.Diagnostics;
using System.Globalization;
using Expand.Benchmarks.Harness;
using Expand.Server.Activity;
using Expand.Server.Calls;
using Expand.Server.Pbx;
using Expand.Server.Platform;
using Expand.Server.Platform.History;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Expand.Benchmarks.Ingest;

/// <summary>
/// <c>ingest [--lines N]</c>: how fast the server's own feed takes a queue_log into activities, sessions, pauses and calls, with the sums of agents' days,
/// against bare activities that are committed one by one.
/// </summary>
internal sealed class IngestBenchmark : IBenchmark
{
    private const int Agents = 500;
    private static readonly TimeSpan SingleFor = TimeSpan.FromSeconds(2);
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("America/Montevideo");
    private int runs;

    public string Name => "ingest";

    public string Tells => "the queue_log's way into the database, with sums, against rows that are committed one by one";

    public async Task<IReadOnlyList<Figure>> RunAsync(string[] options, CancellationToken ct)
    {
        var lines = options switch
        {
            [] => 60_000,
            ["--lines", var text] when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var given) && given >= 10 * Agents => given,
            _ => throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"ingest [--lines N]: N is {10 * Agents} at least")),
        };
        await using var postgres = await BenchPostgres.StartAsync(ct);
        await using var source = NpgsqlDataSource.Create(await postgres.MakeAsync("ingest", ct));
        await using (var db = new ExpandDb(DatabaseModule.Configure(new(), source.ConnectionString).Options)) await DatabaseModule.MigrateAsync(source, db, ct);
        var now = DateTimeOffset.UtcNow;
        await new MonthlyPartitions(source).MakeAsync(new MonthlyTable("queue_activities", "at", 0), Month.Of(now), ct);
        await new MonthlyPartitions(source).MakeAsync(new MonthlyTable("agent_calls", "at", 0), Month.Of(now), ct);
        var folder = Directory.CreateTempSubdirectory("expand-bench-ingest-").FullName;
        try
        {
            var pairs = await Pairs.MeasureAsync(token => SingleAsync(source, now, token), token => FeedAsync(source, folder, now, lines, token), ct, warmUps: 2);
            return
            [
                new Figure("activities a second, with sums", pairs.Ratio, "×", Better.Higher, 15, "single-row commits of bare activities", pairs.Tell("activities/s")),
                new Figure("sums that differ from their rows", await DifferencesAsync(source, now, ct), "", Better.Lower, 0),
            ];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Activities a second that are written one by one, each in a transaction of its own.</summary>
    private static async Task<double> SingleAsync(NpgsqlDataSource source, DateTimeOffset at, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var command = new NpgsqlCommand(
            "insert into queue_activities (pbx, at, queue, action, unique_id, agent, caller_id, cause) values ('single', $1, $2, 3, $3, $4, '', '')", connection);
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = at.UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = "" });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = "" });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = "" });
        await command.PrepareAsync(ct);
        var (begun, rows) = (Stopwatch.GetTimestamp(), 0);
        for (; Stopwatch.GetElapsedTime(begun) < SingleFor; rows++)
        {
            ((NpgsqlParameter<string>)command.Parameters[1]).TypedValue = string.Create(CultureInfo.InvariantCulture, $"q_{rows % 40:000}");
            ((NpgsqlParameter<string>)command.Parameters[2]).TypedValue = string.Create(CultureInfo.InvariantCulture, $"1700000000.{rows}");
            ((NpgsqlParameter<string>)command.Parameters[3]).TypedValue = string.Create(CultureInfo.InvariantCulture, $"{rows % Agents}");
            await command.ExecuteNonQueryAsync(ct);
        }

        return rows / Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }

    /// <summary>Activities a second that the feed makes of a file, until its position is the file's end.</summary>
    private async Task<double> FeedAsync(NpgsqlDataSource source, string folder, DateTimeOffset now, int lines, CancellationToken ct)
    {
        var (pbx, path) = (string.Create(CultureInfo.InvariantCulture, $"pbx-{++runs}"), Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"queue_log-{runs}")));
        // All of it today, and over, each time of other agents: one who works seven shifts a day is nobody.
        ShiftOfCalls.Write(path, now.AddHours(-12), lines, Agents, first: 1000 * runs);
        var time = new LocalTime(Zone, TimeProvider.System);
        var (seen, days) = (new Sightings(TimeProvider.System), new AgentDays(time));
        var consumer = new QueueLogFeed(
            seen, new OutsideCalls(new CallRepository(source), days), new TransferDestinations(seen), days, Options.Create(new ActivityOptions()), NullLogger<QueueLogFeed>.Instance);
        using var feed = new LogFeed(pbx, path, consumer, source, new Leases(source, TimeProvider.System), TimeProvider.System, NullLogger<LogFeed>.Instance);
        var begun = Stopwatch.GetTimestamp();
        await feed.StartAsync(ct);
        try
        {
            while (feed.CaughtUpAt is null)
            {
                if (feed.Problem is { } problem) throw new InvalidOperationException(problem);
                await Task.Delay(5, ct);
            }
        }
        finally
        {
            await feed.StopAsync(CancellationToken.None);
        }

        var seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        await using var count = source.CreateCommand("select count(*) from queue_activities where pbx = $1");
        count.Parameters.Add(new() { Value = pbx });
        return (long)(await count.ExecuteScalarAsync(ct))! / seconds;
    }

    private static async Task<int> DifferencesAsync(NpgsqlDataSource source, DateTimeOffset now, CancellationToken ct)
    {
        var time = new LocalTime(Zone, TimeProvider.System);
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var differences = 0;
        for (var day = -1; day <= 1; day++) differences += (await new AgentDays(time).DifferencesAsync(time.DayOf(now).AddDays(day), connection, ct)).Count;
        return differences;
    }
}
