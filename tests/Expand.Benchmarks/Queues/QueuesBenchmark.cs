using System.Globalization;
using System.Xml.Linq;
using Expand.Benchmarks.Harness;
using Expand.Benchmarks.Peers;
using Expand.Benchmarks.Reports;
using Expand.Benchmarks.Year;
using Npgsql;

namespace Expand.Benchmarks.Queues;

/// <summary>
/// The reports on queues and agents: queueData beside psql's COPY of the same rows; agentData and getAgentTimes, which are made of daily sums, beside the
/// query over the events themselves with window functions, after both have answered the same.
/// </summary>
internal sealed class QueuesBenchmark : IBenchmark
{
    private const string Queue = "q_016";

    public string Name => "queues";

    public string Tells => "queueData beside psql's COPY; agentData and getAgentTimes of a month and a year beside window queries over the events";

    /// <inheritdoc />
    public async Task<IReadOnlyList<Figure>> RunAsync(string[] options, CancellationToken ct)
    {
        if (options.Length > 0) throw new ArgumentException("queues takes no options");
        await using var postgres = await BenchPostgres.StartAsync(ct);
        var (connection, remark) = await YearData.YearAsync(postgres, ct);
        await using var source = NpgsqlDataSource.Create(connection);
        await using var reports = await ReportServer.StartAsync(connection, ct);
        var month = new Period(new(2025, 6, 1), new(2025, 6, 30));
        var year = new Period(new(2025, 1, 1), new(2025, 12, 31));
        var figures = new List<Figure> { await QueueDataAsync(postgres, reports, month, remark, ct) };
        var agentData = new Asked("agentData", await SqlAsync("agent_data.sql", ct), AgentData, Queue);
        var times = new Asked("getAgentTimes", await SqlAsync("agent_times.sql", ct), AgentTimes, "");
        figures.Add(await BesideWindowsAsync(source, reports, agentData, month, "month", 10, 5, ct));
        figures.Add(await BesideWindowsAsync(source, reports, agentData, year, "year", 100, 5, ct));
        figures.Add(await BesideWindowsAsync(source, reports, times, month, "month", 10, 5, ct));
        // The peer takes half a minute for each of them.
        figures.Add(await BesideWindowsAsync(source, reports, times, year, "year", 100, 3, ct));
        return figures;
    }

    private static async Task<Figure> QueueDataAsync(BenchPostgres postgres, ReportServer reports, Period month, string remark, CancellationToken ct)
    {
        Console.Error.WriteLine("queues: queueData, psql and the server in turn");
        var request = reports.Request("queueData", ("Cola", Queue), ("Agente", ""), ("FechaInicio", month.Inicio), ("FechaFin", month.Fin));
        var query = string.Create(CultureInfo.InvariantCulture,
            $"""
            select at, queue, unique_id, action, caller_id, agent, wait_seconds, talk_seconds, destination, cause from queue_activities
            where queue = '{Queue}' and at >= '{month.From:O}' and at < '{month.End:O}' order by at, id
            """);
        var pairs = await Pairs.TimeAsync(token => PsqlCopy.RunAsync(postgres.Host, YearData.Year, query, token), token => reports.CurlAsync(request, token), ct, warmUps: 30);
        return new("queueData, a queue, a month", pairs.Ratio, "×", Better.Lower, 1.5, "psql COPY of the same query", pairs.Tell("ms", 1000) + remark);
    }

    private static async Task<Figure> BesideWindowsAsync(
        NpgsqlDataSource source, ReportServer reports, Asked asked, Period period, string name, double limit, int pairs, CancellationToken ct)
    {
        Console.Error.WriteLine($"queues: {asked.Operation} of a {name}: that both answer the same");
        var request = asked.Operation == "agentData"
            ? reports.Request("agentData", ("Cola", asked.Queue), ("FechaInicio", period.Inicio), ("FechaFin", period.Fin))
            : reports.Request("getAgentTimes", ("inicio", period.Inicio), ("fin", period.Fin), ("agente", ""), ("cola", asked.Queue));
        var answered = asked.Rows(await reports.AskAsync(request, ct)).Order(StringComparer.Ordinal).ToList();
        var raw = (await RawAsync(source, asked, period, ct)).Order(StringComparer.Ordinal).ToList();
        if (answered.Count == 0 || !answered.SequenceEqual(raw))
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
                $"{asked.Operation} of a {name} answers {answered.Count} rows, the events {raw.Count}; the first that differ: {answered.Except(raw).FirstOrDefault()} / {raw.Except(answered).FirstOrDefault()}"));
        }

        Console.Error.WriteLine($"queues: {asked.Operation} of a {name}, the query and the server in turn");
        for (var i = 0; i < 10; i++) await reports.ReadAsync(request, ct);
        var measured = await Pairs.TimeAsync(token => RawAsync(source, asked, period, token), token => reports.ReadAsync(request, token), ct, warmUps: 1, pairs: pairs);
        return new($"{asked.Operation}, {(asked.Queue.Length > 0 ? "a queue" : "all queues")}, a {name}", 1 / measured.Ratio, "×", Better.Higher, limit, "window query over the events",
            measured.Tell("ms", 1000) + string.Create(CultureInfo.InvariantCulture, $"; {answered.Count} rows, equal"));
    }

    private static async Task<List<string>> RawAsync(NpgsqlDataSource source, Asked asked, Period period, CancellationToken ct)
    {
        await using var command = source.CreateCommand(asked.Sql);
        command.CommandTimeout = 0;
        command.Parameters.Add(new() { Value = period.From.UtcDateTime });
        command.Parameters.Add(new() { Value = period.End.UtcDateTime });
        if (asked.Queue.Length > 0) command.Parameters.Add(new() { Value = asked.Queue });
        var rows = new List<string>();
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct)) rows.Add(row.GetString(0));
        return rows;
    }

    private static Task<string> SqlAsync(string file, CancellationToken ct) =>
        File.ReadAllTextAsync(Path.Combine(BenchFolder.Checkout, "tests", "Expand.Benchmarks", "Queues", file), ct);

    private static IEnumerable<string> AgentData(XElement document) => document.Elements("agent").Select(agent => string.Join(' ',
    [
        agent.Attribute("agente")!.Value.Split('(', ')')[1],
        .. new[] { "logueadoSeg", "pausadoSeg", "habladoSeg", "habladoSalienteSeg", "atendidas", "perdidas", "salientes", "entrantesTransferidas" }.Select(name => agent.Attribute(name)!.Value),
    ]));

    private static IEnumerable<string> AgentTimes(XElement document) => document.Elements("agent").Select(agent =>
        $"{agent.Attribute("agent")!.Value} {agent.Attribute("loged")!.Value} {agent.Attribute("paused")!.Value} {string.Join(',', agent.Elements("queueagent").Select(q => q.Attribute("name")!.Value))}");

    /// <summary>A report, the query that answers the same of the events, and how the answer is written in its rows.</summary>
    private sealed record Asked(string Operation, string Sql, Func<XElement, IEnumerable<string>> Rows, string Queue);

    /// <summary>Whole days.</summary>
    private sealed record Period(DateOnly First, DateOnly Last)
    {
        public string Inicio => First.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

        public string Fin => Last.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

        // Uruguay has not changed its clocks since 2015.
        public DateTimeOffset From => new DateTimeOffset(First.ToDateTime(default), TimeSpan.FromHours(-3)).ToUniversalTime();

        public DateTimeOffset End => new DateTimeOffset(Last.AddDays(1).ToDateTime(default), TimeSpan.FromHours(-3)).ToUniversalTime();
    }
}
