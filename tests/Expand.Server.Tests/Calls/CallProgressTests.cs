using Expand.Server.Calls;
using Expand.Server.Pbx;

namespace Expand.Server.Tests.Calls;

/// <summary>What the recordings do not show: Local channels, cancels, ring-outs, and what is known after a gap.</summary>
public sealed class CallProgressTests
{
    private const string Job = "1795369964.305419896";
    private const string Half = Job + "-2";
    private const string Trunk = "1795369964.77";
    private const string Leg = "1795369965.78";
    private static readonly DateTimeOffset At = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    /// <summary>The table of the measurements: an outside source behind a Local channel, by our dialplan and by one that only dials.</summary>
    [Theory]
    [InlineData("BUSY", 17, "BUSY", 17, 0, (int)CallStatus.OffHook)]
    [InlineData("BUSY", 17, "BUSY", 0, 5, (int)CallStatus.OffHook)]
    [InlineData("NOANSWER", 21, "NOANSWER", 21, 0, (int)CallStatus.Congestion)]
    [InlineData("NOANSWER", 21, "CONGESTION", 0, 8, (int)CallStatus.Congestion)]
    [InlineData("NOANSWER", 1, "NOANSWER", 1, 0, (int)CallStatus.Congestion)]
    [InlineData("NOANSWER", 1, null, 0, 0, (int)CallStatus.Congestion)]
    [InlineData("CONGESTION", 34, "CONGESTION", 34, 0, (int)CallStatus.Congestion)]
    [InlineData("CONGESTION", 34, "CONGESTION", 0, 8, (int)CallStatus.Congestion)]
    [InlineData("CANCEL", 16, null, 0, 3, (int)CallStatus.NoAnswer)]
    [InlineData("CANCEL", 19, null, 19, 3, (int)CallStatus.NoAnswer)]
    [InlineData("NOANSWER", 0, "NOANSWER", 16, 0, (int)CallStatus.NoAnswer)]
    [InlineData("NOANSWER", 19, "NOANSWER", 19, 0, (int)CallStatus.NoAnswer)]
    public void An_outside_source_is_judged_by_the_leg_that_really_rang(
        string result, int cause, string? echo, int jobCause, int reason, int expected)
    {
        PbxFact[][] tails =
        [
            [new DialEnded(At, Half, Trunk, Job, result), new ChannelEnded(At, Trunk, Job, cause)],
            echo is null ? [] : [new DialEnded(At, null, Job, Job, echo)],
            [new OriginateEnded(At, Job, false, reason)],
            [new ChannelEnded(At, Job, Job, jobCause)],
        ];
        foreach (var order in Permutations(tails))
        {
            var progress = Heard(
            [
                new ChannelStarted(At, Job, Job, "Local/099@internal-1;1"), new DialStarted(At, null, Job, Job), new DialStarted(At, Half, Trunk, Job),
                .. order.SelectMany(tail => tail),
            ]);
            Assert.Equal((CallStatus)expected, progress.IsFinal ? progress.Status : progress.Outcome());
        }
    }

    [Fact]
    public void A_failed_originate_that_overtakes_its_channel_does_not_decide_before_it()
    {
        var progress = Heard([new OriginateEnded(At, Job, false, 0)]);
        Assert.True(progress.FailedUnborn);
        Assert.False(progress.IsFinal);
        Assert.Equal(CallStatus.Congestion, progress.Outcome());
        progress.Hear(new ChannelStarted(At, Job, Job, "PJSIP/711-1"));
        Assert.False(progress.FailedUnborn);
        progress.Hear(new DialStarted(At, null, Job, Job));
        progress.Hear(new DialEnded(At, null, Job, Job, "BUSY"));
        progress.Hear(new ChannelEnded(At, Job, Job, 17));
        Assert.Equal(CallStatus.OffHook, progress.Status);
    }

    [Fact]
    public void A_call_that_was_connected_ends_with_3_whatever_the_dialplan_dials_afterwards()
    {
        var progress = Heard([.. SourceUp, new DialStarted(At, Job, Leg, Job), new DialEnded(At, Job, Leg, Job, "ANSWER")]);
        Assert.Equal(CallStatus.Answer, progress.Status);
        progress.Hear(new DialStarted(At, Job, "9.9", Job));
        progress.Hear(new DialEnded(At, Job, "9.9", Job, "BUSY"));
        progress.Hear(new ChannelEnded(At, Job, Job, 17));
        Assert.Equal(CallStatus.HungUp, progress.Status);
    }

    [Theory]
    [InlineData("NOANSWER", 21)]
    [InlineData("BUSY", 17)]
    [InlineData("CANCEL", 16)]
    public void A_cancelled_call_is_3_however_the_PBX_words_its_end(string result, int cause)
    {
        var progress = new CallProgress(Job) { Cancelled = true };
        foreach (var fact in SourceUp) progress.Hear(fact);
        progress.Hear(new DialStarted(At, Job, Leg, Job));
        progress.Hear(new DialEnded(At, Job, Leg, Job, result));
        progress.Hear(new ChannelEnded(At, Leg, Job, cause));
        Assert.False(progress.IsFinal);
        progress.Hear(new ChannelEnded(At, Job, Job, 16));
        Assert.Equal(CallStatus.HungUp, progress.Status);
    }

