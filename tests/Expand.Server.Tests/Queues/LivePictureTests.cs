using Expand.Server.Activity;
using Expand.Server.Pbx;
using Expand.Server.Queues;

namespace Expand.Server.Tests.Queues;

/// <summary>What the facts of the PBX make of the picture.</summary>
public sealed class LivePictureTests
{
    private const string Phone = "PJSIP/701";
    private readonly LivePictures live = new();

    [Fact]
    public void An_agent_goes_through_the_states_of_a_queues_call()
    {
        live.Snapshot(["q_ven"]).LogsIn("157", Phone, "q_ven").Enters("q_ven", "1.1");
        Assert.Equal(AgentStatus.Available, live.StatusOf("157"));
        live.After(3).Rings("q_ven", "1.1", "157", Phone, "1.2");
        Assert.Equal((AgentStatus.Ringing, live.Now), (live.StatusOf("157"), live.SinceOf("157")));
        live.After(4).Answers("q_ven", "1.1", "157", Phone, "1.2");
        Assert.Equal((AgentStatus.Busy, live.Now), (live.StatusOf("157"), live.SinceOf("157")));
        var call = Assert.Single(live.Queue("q_ven").Calls);
        Assert.Equal(("157", LivePictures.Start, live.Now), (call.Agent, call.EnteredAt, call.ConnectedAt));
        Assert.Equal(new QueueTotals("q_ven", 0, 1, 1, 0), live.Queue("q_ven").Totals);
        live.After(60).Hear(new AgentCompleted(live.Now, "q_ven", "1.1", "157", "1.2", "caller"), new ChannelEnded(live.Now, "1.2", "1.1", 16));
        Assert.Equal((AgentStatus.Available, live.Now), (live.StatusOf("157"), live.SinceOf("157")));
        Assert.Empty(live.Queue("q_ven").Calls);
    }

    [Fact]
    public void A_phone_that_reports_busy_while_a_queues_call_rings_there_is_ringing()
    {
        live.Snapshot(["q_ven"]).LogsIn("157", Phone, "q_ven").Enters("q_ven", "1.1").Rings("q_ven", "1.1", "157", Phone, "1.2");
        live.Phone("157", Phone, MemberState.Busy, "q_ven");
        Assert.Equal(AgentStatus.Ringing, live.StatusOf("157"));
    }

    [Fact]
    public void Busyout_is_paused_in_every_queue_and_less_than_being_in_a_call()
    {
        live.Snapshot(["q_a", "q_b"]).LogsIn("157", Phone, "q_a", "q_b").Pauses("157", Phone, "Almuerzo", "q_a");
        Assert.Equal(AgentStatus.Available, live.StatusOf("157"));
        live.Pauses("157", Phone, "Almuerzo", "q_b");
        Assert.Equal(AgentStatus.BusyOut, live.StatusOf("157"));
        live.Hear(new MemberChanged(live.Now, live.Member("q_a", "157", Phone, MemberState.Busy) with { Paused = true, PauseReason = "Almuerzo" }));
        Assert.Equal(AgentStatus.Busy, live.StatusOf("157"));
    }

    [Theory]
    [InlineData("ringchannel")]
    [InlineData("missed")]
    [InlineData("abandoned")]
    public void A_ring_ends_however_it_is_told(string how)
    {
        live.Snapshot(["q_ven"]).LogsIn("157", Phone, "q_ven").Enters("q_ven", "1.1").Rings("q_ven", "1.1", "157", Phone, "1.2");
        live.Hear(how switch
        {
            "missed" => new AgentMissed(live.Now, "q_ven", "1.1", "157", "1.2"),
            "abandoned" => new CallerAbandoned(live.Now, "q_ven", "1.1"),
            _ => new ChannelEnded(live.Now, "1.2", "1.1", 26),
        });
        if (how == "abandoned") live.Hear(new ChannelEnded(live.Now, "1.2", "1.1", 26));
        Assert.Equal(AgentStatus.Available, live.StatusOf("157"));
        Assert.Equal(how == "abandoned" ? 0 : 1, live.Queue("q_ven").Totals.Waiting);
    }

