using Expand.Server.Pbx;

namespace Expand.Server.Calls;

/// <summary>
/// What became of one originated call, decided from what the PBX told of both legs: facts in, a status out. No clock, no database, no PBX.
/// Facts may come in any order and twice. Source of the rules: the contract's table of codes, and what Asterisk 16 and 22 really send
/// (docs/decisions/0006-call-status.md).
/// </summary>
internal sealed class CallProgress(string channelId)
{
    /// <summary>Q.850 causes of a phone that just was not answered: none, no user responding, no answer from user.</summary>
    private static bool MeansNoAnswer(int cause) => cause is 0 or 18 or 19;

    private string? sourceResult;
    private string? sourceLeg;
    private string? sourceLegResult;
    private int? sourceLegCause;
    private string? destinationLeg;
    private string? destinationResult;
    private int? destinationCause;
    private bool originateEnded;
    private bool originateSucceeded;
    private int originateReason;
    private int? endCause;

    /// <summary>The second half of the Local channel that a source without a device is rung through.</summary>
    public static string OtherHalf(string channelId) => OriginateAction.OtherHalf(channelId);

    public CallStatus Status { get; private set; } = CallStatus.Ringing;

    public bool IsFinal => Status > CallStatus.Answer;

    /// <summary>The PBX has made the source's channel.</summary>
    public bool Born { get; private set; }

    public bool SourceAnswered { get; private set; }

    /// <summary>When the destination leg that rings now began to; null while none does.</summary>
    public DateTimeOffset? DestinationRingsSince { get; private set; }

    /// <summary>Our own cancel: however the PBX words the end of such a call, it was cancelled.</summary>
    public bool Cancelled { get; set; }

    /// <summary>We hang up because the destination rang for too long; it counts for nothing where the destination answers after all.</summary>
    public bool RangOut { get; set; }

    /// <summary>Both sides were connected: whatever the dialplan dials afterwards, the call ends as one that was answered.</summary>
    private bool WasConnected => Status == CallStatus.Answer || destinationResult == "ANSWER";

    /// <summary>The source's channel is gone.</summary>
    public bool Ended => endCause is not null;

    /// <summary>
    /// The Originate failed and there is no channel: the source is not registered or unknown, if the channel does not come after all. (Under
    /// load OriginateResponse overtakes Newchannel: Asterisk sends them by different ways.)
    /// </summary>
    public bool FailedUnborn => originateEnded && !originateSucceeded && !Born;

    /// <summary>Takes a fact; true where it moved the status.</summary>
    public bool Hear(PbxFact fact)
    {
        if (IsFinal) return false;
        var before = Status;
        Take(fact);
        if (Status != CallStatus.Answer && destinationResult == "ANSWER" && !Ended) Status = CallStatus.Answer;
        if (IsDecided) Conclude(Outcome());
        return Status != before;
    }

    /// <summary>Ends the call with a status that something else than the PBX's events decided.</summary>
    public void Conclude(CallStatus status) => Status = status;

    /// <summary>
    /// What a list of channels tells of the call: true where its channel is there. What happened while nobody listened is filled in.
    /// </summary>
    public bool Compare(IReadOnlyList<LiveChannel> channels, DateTimeOffset at)
    {
        if (channels.FirstOrDefault(c => c.UniqueId == channelId) is not { } own) return false;
        Born = true;
        if (!own.IsUp) return true;
        SourceAnswered = originateEnded = originateSucceeded = true;
        if (own.BridgeId.Length > 0 && channels.Any(c => c.UniqueId != channelId && c.BridgeId == own.BridgeId))
        {
            destinationResult = "ANSWER";
            DestinationRingsSince = null;
            if (Status == CallStatus.Ringing) Status = CallStatus.Answer;
            return true;
        }

        if (WasConnected) return true;
        var ringing = channels.FirstOrDefault(c => c.LinkedId == channelId && !c.IsUp && c.UniqueId != channelId && c.UniqueId != OtherHalf(channelId));
        if (ringing is not null && destinationLeg != ringing.UniqueId)
        {
            (destinationLeg, destinationResult, destinationCause) = (ringing.UniqueId, null, null);
            DestinationRingsSince = at;
        }

        return true;
    }

