using Expand.Dialing.Pacing;
using Expand.Server.Pbx;
using Expand.Server.Queues;

namespace Expand.Server.Dialer.Engine;

/// <summary>The live picture in the words of pacing.</summary>
internal static class AgentsNow
{
    /// <summary>Everybody who is logged in, with the queues in which calls are taken.</summary>
    /// <param name="view">The picture.</param>
    /// <param name="wrapUp">How long agents rest after a call.</param>
    /// <param name="now">Now.</param>
    public static IReadOnlyList<AgentNow> Of(LiveView view, TimeSpan wrapUp, DateTimeOffset now) =>
    [
        .. view.Queues.SelectMany(q => q.Members).GroupBy(m => m.Agent, StringComparer.Ordinal)
            .Select(agent => Of([.. agent], view.Agents.GetValueOrDefault(agent.Key), wrapUp, now)),
    ];

    /// <summary>Callers who wait, by queue.</summary>
    public static IReadOnlyDictionary<string, int> Waiting(LiveView view) =>
        view.Queues.Where(q => q.Totals.Waiting > 0).ToDictionary(q => q.Name, q => q.Totals.Waiting, StringComparer.Ordinal);

    private static AgentNow Of(IReadOnlyList<LiveMember> members, LiveAgent? agent, TimeSpan wrapUp, DateTimeOffset now)
    {
        var taking = members.Where(m => !m.Paused && m.State != MemberState.Unavailable).ToList();
        var activity = (taking.Count, agent?.Status) switch
        {
            (0, _) or (_, AgentStatus.BusyOut or AgentStatus.Offline) => AgentActivity.Away,
            (_, AgentStatus.Busy) => AgentActivity.Talking,
            (_, AgentStatus.Ringing or AgentStatus.Originate) => AgentActivity.Ringing,
            // What the agent does is not known yet, but the phone's state is.
            (_, null) when taking.Any(m => m.State != MemberState.Free) => AgentActivity.Talking,
            // Whoever is free since a moment ago came from a call, or has just logged in: then the rest is none, and soon over.
            (_, AgentStatus.Available) when agent.Since is { } since && now - since < wrapUp => AgentActivity.WrapUp,
            _ => AgentActivity.Free,
        };
        return new AgentNow(members[0].Agent, [.. taking.Select(m => m.Queue)], activity, agent?.Since ?? now);
    }
}
