using Expand.Dialing.Pacing;
using Expand.Server.Dialer.Engine;
using Expand.Server.Pbx;
using Expand.Server.Queues;

namespace Expand.Server.Tests.Dialer;

/// <summary>What agents do, in the words of pacing.</summary>
public sealed class AgentsNowTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 27, 15, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(AgentStatus.Available, 60, 30, false, AgentActivity.Free)]
    [InlineData(AgentStatus.Available, 5, 30, false, AgentActivity.WrapUp)]
    [InlineData(AgentStatus.Available, 5, 0, false, AgentActivity.Free)]
    [InlineData(AgentStatus.Busy, 5, 30, false, AgentActivity.Talking)]
    [InlineData(AgentStatus.Ringing, 5, 30, false, AgentActivity.Ringing)]
    [InlineData(AgentStatus.Originate, 5, 30, false, AgentActivity.Ringing)]
    [InlineData(AgentStatus.BusyOut, 5, 30, true, AgentActivity.Away)]
    public void An_agent_rests_after_a_call_for_as_long_as_the_settings_say(
        AgentStatus status, int sinceSeconds, int wrapUpSeconds, bool isPaused, AgentActivity activity)
    {
        var view = View(isPaused, new LiveAgent("101", status, Now.AddSeconds(-sinceSeconds)));
        var agent = Assert.Single(AgentsNow.Of(view, TimeSpan.FromSeconds(wrapUpSeconds), Now));
        Assert.Equal(("101", activity, Now.AddSeconds(-sinceSeconds)), (agent.Agent, agent.Activity, agent.Since));
        Assert.Equal(isPaused ? [] : ["q_ventas"], agent.Queues);
    }

    private static LiveView View(bool isPaused, LiveAgent agent)
    {
        var member = new LiveMember("q_ventas", agent.Agent, "PJSIP/701", MemberState.Free, Now.AddHours(-1), isPaused, "", null);
        return new LiveView("s", 1, null, [new LiveQueue("q_ventas", new QueueTotals("q_ventas", 0, 0, 1, isPaused ? 1 : 0), [member], [])],
            new Dictionary<string, LiveAgent> { [agent.Agent] = agent }, []);
    }
}
