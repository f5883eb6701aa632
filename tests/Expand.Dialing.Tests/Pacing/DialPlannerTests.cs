using Expand.Dialing.Pacing;
using static Expand.Dialing.Tests.Pacing.Scene;

namespace Expand.Dialing.Tests.Pacing;

public class DialPlannerTests
{
    [Fact]
    public void A_progressive_campaign_places_a_call_for_each_agent_who_is_free_and_for_whom_none_rings_yet()
    {
        var plan = Plan(With([.. Agents(5, AgentActivity.Free), .. Agents(9, AgentActivity.Talking)], Campaign() with { Calls = Ringing(2) }));
        Assert.Equal((3, PlanReason.AgentsFree, 5), (plan.Calls, plan.Reason, plan.FreeAgents));
    }

    [Fact]
    public void A_call_of_one_campaign_that_rings_keeps_an_agent_whom_another_campaign_shares()
    {
        var plans = DialPlanner.Plan(With(Agents(3, AgentActivity.Free), Campaign(1) with { Calls = Ringing(2), Held = PlanReason.Paused }, Campaign(2)));
        Assert.Equal([0, 1], plans.Campaigns.Select(c => c.Calls));
        Assert.Equal(PlanReason.Paused, plans.Campaigns[0].Reason);
    }

    [Fact]
    public void Callers_who_wait_take_the_free_agents_first()
    {
        var snapshot = With(Agents(3, AgentActivity.Free), Campaign());
        Assert.Equal(1, Plan(snapshot with { Waiting = new Dictionary<string, int> { ["ventas"] = 2 } }).Calls);
        var none = Plan(snapshot with { Waiting = new Dictionary<string, int> { ["ventas"] = 7 } });
        Assert.Equal((0, PlanReason.Priority, 0), (none.Calls, none.Reason, none.FreeAgents));
    }

    [Fact]
    public void A_caller_for_whom_an_agents_phone_rings_already_takes_nobody_else()
    {
        var snapshot = With([.. Agents(2, AgentActivity.Free), .. Agents(1, AgentActivity.Ringing)], Campaign());
        Assert.Equal(2, Plan(snapshot with { Waiting = new Dictionary<string, int> { ["ventas"] = 1 } }).Calls);
    }

    [Fact]
    public void A_contact_who_has_answered_takes_an_agent_though_the_queue_does_not_show_it_yet()
    {
        var answered = new CallNow(Now.AddSeconds(-9), Now.AddSeconds(-0.1));
        Assert.Equal(1, Plan(With(Agents(2, AgentActivity.Free), Campaign() with { Calls = [answered] })).Calls);
    }

    [Fact]
    public void A_caller_of_another_queue_takes_the_agent_who_serves_that_one_alone_and_leaves_the_shared_one()
    {
        var snapshot = With([.. Agents(1, AgentActivity.Free, "soporte", "ventas"), .. Agents(1, AgentActivity.Free, "soporte")], Campaign());
        Assert.Equal(1, Plan(snapshot with { Waiting = new Dictionary<string, int> { ["soporte"] = 1 } }).Calls);
        Assert.Equal(0, Plan(snapshot with { Waiting = new Dictionary<string, int> { ["soporte"] = 2 } }).Calls);
    }

    [Fact]
    public void An_agent_who_serves_the_queues_of_two_campaigns_is_dialled_for_once()
    {
        var plans = DialPlanner.Plan(With(Agents(5, AgentActivity.Free, "ventas", "cobranza"), Campaign(1), Campaign(2, "cobranza"))).Campaigns;
        Assert.Equal([3, 2], plans.Select(c => c.Calls));
    }

    [Fact]
    public void Campaigns_of_equal_priority_take_turns_by_how_many_agents_they_have_already()
    {
        var talking = Enumerable.Range(0, 3).Select(_ => new CallNow(Now.AddSeconds(-60), Now.AddSeconds(-50), Now.AddSeconds(-49))).ToArray();
        var plans = DialPlanner.Plan(With(Agents(3, AgentActivity.Free), Campaign(1) with { Calls = talking }, Campaign(2))).Campaigns;
        Assert.Equal([0, 3], plans.Select(c => c.Calls));
    }

