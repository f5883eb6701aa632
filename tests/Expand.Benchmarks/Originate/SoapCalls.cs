using System.Diagnostics;
using Expand.TestKit;

namespace Expand.Benchmarks.Originate;

/// <summary>Clients of the SOAP service that make calls and ask for each until it has ended.</summary>
internal sealed class SoapCalls(ServerFixture server) : IDisposable
{
    /// <summary>How long a client waits before it asks again, as a CRM does.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly SoapCaller soap = new(server.Url, server.Credentials.AuthorizedKey);

    /// <summary>Calls that ended otherwise than they did: the destination answered and hung up.</summary>
    public int Wrong { get; private set; }

    /// <summary>Calls a second that come to the status of their end, where so many clients make one after the other.</summary>
    public async Task<double> RateAsync(int clients, TimeSpan leadIn, TimeSpan time, CancellationToken ct)
    {
        var (ended, wrong, begun) = (0, 0, Stopwatch.GetTimestamp());
        async Task CallAsync()
        {
            while (Stopwatch.GetElapsedTime(begun) < leadIn + time)
            {
                var status = await EndAsync(await OriginateAsync(ct), ct);
                if (status != 3) Interlocked.Increment(ref wrong);
                if (Stopwatch.GetElapsedTime(begun) is var at && at > leadIn && at < leadIn + time) Interlocked.Increment(ref ended);
            }
        }

        await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => CallAsync()));
        Wrong += wrong;
        return ended / time.TotalSeconds;
    }

    /// <summary>originateCall; the job's id.</summary>
    public Task<string> OriginateAsync(CancellationToken ct) => soap.OriginateAsync(
        BenchDialplan.Source, BenchDialplan.Destination, ct, 20, BenchDialplan.SourceName, BenchDialplan.DestinationName);

    /// <summary>Asks until the call has ended; its last status.</summary>
    public async Task<int> EndAsync(string job, CancellationToken ct)
    {
        var begun = Stopwatch.GetTimestamp();
        while (true)
        {
            await Task.Delay(Rest, ct);
            if (await soap.StatusAsync(job, ct) is var status and (0 or > 2)) return status;
            if (Stopwatch.GetElapsedTime(begun) > Patience) throw new TimeoutException($"job {job} has not ended");
        }
    }

    /// <inheritdoc />
    public void Dispose() => soap.Dispose();
}
