using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Expand.Phones;

/// <summary>The UDP socket of a bank: one loop that reads, and client transactions that repeat what was lost (RFC 3261, 17).</summary>
internal sealed class SipWire : IAsyncDisposable
{
    private static readonly TimeSpan FirstRepeat = TimeSpan.FromMilliseconds(500), LongestRepeat = TimeSpan.FromSeconds(4), GiveUp = TimeSpan.FromSeconds(32);
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, Transaction> _transactions = new();
    private readonly TimeProvider _time;
    private Task _loop = Task.CompletedTask;

    public SipWire(IPEndPoint peer, int port, TimeProvider time)
    {
        Peer = peer;
        _time = time;
        // Hundreds of phones share the socket: a burst must not be dropped by the kernel.
        _socket.ReceiveBufferSize = _socket.SendBufferSize = 4 << 20;
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
    }

    /// <summary>Asterisk's address: where everything is sent.</summary>
    public IPEndPoint Peer { get; set; }

    public IPEndPoint Local => (IPEndPoint)_socket.LocalEndPoint!;

    public CancellationToken Stopped => _stop.Token;

    public static string NewToken() => Guid.NewGuid().ToString("N")[..16];

    /// <summary>Starts reading; requests, and responses that belong to no transaction any more, go to the handlers.</summary>
    public void Listen(Action<SipMessage> request, Action<SipMessage> strayResponse) => _loop = ReadAsync(request, strayResponse);

    public void Send(SipMessage message)
    {
        try
        {
            _socket.SendTo(message.ToBytes(), Peer);
        }
        catch (SocketException) { /* Asterisk is not there: as lost on a real network, and repeated like there */ }
        catch (ObjectDisposedException) { /* the bank ended meanwhile */ }
    }

    /// <summary>Adds Via and Max-Forwards, sends, repeats, and returns the final response.</summary>
    /// <param name="request">Complete but for Via.</param>
    /// <param name="branch">Names the transaction; see <see cref="NewBranch"/>.</param>
    /// <param name="provisional">Called with each 1xx.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="TimeoutException">No answer in 32 s.</exception>
    public async Task<SipMessage> AskAsync(SipMessage request, string branch, Action<SipMessage>? provisional, CancellationToken ct)
    {
        var key = Key(branch, request.Method);
        var transaction = new Transaction(provisional);
        _transactions[key] = transaction;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, Stopped);
        try
        {
            var wait = FirstRepeat;
            for (var waited = TimeSpan.Zero; waited < GiveUp; waited += wait, wait = wait * 2 < LongestRepeat ? wait * 2 : LongestRepeat)
            {
                Send(request);
                var answer = request.Method == "INVITE" ? transaction.Any.Task : transaction.Final.Task;
                var pause = Task.Delay(wait, _time, either.Token);
                if (await Task.WhenAny(answer, pause).ConfigureAwait(false) == answer)
                    return await transaction.Final.Task.WaitAsync(either.Token).ConfigureAwait(false);
                await pause.ConfigureAwait(false);
            }
            throw new TimeoutException($"Asterisk at {Peer} did not answer {request.Method} within {GiveUp.TotalSeconds} s");
        }
        finally
        {
            _transactions.TryRemove(key, out _);
        }
    }

    public static string NewBranch() => "z9hG4bK" + NewToken();

    public string Via(string branch) => $"SIP/2.0/UDP {Local};branch={branch}";

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _socket.Dispose();
        _stop.Dispose();
    }

    private static string Key(string branch, string method) => $"{branch}/{method}";

    private async Task ReadAsync(Action<SipMessage> request, Action<SipMessage> strayResponse)
    {
        var buffer = new byte[64 * 1024];
        while (!_stop.IsCancellationRequested)
        {
            int length;
            try
            {
                length = (await _socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), _stop.Token).ConfigureAwait(false)).ReceivedBytes;
            }
            catch (OperationCanceledException) { return; }
            catch (SocketException) { continue; /* ICMP: Asterisk is restarting */ }
            if (SipMessage.Parse(buffer.AsSpan(0, length)) is not { } message) continue;
            if (!message.IsResponse) request(message);
            else if (!Answered(message)) strayResponse(message);
        }
    }

    private bool Answered(SipMessage response)
    {
        var via = response["Via"] ?? "";
        var at = via.IndexOf("branch=", StringComparison.Ordinal);
        if (at < 0 || !_transactions.TryGetValue(Key(via[(at + 7)..].Split(';')[0], response.Method), out var transaction)) return false;
        if (response.Status < 200) transaction.Provisional?.Invoke(response);
        else transaction.Final.TrySetResult(response);
        transaction.Any.TrySetResult();
        return true;
    }

    private sealed class Transaction(Action<SipMessage>? provisional)
    {
        public Action<SipMessage>? Provisional { get; } = provisional;
        public TaskCompletionSource Any { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
        public TaskCompletionSource<SipMessage> Final { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
