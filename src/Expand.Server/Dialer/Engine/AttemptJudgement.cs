using Expand.Server.Activity;
using Expand.Server.Cdr;
using Expand.Server.Dialer.Preview;
using Expand.Server.Pbx;

namespace Expand.Server.Dialer.Engine;

/// <summary>
/// What became of an attempt, told by what the PBX wrote of it: the same while its host lives as after it died. Facts in, a verdict out; no clock, no
/// database, no PBX. What is not certain yet is Pending, and what may have rung is counted.
/// </summary>
internal static class AttemptJudgement
{
    /// <summary>A channel that is asked for comes within moments, and what it leaves is written within moments.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>queue_log has whole seconds, and is written before the CDR.</summary>
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>An agent looks at whom to call before asking.</summary>
    private static readonly TimeSpan AgentAsks = PreviewDesk.Lasts;

    public static AttemptVerdict Of(AttemptFacts facts)
    {
        if (facts.Records.Count == 0) return WithoutRecords(facts);
        if (facts.Attempt.Mode == DialingMode.Preview) return OfPreview(facts);
        if (Connect(facts) is { } connect) return Ended(facts, AttemptOutcome.Answer) with { ConnectedAt = connect.At, Agent = connect.Agent };
        if (facts.Records.Any(r => r.HangupCause == DialAction.MachineCause)) return Ended(facts, AttemptOutcome.AnsweringMachine);
        if (AnsweredAt(facts) is null) return Unanswered(facts);
        if (!facts.ToQueue) return OfExtension(facts);
        // The connection may stand in lines that nobody has read yet.
        var isKnown = facts.Activities.Any(a => a.Action == QueueAction.Abandon) || facts.QueueLogReadTo >= EndedAt(facts) + Second;
        return isKnown ? Ended(facts, AttemptOutcome.Abandoned) : AttemptVerdict.Pending;
    }

    private static AttemptVerdict OfExtension(AttemptFacts facts) => Talk(facts) is { } talk
        ? Ended(facts, AttemptOutcome.Answer) with { ConnectedAt = talk.ConnectedAt ?? talk.AnsweredAt }
        : Ended(facts, AttemptOutcome.Abandoned);

    /// <summary>The agent's phone was rung first: where nobody picked it up there, the contact was not called.</summary>
    private static AttemptVerdict OfPreview(AttemptFacts facts)
    {
        if (Talk(facts) is { } talk)
            return Ended(facts, AttemptOutcome.Answer) with { AnsweredAt = talk.ConnectedAt, ConnectedAt = talk.ConnectedAt ?? talk.AnsweredAt };
        if (facts.Records.LastOrDefault(r => r.DestinationChannel.Length > 0) is not { } dialled)
        {
            // Answered, and the contact's leg could not be made: its way out is congested.
            return facts.Records.Any(r => r.AnsweredAt is not null && r.LastApplication == "Dial")
                ? Ended(facts, AttemptOutcome.Congestion) with { AnsweredAt = null }
                : AttemptVerdict.Void;
        }

        var cause = facts.Records.LastOrDefault(r => r.HangupCause is not null)?.HangupCause;
        return Ended(facts, OfCause(dialled.Disposition, cause) ?? AttemptOutcome.NoAnswer) with { AnsweredAt = null };
    }

