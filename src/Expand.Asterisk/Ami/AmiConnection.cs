using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;

namespace Expand.Asterisk.Ami;

/// <summary>Told of every event that is not part of a list; runs on the read loop and may not wait.</summary>
internal delegate void AmiEventHandler(scoped in AmiPacket packet);

/// <summary>
/// One connection from its banner to its loss: a read loop that waits for nobody, a write loop, the pending actions. Once lost it
/// stays lost; the client makes a new one.
/// </summary>
internal sealed class AmiConnection : IAsyncDisposable
{
    private const int ReadBufferBytes = 64 * 1024;
    private readonly Stream _stream;
    private readonly AmiOptions _options;
    private readonly TimeProvider _time;
    private readonly AmiEventHandler _onEvent;
    private readonly AmiParser _parser;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, AmiPending> _pending = new(StringComparer.Ordinal);
    private readonly Channel<AmiPending> _outbound = Channel.CreateUnbounded<AmiPending>(new() { SingleReader = true });
    private readonly TaskCompletionSource<string> _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> _banner = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _idPrefix = $"x{Guid.NewGuid():N}"[..9] + "-";
    private Task _reading = Task.CompletedTask;
    private Task _writing = Task.CompletedTask;
    private Task _pinging = Task.CompletedTask;
    private long _lastId;
    private long _heard;
    private int _lists;

    private AmiConnection(Stream stream, AmiOptions options, TimeProvider time, AmiEventHandler onEvent)
    {
        (_stream, _options, _time, _onEvent) = (stream, options, time, onEvent);
        _parser = new AmiParser(options.MaxMessageBytes);
        _heard = time.GetTimestamp();
    }

    /// <summary>Completes with the reason once the connection is lost; never fails.</summary>
    public Task<string> Lost => _lost.Task;

    public string Banner { get; private set; } = "";

    public TimeSpan Silence => _time.GetElapsedTime(Volatile.Read(ref _heard));

    public DateTimeOffset LastHeard => _time.GetUtcNow() - Silence;

    /// <summary>Connects and waits for the banner, within the connect timeout.</summary>
    public static async Task<AmiConnection> OpenAsync(AmiOptions options, TimeProvider time, AmiEventHandler onEvent, CancellationToken ct)
    {
        using var timeout = new CancellationTokenSource(options.ConnectTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, ct);
        AmiConnection? connection = null;
        try
        {
            var stream = await AmiTransport.OpenAsync(options, both.Token).ConfigureAwait(false);
            connection = new AmiConnection(stream, options, time, onEvent);
            connection._reading = Task.Run(connection.ReadAsync, CancellationToken.None);
            connection._writing = Task.Run(connection.WriteAsync, CancellationToken.None);
            connection.Banner = await connection._banner.Task.WaitAsync(both.Token).ConfigureAwait(false);
            return connection;
        }
        catch (Exception e)
        {
            if (connection is not null) await connection.DisposeAsync().ConfigureAwait(false);
            if (e is OperationCanceledException && !ct.IsCancellationRequested)
                throw new TimeoutException($"No connection with a banner within {options.ConnectTimeout.TotalSeconds:0.###} s.");
            throw;
        }
    }

    /// <summary>Pings a silent server from now on; to be called once, after the login.</summary>
    public void StartKeepAlive() => _pinging = Task.Run(KeepAliveAsync, CancellationToken.None);

