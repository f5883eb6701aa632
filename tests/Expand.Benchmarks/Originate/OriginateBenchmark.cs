using System.Diagnostics;
using System.Globalization;
using Expand.Benchmarks.Harness;
using Expand.TestKit;
using Npgsql;

namespace Expand.Benchmarks.Originate;

/// <summary>
/// Calls made over SOAP on a real Asterisk, each followed to its end, against what the same Asterisk makes for a client that does nothing else; and what the
/// server adds to a single one.
/// </summary>
internal sealed class OriginateBenchmark : IBenchmark
{
    /// <summary>The server's own bound of new calls a second where nothing else is set (Pbx:OriginatesPerSecond).</summary>
    private const int Cap = 200;

    private const int Clients = 300;
    private const int Single = 1_000;
    private const int SinglePerSecond = 50;
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    /// <summary>Not counted: until as many are under way as there will be, and what the server lets through at once after a rest (a second's) has gone through.</summary>
    private static readonly TimeSpan LeadIn = TimeSpan.FromSeconds(2);

    /// <inheritdoc />
    public string Name => "originate";

    /// <inheritdoc />
    public string Tells => "calls over SOAP on a real Asterisk, against Asterisk's own maximum; what the server adds to one";

    /// <inheritdoc />
    public async Task<IReadOnlyList<Figure>> RunAsync(string[] options, CancellationToken ct)
    {
        if (options.Length > 0) throw new ArgumentException("originate takes no options");
        await using var asterisk = await AsteriskFixture.StartAsync(new AsteriskSetup { MoreDialplan = BenchDialplan.Text }, ct);
        await using var bare = await BareClient.ConnectAsync(asterisk, ct);
        var atOnce = await BestAsync(bare, ct);

        await using var postgres = await BenchPostgres.StartAsync(ct);
        var figures = new List<Figure>();
        await using (var wire = new TimedWire(asterisk.AmiPort))
        await using (var server = await ServerAsync(asterisk, postgres, wire.Port, Cap, ct))
        {
            figures.AddRange(await SingleAsync(server, wire, postgres.To("originate"), ct));
        }

        await using (var server = await ServerAsync(asterisk, postgres, asterisk.AmiPort, Cap, ct))
        {
            using var soap = new SoapCalls(server);
            var parts = new PartsOfACall(server.ProcessId, await postgres.ProcessIdAsync(ct), asterisk.ProcessId);
            var pairs = await Pairs.MeasureAsync(
                token => bare.RateAsync(atOnce, LeadIn, Window, token),
                token => parts.MeasureAsync(() => soap.RateAsync(Clients, LeadIn, Window, token), LeadIn + Window), ct, warmUps: 1);
            var most = Math.Min(Cap, Pairs.Median(pairs.Peer));
            figures.Add(new("calls a second over SOAP, up to the cap", Pairs.Median(pairs.Ours) / most, "×", Better.Higher, 0.95,
                string.Create(CultureInfo.InvariantCulture, $"Asterisk's own maximum, at most the cap of {Cap}/s"), pairs.Tell("/s")));
            figures.AddRange(parts.Figures());
            figures.Add(new("calls that ended otherwise than they did", soap.Wrong, "", Better.Lower, 0));
        }

        await using (var server = await ServerAsync(asterisk, postgres, asterisk.AmiPort, 10_000, ct))
        {
            using var soap = new SoapCalls(server);
            var pairs = await Pairs.MeasureAsync(
                token => bare.RateAsync(atOnce, LeadIn, Window, token), token => soap.RateAsync(Clients, LeadIn, Window, token), ct, warmUps: 1, pairs: 3);
            figures.Add(new("the same without a cap", pairs.Ratio, "×", Better.Higher, null, "Asterisk's own maximum",
                pairs.Tell("/s") + "; server, PostgreSQL, clients and Asterisk share the processors"));
        }

        return figures;
    }

    /// <summary>How many calls at once let Asterisk make most of them.</summary>
    private static async Task<int> BestAsync(BareClient bare, CancellationToken ct)
    {
        var (best, most) = (0, 0.0);
        foreach (var atOnce in (int[])[100, 200, 300, 400])
        {
            var rate = await bare.RateAsync(atOnce, LeadIn, TimeSpan.FromSeconds(3), ct);
            Told(string.Create(CultureInfo.InvariantCulture, $"Asterisk alone, {atOnce} at once: {rate:0}/s"));
            if (rate > most) (best, most) = (atOnce, rate);
        }

        return best;
    }

