using Expand.Server.Activity;
using Expand.Server.Cdr;
using Expand.Server.Dialer;
using Expand.Server.Dialer.Engine;

namespace Expand.Server.Tests.Dialer;

/// <summary>What the PBX's own records say of an attempt: each rule, and what is not certain yet.</summary>
public sealed class AttemptJudgementTests
{
    private static readonly DateTimeOffset Asked = new(2026, 11, 23, 15, 0, 0, TimeSpan.Zero);
    private const string Channel = "1764259200.4294967297";

    [Theory]
    [InlineData("BUSY", 17, 0, AttemptOutcome.Busy)]
    [InlineData("BUSY", null, 1, AttemptOutcome.Busy)]
    [InlineData("CONGESTION", 34, 0, AttemptOutcome.Congestion)]
    [InlineData("NO ANSWER", 19, 30, AttemptOutcome.NoAnswer)]
    // The network gave up before the ring time was over.
    [InlineData("NO ANSWER", 18, 12, AttemptOutcome.NoAnswer)]
    [InlineData("FAILED", 0, 30, AttemptOutcome.NoAnswer)]
    // Rejected, and a number that is not there: their causes tell.
    [InlineData("NO ANSWER", 21, 3, AttemptOutcome.Congestion)]
    [InlineData("NO ANSWER", 1, 0, AttemptOutcome.Congestion)]
    // A rejection has a record with its cause: where there is none the phone rang, for as long as it was let.
    [InlineData("NO ANSWER", null, 30, AttemptOutcome.NoAnswer)]
    [InlineData("FAILED", null, 29, AttemptOutcome.NoAnswer)]
    [InlineData("NO ANSWER", null, 12, AttemptOutcome.NoAnswer)]
    public void A_phone_that_did_not_answer(string disposition, int? cause, int seconds, AttemptOutcome expected)
    {
        var verdict = AttemptJudgement.Of(Facts() with { Records = [Record(disposition, seconds, cause)] });
        Assert.Equal((VerdictKind.Ended, expected, null, ""), (verdict.Kind, verdict.Outcome, verdict.AnsweredAt, verdict.Agent));
        Assert.Equal(Asked.AddSeconds(seconds), verdict.EndedAt);
    }

    [Fact]
    public void A_rejection_is_waited_for_until_all_records_are_read()
    {
        var facts = Facts() with { Records = [Record("NO ANSWER", 4)], RecordsReadTo = Asked.AddSeconds(4.5) };
        Assert.Equal(VerdictKind.Pending, AttemptJudgement.Of(facts).Kind);
        Assert.Equal(AttemptOutcome.Congestion, AttemptJudgement.Of(facts with { Records = [Record("NO ANSWER", 4), Record("NO ANSWER", 4, 21)] }).Outcome);
        Assert.Equal(AttemptOutcome.NoAnswer, AttemptJudgement.Of(facts with { RecordsReadTo = Asked.AddSeconds(5) }).Outcome);
    }

    [Fact]
    public void An_agent_who_took_it_is_an_answer_as_soon_as_the_queue_says_so_and_over_when_the_record_is_there()
    {
        var connect = Activity(QueueAction.Connect, 8, "101");
        var talking = AttemptJudgement.Of(Facts() with { WasSeen = true, Activities = [connect] });
        Assert.Equal((VerdictKind.Connected, connect.At, "101"), (talking.Kind, talking.ConnectedAt!.Value, talking.Agent));
        var over = AttemptJudgement.Of(Facts() with { Activities = [connect], Records = [Record("ANSWERED", 70, answered: 5)] });
        Assert.Equal((VerdictKind.Ended, AttemptOutcome.Answer, connect.At, Asked.AddSeconds(5), Asked.AddSeconds(70), "101"),
            (over.Kind, over.Outcome, over.ConnectedAt!.Value, over.AnsweredAt!.Value, over.EndedAt, over.Agent));
    }

    [Fact]
    public void Who_answered_and_met_no_agent_was_abandoned_once_all_that_the_queue_wrote_is_read()
    {
        var facts = Facts() with { Records = [Record("ANSWERED", 20, answered: 5)], QueueLogReadTo = Asked.AddSeconds(20) };
        Assert.Equal(VerdictKind.Pending, AttemptJudgement.Of(facts).Kind);
        var abandoned = AttemptJudgement.Of(facts with { QueueLogReadTo = Asked.AddSeconds(21) });
        Assert.Equal((VerdictKind.Ended, AttemptOutcome.Abandoned, Asked.AddSeconds(5)), (abandoned.Kind, abandoned.Outcome, abandoned.AnsweredAt!.Value));
        // The queue itself said so.
        Assert.Equal(AttemptOutcome.Abandoned, AttemptJudgement.Of(facts with { Activities = [Activity(QueueAction.Abandon, 19)] }).Outcome);
    }

