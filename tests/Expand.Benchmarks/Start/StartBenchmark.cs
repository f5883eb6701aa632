using System.Globalization;
using Expand.Benchmarks.Harness;
using Expand.Benchmarks.Peers;
using Expand.Benchmarks.Soap;

namespace Expand.Benchmarks.Start;

/// <summary>
/// What the process costs: the time from its start until it is ready, on a database and a PBX that are there, beside a program of Kestrel that answers a
/// constant; and its memory, at rest and under SOAP calls.
/// </summary>
internal sealed class StartBenchmark : IBenchmark
{
    public string Name => "start";

    public string Tells => "start-up until ready, beside a bare Kestrel; memory at rest and under 16 SOAP clients";

    /// <inheritdoc />
    public async Task<IReadOnlyList<Figure>> RunAsync(string[] options, CancellationToken ct)
    {
        if (options.Length > 0) throw new ArgumentException("start takes no options");
        Console.Error.WriteLine("start: starting PostgreSQL, and the server for the first time");
        await using var postgres = await BenchPostgres.StartAsync(ct);
        await using var quiet = await QuietServer.StartAsync(ct, ("ConnectionStrings__Expand", await postgres.MakeAsync("bench_start", ct)));
        var server = quiet.Server;
        var constant = Path.GetTempFileName();
        try
        {
            Console.Error.WriteLine("start: the server and Kestrel in turn");
            var pairs = await Pairs.MeasureAsync(
                async token =>
                {
                    var begun = System.Diagnostics.Stopwatch.GetTimestamp();
                    var (peer, _) = await ChildProcess.StartPeerAsync("constant", token, constant, "text/plain");
                    var taken = System.Diagnostics.Stopwatch.GetElapsedTime(begun).TotalSeconds;
                    peer.Dispose();
                    return taken;
                },
                async token =>
                {
                    await server.StopAsync(token);
                    return await Pairs.SecondsAsync(server.StartAgainAsync, token);
                },
                ct, warmUps: 1);
            await Task.Delay(TimeSpan.FromSeconds(10), ct);
            var idle = ProcessorTime.MemoryOf(server.ProcessId) / 1048576.0;
            using var load = Wrk.Post(16, $"""
                <SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/"><SOAP-ENV:Body><ns1:extensionPbx xmlns:ns1="urn:apiws"><authorizedKey>{server.Credentials.AuthorizedKey}</authorizedKey></ns1:extensionPbx></SOAP-ENV:Body></SOAP-ENV:Envelope>
                """, "text/xml; charset=utf-8");
            var rate = 0d;
            var peak = await PeakMemory.WhileAsync(server.ProcessId, async token => rate = await load.RateAsync(server.Url + "/apiws/2/apiws.php", 10, token), ct);
            return
            [
                new("start until ready", pairs.Ratio, "×", Better.Lower, Against: "Kestrel with a constant", Detail: pairs.Tell("s")),
                new("memory at rest", idle, "MB", Better.Lower, Detail: "VmRSS, 10 s after the start"),
                new("peak memory under SOAP calls", peak, "MB", Better.Lower,
                    Detail: string.Create(CultureInfo.InvariantCulture, $"16 clients, extensionPbx, 10 s at {rate:N0} requests/s")),
            ];
        }
        finally
        {
            File.Delete(constant);
        }
    }
}
