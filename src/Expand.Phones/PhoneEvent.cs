namespace Expand.Phones;

/// <summary>What happened at a phone.</summary>
public enum PhoneEventKind
{
    /// <summary>A call came in; it rings.</summary>
    Incoming,
    /// <summary>The phone dials.</summary>
    Dialling,
    /// <summary>The other side rings (of a call that the phone dialled).</summary>
    Ringing,
    /// <summary>The call was answered, by either side.</summary>
    Answered,
    /// <summary>The display changed during the call.</summary>
    ShownChanged,
    /// <summary>The call was refused; <see cref="PhoneEvent.Status"/> tells how, by either side.</summary>
    Refused,
    /// <summary>The caller gave up while it rang (CANCEL).</summary>
    Cancelled,
    /// <summary>This phone hung up.</summary>
    HungUpHere,
    /// <summary>The other side hung up (BYE).</summary>
    HungUpThere,
    /// <summary>The phone registered; <see cref="PhoneEvent.Status"/> is the registrar's answer.</summary>
    Registered,
    /// <summary>Asterisk acknowledged this phone's answer (ACK of its 200).</summary>
    Acknowledged,
    /// <summary>Asterisk took this phone's BYE.</summary>
    HangUpTaken,
    /// <summary>A transfer that this phone asked for was done or refused; <see cref="PhoneEvent.Status"/> tells (NOTIFY).</summary>
    TransferEnded,
    /// <summary>The phone asked for a transfer; <see cref="PhoneEvent.Status"/> is the first answer.</summary>
    Transferred,
}

/// <summary>A line of the ledger of a <see cref="PhoneBank"/>.</summary>
/// <param name="At">When it happened.</param>
/// <param name="Number">The phone's number.</param>
/// <param name="Kind">What happened.</param>
/// <param name="CallId">Call-ID of SIP; one for each leg.</param>
/// <param name="Shown">What the phone's display shows at that moment; null where no call is meant.</param>
/// <param name="Status">SIP status, where one belongs to it.</param>
public sealed record PhoneEvent(DateTimeOffset At, string Number, PhoneEventKind Kind, string CallId, ShownParty? Shown, int? Status);
