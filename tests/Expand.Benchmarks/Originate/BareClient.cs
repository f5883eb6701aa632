using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Expand.Asterisk.Ami;
using Expand.Server.Pbx;
using Expand.TestKit;

namespace Expand.Benchmarks.Originate;

/// <summary>What Asterisk alone can do: the same Originate as the server sends, by a client that does nothing else than wait for the call's end.</summary>
internal sealed class BareClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly AmiClient client;
    private readonly PbxOptions options;
    private readonly ConcurrentDictionary<string, TaskCompletionSource> open = new(StringComparer.Ordinal);
    private readonly Task reading;
    private long last;

    private BareClient(AmiClient client, string context)
    {
        (this.client, options) = (client, new PbxOptions { Context = context });
        reading = ReadAsync();
    }

    /// <summary>Connects, and is up.</summary>
    public static async Task<BareClient> ConnectAsync(AsteriskFixture asterisk, CancellationToken ct)
    {
        var client = new AmiClient(new AmiOptions { Host = asterisk.Host, Port = asterisk.AmiPort, Username = asterisk.AmiUser, Secret = asterisk.AmiSecret });
        client.Start();
        await client.WaitUntilUpAsync(ct);
        return new BareClient(client, asterisk.Context);
    }

    /// <summary>Calls a second that come to their end, where always so many are under way.</summary>
    public async Task<double> RateAsync(int atOnce, TimeSpan leadIn, TimeSpan time, CancellationToken ct)
    {
        var (ended, begun) = (0, Stopwatch.GetTimestamp());
        async Task CallAsync()
        {
            while (Stopwatch.GetElapsedTime(begun) < leadIn + time)
            {
                await OneAsync(ct);
                if (Stopwatch.GetElapsedTime(begun) is var at && at > leadIn && at < leadIn + time) Interlocked.Increment(ref ended);
            }
        }

        await Task.WhenAll(Enumerable.Range(0, atOnce).Select(_ => CallAsync()));
        return ended / time.TotalSeconds;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await client.DisposeAsync();
        await reading;
    }

    private async Task OneAsync(CancellationToken ct)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"{DateTimeOffset.UtcNow.ToUnixTimeSeconds()}.{900_000_000 + Interlocked.Increment(ref last)}");
        var end = open[id] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var order = new CallOrder(id, BenchDialplan.Source, BenchDialplan.SourceName, BenchDialplan.Destination, BenchDialplan.DestinationName, 20);
        var answer = await client.SendAsync(OriginateAction.Make(order, null, options), ct);
        if (!answer.IsSuccess) throw new InvalidOperationException($"Asterisk refused a call: {answer.MessageText}");
        await end.Task.WaitAsync(Patience, ct);
        open.TryRemove(id, out _);
    }

    private async Task ReadAsync()
    {
        await foreach (var notice in client.Subscribe<string>((scoped in packet) => packet["Uniqueid"], new HashSet<string> { "Hangup" }))
        {
            if (notice.Event is { } id && open.TryGetValue(id, out var end)) end.TrySetResult();
        }
    }
}
