using Expand.Dialing.Pacing;
using static Expand.Dialing.Tests.Pacing.Scene;

namespace Expand.Dialing.Tests.Pacing;

public class PredictiveTests
{
    private static readonly AgentNow[] Busy =
        [.. Agents(3, AgentActivity.Free), .. Agents(85, AgentActivity.Talking), .. Agents(12, AgentActivity.WrapUp)];

    private static CampaignNow Predictive(int attempts, double answered, double abandoned = 0) =>
        Campaign(mode: DialingMode.Predictive) with { Recent = Hour(attempts, answered, abandoned) };

    [Fact]
    public void It_dials_ahead_of_the_agents_the_more_the_fewer_answer()
    {
        var often = Plan(With(Busy, Predictive(6000, 0.5)));
        var seldom = Plan(With(Busy, Predictive(6000, 0.2)));
        Assert.All([often, seldom], p => Assert.Equal(PlanReason.Paced, p.Reason));
        Assert.InRange(often.Calls, 4, 40);
        Assert.InRange(seldom.Calls, often.Calls + 5, 120);
        Assert.InRange(often.AnswerRate!.Value, 0.5, 0.56);
        Assert.True(seldom.Pace > often.Pace);
    }

    [Fact]
    public void The_calls_that_ring_already_are_reckoned_with()
    {
        var campaign = Predictive(6000, 0.3);
        var none = Plan(With(Busy, campaign)).Calls;
        var some = Plan(With(Busy, campaign with { Calls = Ringing(none / 2) })).Calls;
        Assert.InRange(some, 1, none - 1);
        Assert.Equal(0, Plan(With(Busy, campaign with { Calls = Ringing(none * 3) })).Calls);
    }

    [Fact]
    public void While_few_have_answered_it_places_a_call_for_each_free_agent()
    {
        var plan = Plan(With(Busy, Predictive(150, 0.3)));
        Assert.Equal((3, PlanReason.Learning), (plan.Calls, plan.Reason));
        Assert.Equal((3, PlanReason.Learning), Plan(With(Busy, Campaign(mode: DialingMode.Predictive))) is var p ? (p.Calls, p.Reason) : default);
    }

    [Fact]
    public void When_the_cap_is_spent_it_places_a_call_for_each_free_agent()
    {
        var plan = Plan(With(Busy, Predictive(6000, 0.3, 0.031)));
        Assert.Equal((3, PlanReason.CapHeld), (plan.Calls, plan.Reason));
        Assert.InRange(plan.Abandoned / (double)plan.Answered, 0.028, 0.032);
        Assert.Equal(0, Plan(With(Busy, Predictive(6000, 0.3, 0.031) with { Calls = Ringing(5) })).Calls);
    }

    [Fact]
    public void A_higher_cap_lets_it_dial_further_ahead()
    {
        var campaign = Predictive(6000, 0.3, 0.02);
        var calls = new[] { 0, 0.02, 0.03, 0.1 }.Select(cap => Plan(With(Busy, campaign with { AbandonmentCap = cap })).Calls).ToList();
        Assert.Equal(calls.Order(), calls);
        Assert.Equal(3, calls[0]);
        Assert.True(calls[^1] > calls[0]);
    }

    [Fact]
    public void Answers_that_leave_the_window_before_the_calls_under_way_are_over_no_longer_count()
    {
        // All that answered did so in the first seconds of the window: in half a minute it would hold the abandoned ones alone.
        var old = Hour(3000, 0.3).Select(s => s with { AnsweredAt = s.AnsweredAt == null ? null : Now.AddSeconds(-3590), ConnectedAt = s.ConnectedAt == null ? null : Now.AddSeconds(-3589) });
        var plan = Plan(With(Busy, Predictive(1, 0) with { Recent = [.. old] }));
        Assert.Equal((3, PlanReason.Learning), (plan.Calls, plan.Reason));
        Assert.True(plan.Answered > 800);
    }

    [Fact]
    public void What_machines_answered_counts_neither_as_answered_nor_as_in_need_of_an_agent()
    {
        var machines = Hour(6000, 0.3).Select(s => s with { ConnectedAt = null, Outcome = Redial.AttemptOutcome.AnsweringMachine }).ToArray();
        var plan = Plan(With(Busy, Campaign(mode: DialingMode.Predictive) with { Recent = machines }));
        Assert.Equal((0, 0, PlanReason.Learning), (plan.Answered, plan.Abandoned, plan.Reason));
    }

    [Fact]
    public void Agents_whom_a_higher_priority_will_take_are_not_dialled_ahead_of()
    {
        var low = Predictive(6000, 0.3);
        var high = Campaign(2) with { Priority = 9 };
        var plans = DialPlanner.Plan(With(Busy, low, high)).Campaigns;
        Assert.Equal([(0, PlanReason.Priority), (3, PlanReason.AgentsFree)], plans.Select(p => (p.Calls, p.Reason)));
    }
}
