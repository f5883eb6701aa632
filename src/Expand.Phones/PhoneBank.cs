using System.Collections.Concurrent;
using System.Net;

namespace Expand.Phones;

/// <summary>
/// Many SIP phones on one UDP port of loopback, told apart by the number that is called: for demonstrations and for tests of a
/// real Asterisk. Not a phone for people: no sound but a tone (<see cref="PhoneCall.SendToneAsync"/>), no TLS, no network but 127.0.0.1. Thread-safe.
/// </summary>
public sealed class PhoneBank : IAsyncDisposable
{
    private const int LedgerLimit = 100_000;
    private readonly ConcurrentDictionary<string, Phone> _phones = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, PhoneCall> _calls = new(StringComparer.Ordinal);
    private readonly Queue<PhoneEvent> _ledger = new();
    private readonly Lock _ledgerGate = new();

    /// <summary>Opens the port; the phones are there at once.</summary>
    /// <param name="asterisk">Asterisk's SIP address.</param>
    /// <param name="port">The bank's port on 127.0.0.1; 0 takes a free one.</param>
    /// <param name="time">The clock of rings and ledger; null: the system's.</param>
    /// <param name="echo">Send received sound back in place of silence.</param>
    /// <exception cref="System.Net.Sockets.SocketException">The port is taken.</exception>
    public PhoneBank(IPEndPoint asterisk, int port = 0, TimeProvider? time = null, bool echo = false)
    {
        ArgumentNullException.ThrowIfNull(asterisk);
        Time = time ?? TimeProvider.System;
        Wire = new(asterisk, port, Time);
        Media = new(echo);
        Wire.Listen(Take, TakeStray);
    }

    /// <summary>Something happened at a phone. Called from the reading loop: return quickly.</summary>
    public event EventHandler<PhoneEvent>? Happened;

    /// <summary>Where Asterisk listens. May be set anew, for an Asterisk that came back on another port.</summary>
    public IPEndPoint Asterisk { get => Wire.Peer; set => Wire.Peer = value; }

    /// <summary>The bank's UDP port: the phones' contacts are <c>sip:NUMBER@127.0.0.1:Port</c>.</summary>
    public int Port => Wire.Local.Port;

    /// <summary>What numbers do that nobody gave a behaviour to; an outside line's called numbers are such. Default: answer after a second.</summary>
    public PhoneBehaviour Others { get; set; } = PhoneBehaviour.Answers(TimeSpan.FromSeconds(1));

    /// <summary>What happened, in order; the last 100,000 events.</summary>
    public IReadOnlyList<PhoneEvent> Ledger
    {
        get { lock (_ledgerGate) return [.. _ledger]; }
    }

    internal TimeProvider Time { get; }

    internal SipWire Wire { get; }

    internal MediaSink Media { get; }

    internal Signal Changed { get; } = new();

    /// <summary>The phone of a number; made when first asked for, with the behaviour of <see cref="Others"/>.</summary>
    public Phone this[string number] => _phones.GetOrAdd(number, n => new Phone(this, n));

    /// <summary>Gives the phones of a plan their behaviour; those off the hook dial now, those with a password register now.</summary>
    public void Apply(PhonePlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (plan.Others is not null) Others = plan.Others;
        foreach (var (number, behaviour) in plan.Phones) this[number].Behaviour = behaviour;
        foreach (var (number, password) in plan.Passwords) this[number].StayRegistered(password);
    }

    /// <summary>Ends every call here, without a word to Asterisk: it was killed, and no BYE will come. Phones off the hook dial again.</summary>
    public void ForgetCalls()
    {
        foreach (var call in _calls.Values) call.Forget();
    }

    /// <summary>Waits for the first event that fits, past ones included.</summary>
    /// <exception cref="TimeoutException">None came in time.</exception>
    public Task<PhoneEvent> WaitForAsync(Func<PhoneEvent, bool> fits, TimeSpan timeout, CancellationToken ct = default) =>
        Changed.UntilAsync(() => Ledger.FirstOrDefault(fits), timeout,
            () => $"no such event at the phones ({string.Join("; ", Ledger.TakeLast(5).Select(e => $"{e.Number} {e.Kind} {e.Shown} {e.Status}"))})", ct);

    /// <summary>Closes the port. Calls are not hung up: to Asterisk it is a phone whose cable was pulled.</summary>
    public async ValueTask DisposeAsync()
    {
        await Wire.DisposeAsync().ConfigureAwait(false);
        await Media.DisposeAsync().ConfigureAwait(false);
    }

    internal void Record(PhoneCall call, PhoneEventKind kind, int? status = null)
    {
        var at = Time.GetUtcNow();
        call.Note(kind, at);
        Record(at, call.Phone.Number, kind, call.Id, call.Shown, status);
    }

    internal void Record(string number, PhoneEventKind kind, string callId, ShownParty? shown, int? status) =>
        Record(Time.GetUtcNow(), number, kind, callId, shown, status);

    private void Record(DateTimeOffset at, string number, PhoneEventKind kind, string callId, ShownParty? shown, int? status)
    {
        var happened = new PhoneEvent(at, number, kind, callId, shown, status);
        lock (_ledgerGate)
        {
            _ledger.Enqueue(happened);
            if (_ledger.Count > LedgerLimit) _ledger.Dequeue();
        }
        Changed.Pulse();
        Happened?.Invoke(this, happened);
    }

    internal void Add(PhoneCall call) => _calls[call.Id] = call;

    internal void Remove(PhoneCall call) => _calls.TryRemove(call.Id, out _);

    private void Take(SipMessage request)
    {
        _calls.TryGetValue(request.CallId, out var call);
        if (request.Method == "INVITE" && SipAddress.Parse(request["To"] ?? "").Tag is null)
        {
            if (call is not null) call.Repeat();
            else this[SipAddress.UserOf(request.RequestUri)].TakeCall(request);
            return;
        }
        if (call is not null) call.Take(request);
        else if (request.Method != "ACK")
            Wire.Send(SipMessage.Response(request, request.Method is "OPTIONS" or "NOTIFY" ? 200 : 481, SipWire.NewToken()));
    }

    private void TakeStray(SipMessage response)
    {
        // Our ACK was lost: Asterisk repeats its final answer.
        if (response is { Method: "INVITE", Status: >= 200 } && _calls.TryGetValue(response.CallId, out var call)) call.Acknowledge();
    }
}
