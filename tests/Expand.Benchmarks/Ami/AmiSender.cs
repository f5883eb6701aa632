using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Expand.Asterisk.Ami;

namespace Expand.Benchmarks.Ami;

/// <summary>
/// Asterisk's side of a manager connection, on a thread of its own that allocates nothing while it sends: signs in whoever comes, answers lists as empty, then
/// sends what it is told. Its processor time is told apart from that of the reader.
/// </summary>
internal sealed class AmiSender : IDisposable
{
    /// <summary>Bytes of one send where nothing sets a pace: what Asterisk writes in one go is less.</summary>
    private const int ChunkBytes = 64 * 1024;

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Lock writing = new();
    private Socket? socket;

    public AmiSender() => listener.Start();

    /// <summary>Where it listens.</summary>
    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>How a client reaches it.</summary>
    public AmiOptions ClientOptions => new() { Host = "127.0.0.1", Port = Port, Username = "bench", Secret = "bench" };

    /// <summary>Takes the next connection, and answers its actions from then on.</summary>
    public void Accept()
    {
        socket?.Dispose();
        socket = listener.AcceptSocket();
        socket.NoDelay = true;
        var taken = socket;
        Send("Asterisk Call Manager/11.0.0\r\n");
        new Thread(() => Answer(taken)) { IsBackground = true, Name = "ami-answers" }.Start();
    }

    /// <summary>Takes the next connection and leaves it alone: for one that only drains it.</summary>
    public void AcceptSilent()
    {
        socket?.Dispose();
        socket = listener.AcceptSocket();
    }

    /// <summary>Sends all as fast as it is taken; answers the processor time that sending took.</summary>
    /// <param name="calls">What is sent.</param>
    /// <param name="wait">Asked before each chunk how many events may have been sent by its end, and waits until they may; null: at once.</param>
    public TimeSpan SendAll(RecordedCalls calls, Action<int>? wait = null) => OnOwnThread(() =>
    {
        for (int sent = 0, next = 0; sent < calls.Bytes.Length;)
        {
            var end = Math.Min(sent + ChunkBytes, calls.Bytes.Length);
            while (next < calls.Count && calls.Ends[next] <= end) next++;
            wait?.Invoke(next);
            for (; sent < end; sent += socket!.Send(calls.Bytes.AsSpan(sent, end - sent)))
            {
            }
        }
    });

    /// <summary>Sends each event when its time has come, and notes when that was.</summary>
    /// <param name="calls">What is sent.</param>
    /// <param name="count">How many of them.</param>
    /// <param name="perSecond">At this pace.</param>
    /// <param name="sentAt">By the event: the stopwatch when it was handed to the socket.</param>
    public void SendPaced(RecordedCalls calls, int count, double perSecond, long[] sentAt) => OnOwnThread(() =>
    {
        var begun = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i++)
        {
            var due = begun + (long)(i / perSecond * Stopwatch.Frequency);
            while (Stopwatch.GetTimestamp() < due) Thread.Sleep(1);
            var start = i == 0 ? 0 : calls.Ends[i - 1];
            sentAt[i] = Stopwatch.GetTimestamp();
            socket!.Send(calls.Bytes.AsSpan(start, calls.Ends[i] - start));
        }
    });

    public void Dispose()
    {
        socket?.Dispose();
        listener.Dispose();
    }

    private static TimeSpan OnOwnThread(Action work)
    {
        var took = TimeSpan.Zero;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                var before = OwnTime();
                work();
                took = OwnTime() - before;
            }
#pragma warning disable CA1031 // Whatever it is, it is told by the thread that waits.
            catch (Exception e)
#pragma warning restore CA1031
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        return failure is null ? took : throw new IOException("the sender failed", failure);
    }

    /// <summary>The processor time of this thread, as Linux counts it.</summary>
    private static TimeSpan OwnTime() =>
        TimeSpan.FromMicroseconds(long.Parse(File.ReadAllText("/proc/thread-self/schedstat").Split(' ')[0], CultureInfo.InvariantCulture) / 1000.0);

    private void Answer(Socket from)
    {
        try
        {
            using var reader = new StreamReader(new NetworkStream(from), Encoding.UTF8);
            string action = "", id = "";
            while (reader.ReadLine() is { } line)
            {
                if (line.StartsWith("Action: ", StringComparison.Ordinal)) action = line[8..];
                else if (line.StartsWith("ActionID: ", StringComparison.Ordinal)) id = line[10..];
                if (line.Length > 0) continue;
                var success = $"Response: Success\r\nActionID: {id}\r\n\r\n";
                Send(action switch
                {
                    "Login" => success + "Event: FullyBooted\r\nPrivilege: system,all\r\nStatus: Fully Booted\r\n\r\n",
                    "DeviceStateList" or "QueueStatus" or "CoreShowChannels" => success + $"Event: {action}Complete\r\nActionID: {id}\r\n\r\n",
                    _ => success,
                });
            }
        }
        catch (Exception ended) when (ended is IOException or SocketException or ObjectDisposedException)
        {
            // The client has gone.
        }
    }

    private void Send(string text)
    {
        lock (writing) socket!.Send(Encoding.UTF8.GetBytes(text));
    }
}