    [Fact]
    public void A_campaign_of_a_higher_priority_takes_the_agents_whom_they_share_and_the_other_those_who_are_its_own()
    {
        var agents = Agents(4, AgentActivity.Free, "ventas", "cobranza").Concat(Agents(2, AgentActivity.Free, "ventas"));
        var plans = DialPlanner.Plan(With(agents, Campaign(1), Campaign(2, "cobranza") with { Priority = 8 })).Campaigns;
        Assert.Equal([(2, PlanReason.AgentsFree), (4, PlanReason.AgentsFree)], plans.Select(c => (c.Calls, c.Reason)));
        plans = DialPlanner.Plan(With(agents.Take(4), Campaign(1), Campaign(2, "cobranza") with { Priority = 8 })).Campaigns;
        Assert.Equal([(0, PlanReason.Priority), (4, PlanReason.AgentsFree)], plans.Select(c => (c.Calls, c.Reason)));
    }

    [Fact]
    public void Nothing_is_placed_for_a_campaign_that_is_held_that_agents_dial_or_that_has_no_contact_due()
    {
        Assert.Equal((0, PlanReason.Closed), Short(Campaign() with { Held = PlanReason.Closed }));
        Assert.Equal((0, PlanReason.Preview), Short(Campaign(mode: DialingMode.Preview)));
        Assert.Equal((0, PlanReason.NothingDue), Short(Campaign() with { Due = 0 }));
        Assert.Equal((0, PlanReason.NoAgents), Short(Campaign(queue: "nadie")));

        static (int, PlanReason) Short(CampaignNow campaign) => Plan(With(Agents(3, AgentActivity.Free), campaign)) is var p ? (p.Calls, p.Reason) : default;
    }

    [Fact]
    public void Where_all_agents_are_away_nobody_takes_the_calls_and_where_all_are_busy_it_is_said()
    {
        Assert.Equal(PlanReason.NoAgents, Plan(With(Agents(3, AgentActivity.Away), Campaign())).Reason);
        Assert.Equal(PlanReason.AgentsBusy, Plan(With(Agents(3, AgentActivity.Talking), Campaign())).Reason);
        Assert.Equal(PlanReason.AgentsBusy, Plan(With(Agents(3, AgentActivity.Ringing), Campaign())).Reason);
    }

    [Fact]
    public void Calls_to_a_fixed_extension_need_no_agent_and_keep_to_lines_trunk_and_contacts()
    {
        var campaign = Campaign(queue: "") with { MaxCalls = 30, Trunk = "antel", Calls = Ringing(4), Due = 50 };
        Assert.Equal((26, PlanReason.MaxCalls), Short(campaign, 40, false));
        Assert.Equal((7, PlanReason.TrunkFull), Short(campaign, 7, false));
        Assert.Equal((0, PlanReason.TrunkFull), Short(campaign, 0, false));
        Assert.Equal((5, PlanReason.Unpaced), Short(campaign with { Due = 5 }, null, true));
        Assert.Equal((0, PlanReason.MaxCalls), Short(campaign with { MaxCalls = 4 }, null, true));

        static (int, PlanReason) Short(CampaignNow campaign, int? room, bool isStale) =>
            Plan(With([], campaign) with { Trunks = [new("antel", room)], IsStale = isStale }) is var p ? (p.Calls, p.Reason) : default;
    }

    [Fact]
    public void Nothing_that_needs_an_agent_is_placed_while_the_picture_is_not_up_to_date() =>
        Assert.Equal((0, PlanReason.Stale), Plan(With([], Campaign()) with { IsStale = true }) is var p ? (p.Calls, p.Reason) : default);

    [Fact]
    public void Campaigns_on_one_trunk_share_its_room_the_higher_priority_first_and_equals_by_turns()
    {
        var free = Agents(30, AgentActivity.Free).Concat(Agents(30, AgentActivity.Free, "cobranza")).Concat(Agents(30, AgentActivity.Free, "encuesta"));
        CampaignNow[] campaigns = [Campaign(1), Campaign(2, "cobranza"), Campaign(3, "encuesta") with { Priority = 9 }];
        var plans = DialPlanner.Plan(With(free, [.. campaigns.Select(c => c with { Trunk = "antel" })]) with { Trunks = [new("antel", 41)] }).Campaigns;
        Assert.Equal([6, 5, 30], plans.Select(c => c.Calls));
        Assert.Equal([PlanReason.TrunkFull, PlanReason.TrunkFull, PlanReason.AgentsFree], plans.Select(c => c.Reason));
    }
}