    private static async Task<ServerFixture> ServerAsync(AsteriskFixture asterisk, BenchPostgres postgres, int amiPort, int cap, CancellationToken ct)
    {
        var settings = asterisk.ServerSettings(amiPort);
        settings["ConnectionStrings__Expand"] = await postgres.MakeAsync("originate", ct);
        settings["Pbx__OriginatesPerSecond"] = cap.ToString(CultureInfo.InvariantCulture);
        var server = await ServerFixture.StartAsync(settings, ct: ct);
        using var soap = new SoapCaller(server.Url, server.Credentials.AuthorizedKey);
        await Eventually.TrueAsync(async () => await soap.ExtensionsAsync(ct) > 0, "the server knows the extensions", TimeSpan.FromSeconds(30));
        return server;
    }

    /// <summary>
    /// One call after the other at a quiet pace: from the client's sending its request to the Originate on the wire. A job is a row before it is a call: what a commit takes
    /// here is measured in between.
    /// </summary>
    private static async Task<IReadOnlyList<Figure>> SingleAsync(ServerFixture server, TimedWire wire, string database, CancellationToken ct)
    {
        await using var rows = NpgsqlDataSource.Create(database);
        await using (var make = rows.CreateCommand("create table bench_commits (n int)")) await make.ExecuteNonQueryAsync(ct);
        await using var insert = rows.CreateCommand("insert into bench_commits values (1)");
        var commits = new List<double>();
        using var soap = new SoapCalls(server);
        for (var i = 0; i < 200; i++) await soap.OriginateAsync(ct);
        await Task.Delay(TimeSpan.FromSeconds(2), ct);
        Told($"{Single} calls, {SinglePerSecond} a second");
        var begun = Stopwatch.GetTimestamp();
        var (requests, answers) = (new List<(string Job, long At)>(), new List<double>());
        for (var i = 0; i < Single; i++)
        {
            var due = TimeSpan.FromSeconds((double)i / SinglePerSecond) - Stopwatch.GetElapsedTime(begun);
            if (due > TimeSpan.Zero) await Task.Delay(due, ct);
            var at = Stopwatch.GetTimestamp();
            requests.Add((await soap.OriginateAsync(ct), at));
            answers.Add(Stopwatch.GetElapsedTime(at).TotalMilliseconds);
            await Task.Delay(5, ct);
            commits.Add(await Pairs.SecondsAsync(token => insert.ExecuteNonQueryAsync(token), ct) * 1000);
        }

        await Task.Delay(TimeSpan.FromSeconds(2), ct);
        var (added, trip) = (new List<double>(), new List<double>());
        foreach (var (job, at) in requests)
        {
            var (asked, answered) = wire.Of(long.Parse(job, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
            added.Add(Stopwatch.GetElapsedTime(at, asked).TotalMilliseconds);
            trip.Add(Stopwatch.GetElapsedTime(asked, answered).TotalMilliseconds);
        }

        return
        [
            new("time added to a call, p99", At(added, 99), "ms", Better.Lower, 3, "the AMI round trip",
                string.Create(CultureInfo.InvariantCulture,
                    $"request sent to Originate on the wire: p50 {Pairs.Short(At(added, 50))} ms; "
                    + $"AMI round trip p50 {Pairs.Short(At(trip, 50))}, p99 {Pairs.Short(At(trip, 99))} ms; "
                    + $"SOAP round trip p50 {Pairs.Short(At(answers, 50))}, p99 {Pairs.Short(At(answers, 99))} ms; "
                    + $"a commit of one row p50 {Pairs.Short(At(commits, 50))}, p99 {Pairs.Short(At(commits, 99))} ms")),
        ];
    }

    private static double At(List<double> values, int percent) => values.Order().ElementAt(Math.Min(values.Count - 1, values.Count * percent / 100));

    private static void Told(string what) => Console.Error.WriteLine("originate: " + what);
}