    private static AttemptVerdict WithoutRecords(AttemptFacts facts)
    {
        if (facts.Attempt.AskedAt is not { } asked) return IsGivenUp(facts) ? AttemptVerdict.Void : AttemptVerdict.Pending;
        if (facts.HeardSince is not { } heard) return Connected(facts);
        if (facts.WasSeen && facts.GoneAt is null) return Connected(facts);
        // A call that leaves no record ended with its PBX.
        var ended = facts.LostAt ?? facts.GoneAt;
        var since = (facts.GoneAt ?? asked) + Grace;
        if (facts.Now < since || facts.RecordsReadTo < since || facts.QueueLogReadTo < since) return Connected(facts);
        if (Connect(facts) is { } connect)
        {
            var end = facts.Activities.LastOrDefault(a => a.Action is QueueAction.CompleteCaller or QueueAction.CompleteAgent or QueueAction.CompleteTransfer)?.At;
            return new AttemptVerdict(VerdictKind.Ended)
            {
                Outcome = AttemptOutcome.Answer,
                AnsweredAt = connect.At,
                ConnectedAt = connect.At,
                Agent = connect.Agent,
                EndedAt = end ?? ended ?? facts.Now,
            };
        }

        // A PBX of which every moment since was heard, and in which no such channel came: it was not placed. Any other may have let a phone ring.
        if (!facts.WasSeen && heard < asked) return AttemptVerdict.Void;
        var outcome = facts.Activities.Any(a => a.Action == QueueAction.EnterQueue) ? AttemptOutcome.Abandoned : AttemptOutcome.Congestion;
        return new AttemptVerdict(VerdictKind.Ended) { Outcome = outcome, EndedAt = ended ?? asked };
    }

    private static bool IsGivenUp(AttemptFacts facts) =>
        !facts.IsInHand && (facts.Attempt.Mode != DialingMode.Preview || facts.Now > facts.Attempt.ClaimedAt + AgentAsks);

    private static AttemptVerdict Connected(AttemptFacts facts) => facts.Attempt.Mode != DialingMode.Preview && Connect(facts) is { } connect
        ? new AttemptVerdict(VerdictKind.Connected) { AnsweredAt = connect.At, ConnectedAt = connect.At, Agent = connect.Agent }
        : AttemptVerdict.Pending;

    private static QueueActivity? Connect(AttemptFacts facts) => facts.Activities.FirstOrDefault(a => a.Action == QueueAction.Connect);

    /// <summary>The record of the leg on which both sides talked.</summary>
    private static CallRecord? Talk(AttemptFacts facts) =>
        facts.Records.FirstOrDefault(r => r.DestinationChannel.Length > 0 && r.Disposition == "ANSWERED");

    private static AttemptVerdict Ended(AttemptFacts facts, AttemptOutcome outcome) =>
        new(VerdictKind.Ended) { Outcome = outcome, AnsweredAt = AnsweredAt(facts), EndedAt = EndedAt(facts) };

    private static DateTimeOffset? AnsweredAt(AttemptFacts facts) => facts.Records.Min(r => r.AnsweredAt);

    private static DateTimeOffset EndedAt(AttemptFacts facts) => facts.Records.Max(r => r.EndedAt) ?? facts.Records[^1].CallDate;

    /// <summary>A rejection has a second record with its cause; where none came the phone rang, for as long as it was let.</summary>
    private static AttemptVerdict Unanswered(AttemptFacts facts)
    {
        var cause = facts.Records.LastOrDefault(r => r.HangupCause is not null)?.HangupCause;
        if (OfCause(facts.Records[0].Disposition, cause) is { } outcome) return Ended(facts, outcome);
        var isAll = facts.Records.Max(r => r.Duration) >= facts.Attempt.RingSeconds - 1 || facts.RecordsReadTo >= EndedAt(facts) + Second;
        return isAll ? Ended(facts, AttemptOutcome.NoAnswer) : AttemptVerdict.Pending;
    }

    private static AttemptOutcome? OfCause(string disposition, int? cause) => (disposition, cause) switch
    {
        ("BUSY", _) or (_, 17) => AttemptOutcome.Busy,
        ("NO ANSWER" or "FAILED" or "CANCEL", null) => null,
        // None, no user responding, no answer from user; 16 where the ringing was taken back.
        ("NO ANSWER" or "FAILED" or "CANCEL", 0 or 16 or 18 or 19) => AttemptOutcome.NoAnswer,
        _ => AttemptOutcome.Congestion,
    };
}
