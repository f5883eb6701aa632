using Expand.Server.Tests.Queues;
using Expand.Server.Ui.Desk;

namespace Expand.Server.Tests.Ui.Desk;

/// <summary>The calls before an agent, picture by picture.</summary>
public sealed class DeskCallsTests
{
    private const string Agent = "101";
    private const string Phone = "PJSIP/701";
    private readonly LivePictures live = new LivePictures().Snapshot(["q_a", "q_b"]);
    private readonly DeskCalls calls = new();

    public DeskCallsTests() => live.LogsIn(Agent, Phone, "q_a", "q_b");

    [Fact]
    public void A_call_is_seen_ringing_with_its_caller_then_talked_on_then_over_until_it_is_closed()
    {
        live.Enters("q_a", "1.1", "099111222", "Juan").After(7).Rings("q_a", "1.1", Agent, Phone, "1.2");
        var ringing = Assert.Single(See());
        Assert.Equal((DeskPhase.Ringing, "099111222", "Juan", "q_a", "1.2", Phone, LivePictures.Start),
            (ringing.Phase, ringing.Number, ringing.Name, ringing.Queue, ringing.Leg, ringing.Device, ringing.EnteredAt));
        Assert.Same(ringing, calls.Ringing);
        Assert.Matches("^[0-9a-f-]{36}-[0-9]{12}$", ringing.SessionId);

        live.After(3).Answers("q_a", "1.1", Agent, Phone, "1.2");
        var talking = Assert.Single(See());
        Assert.Equal((DeskPhase.Talking, LivePictures.Start, LivePictures.Start.AddSeconds(10)), (talking.Phase, talking.EnteredAt, talking.ConnectedAt));
        Assert.Equal(ringing.SessionId, talking.SessionId);
        calls.Put(talking with { CallNumber = 7 });

        live.After(30).Hear(new Expand.Server.Pbx.AgentCompleted(live.Now, "q_a", "1.1", Agent, "1.2", "caller"));
        var ended = Assert.Single(See());
        Assert.Equal((DeskPhase.Ended, live.Now, 7L), (ended.Phase, ended.EndedAt, ended.CallNumber));
        Assert.Same(ended, calls.Selected);
        Assert.Single(See());
        calls.Close("1.2");
        Assert.Empty(See());
    }

    [Fact]
    public void A_call_that_rang_in_vain_leaves_nothing_behind()
    {
        live.Enters("q_a", "1.1").Rings("q_a", "1.1", Agent, Phone, "1.2");
        Assert.Single(See());
        live.After(15).Hear(new Expand.Server.Pbx.AgentMissed(live.Now, "q_a", "1.1", Agent, "1.2"));
        Assert.Empty(See());
        Assert.Null(calls.Selected);
    }

    [Fact]
    public void The_next_call_that_is_taken_comes_to_the_front_and_takes_away_those_that_are_over_and_saved()
    {
        Talk("1.1", "1.2");
        End("1.1", "1.2");
        live.Enters("q_b", "2.1").Rings("q_b", "2.1", Agent, Phone, "2.2");
        // While it only rings the agent goes on with the form.
        Assert.Equal(2, See().Count);
        Assert.Equal("1.2", calls.Selected!.Leg);
        live.Answers("q_b", "2.1", Agent, Phone, "2.2");
        Assert.Equal("2.2", Assert.Single(See()).Leg);
        Assert.Equal("2.2", calls.Selected!.Leg);
    }

    [Fact]
    public void A_call_with_something_typed_and_not_saved_stays_behind_the_next_one_and_can_be_gone_back_to()
    {
        Talk("1.1", "1.2");
        calls.Mark("1.2", isUnsaved: true);
        End("1.1", "1.2");
        Talk("2.1", "2.2");
        Assert.Equal(["1.2", "2.2"], See().Select(c => c.Leg));
        Assert.Equal("2.2", calls.Selected!.Leg);
        calls.Select("1.2");
        Assert.Equal(["1.2", "2.2"], See().Select(c => c.Leg));
        Assert.Equal("1.2", calls.Selected!.Leg);
    }

    [Fact]
    public void An_outgoing_call_beside_a_queue_s_is_another_call_and_shows_the_number_dialled()
    {
        live.Dials("3.1", Phone, "098765432");
        var dialled = Assert.Single(See());
        Assert.Equal((DeskPhase.Dialling, true, "098765432", "3.1"), (dialled.Phase, dialled.IsOutgoing, dialled.Number, dialled.Leg));
        Talk("1.1", "1.2");
        Assert.Equal(["1.2", "3.1"], See().Select(c => c.Leg).Order());
    }

    [Fact]
    public void A_picture_that_is_out_of_date_ends_no_call()
    {
        Talk("1.1", "1.2");
        live.Hear(new Expand.Server.Pbx.PbxLost(live.Now));
        Assert.Equal(DeskPhase.Talking, Assert.Single(See()).Phase);
    }

    [Fact]
    public void A_draft_that_is_found_brings_its_call_back_and_adds_nothing_to_a_call_that_goes_on()
    {
        Talk("1.1", "1.2");
        calls.Restore(calls.All[0]);
        Assert.Single(calls.All);
        calls.Restore(calls.All[0] with { Leg = "0.9", UniqueId = "0.8" });
        Assert.Equal([DeskPhase.Ended, DeskPhase.Talking], See().Select(c => c.Phase));
        Assert.Equal("1.2", calls.Selected!.Leg);
    }

    private void Talk(string call, string leg)
    {
        live.After(1).Enters("q_a", call).Rings("q_a", call, Agent, Phone, leg).Answers("q_a", call, Agent, Phone, leg);
        See();
    }

    private void End(string call, string leg)
    {
        live.After(5).Hear(new Expand.Server.Pbx.AgentCompleted(live.Now, "q_a", call, Agent, leg, "agent"));
        See();
    }

    private IReadOnlyList<DeskCall> See()
    {
        calls.See(live.Picture.View(), Agent, live.Picture.MembershipsOf(Agent), live.Now);
        return calls.All;
    }
}
