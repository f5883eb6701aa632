using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Expand.TestKit;

/// <summary>A TCP proxy on loopback that keeps every byte that the client sends: what really goes over the wire. It can be cut.</summary>
public sealed class WireTap : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly MemoryStream _sent = new();
    private readonly List<TcpClient> _clients = [];
    private readonly int _target;
    private readonly Task _accepting;

    /// <summary>Listens on a free port and passes everything on to <paramref name="target"/> on loopback.</summary>
    public WireTap(int target)
    {
        _target = target;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    /// <summary>Where clients connect.</summary>
    public int Port { get; }

    /// <summary>All that clients have sent, in Latin-1 so that no byte is lost.</summary>
    public string Sent
    {
        get
        {
            lock (_sent) return Encoding.Latin1.GetString(_sent.ToArray());
        }
    }

    /// <summary>How much later what the target answers arrives.</summary>
    public TimeSpan AnswerDelay { get; set; }

    /// <summary>Cuts every connection; new ones are taken.</summary>
    public void Cut()
    {
        lock (_clients)
        {
            foreach (var client in _clients) client.Dispose();
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
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, _target, _stopping.Token);
            lock (_clients)
            {
                _clients.Add(client);
                _clients.Add(server);
            }

            await Task.WhenAny(CopyAsync(client.GetStream(), server.GetStream(), keep: true), CopyAsync(server.GetStream(), client.GetStream(), keep: false));
        }
        catch (Exception ended) when (ended is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // One side is gone; so is the other.
        }
        finally
        {
            client.Dispose();
        }
    }

    private async Task CopyAsync(NetworkStream from, NetworkStream to, bool keep)
    {
        var buffer = new byte[32 * 1024];
        int read;
        while ((read = await from.ReadAsync(buffer, _stopping.Token)) > 0)
        {
            if (keep)
            {
                lock (_sent) _sent.Write(buffer, 0, read);
            }

            if (!keep && AnswerDelay > TimeSpan.Zero) await Task.Delay(AnswerDelay, _stopping.Token);
            await to.WriteAsync(buffer.AsMemory(0, read), _stopping.Token);
        }
    }
}
