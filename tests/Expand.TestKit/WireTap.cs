using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Expand.TestKit;

/// <summary>
/// A TCP proxy on loopback that keeps every byte that the client sends: what really goes over the wire. It can be cut, and it can hold back what is asked or
/// what is answered, so that a test decides what is on its way when something ends.
/// </summary>
public sealed class WireTap : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly MemoryStream _sent = new();
    private readonly List<TcpClient> _clients = [];
    private readonly Task _accepting;
    private volatile TaskCompletionSource? _questionsHeld;
    private volatile TaskCompletionSource? _answersHeld;
    private int _withheld;

    /// <summary>Listens on a free port and passes everything on to <paramref name="target"/> on loopback.</summary>
    public WireTap(int target = 0)
    {
        Target = target;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    /// <summary>Where clients connect.</summary>
    public int Port { get; }

    /// <summary>The port that it passes everything on to; of connections that come from now on.</summary>
    public int Target { get; set; }

    /// <summary>All that clients have sent, in Latin-1 so that no byte is lost.</summary>
    public string Sent
    {
        get
        {
            lock (_sent) return Encoding.Latin1.GetString(_sent.ToArray());
        }
    }

    /// <summary>Questions that the target has, whose answers are held back.</summary>
    public int Withheld => Volatile.Read(ref _withheld);

    /// <summary>What clients send from now on waits here.</summary>
    public void HoldQuestions() => _questionsHeld ??= new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The answers to what clients send from now on wait here; those to what they sent before pass.</summary>
    public void HoldAnswers() => _answersHeld ??= new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What is held back goes on its way, and whatever comes does.</summary>
    public void Release()
    {
        _questionsHeld?.SetResult();
        _answersHeld?.SetResult();
        (_questionsHeld, _answersHeld) = (null, null);
    }

    /// <summary>Cuts every connection; new ones are taken.</summary>
    /// <param name="abruptly">As a host that is lost: with a reset, and not with an end in order.</param>
    public void Cut(bool abruptly = false)
    {
        lock (_clients)
        {
            foreach (var client in _clients)
            {
                if (abruptly && client.Client is { } socket) socket.LingerState = new(true, 0);
                client.Dispose();
            }

            _clients.Clear();
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        Cut();
        await _accepting;
        _stopping.Dispose();
        await _sent.DisposeAsync();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stopping.Token);
                _ = PassAsync(client);
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task PassAsync(TcpClient client)
    {
        using var server = new TcpClient();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, Target, _stopping.Token);
            lock (_clients)
            {
                _clients.Add(client);
                _clients.Add(server);
            }

            var line = new Line();
            await Task.WhenAny(AskAsync(line, client.GetStream(), server.GetStream(), over.Token), AnswerAsync(line, server.GetStream(), client.GetStream(), over.Token));
        }
        catch (Exception ended) when (ended is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // One side is gone; so is the other.
        }
        finally
        {
            await over.CancelAsync();
            client.Dispose();
        }
    }

    private async Task AskAsync(Line line, NetworkStream from, NetworkStream to, CancellationToken over)
    {
        var buffer = new byte[32 * 1024];
        int read;
        while ((read = await from.ReadAsync(buffer, over)) > 0)
        {
            lock (_sent) _sent.Write(buffer, 0, read);
            if (_questionsHeld is { } held) await held.Task.WaitAsync(over);
            line.AnswersHeld = _answersHeld;
            await to.WriteAsync(buffer.AsMemory(0, read), over);
        }
    }

    private async Task AnswerAsync(Line line, NetworkStream from, NetworkStream to, CancellationToken over)
    {
        var buffer = new byte[32 * 1024];
        int read;
        while ((read = await from.ReadAsync(buffer, over)) > 0)
        {
            if (line.AnswersHeld is { Task.IsCompleted: false } held)
            {
                Interlocked.Increment(ref _withheld);
                try
                {
                    await held.Task.WaitAsync(over);
                }
                finally
                {
                    Interlocked.Decrement(ref _withheld);
                }
            }

            await to.WriteAsync(buffer.AsMemory(0, read), over);
        }
    }

    /// <summary>A connection: what was asked last decides about its answer.</summary>
    private sealed class Line
    {
        private volatile TaskCompletionSource? answersHeld;

        public TaskCompletionSource? AnswersHeld
        {
            get => answersHeld;
            set => answersHeld = value;
        }
    }
}
