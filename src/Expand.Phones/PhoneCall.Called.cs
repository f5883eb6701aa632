using System.Globalization;
using System.Text.RegularExpressions;

namespace Expand.Phones;

// The called side (UAS), and what comes within a call from the other side.
public sealed partial class PhoneCall
{
    private const string Allowed = "INVITE, ACK, CANCEL, BYE, UPDATE, OPTIONS, NOTIFY";
    private readonly string _tag = SipWire.NewToken();
    private SipMessage? _invite, _answer;
    private bool _acknowledged;
    private int _sdpVersion;

    /// <summary>Answers a ringing call; nothing where it rings no more.</summary>
    public void Answer()
    {
        if (!IsIncoming || !Become(PhoneCallState.Answered)) return;
        Final(200);
        Bank.Record(this, PhoneEventKind.Answered);
    }

    /// <summary>Refuses a ringing call with a SIP status (400–699); nothing where it rings no more.</summary>
    public void Reject(int status)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(status, 400);
        lock (_gate)
        {
            if (!IsIncoming || State >= PhoneCallState.Answered) return;
            Refusal = status;
            State = PhoneCallState.Answered; // nobody else decides any more
        }
        Final(status);
        Become(PhoneCallState.Ended);
        Bank.Record(this, PhoneEventKind.Refused, status);
    }

    internal static PhoneCall Incoming(Phone phone, SipMessage invite)
    {
        var call = new PhoneCall(phone, invite.CallId, incoming: true) { _invite = invite, State = PhoneCallState.Ringing };
        call._local = $"{invite["To"]};tag={call._tag}";
        call._remote = invite["From"] ?? "";
        call._target = SipAddress.Parse(invite["Contact"] ?? "").Uri;
        call.Show(invite);
        call.Hear(invite);
        return call;
    }

    internal void Ring(PhoneBehaviour behaviour)
    {
        Respond(_invite!, 180);
        Bank.Record(this, PhoneEventKind.Incoming);
        if (behaviour.RingsFor is { } ringing) _ = ActAsync(behaviour, ringing);
    }

    /// <summary>The caller repeated its INVITE: our answer was lost.</summary>
    internal void Repeat()
    {
        if (_invite is null) return;
        if (_answer is { } answer) Bank.Wire.Send(answer);
        else Respond(_invite, 180);
    }

    internal void Take(SipMessage request)
    {
        switch (request.Method)
        {
            case "ACK":
                _acknowledged = true;
                if (WasAnswered) Bank.Record(this, PhoneEventKind.Acknowledged);
                break;
            case "CANCEL":
                Respond(request, 200);
                GiveUp();
                break;
            case "BYE":
                Respond(request, 200);
                if (Become(PhoneCallState.Ended)) Bank.Record(this, PhoneEventKind.HungUpThere);
                break;
            case "INVITE" or "UPDATE":
                Show(request);
                Hear(request);
                Respond(request, 200, withMedia: request.Method == "INVITE" || request.Body.Length > 0);
                break;
            case "NOTIFY":
                Respond(request, 200);
                if (TransferLine().Match(request.Body) is { Success: true } line)
                {
                    TransferStatus = int.Parse(line.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
                    if (TransferStatus >= 200) Bank.Record(this, PhoneEventKind.TransferEnded, TransferStatus);
                    Bank.Changed.Pulse();
                    // Handed over: it is for the phone that asked to leave (RFC 5589, 6.1); Asterisk waits for its BYE.
                    if (TransferStatus is >= 200 and < 300) _ = LeaveAsync();
                }
                break;
            default:
                Respond(request, request.Method is "OPTIONS" or "INFO" or "MESSAGE" ? 200 : 405);
                break;
        }
    }

    private void GiveUp()
    {
        lock (_gate)
        {
            if (State >= PhoneCallState.Answered) return;
            Cancelled = true;
            State = PhoneCallState.Answered;
        }
        Final(487);
        Become(PhoneCallState.Ended);
        Bank.Record(this, PhoneEventKind.Cancelled, 487);
    }

    private async Task ActAsync(PhoneBehaviour behaviour, TimeSpan ringing)
    {
        try
        {
            await Task.Delay(ringing, Bank.Time, _over.Token).ConfigureAwait(false);
            if (behaviour.Refusal is { } status)
            {
                Reject(status);
                return;
            }
            Answer();
            if (behaviour.TalksFor is not { } talking) return;
            await Task.Delay(talking, Bank.Time, _over.Token).ConfigureAwait(false);
            await HangUpAsync(_over.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) { /* the caller was first */ }
        catch (TimeoutException) { /* Asterisk is away */ }
    }

    private async Task LeaveAsync()
    {
        try
        {
            await HangUpAsync(_over.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) { /* it ended */ }
        catch (TimeoutException) { /* Asterisk is away */ }
    }

    private void Final(int status)
    {
        _answer = Response(_invite!, status, withMedia: status == 200);
        Bank.Wire.Send(_answer);
        _ = RepeatUntilAcknowledgedAsync(_answer);
    }

    /// <summary>A final answer over UDP is repeated until its ACK (RFC 3261, 13.3.1.4 and 17.2.1).</summary>
    private async Task RepeatUntilAcknowledgedAsync(SipMessage answer)
    {
        try
        {
            var wait = TimeSpan.FromMilliseconds(500);
            for (var waited = TimeSpan.Zero; waited < Linger; waited += wait, wait = wait < TimeSpan.FromSeconds(4) ? wait * 2 : wait)
            {
                await Task.Delay(wait, Bank.Time, Bank.Wire.Stopped).ConfigureAwait(false);
                if (_acknowledged) return;
                Bank.Wire.Send(answer);
            }
        }
        catch (OperationCanceledException) { /* the bank ended */ }
    }

    private void Respond(SipMessage request, int status, bool withMedia = false) => Bank.Wire.Send(Response(request, status, withMedia));

    private SipMessage Response(SipMessage request, int status, bool withMedia)
    {
        var response = SipMessage.Response(request, status, _tag).With("Contact", Phone.Contact).With("Allow", Allowed);
        return withMedia ? response.WithBody("application/sdp", Bank.Media.Describe(++_sdpVersion, onHold: false)) : response;
    }

    [GeneratedRegex(@"^SIP/2\.0 (\d{3})")]
    private static partial Regex TransferLine();
}
