using Expand.Dialing.Pacing;
using Expand.Server.Pbx;
using Expand.Server.Queues;

namespace Expand.Server.Dialer.Engine;

/// <summary>The live picture in the words of pacing.</summary>
internal static class AgentsNow
{
    /// <summary>Everybody who is logged in, with the queues in which calls are taken.</summary>
    public static IReadOnlyList<AgentNow> Of(LiveView view, DateTimeOffset now) =>
    [
        .. view.Queues.SelectMany(q => q.Members).GroupBy(m => m.Agent, StringComparer.Ordinal)
            .Select(agent => Of([.. agent], view.Agents.GetValueOrDefault(agent.Key), now)),
    ];

    /// <summary>Callers who wait, by queue.</summary>
    public static IReadOnlyDictionary<string, int> Waiting(LiveView view) =>
        view.Queues.Where(q => q.Totals.Waiting > 0).ToDictionary(q => q.Name, q => q.Totals.Waiting, StringComparer.Ordinal);

    private static AgentNow Of(IReadOnlyList<LiveMember> members, LiveAgent? agent, DateTimeOffset now)
    {
        var taking = members.Where(m => !m.Paused && m.State != MemberState.Unavailable).ToList();
        var activity = (taking.Count, agent?.Status) switch
        {
            (0, _) or (_, AgentStatus.BusyOut or AgentStatus.Offline) => AgentActivity.Away,
            (_, AgentStatus.Busy) => AgentActivity.Talking,
            (_, AgentStatus.Ringing or AgentStatus.Originate) => AgentActivity.Ringing,
            // What the agent does is not known yet, but the phone's state is.
            (_, null) when taking.Any(m => m.State != MemberState.Free) => AgentActivity.Talking,
            _ => AgentActivity.Free,
        };
        return new AgentNow(members[0].Agent, [.. taking.Select(m => m.Queue)], activity, agent?.Since ?? now);
    }
}
