using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Expand.Phones;

/// <summary>One RTP port for all phones: takes what comes and keeps silent, sends it back, or sends a tone.</summary>
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

    /// <summary>Sends a tone as G.711 (RFC 3551, RFC 3550), one packet every 20 ms, until it has lasted or is stopped.</summary>
    /// <param name="stream">The call's stream; what it sent before is gone on from.</param>
    /// <param name="to">Where the other side hears.</param>
    /// <param name="payload">0: PCMU, 8: PCMA.</param>
    /// <param name="hertz">Its frequency.</param>
    /// <param name="lasts">For how long.</param>
    /// <param name="ct">Stops it.</param>
    public async Task SendToneAsync(MediaStream stream, IPEndPoint to, int payload, double hertz, TimeSpan lasts, CancellationToken ct)
    {
        const int Samples = 160, Head = 12;
        var packet = new byte[Head + Samples];
        var began = System.Diagnostics.Stopwatch.GetTimestamp();
        for (var count = 0; count < lasts.TotalMilliseconds / 20; count++)
        {
            packet[0] = 0x80;
            packet[1] = (byte)(payload | (count == 0 ? 0x80 : 0));
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), stream.Sequence++);
            BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(4), stream.Timestamp);
            BinaryPrimitives.WriteInt32BigEndian(packet.AsSpan(8), stream.Source);
            stream.Timestamp += Samples;
            for (var i = 0; i < Samples; i++)
            {
                var sample = (short)(8000 * Math.Sin(2 * Math.PI * hertz * ((count * Samples) + i) / 8000));
                packet[Head + i] = payload == 8 ? G711.ALaw(sample) : G711.MuLaw(sample);
            }

            await _socket.SendToAsync(packet, to, ct).ConfigureAwait(false);
            // By the clock and not by the waits: those add up.
            var early = TimeSpan.FromMilliseconds(20 * (count + 1)) - System.Diagnostics.Stopwatch.GetElapsedTime(began);
            if (early > TimeSpan.Zero) await Task.Delay(early, ct).ConfigureAwait(false);
        }
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

/// <summary>What one call has sent of RTP so far (RFC 3550, 5.1). It begins with 0 and not by chance: what an Asterisk does with that is then the same each time.</summary>
internal sealed class MediaStream
{
    public int Source { get; } = Random.Shared.Next();

    public ushort Sequence { get; set; }

    public uint Timestamp { get; set; }
}
