using System.Diagnostics.Tracing;
using Microsoft.Diagnostics.NETCore.Client;
using Microsoft.Diagnostics.Tracing;

namespace Expand.Benchmarks.Peers;

/// <summary>What a process of .NET allocates, as its runtime counts it (System.Runtime's <c>alloc-rate</c>, by EventPipe).</summary>
internal static class Allocations
{
    private static readonly TimeSpan Settles = TimeSpan.FromSeconds(2.5);

    /// <summary>Bytes that the process allocates for each of the requests that the work makes; what it allocates all the while without them is taken off.</summary>
    /// <param name="processId">Whose.</param>
    /// <param name="work">Makes requests; answers how many.</param>
    /// <param name="ct">Gives up.</param>
    public static async Task<double> PerRequestAsync(int processId, Func<CancellationToken, Task<long>> work, CancellationToken ct)
    {
        var client = new DiagnosticsClient(processId);
        var counters = new EventPipeProvider("System.Runtime", EventLevel.Informational, 0, new Dictionary<string, string> { ["EventCounterIntervalSec"] = "1" });
        using var session = client.StartEventPipeSession([counters], requestRundown: false);
        using var events = new EventPipeEventSource(session.EventStream);
        var (total, intervals) = (0d, 0);
        var guard = new Lock();
        events.Dynamic.All += told =>
        {
            if (told.EventName != "EventCounters" || told.PayloadValue(0) is not IDictionary<string, object> payload) return;
            if (payload["Payload"] is not IDictionary<string, object> counter || counter["Name"] is not "alloc-rate") return;
            lock (guard) (total, intervals) = (total + Convert.ToDouble(counter["Increment"], System.Globalization.CultureInfo.InvariantCulture), intervals + 1);
        };
        var reading = Task.Run(events.Process, CancellationToken.None);
        try
        {
            // The first interval tells of what was before; then a few without work, and those of the work.
            await Task.Delay(Settles, ct);
            var (first, begun) = Read();
            await Task.Delay(TimeSpan.FromSeconds(3), ct);
            var (second, worked) = Read();
            var requests = await work(ct);
            await Task.Delay(Settles, ct);
            var (third, ended) = Read();
            if (worked <= begun || ended <= worked) throw new InvalidOperationException("the process told nothing of what it allocates");
            var idle = (second - first) / (worked - begun);
            return (third - second - (idle * (ended - worked))) / requests;
        }
        finally
        {
            session.Stop();
            await reading.WaitAsync(TimeSpan.FromSeconds(10), CancellationToken.None);
        }

        (double Total, int Intervals) Read()
        {
            lock (guard) return (total, intervals);
        }
    }
}
