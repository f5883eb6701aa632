using System.Globalization;

namespace Expand.Phones;

// The calling side (UAC), and what this phone asks for within a call.
public sealed partial class PhoneCall
{
    private string _local = "", _remote = "", _target = "", _branch = "";
    private int _sequence;
    private SipMessage? _acknowledgement;

    /// <summary>Hangs up: BYE when answered, CANCEL while the other side rings, refusal (603) while this phone rings.</summary>
    /// <exception cref="TimeoutException">Asterisk did not answer.</exception>
    public async Task HangUpAsync(CancellationToken ct = default)
    {
        if (State == PhoneCallState.Answered)
        {
            if (!Become(PhoneCallState.Ended)) return;
            Bank.Record(this, PhoneEventKind.HungUpHere);
            await AskAsync("BYE", ct).ConfigureAwait(false);
            Bank.Record(this, PhoneEventKind.HangUpTaken);
        }
        else if (IsIncoming)
        {
            Reject(603);
        }
        else if (State != PhoneCallState.Ended)
        {
            var cancel = Request("CANCEL", _target, _branch, _sequence);
            await Bank.Wire.AskAsync(cancel, _branch, null, ct).ConfigureAwait(false);
        }
    }

    /// <summary>Blind transfer (REFER): hands the other side over to <paramref name="destination"/>.</summary>
    /// <returns>First answer: 202 where Asterisk takes it; what became of it is in <see cref="TransferStatus"/>.</returns>
    /// <exception cref="TimeoutException">Asterisk did not answer.</exception>
    public Task<int> TransferAsync(string destination, CancellationToken ct = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(destination);
        return ReferAsync($"<sip:{destination}@{Bank.Asterisk}>", ct);
    }

    /// <summary>Attended transfer (REFER with Replaces, RFC 3891): joins the other sides of this call and of <paramref name="consultation"/>.</summary>
    /// <returns>As the blind one.</returns>
    /// <exception cref="TimeoutException">Asterisk did not answer.</exception>
    public Task<int> TransferAsync(PhoneCall consultation, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(consultation);
        var (there, here) = (SipAddress.Parse(consultation._remote), SipAddress.Parse(consultation._local));
        var replaces = Uri.EscapeDataString($"{consultation.Id};to-tag={there.Tag};from-tag={here.Tag}");
        return ReferAsync($"<sip:{SipAddress.UserOf(there.Uri)}@{Bank.Asterisk}?Replaces={replaces}>", ct);
    }

    /// <summary>
    /// Waits for what became of the transfer: 200 where it was done; 400 and more where not, for example because Asterisk had not joined
    /// the two sides yet: it answers 202 first and looks afterwards. The call goes on then.
    /// </summary>
    /// <exception cref="TimeoutException">Asterisk did not tell.</exception>
    public async Task<int> WaitForTransferAsync(TimeSpan timeout, CancellationToken ct = default)
    {
        await Bank.Changed.UntilAsync(() => TransferStatus >= 200 || State == PhoneCallState.Ended ? this : null, timeout,
            () => $"the transfer of phone {Phone.Number} came to no end", ct).ConfigureAwait(false);
        return TransferStatus ?? 200;
    }

    /// <summary>Puts the other side on hold, or takes it back (re-INVITE).</summary>
    /// <returns>SIP status.</returns>
    /// <exception cref="TimeoutException">Asterisk did not answer.</exception>
    public async Task<int> HoldAsync(bool hold, CancellationToken ct = default)
    {
        var branch = SipWire.NewBranch();
        var sequence = Interlocked.Increment(ref _sequence);
        var request = Request("INVITE", _target, branch, sequence).WithBody("application/sdp", Bank.Media.Describe(++_sdpVersion, hold));
        var answer = await Bank.Wire.AskAsync(request, branch, null, ct).ConfigureAwait(false);
        Acknowledge(answer, branch, sequence);
        return answer.Status;
    }

    /// <summary>Ends the call here where Asterisk does not know it any more.</summary>
    internal async Task CheckAsync(CancellationToken ct)
    {
        try
        {
            if (await HoldAsync(false, ct).ConfigureAwait(false) is not (404 or 481)) return;
        }
        catch (TimeoutException) { /* gone altogether */ }
        Forget();
    }

    internal static PhoneCall Outgoing(Phone phone, string destination)
    {
        var call = new PhoneCall(phone, SipWire.NewToken(), incoming: false) { State = PhoneCallState.Dialling };
        call._target = $"sip:{Uri.EscapeDataString(destination).Replace("%2A", "*", StringComparison.Ordinal)}@{phone.Bank.Asterisk}";
        call._local = $"<sip:{phone.Number}@127.0.0.1>;tag={call._tag}";
        call._remote = $"<{call._target}>";
        return call;
    }

