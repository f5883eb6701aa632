using Expand.Server.Calls;
using Expand.Server.Cdr;

namespace Expand.Server.Tests.Calls;

/// <summary>Ends told by CDRs alone; the rows are those that Asterisk 16 and 22 write.</summary>
public sealed class CdrOutcomeTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_call_without_a_record_was_never_made() => Assert.Equal(CallStatus.Congestion, CdrOutcome.Of([], 30, false, false));

    [Fact]
    public void A_call_that_was_connected_or_cancelled_is_3_whatever_its_records_say()
    {
        Assert.Equal(CallStatus.HungUp, CdrOutcome.Of([Dial("BUSY", 2)], 30, wasAnswered: true, wasCancelled: false));
        Assert.Equal(CallStatus.HungUp, CdrOutcome.Of([], 30, wasAnswered: false, wasCancelled: true));
    }

    [Theory]
    [InlineData("ANSWERED", 20, null, (int)CallStatus.HungUp)]
    [InlineData("BUSY", 2, null, (int)CallStatus.Busy)]
    [InlineData("CONGESTION", 2, null, (int)CallStatus.Congestion)]
    [InlineData("FAILED", 2, null, (int)CallStatus.Congestion)]
    [InlineData("NO ANSWER", 31, null, (int)CallStatus.NoAnswer)]
    [InlineData("NO ANSWER", 29, null, (int)CallStatus.NoAnswer)]
    [InlineData("NO ANSWER", 3, null, (int)CallStatus.NoAnswer)]
    [InlineData("NO ANSWER", 3, 19, (int)CallStatus.NoAnswer)]
    [InlineData("NO ANSWER", 3, 0, (int)CallStatus.NoAnswer)]
    [InlineData("NO ANSWER", 31, 21, (int)CallStatus.Congestion)]
    public void The_record_of_a_dial_tells_how_the_destination_ended(string disposition, int seconds, int? cause, int expected) =>
        Assert.Equal((CallStatus)expected, CdrOutcome.Of([Dial(disposition, seconds, cause)], 30, false, false));

    [Fact]
    public void A_rejection_is_known_by_the_second_record_that_the_dialplan_adds_for_its_cause()
    {
        var told = Row("Hangup", "", "ANSWERED", 0, 21, answered: true);
        Assert.Equal(CallStatus.Congestion, CdrOutcome.Of([Dial("NO ANSWER", 30), told], 30, false, false));
        Assert.Equal(CallStatus.Congestion, CdrOutcome.Of([Dial("NO ANSWER", 2), told], 30, false, false));
    }

    [Fact]
    public void Of_several_dials_the_last_one_decides() =>
        Assert.Equal(CallStatus.HungUp, CdrOutcome.Of([Dial("BUSY", 1), Dial("ANSWERED", 9)], 30, false, false));

    [Theory]
    [InlineData("Hangup", 3, (int)CallStatus.Congestion)]
    [InlineData("Dial", null, (int)CallStatus.Congestion)]
    [InlineData("Playback", null, (int)CallStatus.HungUp)]
    [InlineData("Echo", 16, (int)CallStatus.HungUp)]
    public void A_source_that_answered_and_dialled_nobody_ended_by_its_application(string application, int? cause, int expected) =>
        Assert.Equal((CallStatus)expected, CdrOutcome.Of([Row(application, "", "ANSWERED", 1, cause, answered: true)], 30, false, false));

    [Theory]
    [InlineData("BUSY", 1, (int)CallStatus.OffHook)]
    [InlineData("NO ANSWER", 30, (int)CallStatus.NoAnswer)]
    [InlineData("FAILED", 30, (int)CallStatus.NoAnswer)]
    [InlineData("NO ANSWER", 2, (int)CallStatus.Congestion)]
    [InlineData("FAILED", 2, (int)CallStatus.Congestion)]
    [InlineData("CONGESTION", 2, (int)CallStatus.Congestion)]
    public void The_record_of_a_source_that_did_not_answer_tells_why(string disposition, int seconds, int expected) =>
        Assert.Equal((CallStatus)expected, CdrOutcome.Of([Row("AppDial2", "", disposition, seconds, null, answered: false)], 30, false, false));

    private static CallRecord Dial(string disposition, int seconds, int? cause = null) => Row("Dial", "PJSIP/702-2", disposition, seconds, cause, answered: true);

    private static CallRecord Row(string application, string destination, string disposition, int seconds, int? cause, bool answered) => new()
    {
        Pbx = "pbx",
        UniqueId = "1.2",
        LinkedId = "1.2",
        CallDate = At,
        AnsweredAt = answered ? At.AddSeconds(1) : null,
        CallerId = "",
        Source = "701",
        Destination = "702",
        Context = "internal",
        Channel = "PJSIP/701-1",
        DestinationChannel = destination,
        LastApplication = application,
        LastData = "",
        Duration = seconds,
        Disposition = disposition,
        UserField = "",
        HangupCause = cause,
    };
}
