using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Expand.Simulator.Ami;

/// <summary>One connection: a loop that reads actions and one that writes what the model queued for it.</summary>
internal sealed class AmiSession : IDisposable
{
    private readonly Channel<byte[]> outgoing = Channel.CreateUnbounded<byte[]>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource closing = new();
    private readonly Socket socket;
    private readonly AmiServer server;
    private long unread;

    public AmiSession(Socket socket, AmiServer server) => (this.socket, this.server) = (socket, server);

    // The model's side; touched on the loop only.
    public bool LoggedIn { get; set; }

    public bool Events { get; set; }

    public string? Challenge { get; set; }

    public long UnreadBytes => Interlocked.Read(ref unread);

    /// <summary>Queues bytes; the caller checks <see cref="UnreadBytes"/> against the limit.</summary>
    public void Send(byte[] packet)
    {
        Interlocked.Add(ref unread, packet.Length);
        outgoing.Writer.TryWrite(packet);
    }

    /// <summary>Closes after what is queued has been written.</summary>
    public void CloseAfterSending() => outgoing.Writer.TryComplete();

    /// <summary>Closes now, with a reset, as a killed process does.</summary>
    public void Abort()
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It is closed already.
        }
        outgoing.Writer.TryComplete();
        try
        {
            closing.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended by itself in this moment.
        }
    }

    public async Task RunAsync()
    {
        using (socket)
        {
            var reading = ReadAsync(closing.Token);
            await WriteAsync(closing.Token).ConfigureAwait(false);
            if (!closing.IsCancellationRequested && socket.Connected) TryShutdown();
            await closing.CancelAsync().ConfigureAwait(false);
            await reading.ConfigureAwait(false);
        }
    }

    private void TryShutdown()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // The other side was faster.
        }
    }

    private async Task ReadAsync(CancellationToken ct)
    {
        var parser = new AmiRequestParser();
        var pipe = PipeReader.Create(new NetworkStream(socket, ownsSocket: false));
        try
        {
            while (true)
            {
                var result = await pipe.ReadAsync(ct).ConfigureAwait(false);
                await server.Stalled.ReadsAllowedAsync(ct).ConfigureAwait(false);
                var buffer = result.Buffer;
                while (parser.TryRead(ref buffer, out var request)) server.Received(this, request!);
                pipe.AdvanceTo(buffer.Start, buffer.End);
                if (result.IsCompleted) break;
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The connection ended; the session is removed below.
        }
        finally
        {
            await pipe.CompleteAsync().ConfigureAwait(false);
            outgoing.Writer.TryComplete();
            server.Ended(this);
        }
    }

    private async Task WriteAsync(CancellationToken ct)
    {
        var batch = new ArrayBufferWriter<byte>(65536);
        try
        {
            while (await outgoing.Reader.WaitToReadAsync(ct).ConfigureAwait(false))
            {
                await server.Stalled.WritesAllowedAsync(ct).ConfigureAwait(false);
                batch.ResetWrittenCount();
                while (batch.WrittenCount < 60000 && outgoing.Reader.TryRead(out var packet)) batch.Write(packet);
                var rest = batch.WrittenMemory;
                while (!rest.IsEmpty) rest = rest[await socket.SendAsync(rest, SocketFlags.None, ct).ConfigureAwait(false)..];
                Interlocked.Add(ref unread, -batch.WrittenCount);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            outgoing.Writer.TryComplete();
        }
    }

    public void Dispose() => closing.Dispose();
}