    internal async Task InviteAsync(ShownParty? presenting)
    {
        Bank.Record(this, PhoneEventKind.Dialling);
        string? credentials = null;
        try
        {
            while (true)
            {
                _branch = SipWire.NewBranch();
                var sequence = ++_sequence;
                var invite = Request("INVITE", _target, _branch, sequence);
                if (presenting is not null)
                    invite.With("P-Asserted-Identity", $"\"{(presenting.Name ?? "").Replace("\"", "\\\"", StringComparison.Ordinal)}\" <sip:{presenting.Number}@127.0.0.1>");
                if (credentials is not null) invite.With("Authorization", credentials);
                invite.WithBody("application/sdp", Bank.Media.Describe(++_sdpVersion, onHold: false));
                var answer = await Bank.Wire.AskAsync(invite, _branch, Progress, CancellationToken.None).ConfigureAwait(false);
                Acknowledge(answer, _branch, sequence);
                if (answer.Status == 401 && credentials is null && Phone.Password is { } password && answer["WWW-Authenticate"] is { } challenge)
                {
                    credentials = SipDigest.Answer(challenge, Phone.Number, password, "INVITE", _target, SipWire.NewToken());
                    continue;
                }
                Conclude(answer);
                return;
            }
        }
        catch (OperationCanceledException) { /* the bank ended */ }
        catch (TimeoutException)
        {
            Refusal = 408;
            Become(PhoneCallState.Ended);
            Bank.Record(this, PhoneEventKind.Refused, 408);
        }
    }

    /// <summary>Sends the ACK of our INVITE again.</summary>
    internal void Acknowledge()
    {
        if (_acknowledgement is { } ack) Bank.Wire.Send(ack);
    }

    private void Progress(SipMessage provisional)
    {
        if (provisional.Status is not (180 or 183)) return;
        if (provisional["P-Asserted-Identity"] is not null) Show(provisional);
        if (Become(PhoneCallState.Ringing)) Bank.Record(this, PhoneEventKind.Ringing, provisional.Status);
    }

    private void Conclude(SipMessage answer)
    {
        if (answer.Status >= 300)
        {
            Refusal = answer.Status;
            if (Become(PhoneCallState.Ended)) Bank.Record(this, PhoneEventKind.Refused, answer.Status);
            return;
        }
        _remote = answer["To"] ?? _remote;
        Hear(answer);
        if (answer["P-Asserted-Identity"] is not null) Show(answer);
        if (Become(PhoneCallState.Answered)) Bank.Record(this, PhoneEventKind.Answered);
    }

    /// <summary>ACK: in the INVITE's transaction for a refusal, one of its own for an answer (RFC 3261, 17.1.1.3 and 13.2.2.4).</summary>
    private void Acknowledge(SipMessage answer, string branch, int sequence)
    {
        var refused = answer.Status >= 300;
        if (!refused && answer["Contact"] is { } contact) _target = SipAddress.Parse(contact).Uri;
        var acknowledgement = SipMessage.Request("ACK", _target);
        if (!refused) branch = SipWire.NewBranch();
        acknowledgement.With("Via", Bank.Wire.Via(branch)).With("Max-Forwards", "70").With("From", _local).With("To", answer["To"] ?? _remote)
            .With("Call-ID", Id).With("CSeq", string.Create(CultureInfo.InvariantCulture, $"{sequence} ACK"));
        _acknowledgement = acknowledgement;
        Bank.Wire.Send(acknowledgement);
    }

    private async Task<int> ReferAsync(string destination, CancellationToken ct)
    {
        TransferStatus = null;
        var branch = SipWire.NewBranch();
        var request = Request("REFER", _target, branch, Interlocked.Increment(ref _sequence))
            .With("Refer-To", destination).With("Referred-By", $"<sip:{Phone.Number}@127.0.0.1>");
        var answer = await Bank.Wire.AskAsync(request, branch, null, ct).ConfigureAwait(false);
        Bank.Record(this, PhoneEventKind.Transferred, answer.Status);
        return answer.Status;
    }

    private Task<SipMessage> AskAsync(string method, CancellationToken ct)
    {
        var branch = SipWire.NewBranch();
        return Bank.Wire.AskAsync(Request(method, _target, branch, Interlocked.Increment(ref _sequence)), branch, null, ct);
    }

    private SipMessage Request(string method, string uri, string branch, int sequence) =>
        SipMessage.Request(method, uri).With("Via", Bank.Wire.Via(branch)).With("Max-Forwards", "70")
            .With("From", _local).With("To", _remote).With("Call-ID", Id)
            .With("CSeq", string.Create(CultureInfo.InvariantCulture, $"{sequence} {method}"))
            .With("Contact", Phone.Contact).With("Allow", Allowed);
}