    /// <summary>
    /// The end, where the source's channel and the Originate are both over and the destination's cause is not awaited any more;
    /// <see cref="Hear"/> decides by itself as soon as all is known.
    /// </summary>
    public CallStatus Outcome()
    {
        if (Cancelled || WasConnected) return CallStatus.HungUp;
        if (RangOut) return CallStatus.NoAnswer;
        return destinationResult switch
        {
            "BUSY" => CallStatus.Busy,
            "NOANSWER" => MeansNoAnswer(destinationCause ?? 0) ? CallStatus.NoAnswer : CallStatus.Congestion,
            // The source hung up while the destination rang.
            "CANCEL" => CallStatus.HungUp,
            not null => CallStatus.Congestion,
            null when destinationLeg is not null => CallStatus.HungUp,
            // Nobody was dialled, or the dial's facts are late: the cause of the end tells as much.
            null when SourceAnswered => endCause switch
            {
                16 => CallStatus.HungUp,
                17 => CallStatus.Busy,
                18 or 19 => CallStatus.NoAnswer,
                _ => CallStatus.Congestion,
            },
            null => SourceOutcome(),
        };
    }

    /// <summary>Behind a Local channel the channel's own result is only Asterisk's echo: the leg that really rang decides.</summary>
    private CallStatus SourceOutcome() => (sourceLegResult ?? sourceResult) switch
    {
        "BUSY" => CallStatus.OffHook,
        "NOANSWER" => originateReason == 3 || MeansNoAnswer(sourceLegCause ?? endCause ?? 0) ? CallStatus.NoAnswer : CallStatus.Congestion,
        // Its time was up: Asterisk took the ringing back.
        null or "CANCEL" when originateReason == 3 => CallStatus.NoAnswer,
        _ => CallStatus.Congestion,
    };

    private bool IsDecided =>
        (Ended && (Cancelled || (RangOut && !WasConnected)))
        || (Ended && originateEnded && (originateSucceeded || destinationResult is not null ? DestinationIsKnown : SourceIsKnown));

    /// <summary>
    /// What the end follows from is in. Where it is not (nobody was dialled, or the dial's end comes after the channel's), the call watch
    /// waits a second for it before it takes the <see cref="Outcome"/>.
    /// </summary>
    private bool DestinationIsKnown => destinationResult is not null && (destinationResult != "NOANSWER" || destinationCause is not null);

    private bool SourceIsKnown =>
        originateReason == 3
        || (sourceLeg is null ? sourceResult is not null : sourceLegResult is not null && (sourceLegResult != "NOANSWER" || sourceLegCause is not null));

    private void Take(PbxFact fact)
    {
        switch (fact)
        {
            case ChannelStarted started when started.UniqueId == channelId:
                Born = true;
                break;
            case DialStarted dial when dial.From == OtherHalf(channelId):
                sourceLeg = dial.To;
                break;
            case DialStarted dial when dial.From == channelId && dial.To != destinationLeg && !WasConnected:
                (destinationLeg, destinationResult, destinationCause) = (dial.To, null, null);
                DestinationRingsSince = dial.At;
                break;
            case DialEnded dial when dial.To == channelId:
                sourceResult = dial.Result;
                SourceAnswered |= dial.Result == "ANSWER";
                break;
            case DialEnded dial when dial.From == OtherHalf(channelId):
                (sourceLeg, sourceLegResult) = (dial.To, dial.Result);
                break;
            case DialEnded dial when dial.From == channelId && !WasConnected:
                (destinationLeg, destinationResult) = (dial.To, dial.Result);
                DestinationRingsSince = null;
                break;
            case OriginateEnded ended when ended.UniqueId == channelId:
                (originateEnded, originateSucceeded, originateReason) = (true, ended.Success, ended.Reason);
                SourceAnswered |= ended.Success;
                break;
            case ChannelEnded ended when ended.UniqueId == channelId:
                (endCause, DestinationRingsSince) = (ended.Cause, null);
                break;
            case ChannelEnded ended when ended.UniqueId == destinationLeg:
                destinationCause = ended.Cause;
                break;
            case ChannelEnded ended when ended.UniqueId == sourceLeg:
                sourceLegCause = ended.Cause;
                break;
        }
    }
}
