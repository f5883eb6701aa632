using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Expand.Phones;

/// <summary>One RTP port for all phones: takes what comes and keeps silent, or sends it back.</summary>
internal sealed class MediaSink : IAsyncDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;
    private readonly bool _echo;

    public MediaSink(bool echo)
    {
        _echo = echo;
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _loop = RunAsync();
    }

    public int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    /// <summary>The session that a phone offers and answers with: one G.711 stream (RFC 4566).</summary>
    /// <param name="version">Grows with each change within a call.</param>
    /// <param name="onHold">Whether the other side is to hear nothing.</param>
    public string Describe(int version, bool onHold) => string.Create(CultureInfo.InvariantCulture,
        $"v=0\r\no=- 1 {version} IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio {Port} RTP/AVP 0 8\r\n"
        + $"a=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\na={(onHold ? "sendonly" : "sendrecv")}\r\n");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _socket.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        var buffer = new byte[2048];
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var from = await _socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), _stop.Token).ConfigureAwait(false);
                if (_echo) await _socket.SendToAsync(buffer.AsMemory(0, from.ReceivedBytes), from.RemoteEndPoint, _stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) { return; }
            catch (SocketException) { /* the other end closed its port: ICMP tells, and media goes on */ }
        }
    }
}