    [Fact]
    public void A_machine_is_one_by_the_dialplans_mark()
    {
        var verdict = AttemptJudgement.Of(Facts() with { Records = [Record("ANSWERED", 9, cause: 200, answered: 5)] });
        Assert.Equal((VerdictKind.Ended, AttemptOutcome.AnsweringMachine), (verdict.Kind, verdict.Outcome));
    }

    [Fact]
    public void To_an_extension_an_answer_is_that_both_talked()
    {
        var facts = Facts() with { ToQueue = false };
        var talk = AttemptJudgement.Of(facts with { Records = [Record("ANSWERED", 40, answered: 5, to: "PJSIP/701-1", connected: 9)] });
        Assert.Equal((AttemptOutcome.Answer, Asked.AddSeconds(9)), (talk.Outcome, talk.ConnectedAt!.Value));
        Assert.Equal(AttemptOutcome.Abandoned, AttemptJudgement.Of(facts with { Records = [Record("NO ANSWER", 40, answered: 5, to: "PJSIP/701-1")] }).Outcome);
    }

    [Fact]
    public void What_was_not_asked_was_not_called_and_is_left_to_who_has_it_in_hand()
    {
        var unasked = Facts() with { Attempt = Attempt(asked: false) };
        Assert.Equal(VerdictKind.Void, AttemptJudgement.Of(unasked).Kind);
        Assert.Equal(VerdictKind.Pending, AttemptJudgement.Of(unasked with { IsInHand = true }).Kind);
        var preview = unasked with { Attempt = Attempt(asked: false, DialingMode.Preview) };
        Assert.Equal(VerdictKind.Pending, AttemptJudgement.Of(preview with { Now = Asked.AddMinutes(4) }).Kind);
        Assert.Equal(VerdictKind.Void, AttemptJudgement.Of(preview with { Now = Asked.AddMinutes(6) }).Kind);
    }

    [Fact]
    public void What_never_came_to_a_PBX_that_was_heard_all_the_time_was_not_placed()
    {
        Assert.Equal(VerdictKind.Void, AttemptJudgement.Of(Facts()).Kind);
        // Not before it could have come, and everything that was written is read.
        Assert.Equal(VerdictKind.Pending, AttemptJudgement.Of(Facts() with { Now = Asked.AddSeconds(4) }).Kind);
        Assert.Equal(VerdictKind.Pending, AttemptJudgement.Of(Facts() with { RecordsReadTo = Asked.AddSeconds(4) }).Kind);
        Assert.Equal(VerdictKind.Pending, AttemptJudgement.Of(Facts() with { QueueLogReadTo = Asked.AddSeconds(4) }).Kind);
        Assert.Equal(VerdictKind.Pending, AttemptJudgement.Of(Facts() with { HeardSince = null }).Kind);
    }

    [Fact]
    public void What_may_have_rung_counts()
    {
        // Heard only since later: the PBX, or the wire to it, was away.
        var later = AttemptJudgement.Of(Facts() with { HeardSince = Asked.AddSeconds(10) });
        Assert.Equal((VerdictKind.Ended, AttemptOutcome.Congestion), (later.Kind, later.Outcome));
        // Its channel was there and left nothing: the PBX was killed.
        var gone = AttemptJudgement.Of(Facts() with { WasSeen = true, GoneAt = Asked.AddSeconds(9) });
        Assert.Equal((VerdictKind.Ended, AttemptOutcome.Congestion, Asked.AddSeconds(9)), (gone.Kind, gone.Outcome, gone.EndedAt));
        var waited = AttemptJudgement.Of(Facts() with { WasSeen = true, GoneAt = Asked.AddSeconds(9), Activities = [Activity(QueueAction.EnterQueue, 6)] });
        Assert.Equal(AttemptOutcome.Abandoned, waited.Outcome);
        var talked = AttemptJudgement.Of(Facts() with { WasSeen = true, GoneAt = Asked.AddSeconds(9), Activities = [Activity(QueueAction.Connect, 7, "102")] });
        Assert.Equal((VerdictKind.Ended, AttemptOutcome.Answer, "102"), (talked.Kind, talked.Outcome, talked.Agent));
    }

