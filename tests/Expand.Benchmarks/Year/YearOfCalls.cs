using System.Globalization;
using Expand.Benchmarks.Harness;
using Expand.Server.Activity;
using Expand.Server.Platform;
using Expand.Server.Platform.History;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Expand.Benchmarks.Year;

/// <summary>
/// What a large centre writes down in 2025, by the same hashes each time, in the tables that the server's own migrations make, with its months and its sums
/// of agents' days: the whole year is the database <c>year</c> of the benchmarks' PostgreSQL, its last month alone <c>december</c>.
/// </summary>
/// <param name="connection">How to reach the database; it is there and empty.</param>
/// <param name="scale">1: 500 agents, 10 million call records, 30 million activities, a million contacts in one campaign.</param>
/// <param name="first">The first day, counted from 0, which is 2025-01-01.</param>
/// <param name="days">How many.</param>
internal sealed class YearOfCalls(string connection, double scale, int first, int days)
{
    /// <summary>The days of the year; the last 31 of them are its last month.</summary>
    public const int Days = 365;

    /// <summary>Where the centre is.</summary>
    public const string Zone = "America/Montevideo";

    private static readonly MonthlyTable[] Monthly =
        [new("cdr", "call_date", KeepMonths: 0), new("queue_activities", "at", KeepMonths: 0), new("agent_calls", "at", KeepMonths: 0)];

    /// <summary>Makes it; what goes on is told on standard error.</summary>
    /// <returns>The rows of each table, an md5 of a sample of them, and the seconds that the sums of agents' days took.</returns>
    public async Task<(string Rows, string Md5, double SumsSeconds)> MakeAsync(CancellationToken ct)
    {
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connection) { CommandTimeout = 0 });
        await using (var db = new ExpandDb(DatabaseModule.Configure(new DbContextOptionsBuilder<ExpandDb>(), connection).Options))
            await DatabaseModule.MigrateAsync(source, db, ct);
        var partitions = new MonthlyPartitions(source);
        // The last shifts end in the night after the last day.
        var (begin, last) = (Month.Of(Noon(first)), Month.Of(Noon(first + days)));
        foreach (var table in Monthly)
        {
            for (var month = begin; month <= last; month = month.Plus(1)) await partitions.MakeAsync(table, month, ct);
        }

        await LoadAsync(source, ct);
        var sums = await Pairs.SecondsAsync(token => SumAsync(source, token), ct);
        return (await TellAsync(source, "rows.sql", ct), await TellAsync(source, "md5.sql", ct), sums);
    }

    private async Task LoadAsync(NpgsqlDataSource source, CancellationToken ct)
    {
        await using var loader = await source.OpenConnectionAsync(ct);
        await RunAsync(loader, string.Create(CultureInfo.InvariantCulture,
            $"set synchronous_commit = off; set seed.scale = '{scale}'; set seed.days = '{first + days}'"), ct);
        var indexes = await TakeIndexesAsync(loader, ct);
        await RunAsync(loader, Sql("begin.sql"), ct);
        var day = Sql("day.sql");
        for (var number = first; number < first + days; number++)
        {
            await RunAsync(loader, string.Create(CultureInfo.InvariantCulture, $"set seed.day = '{number}'"), ct);
            await RunAsync(loader, day, ct);
            if ((number - first) % 30 == 29) Tell($"{number - first + 1} of {days} days");
        }

        if (first == 0) await RunAsync(loader, Sql("late.sql"), ct);
        if (first == 0) await RunAsync(loader, Sql("contacts.sql"), ct);
        await RunAsync(loader, Sql("end.sql"), ct);
        Tell("the indexes");
        foreach (var index in indexes) await RunAsync(loader, index, ct);
        await RunAsync(loader, "vacuum analyze", ct);
    }

    /// <summary>Drops the indexes that need not be there while it is loaded; answers how they are made again.</summary>
    private static async Task<List<string>> TakeIndexesAsync(NpgsqlConnection loader, CancellationToken ct)
    {
        var found = new List<(string Name, string Definition)>();
        await using (var command = new NpgsqlCommand(
            """
            select indexname, replace(indexdef, ' ON ONLY ', ' ON ') from pg_indexes
            where schemaname = 'public' and indexname not like 'pk_%'
                and tablename in ('cdr', 'queue_activities', 'agent_calls', 'agent_sessions', 'agent_pauses', 'contacts', 'list_elements')
            """, loader))
        {
            await using var row = await command.ExecuteReaderAsync(ct);
            while (await row.ReadAsync(ct)) found.Add((row.GetString(0), row.GetString(1)));
        }

        foreach (var (name, _) in found) await RunAsync(loader, $"drop index {name}", ct);
        return [.. found.Select(f => f.Definition)];
    }

    /// <summary>By what makes them in a server that is upgraded on the evening of the last day.</summary>
    private async Task SumAsync(NpgsqlDataSource source, CancellationToken ct)
    {
        Tell("the sums of agents' days");
        var clock = new ClockAt(Noon(first + days));
        var time = new LocalTime(TimeZoneInfo.FindSystemTimeZoneById(Zone), clock);
        var upkeep = new AgentDaysUpkeep(new AgentDays(time), time, source, leases: null!, clock, NullLogger<AgentDaysUpkeep>.Instance);
        await upkeep.CompleteAsync(TimeSpan.Zero, ct);
        await using var connection = await source.OpenConnectionAsync(ct);
        await RunAsync(connection, "vacuum analyze agent_days", ct);
    }

    private static async Task<string> TellAsync(NpgsqlDataSource source, string file, CancellationToken ct)
    {
        await using var command = source.CreateCommand(Sql(file));
        return (string)(await command.ExecuteScalarAsync(ct))!;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(ct);
    }

    private static string Sql(string file) => File.ReadAllText(Path.Combine(BenchFolder.Checkout, "tests", "Expand.Benchmarks", "Year", file));

    private static DateTimeOffset Noon(int day) => new DateTimeOffset(2025, 1, 1, 12, 0, 0, TimeSpan.Zero).AddDays(day);

    private static void Tell(string what) => Console.Error.WriteLine($"year: {what}");

    private sealed class ClockAt(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
