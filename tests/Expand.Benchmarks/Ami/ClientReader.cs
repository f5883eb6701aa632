using System.Diagnostics;
using Expand.Asterisk.Ami;
using Expand.Server.Pbx;

namespace Expand.Benchmarks.Ami;

/// <summary>The real client with one subscriber, as the server is one: each wanted event is read to a fact, its fields named and typed.</summary>
internal sealed class ClientReader : IAsyncDisposable
{
    private readonly AmiSender sender;
    private readonly AmiClient client;
    private readonly SemaphoreSlim arrived = new(0);
    private readonly Task reading;
    private long received;
    private long expected = long.MaxValue;
    private long[]? receivedAt;

    private ClientReader(AmiSender sender, AmiClient client)
    {
        (this.sender, this.client) = (sender, client);
        reading = ReadAsync();
    }

    /// <summary>Connects, and is up.</summary>
    public static async Task<ClientReader> ConnectAsync(AmiSender sender, CancellationToken ct)
    {
        var client = new AmiClient(sender.ClientOptions);
        var reader = new ClientReader(sender, client);
        client.Start();
        sender.Accept();
        await client.WaitUntilUpAsync(ct);
        return reader;
    }

    /// <summary>All events, as fast as they are taken.</summary>
    public async Task<AmiBenchmark.Reading> ReadAsync(RecordedCalls calls, CancellationToken ct)
    {
        Expect(calls.Wanted);
        return await Task.Run(() => AmiBenchmark.Reading.Of(() =>
        {
            var sending = sender.SendAll(calls, upTo => AmiBenchmark.Wait(() => Volatile.Read(ref received), calls.WantedBefore(upTo)));
            arrived.Wait(ct);
            return sending;
        }), ct);
    }

    /// <summary>Events at a pace, each on its own; the milliseconds from the socket's taking it to its being a fact in the subscriber's hands.</summary>
    public async Task<(int Pace, double Half, double Most)> PacedAsync(RecordedCalls calls, int perSecond, TimeSpan time, CancellationToken ct)
    {
        var count = (int)(perSecond * time.TotalSeconds);
        var sentAt = new long[count];
        var wanted = calls.WantedBefore(count);
        receivedAt = new long[wanted];
        Expect(wanted);
        await Task.Run(() => sender.SendPaced(calls, count, perSecond, sentAt), ct);
        await arrived.WaitAsync(ct);
        var late = sentAt.Where((_, i) => calls.IsWanted[i]).Zip(receivedAt, (sent, read) => (read - sent) * 1000.0 / Stopwatch.Frequency).Order().ToList();
        receivedAt = null;
        return (perSecond, late[late.Count / 2], late[late.Count * 99 / 100]);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await client.DisposeAsync();
        await reading;
        arrived.Dispose();
    }

    private void Expect(int facts)
    {
        Volatile.Write(ref received, 0);
        Volatile.Write(ref expected, facts);
    }

    private async Task ReadAsync()
    {
        await foreach (var notice in client.Subscribe<PbxFact>((scoped in packet) => PbxEventReader.Read(packet, TimeProvider.System.GetUtcNow()), PbxEventReader.Events))
        {
            if (notice.Kind == AmiNoticeKind.Gap) throw new InvalidOperationException("events were dropped");
            if (notice.Event is null) continue;
            if (receivedAt is { } at) at[received] = Stopwatch.GetTimestamp();
            Volatile.Write(ref received, received + 1);
            if (received == Volatile.Read(ref expected)) arrived.Release();
        }
    }
}
