using Expand.Benchmarks.Harness;
using Expand.Benchmarks.Reports;
using Expand.Benchmarks.Year;

namespace Expand.Benchmarks.History;

/// <summary>The reports of one day on a year of history, beside the same on its last month alone: two servers, two databases, the same rows of that day.</summary>
internal sealed class HistoryBenchmark : IBenchmark
{
    private const string Day = "2025-12-10";
    private const string Queue = "q_016";

    /// <summary>So long at least is measured at a time: a report of milliseconds is asked for again and again.</summary>
    private static readonly TimeSpan AtLeast = TimeSpan.FromMilliseconds(400);

    public string Name => "history";

    public string Tells => "one-day reports on a year of history beside the same on its last month alone";

    /// <inheritdoc />
    public async Task<IReadOnlyList<Figure>> RunAsync(string[] options, CancellationToken ct)
    {
        if (options.Length > 0) throw new ArgumentException("history takes no options");
        await using var postgres = await BenchPostgres.StartAsync(ct);
        var december = await YearData.DecemberAsync(postgres, ct);
        var (year, remark) = await YearData.YearAsync(postgres, ct);
        await using var onMonth = await ReportServer.StartAsync(december, ct);
        await using var onYear = await ReportServer.StartAsync(year, ct);
        var figures = new List<Figure>();
        foreach (var (name, operation, arguments) in Reports)
        {
            Console.Error.WriteLine($"history: {name}");
            var (less, more) = (onMonth.Request(operation, arguments), onYear.Request(operation, arguments));
            var (few, many) = (await onMonth.AskAsync(less, ct), await onYear.AskAsync(more, ct));
            // Calls that lie in the same second may stand in another order: what is the same is the number of rows and all that is in them.
            if (few.Elements().Count() is var rows && (rows == 0 || rows != many.Elements().Count()))
                throw new InvalidOperationException($"{operation} answers {many.Elements().Count()} rows on the year and {rows} on the month");
            for (var i = 0; i < 10; i++)
            {
                await onMonth.ReadAsync(less, ct);
                await onYear.ReadAsync(more, ct);
            }

            var once = await Pairs.SecondsAsync(token => onMonth.ReadAsync(less, token), ct);
            var times = Math.Max(1, (int)(AtLeast.TotalSeconds / once));
            var pairs = await Pairs.TimeAsync(token => Repeat(onMonth, less, times, token), token => Repeat(onYear, more, times, token), ct, warmUps: 1, pairs: 7);
            figures.Add(new(name, pairs.Ratio, "×", Better.Lower, 1.15, "the same on the last month alone", pairs.Tell("ms", 1000.0 / times) + $"; {rows} rows{remark}"));
        }

        return figures;
    }

    private static (string Name, string Operation, (string, string)[] Arguments)[] Reports { get; } =
    [
        ("cdrData, a day", "cdrData", [("uniqueid", ""), ("inicio", Day), ("fin", Day)]),
        ("cdrCustom, a day", "cdrCustom", [("inicio", Day), ("fin", Day)]),
        ("queueData, a queue, a day", "queueData", [("Cola", Queue), ("Agente", ""), ("FechaInicio", Day), ("FechaFin", Day)]),
        ("queueData, an agent, a day", "queueData", [("Cola", ""), ("Agente", "108"), ("FechaInicio", Day), ("FechaFin", Day)]),
        ("agentData, a queue, a day", "agentData", [("Cola", Queue), ("FechaInicio", Day), ("FechaFin", Day)]),
        ("agentData, a queue, part of a day", "agentData", [("Cola", Queue), ("FechaInicio", Day + " 09:30:00"), ("FechaFin", Day + " 14:45:00")]),
        ("getAgentTimes, a day", "getAgentTimes", [("inicio", Day), ("fin", Day), ("agente", ""), ("cola", "")]),
        ("getAgentTimes, part of a day", "getAgentTimes", [("inicio", Day + " 09:30:00"), ("fin", Day + " 14:45:00"), ("agente", ""), ("cola", "")]),
        ("agentSessionDetail, a queue, a day", "agentSessionDetail", [("inicio", Day), ("fin", Day), ("userID", ""), ("cola", Queue)]),
    ];

    private static async Task Repeat(ReportServer server, string request, int times, CancellationToken ct)
    {
        for (var i = 0; i < times; i++) await server.ReadAsync(request, ct);
    }
}
