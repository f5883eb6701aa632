using System.Globalization;
using Expand.Benchmarks.Harness;
using Expand.Benchmarks.Peers;
using Expand.Benchmarks.Reports;
using Expand.Benchmarks.Year;
using Npgsql;

namespace Expand.Benchmarks.Cdr;

/// <summary>
/// What cdrData of a million calls takes beside psql's COPY of the same rows: time, first byte, memory; eight of 100,000 at once; and the first one after a start.
/// </summary>
internal sealed class CdrBenchmark : IBenchmark
{
    private const int Million = 1_000_000;
    private const int HundredThousand = 100_000;
    private const int AtOnce = 8;

    // 2025-03-01 in the centre's time: all reports begin there.
    private static readonly DateTimeOffset Begin = new(2025, 3, 1, 3, 0, 0, TimeSpan.Zero);

    public string Name => "cdr";

    public string Tells => "cdrData of a million calls beside psql's COPY: time, first byte, memory; eight at once; the first after a start";

    /// <inheritdoc />
    public async Task<IReadOnlyList<Figure>> RunAsync(string[] options, CancellationToken ct)
    {
        if (options.Length > 0) throw new ArgumentException("cdr takes no options");
        await using var postgres = await BenchPostgres.StartAsync(ct);
        var (connection, remark) = await YearData.YearAsync(postgres, ct);
        await using var source = NpgsqlDataSource.Create(connection);
        await using var reports = await ReportServer.StartAsync(connection, ct);
        var process = reports.Server;
        var (all, some, few) = (await PeriodAsync(source, Begin, Million, ct), await PeriodAsync(source, Begin, HundredThousand, ct), await PeriodAsync(source, Begin, 10_000, ct));
        await DemandRowsAsync(reports, few, ct);

        Console.Error.WriteLine("cdr: 100,000 rows, so that the server and psql are warm");
        for (var i = 0; i < 10; i++)
        {
            await AskAsync(reports, some, ct);
            await CopyAsync(postgres, some, ct);
        }

        Console.Error.WriteLine("cdr: a million rows, psql and the server in turn");
        var firstBytes = new List<double>();
        var million = await Pairs.TimeAsync(
            token => CopyAsync(postgres, all, token),
            async token => firstBytes.Add((await AskAsync(reports, all, token)).FirstByte),
            ct, warmUps: 1);

        Console.Error.WriteLine("cdr: memory");
        var (small, large) = (new List<double>(), new List<double>());
        for (var i = 0; i < 3; i++)
        {
            small.Add(await PeakMemory.WhileAsync(process.ProcessId, token => AskAsync(reports, few, token), ct));
            large.Add(await PeakMemory.WhileAsync(process.ProcessId, token => AskAsync(reports, all, token), ct));
        }

        Console.Error.WriteLine("cdr: eight of 100,000 rows at once");
        var eight = await Pairs.TimeAsync(
            token => Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => CopyAsync(postgres, some, token))),
            token => Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => AskAsync(reports, some, token))),
            ct, warmUps: 2);

        Console.Error.WriteLine("cdr: the first after a start");
        var steady = new List<double>();
        for (var i = 0; i < 5; i++) steady.Add((await AskAsync(reports, some, ct)).Total);
        var first = new List<double>();
        for (var i = 0; i < 3; i++)
        {
            await process.StopAsync(ct);
            await process.StartAgainAsync(ct);
            first.Add((await AskAsync(reports, some, ct)).Total);
        }

        var firstAfterStart = new Pairs(steady, first);
        return
        [
            new($"{Million:N0} rows, time", million.Ratio, "×", Better.Lower, 1.2, "psql COPY of the same query", million.Tell("s") + remark),
            new("first byte of that", 1000 * Pairs.Median(firstBytes), "ms", Better.Lower, 50),
            new("peak memory of that over 10,000 rows", Pairs.Median(large) - Pairs.Median(small), "MB", Better.Lower, 32, "",
                string.Create(CultureInfo.InvariantCulture, $"{Pairs.Median(large):N0} and {Pairs.Median(small):N0} MB")),
            new($"{AtOnce} × {HundredThousand:N0} rows at once", eight.Ratio, "×", Better.Lower, 2, $"{AtOnce} × psql COPY at once", eight.Tell("s")),
            new($"first {HundredThousand:N0} rows after start", firstAfterStart.Ratio, "×", Better.Lower, 3, "the steady one", firstAfterStart.Tell("s")),
        ];
    }

    private static Task<CurlTime> AskAsync(ReportServer reports, Period period, CancellationToken ct) =>
        reports.CurlAsync(Request(reports, period), ct);

    private static string Request(ReportServer reports, Period period) =>
        reports.Request("cdrData", ("uniqueid", ""), ("inicio", ReportServer.Date(period.From)), ("fin", ReportServer.Date(period.To)));

    private static Task CopyAsync(BenchPostgres postgres, Period period, CancellationToken ct) => PsqlCopy.RunAsync(postgres.Host, YearData.Year, string.Create(CultureInfo.InvariantCulture,
        $"""
        select unique_id, source, destination, context, caller_id, channel, destination_channel, last_application, last_data, call_date, duration, billable_seconds, disposition
        from cdr where call_date >= '{period.From:O}' and call_date < '{period.To.AddSeconds(1):O}' order by call_date, id
        """), ct);

    /// <summary>That the answer holds as many rows as the period has.</summary>
    private static async Task DemandRowsAsync(ReportServer reports, Period period, CancellationToken ct)
    {
        var answer = await reports.AskAsync(Request(reports, period), ct);
        var rows = answer.Elements("call").Count();
        if (rows != period.Rows) throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"cdrData answers {rows} rows where there are {period.Rows}"));
    }

    /// <summary>A period from the instant on that has that many rows, or some more: its last second is whole.</summary>
    private static async Task<Period> PeriodAsync(NpgsqlDataSource source, DateTimeOffset from, int rows, CancellationToken ct)
    {
        await using var command = source.CreateCommand(
            """
            with last as (
                select coalesce((select call_date from cdr where call_date >= $1 order by call_date, id offset $2 limit 1), (select max(call_date) from cdr)) as at)
            select date_trunc('second', at), (select count(*) from cdr where call_date >= $1 and call_date < date_trunc('second', at) + interval '1 second') from last
            """);
        command.CommandTimeout = 0;
        command.Parameters.Add(new() { Value = from.UtcDateTime });
        command.Parameters.Add(new() { Value = rows - 1L });
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        return new(from, row.GetFieldValue<DateTimeOffset>(0), row.GetInt64(1));
    }

    /// <summary>Both ends are seconds and belong to it.</summary>
    private sealed record Period(DateTimeOffset From, DateTimeOffset To, long Rows);
}
