using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Expand.Benchmarks.Harness;
using Expand.Server.Pbx;

namespace Expand.Benchmarks.Ami;

/// <summary>
/// What the manager's events cost from the socket to the named fields that the server works with: recorded queue calls through the real client, and through
/// the server's whole pump. A rate is that of one processor: events by the processor time of all threads that read, the sender's not counted.
/// </summary>
internal sealed class AmiBenchmark : IBenchmark
{
    private const int Events = 200_000;

    /// <summary>Wanted events that may be on their way at most: fewer than a subscription holds.</summary>
    private const int OnTheWay = 30_000;

    /// <inheritdoc />
    public string Name => "ami";

    /// <inheritdoc />
    public string Tells => "AMI events from the socket to named fields: rate, allocations, latency";

    /// <inheritdoc />
    public async Task<IReadOnlyList<Figure>> RunAsync(string[] options, CancellationToken ct)
    {
        if (options.Length > 0) throw new ArgumentException("ami takes no options");
        var calls = RecordedCalls.Make(Events, PbxEventReader.Events.Contains);
        Told($"{calls.Count:N0} events, {(double)calls.Bytes.Length / calls.Count:0} B each, {(double)calls.Wanted / calls.Count:P0} of them wanted");
        using var sender = new AmiSender();

        await using var client = await ClientReader.ConnectAsync(sender, ct);
        var parsed = new List<Reading>();
        var pairs = await Pairs.MeasureAsync(
            token => Task.FromResult(Drain(calls).Processor.TotalSeconds),
            async token =>
            {
                parsed.Add(await client.ReadAsync(calls, token));
                return parsed[^1].Processor.TotalSeconds;
            },
            ct);
        var read = parsed[^5..];
        Told("the whole pump");
        await using var pump = await PumpReader.ConnectAsync(ct);
        var pumped = new List<Reading>();
        for (var i = 0; i < 10; i++) pumped.Add(await pump.ReadAsync(calls, ct));
        pumped = pumped[^5..];

        var latencies = new List<(int Pace, double Half, double Most)>();
        foreach (var pace in (int[])[1_000, 5_000, 20_000])
        {
            Told($"{pace:N0} events a second");
            latencies.Add(await client.PacedAsync(calls, pace, TimeSpan.FromSeconds(5), ct));
        }

        var rate = Pairs.Median(read.Select(r => calls.Count / r.Processor.TotalSeconds));
        var wall = Pairs.Median(read.Select(r => calls.Count / r.Elapsed.TotalSeconds));
        return
        [
            new("events to named fields, of one processor", rate, "/s", Better.Higher, 300_000, "",
                string.Create(CultureInfo.InvariantCulture, $"{calls.Wanted * 100 / calls.Count} % of them wanted; by the clock {wall:N0}/s, reader and sender at once")),
            new("processor time of an event", pairs.Ratio, "×", Better.Lower, null, "draining the socket", pairs.Tell("µs", 1e6 / calls.Count)),
            new("allocated per event", Pairs.Median(read.Select(r => (double)r.Allocated / calls.Count)), "B", Better.Lower, 256, "",
                string.Create(CultureInfo.InvariantCulture, $"{(double)calls.Bytes.Length / calls.Count:0} B on the wire")),
            new("events through the server's pump to facts, of one processor",
                Pairs.Median(pumped.Select(r => calls.Count / r.Processor.TotalSeconds)), "/s", Better.Higher, 300_000),
            new("allocated per event in the pump", Pairs.Median(pumped.Select(r => (double)r.Allocated / calls.Count)), "B", Better.Lower, 256),
            .. latencies.Select(l => new Figure(
                string.Create(CultureInfo.InvariantCulture, $"latency at {l.Pace:N0} events/s, p50"), l.Half, "ms", Better.Lower, l.Pace == 1_000 ? 2 : null, "",
                string.Create(CultureInfo.InvariantCulture, $"p99 {Pairs.Short(l.Most)} ms"))),
        ];
    }

    /// <summary>Waits until no more than a subscription holds is on its way.</summary>
    public static void Wait(Func<long> received, int sent)
    {
        for (var waiting = Stopwatch.StartNew(); sent - received() > OnTheWay; Thread.Sleep(1))
        {
            if (waiting.Elapsed > TimeSpan.FromSeconds(30)) throw new InvalidOperationException("the reader takes no more events");
        }
    }

    private static void Told(string what) => Console.Error.WriteLine("ami: " + what);

    /// <summary>The floor: the bytes taken from the socket and thrown away.</summary>
    private static Reading Drain(RecordedCalls calls)
    {
        using var sender = new AmiSender();
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Connect("127.0.0.1", sender.Port);
        sender.AcceptSilent();
        var reader = new Thread(() =>
        {
            var buffer = new byte[64 * 1024];
            for (var left = calls.Bytes.Length; left > 0; left -= socket.Receive(buffer))
            {
            }
        });
        return Reading.Of(() =>
        {
            reader.Start();
            var sending = sender.SendAll(calls);
            reader.Join();
            return sending;
        });
    }

    /// <summary>What one passage of the events cost.</summary>
    /// <param name="Elapsed">By the clock.</param>
    /// <param name="Processor">Of all threads but the sender.</param>
    /// <param name="Allocated">Bytes.</param>
    internal sealed record Reading(TimeSpan Elapsed, TimeSpan Processor, long Allocated)
    {
        /// <summary>Measures a passage; it answers the sender's own processor time.</summary>
        public static Reading Of(Func<TimeSpan> passage)
        {
            GC.Collect();
            var (allocated, processor, begun) = (GC.GetTotalAllocatedBytes(true), Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
            var sending = passage();
            return new Reading(
                Stopwatch.GetElapsedTime(begun), Environment.CpuUsage.TotalTime - processor - sending, GC.GetTotalAllocatedBytes(true) - allocated);
        }
    }
}
