using System.Globalization;

namespace Expand.Phones;

/// <summary>One phone of a <see cref="PhoneBank"/>. Thread-safe.</summary>
public sealed class Phone
{
    private const int CallsKept = 1000;
    private static readonly TimeSpan RedialAfter = TimeSpan.FromSeconds(1), OffHookCheck = TimeSpan.FromSeconds(10);
    private readonly Lock _gate = new();
    private readonly List<PhoneCall> _calls = [];
    private PhoneBehaviour? _behaviour;
    private int _handedOut;
    private bool _offHook;

    internal Phone(PhoneBank bank, string number)
    {
        Bank = bank;
        Number = number;
    }

    /// <summary>Its number: the user part of its address, and of From when it dials.</summary>
    public string Number { get; }

    /// <summary>What it does when it is called. An off-the-hook phone dials as soon as it is set.</summary>
    public PhoneBehaviour Behaviour
    {
        get => _behaviour ?? Bank.Others;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            _behaviour = value;
            lock (_gate)
            {
                if (value.OffHookWith is null || _offHook) return;
                _offHook = true;
            }
            _ = StayOffHookAsync();
        }
    }

    /// <summary>Password for REGISTER and for challenged calls; null: none.</summary>
    public string? Password { get; set; }

    /// <summary>Its calls, both ways, oldest first; the last 1,000.</summary>
    public IReadOnlyList<PhoneCall> Calls
    {
        get { lock (_gate) return [.. _calls]; }
    }

    internal PhoneBank Bank { get; }

    internal string Contact => $"<sip:{Number}@{Bank.Wire.Local}>";

    /// <summary>Waits for the next incoming call; each is handed out once, also one that came before the wait.</summary>
    /// <exception cref="TimeoutException">The phone did not ring in time.</exception>
    public Task<PhoneCall> NextCallAsync(TimeSpan timeout, CancellationToken ct = default) =>
        Bank.Changed.UntilAsync(TakeNext, timeout, () => $"phone {Number} did not ring", ct);

    /// <summary>Dials. Returns once the INVITE is out: wait on the call for what becomes of it.</summary>
    /// <param name="destination">What is dialled.</param>
    /// <param name="presenting">Number and name sent as P-Asserted-Identity, for a caller behind an outside line; null: the phone itself.</param>
    public PhoneCall Dial(string destination, ShownParty? presenting = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(destination);
        var call = PhoneCall.Outgoing(this, destination);
        Keep(call);
        _ = call.InviteAsync(presenting);
        return call;
    }

    /// <summary>Registers its contact with Asterisk; with digest where <see cref="Password"/> is set.</summary>
    /// <param name="expires">How long it holds; zero unregisters.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>SIP status: 200 where it was taken.</returns>
    /// <exception cref="TimeoutException">No answer.</exception>
    public async Task<int> RegisterAsync(TimeSpan expires, CancellationToken ct = default)
    {
        var uri = $"sip:{Bank.Asterisk}";
        var (callId, tag, address) = (SipWire.NewToken(), SipWire.NewToken(), $"<sip:{Number}@127.0.0.1>");
        string? credentials = null;
        for (var sequence = 1; ; sequence++)
        {
            var branch = SipWire.NewBranch();
            var request = SipMessage.Request("REGISTER", uri).With("Via", Bank.Wire.Via(branch)).With("Max-Forwards", "70")
                .With("From", $"{address};tag={tag}").With("To", address).With("Call-ID", callId)
                .With("CSeq", string.Create(CultureInfo.InvariantCulture, $"{sequence} REGISTER")).With("Contact", Contact)
                .With("Expires", ((int)expires.TotalSeconds).ToString(CultureInfo.InvariantCulture));
            if (credentials is not null) request.With("Authorization", credentials);
            var answer = await Bank.Wire.AskAsync(request, branch, null, ct).ConfigureAwait(false);
            if (answer.Status == 401 && credentials is null && Password is { } password && answer["WWW-Authenticate"] is { } challenge)
            {
                credentials = SipDigest.Answer(challenge, Number, password, "REGISTER", uri, SipWire.NewToken());
                continue;
            }
            Bank.Record(Number, PhoneEventKind.Registered, callId, null, answer.Status);
            return answer.Status;
        }
    }

    internal void TakeCall(SipMessage invite)
    {
        var call = PhoneCall.Incoming(this, invite);
        Keep(call);
        call.Ring(Behaviour);
    }

    /// <summary>Registers now and again every minute, until the bank ends.</summary>
    internal void StayRegistered(string password)
    {
        Password = password;
        _ = EveryAsync(TimeSpan.FromMinutes(1), async ct => await RegisterAsync(TimeSpan.FromMinutes(2), ct).ConfigureAwait(false));
    }

    private async Task StayOffHookAsync()
    {
        await EveryAsync(RedialAfter, async ct =>
        {
            if (Behaviour.OffHookWith is not { } destination) return;
            var call = Dial(destination);
            var ended = call.EndedAsync(ct);
            // Asterisk may restart without a word: a call that it does not know any more is over.
            while (await Task.WhenAny(ended, Task.Delay(OffHookCheck, Bank.Time, ct)).ConfigureAwait(false) != ended && !ct.IsCancellationRequested)
                if (call.State == PhoneCallState.Answered) await call.CheckAsync(ct).ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    private async Task EveryAsync(TimeSpan pause, Func<CancellationToken, Task> act)
    {
        var stopped = Bank.Wire.Stopped;
        while (!stopped.IsCancellationRequested)
        {
            try
            {
                await act(stopped).ConfigureAwait(false);
                await Task.Delay(pause, Bank.Time, stopped).ConfigureAwait(false);
            }
            catch (OperationCanceledException) { return; }
            catch (TimeoutException) { /* Asterisk is away; it is tried again */ }
        }
    }

    private PhoneCall? TakeNext()
    {
        lock (_gate)
        {
            while (_handedOut < _calls.Count)
                if (_calls[_handedOut++] is { IsIncoming: true } call) return call;
            return null;
        }
    }

    private void Keep(PhoneCall call)
    {
        lock (_gate)
        {
            _calls.Add(call);
            if (_calls.Count > CallsKept)
            {
                _calls.RemoveAt(0);
                if (_handedOut > 0) _handedOut--;
            }
        }
        Bank.Add(call);
    }
}
