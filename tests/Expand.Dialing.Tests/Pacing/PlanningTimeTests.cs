using System.Diagnostics;
using Expand.Dialing.Pacing;

namespace Expand.Dialing.Tests.Pacing;

public class PlanningTimeTests
{
    // Half a millisecond where nothing else runs. The best of fifty: what else the machine does is not the planner's.
    [Fact]
    public void Ten_campaigns_over_two_hundred_agents_are_planned_in_a_fraction_of_the_time_between_two_plans()
    {
        string[] queues = ["a", "b", "c", "d"];
        var hour = Scene.Hour(10_000, 0.3);
        var agents = Enumerable.Range(0, 200).Select(i => new AgentNow($"{i}", [queues[i % 4], queues[i / 7 % 4]],
            i % 20 == 0 ? AgentActivity.Free : i % 9 == 0 ? AgentActivity.WrapUp : AgentActivity.Talking, Scene.Now.AddSeconds(-(i * 7 % 240))));
        var snapshot = Scene.With(agents, [.. Enumerable.Range(0, 10).Select(i => Scene.Campaign(i, queues[i % 4], i % 3 == 0 ? DialingMode.Progressive : DialingMode.Predictive)
            with { Recent = hour, Calls = Scene.Ringing(20, i) })]);
        var best = Enumerable.Range(0, 50).Min(_ =>
        {
            var clock = Stopwatch.StartNew();
            DialPlanner.Plan(snapshot);
            return clock.Elapsed.TotalMilliseconds;
        });
        Assert.InRange(best, 0, 25);
    }
}