    /// <summary>Sends an action and waits for its response, and for the end of its list where <paramref name="completeEvent"/> names it.</summary>
    public async Task<AmiList> SendAsync(AmiAction action, string? completeEvent, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var id = _idPrefix + Interlocked.Increment(ref _lastId);
        var pending = new AmiPending(id, action.ToBytes(id), completeEvent);
        if (pending.IsList) Interlocked.Increment(ref _lists);
        _pending[id] = pending;
        try
        {
            // Registered first, asked second: the loss either finds it registered or is seen here.
            if (_lost.Task.IsCompleted || !_outbound.Writer.TryWrite(pending)) pending.Fail(LostReason);
            while (true)
            {
                var parts = pending.Parts;
                try
                {
                    return await pending.Result.WaitAsync(_options.ActionTimeout, _time, ct).ConfigureAwait(false);
                }
                catch (TimeoutException) when (pending.Parts == parts)
                {
                    throw new TimeoutException($"No answer to {action.Name} within {_options.ActionTimeout.TotalSeconds:0.###} s.");
                }
                catch (TimeoutException)
                {
                    // The list still grows.
                }
            }
        }
        finally
        {
            pending.Abandon();
            _pending.TryRemove(id, out _);
            if (pending.IsList) Interlocked.Decrement(ref _lists);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Fail("The connection was closed by this client.");
        await _stream.DisposeAsync().ConfigureAwait(false);   // ends a read or write that cancellation alone does not
        await Task.WhenAll(_reading, _writing, _pinging).ConfigureAwait(false);
        _stop.Dispose();
    }

    private string LostReason => _lost.Task.IsCompleted ? _lost.Task.Result : "The connection is closed.";

    private void Fail(string reason)
    {
        if (!_lost.TrySetResult(reason)) return;
        _banner.TrySetException(new AmiConnectionLostException(reason, mayHaveBeenSent: false));
        _ = _banner.Task.Exception;   // observed: nobody may be waiting for the banner any more
        _outbound.Writer.TryComplete();
        foreach (var pending in _pending.Values) pending.Fail(reason);
        _stop.Cancel();
    }

    private async Task ReadAsync()
    {
        var reader = PipeReader.Create(_stream, new(bufferSize: ReadBufferBytes, minimumReadSize: 4096, leaveOpen: true));
        try
        {
            while (true)
            {
                var read = await reader.ReadAsync(_stop.Token).ConfigureAwait(false);
                Volatile.Write(ref _heard, _time.GetTimestamp());
                var buffer = read.Buffer;
                TakeMessages(ref buffer);
                reader.AdvanceTo(buffer.Start, buffer.End);
                if (!read.IsCompleted) continue;
                Fail("Asterisk closed the connection.");
                break;
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            Fail(e is AmiProtocolException ? e.Message : $"Reading failed: {e.Message}");
        }
        finally
        {
            await reader.CompleteAsync().ConfigureAwait(false);
        }
    }

    private void TakeMessages(ref ReadOnlySequence<byte> buffer)
    {
        while (_parser.TryRead(ref buffer, out var packet))
        {
            if (packet.Kind == AmiMessageKind.Event && (Volatile.Read(ref _lists) == 0 || !TryCorrelate(packet))) _onEvent(packet);
            else if (packet.Kind == AmiMessageKind.Response) TryCorrelate(packet);
        }
        if (_parser.Banner is not { } banner || _banner.Task.IsCompleted) return;
        if (!banner.StartsWith("Asterisk Call Manager", StringComparison.OrdinalIgnoreCase))
            throw new AmiProtocolException("Not an Asterisk manager: the first line is not its banner.");
        _banner.TrySetResult(banner);
    }

    private bool TryCorrelate(scoped in AmiPacket packet)
    {
        if (!packet.TryGetValue("ActionID", out var id) || id.Length > 64) return false;
        if (!_pending.TryGetValue(Encoding.UTF8.GetString(id), out var pending)) return false;
        if (packet.Kind == AmiMessageKind.Event && !pending.IsList) return false;   // an OriginateResponse is news, not a list
        pending.Take(packet.ToMessage());
        return true;
    }

    private async Task WriteAsync()
    {
        var batch = new ArrayBufferWriter<byte>(4096);
        try
        {
            while (await _outbound.Reader.WaitToReadAsync(_stop.Token).ConfigureAwait(false))
            {
                batch.ResetWrittenCount();
                while (batch.WrittenCount < ReadBufferBytes && _outbound.Reader.TryRead(out var pending))
                {
                    if (pending.TryBeginWrite()) batch.Write(pending.Bytes);
                }
                if (batch.WrittenCount == 0) continue;
                await _stream.WriteAsync(batch.WrittenMemory, _stop.Token).AsTask()
                    .WaitAsync(_options.ActionTimeout, _time, _stop.Token).ConfigureAwait(false);
            }
        }
        catch (TimeoutException)
        {
            Fail($"Asterisk took no bytes for {_options.ActionTimeout.TotalSeconds:0.###} s.");
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            Fail($"Writing failed: {e.Message}");
        }
    }

    private async Task KeepAliveAsync()
    {
        try
        {
            while (true)
            {
                var due = _options.PingInterval - Silence;
                if (due > TimeSpan.Zero)
                {
                    await Task.Delay(due, _time, _stop.Token).ConfigureAwait(false);
                    continue;
                }
                try
                {
                    await SendAsync(new AmiAction("Ping"), null, _stop.Token).ConfigureAwait(false);
                }
                catch (TimeoutException) when (Silence >= _options.PingInterval)
                {
                    Fail($"Silent for {Silence.TotalSeconds:0.###} s, and no answer to a ping.");
                    return;
                }
                catch (TimeoutException)
                {
                    // Heard something, though not the answer: alive.
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or AmiConnectionLostException)
        {
            // The connection ended by another way.
        }
    }
}