    [Fact]
    public void A_destination_that_we_let_ring_for_too_long_is_5_although_Asterisk_says_CANCEL()
    {
        var progress = Heard([.. SourceUp, new DialStarted(At.AddSeconds(1), Job, Leg, Job)]);
        Assert.Equal(At.AddSeconds(1), progress.DestinationRingsSince);
        progress.RangOut = true;
        progress.Hear(new DialEnded(At, Job, Leg, Job, "CANCEL"));
        Assert.Null(progress.DestinationRingsSince);
        progress.Hear(new ChannelEnded(At, Leg, Job, 16));
        progress.Hear(new ChannelEnded(At, Job, Job, 16));
        Assert.Equal(CallStatus.NoAnswer, progress.Status);
    }

    [Fact]
    public void A_destination_that_answers_after_all_makes_the_ringing_out_no_matter()
    {
        var progress = Heard([.. SourceUp, new DialStarted(At, Job, Leg, Job)]);
        progress.RangOut = true;
        progress.Hear(new DialEnded(At, Job, Leg, Job, "ANSWER"));
        Assert.Equal(CallStatus.Answer, progress.Status);
        progress.Hear(new ChannelEnded(At, Leg, Job, 16));
        progress.Hear(new ChannelEnded(At, Job, Job, 16));
        Assert.Equal(CallStatus.HungUp, progress.Status);
    }

    [Fact]
    public void A_phone_that_rings_for_a_call_that_is_connected_starts_no_ring_time()
    {
        var progress = Heard([.. SourceUp, new DialStarted(At, Job, Leg, Job), new DialEnded(At, Job, Leg, Job, "ANSWER")]);
        progress.Compare([new(Job, Job, "PJSIP/701-1", 6, ""), new(Leg, Job, "PJSIP/702-2", 6, ""), new("9.9", Job, "PJSIP/703-3", 5, "")], At);
        Assert.Null(progress.DestinationRingsSince);
        progress.Hear(new ChannelEnded(At, Job, Job, 17));
        Assert.Equal(CallStatus.HungUp, progress.Status);
    }

    [Fact]
    public void Nothing_moves_a_call_that_has_ended()
    {
        var progress = new CallProgress(Job);
        progress.Conclude(CallStatus.Congestion);
        Assert.False(progress.Hear(new DialEnded(At, Job, Leg, Job, "ANSWER")));
        Assert.Equal(CallStatus.Congestion, progress.Status);
    }

    [Fact]
    public void Channels_without_the_calls_own_say_that_it_is_gone_and_change_nothing()
    {
        var progress = Heard(SourceUp);
        Assert.False(progress.Compare([new LiveChannel("8.8", "8.8", "PJSIP/9", 6, "")], At));
        Assert.Equal(CallStatus.Ringing, progress.Status);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void Channels_of_a_source_that_rings_make_the_call_born_and_no_more(int state)
    {
        var progress = new CallProgress(Job);
        Assert.True(progress.Compare([new LiveChannel(Job, Job, "PJSIP/701-1", state, "")], At));
        Assert.True(progress.Born);
        Assert.False(progress.SourceAnswered);
        Assert.Equal(CallStatus.Ringing, progress.Status);
    }

    [Fact]
    public void Channels_of_a_destination_that_rings_start_its_ring_time_and_its_later_end_counts()
    {
        var progress = new CallProgress(Job);
        LiveChannel[] channels =
            [new(Job, Job, "Local/1@internal;1", 6, ""), new(Half, Job, "Local/1@internal;2", 4, ""), new(Leg, Job, "PJSIP/702-2", 5, "")];
        Assert.True(progress.Compare(channels, At));
        Assert.True(progress.SourceAnswered);
        Assert.Equal(At, progress.DestinationRingsSince);
        Assert.True(progress.Compare(channels, At.AddSeconds(10)));
        Assert.Equal(At, progress.DestinationRingsSince);
        progress.Hear(new DialEnded(At, Job, Leg, Job, "BUSY"));
        progress.Hear(new ChannelEnded(At, Leg, Job, 17));
        progress.Hear(new ChannelEnded(At, Job, Job, 17));
        Assert.Equal(CallStatus.Busy, progress.Status);
    }

    [Fact]
    public void Channels_of_both_sides_in_one_bridge_are_2_and_the_end_is_3()
    {
        var progress = new CallProgress(Job);
        Assert.True(progress.Compare([new(Job, Job, "PJSIP/701-1", 6, "b"), new(Leg, Job, "PJSIP/702-2", 6, "b")], At));
        Assert.Equal(CallStatus.Answer, progress.Status);
        progress.Hear(new ChannelEnded(At, Job, Job, 16));
        Assert.Equal(CallStatus.HungUp, progress.Status);
    }

    [Fact]
    public void A_local_channels_own_bridge_is_not_the_connection()
    {
        var progress = new CallProgress(Job);
        progress.Compare([new(Job, Job, "Local;1", 6, ""), new(Half, Job, "Local;2", 6, "b"), new(Trunk, Job, "PJSIP/trunk-1", 6, "b")], At);
        Assert.Equal(CallStatus.Ringing, progress.Status);
    }

    private static PbxFact[] SourceUp =>
    [
        new ChannelStarted(At, Job, Job, "PJSIP/701-1"), new DialStarted(At, null, Job, Job), new DialEnded(At, null, Job, Job, "ANSWER"),
        new OriginateEnded(At, Job, true, 4),
    ];

    private static CallProgress Heard(IEnumerable<PbxFact> facts)
    {
        var progress = new CallProgress(Job);
        foreach (var fact in facts) progress.Hear(fact);
        return progress;
    }

    private static IEnumerable<T[]> Permutations<T>(T[] items) =>
        items.Length <= 1
            ? [items]
            : items.SelectMany((item, i) => Permutations([.. items[..i], .. items[(i + 1)..]]).Select(rest => (T[])[item, .. rest]));
}
