using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Expand.Asterisk.Agi;

/// <summary>
/// Listens for FastAGI: <c>AGI(agi://HOST:PORT/script?name=value)</c>. Each call runs the service in a session of its own; one that is slow, hostile or
/// hangs up in between is ended, and harms nobody else. Disposing ends all of them.
/// </summary>
public sealed class AgiListener : IAsyncDisposable
{
    private readonly ConcurrentDictionary<long, Task> sessions = new();
    private readonly CancellationTokenSource ending = new();
    private readonly TcpListener socket;
    private readonly Func<AgiSession, CancellationToken, Task> service;
    private readonly AgiOptions options;
    private readonly TimeProvider clock;
    private readonly ILogger log;
    private readonly Task accepting;
    private long served;
    private long refused;

    private AgiListener(TcpListener socket, Func<AgiSession, CancellationToken, Task> service, AgiOptions options, TimeProvider clock, ILogger log)
    {
        (this.socket, this.service, this.options, this.clock, this.log) = (socket, service, options, clock, log);
        EndPoint = (IPEndPoint)socket.LocalEndpoint;
        accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>Calls that are being served.</summary>
    public int Sessions => sessions.Count;

    /// <summary>Calls that were taken so far.</summary>
    public long Served => Interlocked.Read(ref served);

    /// <summary>Calls that were hung up on because too many were being served.</summary>
    public long Refused => Interlocked.Read(ref refused);

    /// <summary>Begins to listen.</summary>
    /// <param name="options">Where, and the limits.</param>
    /// <param name="service">What is done for a call; what it throws ends that call's session alone.</param>
    /// <param name="clock">For the bounds on time.</param>
    /// <param name="log">Where failures are told.</param>
    /// <exception cref="SocketException">The port is taken, or the address is not this machine's.</exception>
    public static AgiListener Start(AgiOptions options, Func<AgiSession, CancellationToken, Task> service, TimeProvider clock, ILogger log)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(service);
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentNullException.ThrowIfNull(log);
        var socket = new TcpListener(options.Address, options.Port);
        try
        {
            socket.Start();
            return new AgiListener(socket, service, options, clock, log);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Ends every session and stops listening.</summary>
    public async ValueTask DisposeAsync()
    {
        if (ending.IsCancellationRequested) return;
        await ending.CancelAsync().ConfigureAwait(false);
        socket.Stop();
        await accepting.ConfigureAwait(false);
        await Task.WhenAll(sessions.Values).ConfigureAwait(false);
        socket.Dispose();
        ending.Dispose();
    }

    private async Task AcceptAsync()
    {
        for (var id = 0L; !ending.IsCancellationRequested; id++)
        {
            try
            {
                var client = await socket.AcceptTcpClientAsync(ending.Token).ConfigureAwait(false);
                if (sessions.Count >= options.MaxSessions)
                {
                    // Counted before it can be seen.
                    var count = Interlocked.Increment(ref refused);
                    client.Dispose();
                    if (count % 100 == 1) log.TooManySessions(options.MaxSessions);
                    continue;
                }

                Interlocked.Increment(ref served);
                var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                sessions[id] = ServeAsync(client, id, gate.Task);
                gate.SetResult();
            }
            catch (Exception failure) when (failure is SocketException or IOException && !ending.IsCancellationRequested)
            {
                // A connection that is gone before it is taken, or no descriptor free at this moment.
                log.NotAccepted(failure.Message);
                await Task.Delay(TimeSpan.FromMilliseconds(100), clock, ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception end) when (end is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(TcpClient client, long id, Task begun)
    {
        await begun.ConfigureAwait(false);
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(ending.Token);
        try
        {
            client.NoDelay = true;
            await using var stream = client.GetStream();
            using var wire = new AgiWire(stream, options, clock);
            using var timer = clock.CreateTimer(_ => Cancel(bound), null, options.RequestTimeout, Timeout.InfiniteTimeSpan);
            var request = await wire.ReadRequestAsync(bound.Token).ConfigureAwait(false);
            timer.Change(options.SessionTimeout, Timeout.InfiniteTimeSpan);
            var listening = wire.ListenAsync(bound.Token);
            try
            {
                await service(new AgiSession(request, wire), bound.Token).ConfigureAwait(false);
            }
            finally
            {
                await bound.CancelAsync().ConfigureAwait(false);
                await listening.ConfigureAwait(false);
            }
        }
        catch (Exception end) when (end is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
        {
            log.SessionEnded(end.Message);
        }
#pragma warning disable CA1031 // Whatever a service throws, it ends one session and no other.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            log.ServiceFailed(failure);
        }
        finally
        {
            client.Dispose();
            sessions.TryRemove(id, out _);
        }
    }

    private static void Cancel(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The session ended in the same instant.
        }
    }
}
