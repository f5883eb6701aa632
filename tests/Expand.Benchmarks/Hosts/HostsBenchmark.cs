using System.Globalization;
using Expand.Benchmarks.Harness;

namespace Expand.Benchmarks.Hosts;

/// <summary>
/// One to three hosts, each with a PBX of its own, on one database, all on this machine: how much each part takes until it saturates, and what a call costs
/// where. The processors are shared: that more hosts bring more is not to be seen here; what one of them costs is.
/// </summary>
internal sealed class HostsBenchmark : IBenchmark
{
    private const int Calls = 4_000;
    private const int Clients = 16;
    private static readonly int[] Steps = [50, 100, 200, 400, 800, 1_600, 3_200];
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(4);

    /// <inheritdoc />
    public string Name => "hosts";

    /// <inheritdoc />
    public string Tells => "one to three hosts and PBXs on one database: where each part saturates, and what a call costs";

    /// <inheritdoc />
    public async Task<IReadOnlyList<Figure>> RunAsync(string[] options, CancellationToken ct)
    {
        var (most, agents) = options switch
        {
            [] => (3, 50),
            ["--agents", var number] when int.TryParse(number, CultureInfo.InvariantCulture, out var given) && given > 0 => (1, given),
            _ => throw new ArgumentException("hosts takes --agents N: one host, with so many agents (else one to three, of 50 each)"),
        };
        await using var postgres = await BenchPostgres.StartAsync(ct);
        var runs = new List<Run>();
        for (var count = 1; count <= most; count++) runs.Add(await RunAsync(postgres, count, agents, ct));
        var one = runs[0];
        return
        [
            .. runs.Skip(1).SelectMany(run => new Figure[]
            {
                Ratio(run, one, "lines of the PBXs' files a second", r => r.Feed),
                Ratio(run, one, "status requests a second", r => r.Status),
                Ratio(run, one, "calls ordered a second", r => r.Originate),
                new($"{run.Hosts} hosts: calls a second until something saturates", (double)run.Saturated / Math.Max(1, one.Saturated), "×", Better.Higher, null, "one host",
                    $"{run.Saturated} / {one.Saturated} /s"),
            }),
            Cost("a line of the PBX's files: server", one.Feed.Server), Cost("a line of the PBX's files: PostgreSQL", one.Feed.Postgres),
            new("processors that a PBX's files keep busy while they are written all the time, ten calls a second", one.Trickle.Server * one.Trickle.Rate * 100, "%", Better.Lower,
                Detail: string.Create(CultureInfo.InvariantCulture,
                    $"PostgreSQL {one.Trickle.Postgres * one.Trickle.Rate * 100:0.0} %, {one.Trickle.Commits * one.Trickle.Rate:0} commits/s; "
                    + $"{agents} agents in {BenchHost.Queues} queues each")),
            Cost("a status request: server", one.Status.Server),
            Cost("a call ordered: server", one.Originate.Server), Cost("a call ordered: PostgreSQL", one.Originate.Postgres),
            new("bytes in the database of a queue's call (record and three lines)", one.BytesOfACall, "B", Better.Lower),
            new("bytes in the database of a call ordered, with its note", one.BytesOfAnOrder, "B", Better.Lower),
            new("memory of a host after its start", one.AtRest / 1e6, "MB", Better.Lower),
            new("memory of a host under load", one.Memory / 1e6, "MB", Better.Lower),
            new("a host of which nothing is asked: processors", one.Idle.Server * 100, "%", Better.Lower, Detail:
                string.Create(CultureInfo.InvariantCulture, $"PostgreSQL {one.Idle.Postgres * 100:0.0} %, {one.Idle.Commits:0} commits/s")),
        ];
    }

    private static async Task<Run> RunAsync(BenchPostgres postgres, int count, int agents, CancellationToken ct)
    {
        Told($"{count} of them");
        await using var hosts = await Installation.StartAsync(postgres, count, agents, ct);
        var atRest = hosts.Memory;
        await hosts.WarmUpAsync(Clients, ct);
        Told(string.Create(CultureInfo.InvariantCulture,
            $"nothing asked: server {hosts.Idle.Server:0.000}, PostgreSQL {hosts.Idle.Postgres:0.000} processors, {hosts.Idle.Commits:N0} commits/s"));
        var before = await hosts.BytesAsync(ct);
        var feed = await hosts.FeedAsync(Calls, ct);
        var bytes = (await hosts.BytesAsync(ct) - before) / (double)(Calls * count);
        Told("files", feed, "lines");
        var status = await hosts.StatusAsync(Clients, Window, ct);
        Told("status", status, "requests");
        before = await hosts.BytesAsync(ct);
        var ordered = await hosts.OrderedAsync(ct);
        var originate = await hosts.OriginateAsync(Clients, Window, ct);
        var orderedBytes = (await hosts.BytesAsync(ct) - before) / (double)(await hosts.OrderedAsync(ct) - ordered);
        Told("calls", originate, "calls");
        var trickle = await hosts.TrickleAsync(10, Window, ct);
        Told("files, ten calls a second", trickle, "lines");
        var saturated = 0;
        foreach (var step in Steps)
        {
            var (passage, done) = await hosts.MixedAsync(step, Window, ct);
            Told($"all together, {step} calls/s: {done:P0} in time", passage, "calls");
            if (done < 0.9) break;
            saturated = step;
        }

        return new Run(count, feed, status, originate, saturated, bytes, orderedBytes, atRest, hosts.Memory, hosts.Idle, trickle);
    }

    private static Figure Ratio(Run run, Run first, string what, Func<Run, Passage> passage)
    {
        var (many, one) = (passage(run), passage(first));
        return new($"{run.Hosts} hosts: {what}", many.Rate / one.Rate, "×", Better.Higher, null, "one host",
            string.Create(CultureInfo.InvariantCulture, $"{many.Rate:N0} / {one.Rate:N0} /s"));
    }

    private static Figure Cost(string what, double seconds) => new("processor time of " + what, seconds * 1e6, "µs", Better.Lower);

    private static void Told(string what) => Console.Error.WriteLine("hosts: " + what);

    private static void Told(string what, Passage passage, string unit) => Told(string.Create(CultureInfo.InvariantCulture,
        $"{what}: {passage.Rate:N0} {unit}/s; of each: server {passage.Server * 1e6:N0} µs, PostgreSQL {passage.Postgres * 1e6:N0} µs, {passage.Commits:0.000} commits; "
        + $"at that rate: server {passage.Server * passage.Rate:0.00}, PostgreSQL {passage.Postgres * passage.Rate:0.00} processors, "
        + $"{passage.Commits * passage.Rate:N0} commits/s"));

    private sealed record Run(int Hosts, Passage Feed, Passage Status, Passage Originate, int Saturated, double BytesOfACall, double BytesOfAnOrder,
        long AtRest, long Memory, Used Idle, Passage Trickle);
}
