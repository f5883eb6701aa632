using Expand.Server.Pbx;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Expand.Benchmarks.Ami;

/// <summary>The server's own connection to its PBX, whose facts come to a listener that counts them.</summary>
internal sealed class PumpReader : IPbxListener, IAsyncDisposable
{
    private readonly AmiSender sender = new();
    private readonly PbxConnection connection;
    private readonly SemaphoreSlim arrived = new(0);
    private readonly TaskCompletionSource up = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long received;
    private long expected = long.MaxValue;

    private PumpReader()
    {
        var options = new PbxOptions { Host = "127.0.0.1", Port = sender.Port, Username = "bench", Secret = "bench" };
        connection = new PbxConnection(
            Options.Create(options), [this], TimeProvider.System, NullLoggerFactory.Instance, NullLogger<PbxConnection>.Instance);
    }

    /// <summary>Connects, and has the (empty) state of the PBX.</summary>
    public static async Task<PumpReader> ConnectAsync(CancellationToken ct)
    {
        var pump = new PumpReader();
        await pump.connection.StartAsync(ct);
        pump.sender.Accept();
        await pump.up.Task.WaitAsync(ct);
        return pump;
    }

    /// <summary>All events, as fast as they are taken.</summary>
    public async Task<AmiBenchmark.Reading> ReadAsync(RecordedCalls calls, CancellationToken ct)
    {
        Volatile.Write(ref received, 0);
        Volatile.Write(ref expected, calls.Wanted);
        return await Task.Run(() => AmiBenchmark.Reading.Of(() =>
        {
            var sending = sender.SendAll(calls, upTo => AmiBenchmark.Wait(() => Volatile.Read(ref received), calls.WantedBefore(upTo)));
            arrived.Wait(ct);
            return sending;
        }), ct);
    }

    /// <inheritdoc />
    public void Heard(PbxFact fact)
    {
        if (fact is PbxSnapshot) up.TrySetResult();
        if (fact is PbxSnapshot or QueuesSnapshot or PbxLost) return;
        Volatile.Write(ref received, received + 1);
        if (received == Volatile.Read(ref expected)) arrived.Release();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await connection.StopAsync(CancellationToken.None);
        await connection.DisposeAsync();
        sender.Dispose();
        arrived.Dispose();
    }
}