    [Fact]
    public void What_leaves_no_record_ended_with_its_PBX()
    {
        var facts = Facts() with { WasSeen = true, LostAt = Asked.AddSeconds(9), GoneAt = Asked.AddSeconds(20), Now = Asked.AddSeconds(30), RecordsReadTo = Asked.AddSeconds(30), QueueLogReadTo = Asked.AddSeconds(30) };
        Assert.Equal((AttemptOutcome.Congestion, Asked.AddSeconds(9)), (AttemptJudgement.Of(facts).Outcome, AttemptJudgement.Of(facts).EndedAt));
        var talked = AttemptJudgement.Of(facts with { Activities = [Activity(QueueAction.Connect, 7, "102")] });
        Assert.Equal((AttemptOutcome.Answer, Asked.AddSeconds(9)), (talked.Outcome, talked.EndedAt));
        // Its record may still come: the PBX may be well, and only the wire to it was not.
        Assert.Equal(VerdictKind.Pending, AttemptJudgement.Of(facts with { RecordsReadTo = Asked.AddSeconds(20) }).Kind);
    }

    [Fact]
    public void A_channel_that_is_there_is_waited_for_however_long() =>
        Assert.Equal(VerdictKind.Pending, AttemptJudgement.Of(Facts() with { WasSeen = true, Now = Asked.AddHours(3) }).Kind);

    [Fact]
    public void Of_preview_the_agents_phone_comes_first()
    {
        var preview = Facts() with { Attempt = Attempt(mode: DialingMode.Preview) };
        AttemptVerdict Of(params CallRecord[] records) => AttemptJudgement.Of(preview with { Records = records });
        Assert.Equal(VerdictKind.Void, Of(Record("NO ANSWER", 20, 19)).Kind);
        Assert.Equal(VerdictKind.Void, Of(Record("BUSY", 1)).Kind);
        Assert.Equal(AttemptOutcome.Busy, Of(Record("BUSY", 9, answered: 2, to: "PJSIP/trunk-1")).Outcome);
        Assert.Equal(AttemptOutcome.NoAnswer, Of(Record("NO ANSWER", 30, answered: 2, to: "PJSIP/trunk-1")).Outcome);
        Assert.Equal(AttemptOutcome.Congestion, Of(Record("NO ANSWER", 4, answered: 2, to: "PJSIP/trunk-1"), Record("ANSWERED", 4, 21, answered: 2)).Outcome);
        var talk = Of(Record("ANSWERED", 60, answered: 2, to: "PJSIP/trunk-1", connected: 12));
        Assert.Equal((AttemptOutcome.Answer, Asked.AddSeconds(12)), (talk.Outcome, talk.ConnectedAt!.Value));
    }

    /// <summary>A minute after it was asked for, with everything read and nothing found.</summary>
    private static AttemptFacts Facts() => new()
    {
        Attempt = Attempt(),
        HeardSince = Asked.AddHours(-1),
        RecordsReadTo = Asked.AddMinutes(1),
        QueueLogReadTo = Asked.AddMinutes(1),
        Now = Asked.AddMinutes(1),
    };

    private static DialAttempt Attempt(bool asked = true, DialingMode mode = DialingMode.Progressive) => new()
    {
        Numcall = "099123456",
        Number = "59899123456",
        Pbx = "pbx",
        ChannelId = Channel,
        Trunk = "trunk",
        Mode = mode,
        RingSeconds = 30,
        ClaimedAt = Asked,
        AskedAt = asked ? Asked : null,
    };

    private static CallRecord Record(string disposition, int seconds, int? cause = null, int? answered = null, string to = "", int? connected = null) => new()
    {
        Pbx = "pbx",
        UniqueId = Channel,
        LinkedId = Channel,
        CallDate = Asked,
        AnsweredAt = answered is { } at ? Asked.AddSeconds(at) : null,
        EndedAt = Asked.AddSeconds(seconds),
        CallerId = "",
        Source = "099123456",
        Destination = "q_ventas",
        Context = "expand-dialer",
        Channel = "PJSIP/trunk-1",
        DestinationChannel = to,
        LastApplication = to.Length > 0 ? "Dial" : "AppDial2",
        LastData = "",
        Duration = seconds,
        Disposition = disposition,
        UserField = "",
        HangupCause = cause,
        ConnectedAt = connected is { } talk ? Asked.AddSeconds(talk) : null,
    };

    private static QueueActivity Activity(QueueAction action, int seconds, string agent = "") =>
        new() { Pbx = "pbx", At = Asked.AddSeconds(seconds), Queue = "q_ventas", Action = action, UniqueId = Channel, Agent = agent };
}