    [Fact]
    public void Of_several_that_ring_only_the_one_who_answers_talks()
    {
        live.Snapshot(["q_ven"]).LogsIn("157", Phone, "q_ven").LogsIn("158", "PJSIP/702", "q_ven").Enters("q_ven", "1.1");
        live.Rings("q_ven", "1.1", "157", Phone, "1.2").Rings("q_ven", "1.1", "158", "PJSIP/702", "1.3");
        live.Hear(new DialEnded(live.Now, "1.1", "1.3", "1.1", "ANSWER"), new CallerLeft(live.Now, "q_ven", "1.1"), new ChannelEnded(live.Now, "1.2", "1.1", 26));
        Assert.DoesNotContain(live.Events, e => e.Kind == LiveEventKind.CallEnded);
        live.Hear(new AgentConnected(live.Now, "q_ven", "1.1", "158", "PJSIP/702", "1.3"));
        Assert.Equal((AgentStatus.Available, AgentStatus.Busy), (live.StatusOf("157"), live.StatusOf("158")));
        Assert.Equal("158", Assert.Single(live.Queue("q_ven").Calls).Agent);
        var connected = Assert.Single(live.Events, e => e.Kind == LiveEventKind.CallConnected);
        Assert.Null(Assert.IsType<LiveCall>(connected.Before).ConnectedAt);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_caller_whom_the_first_list_shows_between_waiting_and_talking_is_known_once_they_talk(bool listed)
    {
        var entered = live.Now.AddSeconds(-7);
        var caller = new PbxCaller("q_ven", "1.1", "099111222", "Ana", entered);
        // The queues are listed before the channels: the leg is up by then, and not in a bridge yet.
        live.Hear(new QueuesSnapshot(live.Now, ["q_ven"], [live.Member("q_ven", "157", Phone)], listed ? [caller] : [], []));
        live.Hear(new CallerLeft(live.Now, "q_ven", "1.1"), new AgentConnected(live.Now, "q_ven", "1.1", "157", Phone, "1.2") { Caller = caller });
        var call = Assert.Single(live.Queue("q_ven").Calls);
        Assert.Equal(("099111222", "Ana", entered, "157", live.Now), (call.CallerId, call.CallerName, call.EnteredAt, call.Agent, call.ConnectedAt));
    }

    [Fact]
    public void An_outgoing_call_counts_for_the_queue_logged_in_to_first()
    {
        live.Snapshot(["q_a", "q_b", "q_c"]).LogsIn("157", Phone, "q_c").After(1).LogsIn("157", Phone, "q_a", "q_b");
        live.After(5).Dials("2.1", Phone, "099123456");
        Assert.Equal(AgentStatus.Originate, live.StatusOf("157"));
        var call = Assert.Single(live.Queue("q_c").Calls);
        Assert.Equal((true, "157", "099123456", null), (call.IsOutgoing, call.Agent, call.CallerId, call.ConnectedAt));
        Assert.Equal(0, live.Queue("q_c").Totals.Ongoing);
        live.After(5).Hear(new DialEnded(live.Now, "2.1", "2.1b", "2.1", "ANSWER"));
        Assert.Equal((AgentStatus.Busy, 1), (live.StatusOf("157"), live.Queue("q_c").Totals.Ongoing));
        live.After(5).Hear(new ChannelEnded(live.Now, "2.1", "2.1", 16));
        Assert.Equal((AgentStatus.Available, 0), (live.StatusOf("157"), live.Queue("q_c").Totals.Ongoing));
    }

    [Fact]
    public void A_busy_tone_goes_on_being_an_attempt_until_the_agent_hangs_up()
    {
        live.Snapshot(["q_a"]).LogsIn("157", Phone, "q_a").Dials("2.1", Phone, "099123456").Hear(new DialEnded(live.Now, "2.1", "2.1b", "2.1", "BUSY"));
        Assert.Equal(AgentStatus.Originate, live.StatusOf("157"));
        live.Hear(new ChannelEnded(live.Now, "2.1", "2.1", 17));
        Assert.Equal(AgentStatus.Available, live.StatusOf("157"));
    }

    [Fact]
    public void A_question_to_a_colleague_during_a_queues_call_is_no_outgoing_call()
    {
        live.Snapshot(["q_a"]).LogsIn("157", Phone, "q_a").Enters("q_a", "1.1").Rings("q_a", "1.1", "157", Phone, "1.2").Answers("q_a", "1.1", "157", Phone, "1.2");
        live.Dials("3.1", Phone, "702");
        Assert.False(Assert.Single(live.Queue("q_a").Calls).IsOutgoing);
    }

    [Fact]
    public void An_agent_who_calls_a_queue_makes_no_outgoing_call()
    {
        live.Snapshot(["q_a"]).LogsIn("157", Phone, "q_a").LogsIn("158", "PJSIP/702", "q_a").Enters("q_a", "1.1");
        live.Hear(new AgentRung(live.Now, "q_a", "1.1", "158", "PJSIP/702", "1.2"), new DialStarted(live.Now, "1.1", "1.2", "1.1", Phone + "-00000009", "900"));
        Assert.False(Assert.Single(live.Queue("q_a").Calls).IsOutgoing);
    }

    [Fact]
    public void Calls_of_phones_where_nobody_is_logged_in_are_none_of_the_call_centres()
    {
        live.Snapshot(["q_a"]).Dials("2.1", Phone, "099");
        Assert.Empty(live.Queue("q_a").Calls);
        live.Hear(new DialStarted(live.Now, null, "2.2", "2.2"), new DialEnded(live.Now, null, "2.2", "2.2", "ANSWER"));
        Assert.Empty(live.Queue("q_a").Calls);
    }

    [Fact]
    public void A_pause_goes_on_through_what_Asterisk_forgets_of_it()
    {
        live.Snapshot(["q_a"]).LogsIn("157", Phone, "q_a").After(10).Pauses("157", Phone, "Almuerzo", "q_a");
        var began = live.Now;
        live.After(10).Hear(new MemberChanged(live.Now, live.Member("q_a", "157", Phone) with { Paused = true }));
        live.After(10).Pauses("157", Phone, "Almuerzo", "q_a");
        live.After(10).Snapshot(["q_a"], live.Member("q_a", "157", Phone) with { Paused = true, PausedAt = null });
        var member = Assert.Single(live.Picture.MembershipsOf("157"));
        Assert.Equal(("Almuerzo", began), (member.PauseReason, member.PausedAt));
        Assert.Equal(began, live.SinceOf("157"));
    }

    [Fact]
    public void Another_reason_is_another_pause_and_an_unpause_ends_it()
    {
        live.Snapshot(["q_a"]).LogsIn("157", Phone, "q_a").Pauses("157", Phone, "Almuerzo", "q_a").After(10).Pauses("157", Phone, "", "q_a");
        var member = Assert.Single(live.Picture.MembershipsAt(Phone));
        Assert.Equal(("", live.Now), (member.PauseReason, member.PausedAt));
        live.Hear(new MemberPaused(live.Now, live.Member("q_a", "157", Phone) with { PausedAt = live.Now }));
        member = Assert.Single(live.Picture.MembershipsAt(Phone));
        Assert.Equal((false, "", null), (member.Paused, member.PauseReason, member.PausedAt));
    }

    [Fact]
    public void A_pause_that_began_anew_while_nobody_listened_has_not_the_reason_of_the_old_one()
    {
        live.Snapshot(["q_a"]).LogsIn("157", Phone, "q_a").After(10).Pauses("157", Phone, "Almuerzo", "q_a");
        var shown = live.Member("q_a", "157", Phone) with { Paused = true, PausedAt = live.Now.AddSeconds(-0.5) };
        // The same one, of which the PBX has lost the reason.
        live.After(60).Snapshot(["q_a"], shown);
        Assert.Equal("Almuerzo", Assert.Single(live.Picture.MembershipsAt(Phone)).PauseReason);
        var anew = live.Now;
        live.After(60).Snapshot(["q_a"], shown with { PausedAt = anew });
        var member = Assert.Single(live.Picture.MembershipsAt(Phone));
        Assert.Equal(("", anew), (member.PauseReason, member.PausedAt));
    }

    [Fact]
    public void A_pause_that_the_PBX_kept_over_its_restart_keeps_its_reason()
    {
        live.Snapshot(["q_a"]).LogsIn("157", Phone, "q_a").After(10).Pauses("157", Phone, "Almuerzo", "q_a").After(600).Hear(new PbxLost(live.Now));
        // Asterisk dates what it kept to its own start.
        live.After(60).Snapshot(["q_a"], live.Member("q_a", "157", Phone) with { Paused = true, LoginAt = live.Now, PausedAt = live.Now });
        Assert.Equal("Almuerzo", Assert.Single(live.Picture.MembershipsAt(Phone)).PauseReason);
    }

    [Fact]
    public void A_reason_that_was_written_down_of_an_older_pause_does_not_explain_a_newer_one()
    {
        var (login, restart) = (live.Now.AddHours(-3), live.Now.AddHours(-1));
        live.Snapshot(["q_a", "q_b", "q_c"],
            new("q_a", "157", Phone, MemberState.Free, true, "", login, restart), new("q_b", "157", Phone, MemberState.Free, true, "", login, restart.AddSeconds(-7)),
            new("q_c", "157", Phone, MemberState.Free, true, "", restart, restart));
        var kept = new KeptPause("Almuerzo", restart.AddSeconds(-6));
        Assert.Equal(2, live.Picture.RecallReasons(
            new Dictionary<(string, string), KeptPause> { [("q_a", "157")] = kept, [("q_b", "157")] = kept, [("q_c", "157")] = kept }));
        Assert.Equal(["", "Almuerzo", "Almuerzo"], live.Picture.MembershipsOf("157").Select(m => m.PauseReason));
    }

    [Fact]
    public void Reasons_that_were_written_down_explain_pauses_that_the_PBX_does_not()
    {
        live.Snapshot(["q_a", "q_b"],
            live.Member("q_a", "157", Phone) with { Paused = true }, live.Member("q_b", "157", Phone) with { Paused = true, PauseReason = "Baño" });
        Assert.True(live.Picture.HasUnexplainedPauses);
        Assert.Equal(1, live.Picture.RecallReasons(new Dictionary<(string, string), KeptPause>
        {
            [("q_a", "157")] = new("Almuerzo", live.Now),
            [("q_b", "157")] = new("Otra", live.Now),
            [("q_c", "9")] = new("x", live.Now),
        }));
        Assert.Equal(["Almuerzo", "Baño"], live.Picture.MembershipsOf("157").Select(m => m.PauseReason));
        Assert.False(live.Picture.HasUnexplainedPauses);
    }

    [Fact]
    public void After_a_start_the_clock_of_a_status_is_the_best_that_the_PBX_knows()
    {
        var (login, pause, call) = (LivePictures.Start.AddHours(-3), LivePictures.Start.AddHours(-1), LivePictures.Start.AddHours(-2));
        live.Snapshot(["q_a", "q_b"],
            new("q_a", "1", "PJSIP/1", MemberState.Free, false, "", login, pause, null),
            new("q_a", "2", "PJSIP/2", MemberState.Free, true, "Baño", login, pause, call),
            new("q_a", "3", "PJSIP/3", MemberState.Free, false, "", login, null, null),
            new("q_b", "3", "PJSIP/3", MemberState.Free, false, "", login, null, call));
        Assert.Equal([login, pause, call], new[] { "1", "2", "3" }.Select(a => live.SinceOf(a)!.Value));
    }

    [Fact]
    public void The_picture_is_out_of_date_until_the_PBX_is_heard_and_again_when_it_is_lost()
    {
        Assert.Equal(LivePictures.Start, live.Picture.StaleSince);
        live.After(1).Snapshot(["q_a"], live.Member("q_a", "157", Phone));
        Assert.Null(live.Picture.StaleSince);
        live.After(60).Hear(new PbxLost(live.Now)).After(5).Hear(new PbxLost(live.Now));
        Assert.Equal(live.Now.AddSeconds(-5), live.Picture.StaleSince);
        Assert.Equal("157", Assert.Single(live.Queue("q_a").Members).Agent);
        live.Snapshot(["q_a"], live.Member("q_a", "157", Phone));
        Assert.Null(live.Picture.StaleSince);
        Assert.Equal([LiveEventKind.Fresh, LiveEventKind.Stale, LiveEventKind.Fresh], live.Events.Select(e => e.Kind).Where(k => k is LiveEventKind.Fresh or LiveEventKind.Stale));
    }

    [Fact]
    public void A_snapshot_finds_calls_again_that_began_while_nobody_listened()
    {
        var (now, legAge) = (live.Now, TimeSpan.FromSeconds(20));
        live.Hear(new QueuesSnapshot(now, ["q_a"],
            [
                new("q_a", "157", Phone, MemberState.Busy, false, "", now.AddHours(-1)), new("q_a", "158", "PJSIP/702", MemberState.Busy, false, "", now.AddHours(-1)),
                new("q_a", "159", "PJSIP/703", MemberState.Free, false, "", now.AddHours(-1)),
            ],
            [new("q_a", "1.9", "099", "", now.AddSeconds(-7))],
            [
                new("1.1", "1.1", "PJSIP/trunk-00000001", 6, "b1") { Application = "Queue", Data = "q_a,tT,,,300", Number = "091", CallerName = "Ana", Age = TimeSpan.FromSeconds(30) },
                new("1.2", "1.1", Phone + "-00000002", 6, "b1") { Application = "AppQueue", Age = legAge },
                new("2.1", "2.1", "PJSIP/702-00000003", 6, "b2") { Application = "Dial", Data = "PJSIP/trunk/092", Dialled = "092", Age = TimeSpan.FromSeconds(50) },
                new("2.2", "2.1", "PJSIP/trunk-00000004", 6, "b2") { Application = "AppDial", Age = TimeSpan.FromSeconds(45) },
                new("1.9", "1.9", "PJSIP/trunk-00000005", 6, "") { Application = "Queue", Data = "q_a", Age = TimeSpan.FromSeconds(7) },
                new("1.10", "1.9", "PJSIP/703-00000006", 5, "") { Application = "AppQueue", Age = TimeSpan.FromSeconds(2) },
            ]));
        Assert.Equal(
            [
                new LiveCall("q_a", "2.1", true, "158", "", "092", "", now.AddSeconds(-50), now.AddSeconds(-45)),
                new LiveCall("q_a", "1.1", false, "157", "1.2", "091", "Ana", now.AddSeconds(-30), now.AddSeconds(-20)),
                new LiveCall("q_a", "1.9", false, "", "", "099", "", now.AddSeconds(-7), null),
            ], live.Queue("q_a").Calls);
        Assert.Equal([AgentStatus.Busy, AgentStatus.Busy, AgentStatus.Ringing], new[] { "157", "158", "159" }.Select(live.StatusOf));
        live.Hear(new AgentCompleted(now, "q_a", "1.1", "157", "1.2", "agent"), new ChannelEnded(now, "2.1", "2.1", 16), new ChannelEnded(now, "1.10", "1.9", 26));
        Assert.Equal("1.9", Assert.Single(live.Queue("q_a").Calls).UniqueId);
    }

    [Fact]
    public void A_call_that_was_dialled_before_the_login_stays_none_of_the_queues_after_a_snapshot()
    {
        live.Hear(new QueuesSnapshot(live.Now, ["q_a"], [new("q_a", "157", Phone, MemberState.Busy, false, "", live.Now.AddSeconds(-10))], [],
            [new("2.1", "2.1", Phone + "-00000001", 6, "b") { Application = "Dial", Age = TimeSpan.FromSeconds(30) }]));
        Assert.Empty(live.Queue("q_a").Calls);
    }

    [Fact]
    public async Task Waiting_ends_at_the_fact_or_when_the_time_is_over()
    {
        var ct = TestContext.Current.CancellationToken;
        live.Snapshot(["q_a"]);
        var seen = live.Picture.WaitUntilAsync(p => p.MembershipsOf("157").Count == 1, TimeSpan.FromSeconds(5), ct);
        var never = live.Picture.WaitUntilAsync(p => p.MembershipsOf("158").Count == 1, TimeSpan.FromSeconds(5), ct);
        Assert.False(seen.IsCompleted);
        live.LogsIn("157", Phone, "q_a");
        Assert.True(await seen.WaitAsync(TimeSpan.FromSeconds(10), ct));
        live.After(6);
        Assert.False(await never.WaitAsync(TimeSpan.FromSeconds(10), ct));
    }
}
