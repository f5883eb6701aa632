using CsCheck;
using Expand.Dialing.Pacing;

namespace Expand.Dialing.Tests.Pacing;

public class DialPlannerPropertyTests
{
    private static readonly string[] Queues = ["a", "b", "c"];
    private static readonly string[] Trunks = ["x", "y"];

    private static Gen<T> Any<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static readonly Gen<AgentNow> AnAgent =
        from queues in Any("a", "b", "c", "ab", "bc", "abc", "z")
        from activity in Gen.Enum<AgentActivity>()
        from since in Gen.Int[0, 400]
        select new AgentNow("", [.. queues.Select(q => q.ToString())], activity, Scene.Now.AddSeconds(-since));

    private static readonly Gen<CallNow> ACall =
        from asked in Gen.Int[0, 30]
        from state in Gen.Int[0, 3]
        let at = Scene.Now.AddSeconds(-asked)
        select state switch
        {
            0 or 1 => new CallNow(at),
            2 => new CallNow(at.AddSeconds(-10), at),
            _ => new CallNow(at.AddSeconds(-20), at.AddSeconds(-5), at.AddSeconds(-4)),
        };

    private static readonly Gen<CampaignNow> ACampaign =
        from mode in Gen.Enum<DialingMode>()
        from queue in Any("a", "b", "c", "")
        from trunk in Any("x", "y", "elsewhere")
        from limits in Gen.Select(Gen.Int[1, 3], Gen.OneOf(Gen.Int[0, 6], Gen.Const(int.MaxValue)), Gen.OneOf(Gen.Int[0, 6], Gen.Const(int.MaxValue)))
        from calls in ACall.Array[0, 12]
        from hour in Gen.Select(Any(0, 40, 900), Gen.Double[0.05, 0.9], Gen.Double[0, 0.06])
        from isHeld in Gen.Int[0, 9]
        select new CampaignNow
        {
            Id = 0,
            Mode = mode,
            Queue = queue,
            Trunk = trunk,
            Priority = limits.Item1,
            MaxCalls = limits.Item2,
            Due = queue.Length == 0 ? Math.Min(limits.Item3, 1000) : limits.Item3,
            Calls = calls,
            Recent = Scene.Hour(hour.Item1, hour.Item2, hour.Item3),
            Held = isHeld == 0 ? PlanReason.Paused : null,
        };

    private static readonly Gen<DialSnapshot> AMoment =
        from agents in AnAgent.Array[0, 30]
        from campaigns in ACampaign.Array[1, 5]
        from waiting in Gen.Int[0, 4].Array[3]
        from rooms in Gen.OneOf(Gen.Int[0, 20].Select(r => (int?)r), Gen.Const(() => (int?)null)).Array[2]
        select new DialSnapshot
        {
            Now = Scene.Now,
            Agents = [.. agents.Select((a, i) => a with { Agent = $"{i}" })],
            Campaigns = [.. campaigns.Select((c, i) => c with { Id = i + 1 })],
            Waiting = Queues.Zip(waiting).ToDictionary(w => w.First, w => w.Second),
            Trunks = [.. Trunks.Zip(rooms, (name, room) => new TrunkNow(name, room))],
        };

    [Fact]
    public void No_plan_goes_beyond_the_contacts_that_are_due_the_lines_of_a_campaign_or_the_room_of_a_trunk() => AMoment.Sample(moment =>
    {
        var plans = DialPlanner.Plan(moment).Campaigns;
        Assert.Equal(moment.Campaigns.Select(c => c.Id), plans.Select(p => p.Campaign));
        foreach (var (campaign, plan) in moment.Campaigns.Zip(plans))
        {
            Assert.InRange(plan.Calls, 0, Math.Max(0, Math.Min(campaign.Due, campaign.MaxCalls - campaign.Calls.Count)));
            if (campaign.Held != null || campaign.Mode == DialingMode.Preview) Assert.Equal(0, plan.Calls);
        }
        foreach (var trunk in moment.Trunks)
            if (trunk.Room is { } room) Assert.True(room >= moment.Campaigns.Zip(plans).Where(c => c.First.Trunk == trunk.Name).Sum(c => c.Second.Calls));
    }, iter: 600);

    // Hall's condition: agents who may serve any of these queues must be as many as those who have a call or a caller there.
    [Fact]
    public void Progressive_calls_those_that_ring_and_callers_who_wait_never_need_an_agent_twice() => AMoment.Sample(moment =>
    {
        var campaigns = moment.Campaigns.Where(c => c.Mode == DialingMode.Progressive).ToArray();
        var plans = DialPlanner.Plan(moment with { Campaigns = campaigns }).Campaigns;
        for (var set = 1; set < 8; set++)
        {
            var queues = Queues.Where((_, i) => (set >> i & 1) == 1).ToArray();
            var free = moment.Agents.Count(a => a.Activity == AgentActivity.Free && a.Queues.Any(queues.Contains));
            var placed = campaigns.Zip(plans).Where(c => queues.Contains(c.First.Queue)).ToList();
            Assert.True(placed.Sum(c => c.Second.Calls) <= free);
            // Whoever places a call has an agent for each of his that rings, too.
            var needed = placed.Where(c => c.Second.Calls > 0).Sum(c => c.Second.Calls + c.First.Calls.Count(x => x.AnsweredAt == null));
            Assert.True(needed <= free);
        }
    }, iter: 1500);

    [Fact]
    public void While_more_callers_wait_than_agents_could_take_nobody_is_called_for_a_free_agent() => AMoment.Sample(moment =>
    {
        var campaigns = moment.Campaigns.Where(c => c.Mode == DialingMode.Progressive && c.Queue.Length > 0).ToArray();
        var plan = DialPlanner.Plan(moment with { Campaigns = campaigns, Waiting = Queues.ToDictionary(q => q, _ => 30) });
        Assert.All(plan.Campaigns, c => Assert.Equal((0, 0), (c.Calls, c.FreeAgents)));
    }, iter: 500);

    [Fact]
    public void A_campaign_of_the_highest_priority_places_as_many_as_if_the_others_placed_none() => AMoment.Sample(moment =>
    {
        var first = moment.Campaigns[0] with { Priority = 10, Mode = DialingMode.Progressive };
        var others = moment.Campaigns.Skip(1).Where(c => c.Priority < 10).ToArray();
        var together = DialPlanner.Plan(moment with { Campaigns = [first, .. others] }).Campaigns[0].Calls;
        var held = others.Select(c => c with { Held = PlanReason.Paused }).ToArray();
        var alone = DialPlanner.Plan(moment with { Campaigns = [first, .. held] }).Campaigns[0].Calls;
        Assert.Equal(alone, together);
    }, iter: 600);

    [Fact]
    public void The_order_of_campaigns_and_agents_makes_no_difference() => AMoment.Sample(moment =>
    {
        var plan = DialPlanner.Plan(moment).Campaigns;
        Assert.Equal(plan, DialPlanner.Plan(moment).Campaigns);
        var reversed = moment with { Campaigns = [.. moment.Campaigns.Reverse()], Agents = [.. moment.Agents.Reverse()] };
        Assert.Equal(plan.Select(p => (p.Campaign, p.Calls, p.Reason)), DialPlanner.Plan(reversed).Campaigns.Reverse().Select(p => (p.Campaign, p.Calls, p.Reason)));
    }, iter: 600);
}
