using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Expand.Asterisk.Ami;

namespace Expand.TestKit;

/// <summary>
/// A manager interface on the loopback that does what a test tells it: answers, delays, hangs up, stalls, floods, refuses. It
/// records every byte it gets. What the script leaves open is answered as Asterisk would: Login, Ping, Logoff, else Success.
/// </summary>
public sealed class FakeAsterisk : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private readonly Func<FakeAction, FakeReply?> _answer;
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly List<FakeAsteriskConnection> _open = [];
    private readonly List<FakeAction> _received = [];
    private readonly MemoryStream _bytes = new();
    private readonly List<Task> _serving = [];
    private readonly Task _accepting;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _connections;

    /// <summary>Starts listening.</summary>
    /// <param name="answer">What to do about an action; null: as Asterisk would. It is asked about Login too.</param>
    /// <param name="options">The rest of its behaviour.</param>
    public FakeAsterisk(Func<FakeAction, FakeReply?>? answer = null, FakeAsteriskOptions? options = null)
    {
        _answer = answer ?? (_ => null);
        Script = options ?? new();
        Certificate = Script.Tls ? SelfMade() : null;
        _listener = new TcpListener(IPAddress.Loopback, Script.Port);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = Task.Run(AcceptAsync);
    }

    /// <summary>How it was told to behave.</summary>
    public FakeAsteriskOptions Script { get; }

    /// <summary>Port it listens on.</summary>
    public int Port { get; }

    /// <summary>The certificate, where it speaks TLS.</summary>
    public X509Certificate2? Certificate { get; }

    /// <summary>Refuses every login from now on.</summary>
    public bool RefuseAuthentication { get; set; }

    /// <summary>Answers nothing from now on, and goes on reading.</summary>
    public bool Mute { get; set; }

    /// <summary>Reads nothing more from now on: the sender's buffers fill up.</summary>
    public bool Stall { get; set; }

    /// <summary>Connections accepted so far.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Every action received, in order.</summary>
    public IReadOnlyList<FakeAction> Received
    {
        get
        {
            lock (_gate) return [.. _received];
        }
    }

    /// <summary>Every byte received, over all connections.</summary>
    public byte[] ReceivedBytes
    {
        get
        {
            lock (_gate) return _bytes.ToArray();
        }
    }

    /// <summary>Options for a client of this server; short reconnect times.</summary>
    public AmiOptions ClientOptions => new()
    {
        Host = "127.0.0.1",
        Port = Port,
        Username = Script.Username,
        Secret = Script.Secret,
        UseTls = Script.Tls,
        TlsCertificateSha256 = Certificate?.GetCertHashString(HashAlgorithmName.SHA256),
        ReconnectMin = TimeSpan.FromMilliseconds(10),
        ReconnectMax = TimeSpan.FromMilliseconds(100),
    };

    /// <summary>A client that is up.</summary>
    public async Task<AmiClient> ConnectAsync(Func<AmiOptions, AmiOptions>? change = null, CancellationToken ct = default)
    {
        var client = new AmiClient(change is null ? ClientOptions : change(ClientOptions));
        client.Start();
        await client.WaitUntilUpAsync(ct).WaitAsync(Patience, ct);
        return client;
    }

    /// <summary>Sends to every open connection; line ends become CR LF.</summary>
    public Task SendAsync(string text) => SendAsync(FakeAsteriskConnection.Wire(text));

    /// <summary>Sends bytes as they are to every open connection.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        foreach (var connection in Open()) await connection.SendAsync(bytes);
    }

    /// <summary>Closes every open connection.</summary>
    public void HangUp()
    {
        foreach (var connection in Open()) connection.Close();
    }

    /// <summary>Waits until so many actions of this name have come, and returns the last of them.</summary>
    public async Task<FakeAction> WaitForAsync(string name, int count = 1, CancellationToken ct = default)
    {
        await WaitUntilAsync(() => Received.Count(a => a.Name == name) >= count, ct);
        return Received.Where(a => a.Name == name).ElementAt(count - 1);
    }

    /// <summary>Waits until what this server saw fulfils a condition.</summary>
    public async Task WaitUntilAsync(Func<bool> condition, CancellationToken ct = default)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        while (true)
        {
            Task changed;
            lock (_gate) changed = _changed.Task;
            if (condition()) return;
            await changed.WaitAsync(patience.Token);
        }
    }

    /// <summary>Stops listening and closes everything.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        HangUp();
        await _accepting;
        Task[] serving;
        lock (_gate) serving = [.. _serving];
        await Task.WhenAll(serving);
        _listener.Dispose();
        _stop.Dispose();
        Certificate?.Dispose();
        await _bytes.DisposeAsync();
    }

    internal void Record(ReadOnlySpan<byte> bytes)
    {
        lock (_gate) _bytes.Write(bytes);
        Changed();
    }

    internal FakeReply Decide(FakeAction action)
    {
        lock (_gate) _received.Add(action);
        Changed();
        if (Mute) return FakeReply.Silence;
        if (_answer(action) is { } scripted) return scripted;
        return action.Name.ToUpperInvariant() switch
        {
            "LOGIN" when RefuseAuthentication || action["Username"] != Script.Username || action["Secret"] != Script.Secret =>
                FakeReply.Error("Authentication failed") with { Close = true },
            "LOGIN" => "Response: Success\nActionID: {id}\nMessage: Authentication accepted\n\n"
                + (Script.Boots ? "Event: FullyBooted\nPrivilege: system,all\nUptime: 96\nLastReload: 96\nStatus: Fully Booted\n\n" : ""),
            "PING" => FakeReply.Success(("Ping", "Pong"), ("Timestamp", "1795369888.074922")),
            "LOGOFF" => FakeReply.FromString("Response: Goodbye\nActionID: {id}\nMessage: Thanks for all the fish.\n\n") with { Close = true },
            _ => FakeReply.Success(),
        };
    }

    private FakeAsteriskConnection[] Open()
    {
        lock (_gate) return [.. _open];
    }

    private void Changed()
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            changed = _changed;
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        changed.TrySetResult();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_stop.Token);
                var connection = new FakeAsteriskConnection(this, socket, Interlocked.Increment(ref _connections));
                lock (_gate)
                {
                    _open.Add(connection);
                    _serving.Add(Task.Run(() => ServeAsync(connection)));
                }
                Changed();
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)   // also ObjectDisposed
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(FakeAsteriskConnection connection)
    {
        try
        {
            await connection.RunAsync(_stop.Token);
        }
        finally
        {
            lock (_gate) _open.Remove(connection);
            connection.Dispose();
            Changed();
        }
    }

    private static X509Certificate2 SelfMade()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=fake-asterisk", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
    }
}
