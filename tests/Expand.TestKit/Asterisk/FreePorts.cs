using System.Net;
using System.Net.Sockets;

namespace Expand.TestKit;

/// <summary>
/// Ports for servers that are started, killed and started again on the same port: taken below the range from which the kernel
/// serves others (32768 and up), so that nobody takes them in between.
/// </summary>
public static class FreePorts
{
    private const int First = 20_000, Last = 32_000;
    private static readonly HashSet<int> Given = [];

    /// <summary>A TCP port of loopback.</summary>
    public static int Tcp() => Find(SocketType.Stream, ProtocolType.Tcp, 1);

    /// <summary>A UDP port of loopback.</summary>
    public static int Udp() => Find(SocketType.Dgram, ProtocolType.Udp, 1);

    /// <summary>The first of <paramref name="count"/> UDP ports in a row, for RTP.</summary>
    public static int UdpBlock(int count) => Find(SocketType.Dgram, ProtocolType.Udp, count);

    private static int Find(SocketType type, ProtocolType protocol, int count)
    {
        for (var attempt = 0; attempt < 1000; attempt++)
        {
            var first = Random.Shared.Next(First, Last - count) & ~1;
            // the ends and the middle of a block tell enough: Asterisk goes on to the next port where one is taken
            if (!new[] { first, first + count / 2, first + count - 1 }.Distinct().All(port => IsFree(type, protocol, port))) continue;
            // No port twice: who got it first may not have bound it yet, or may be about to start again. Blocks of RTP move on by themselves.
            lock (Given)
            {
                if (count > 1 || Given.Add(first)) return first;
            }
        }
        throw new IOException($"no free {protocol} port between {First} and {Last}");
    }

    private static bool IsFree(SocketType type, ProtocolType protocol, int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, type, protocol);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
