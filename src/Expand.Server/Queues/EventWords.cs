using System.Diagnostics.CodeAnalysis;
using Expand.Server.Access;
using Expand.Server.Platform;

namespace Expand.Server.Queues;

/// <summary>The picture's events in the REST API's words.</summary>
internal sealed class EventWords(UserDirectory users, LocalTime time)
{
    /// <summary>The event's name on the wire.</summary>
    public static string NameOf(LiveEventKind kind) => kind switch
    {
        LiveEventKind.Snapshot => "snapshot",
        LiveEventKind.Stale => "stale",
        LiveEventKind.Fresh => "fresh",
        LiveEventKind.AgentStatus => "agent_status",
        LiveEventKind.Membership => "membership",
        LiveEventKind.Pause => "pause",
        LiveEventKind.MemberState => "member_state",
        LiveEventKind.CallWaiting => "call_waiting",
        LiveEventKind.Ringing => "ringing",
        LiveEventKind.CallDialled => "call_dialled",
        LiveEventKind.CallConnected => "call_connected",
        LiveEventKind.CallEnded => "call_ended",
        LiveEventKind.QueueTotals => "queue_totals",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no event of the REST API"),
    };

    /// <summary>The event's data; a snapshot shows the queues that the filter does.</summary>
    public EventRecord Of(LiveEvent one, EventFilter filter) => new(
        one.Number, Local(one.At), one.Queue, Agent(one.Agent, one.At), one.UniqueId,
        StateOf(one.Before, one.At, filter), StateOf(one.After, one.At, filter));

    private object? StateOf(LiveState? state, DateTimeOffset at, EventFilter filter) => state switch
    {
        null => null,
        LiveMember member => Of(member, at),
        LiveAgent agent => Of(agent, at),
        LiveCall call => Of(call, at),
        LiveOffer offer => Of(offer, at),
        QueueTotals totals => Of(totals),
        LiveFreshness freshness => new FreshnessRecord(Local(freshness.StaleSince)),
        LiveView view => Of(view, at, filter),
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "no state of the REST API"),
    };

    private MemberRecord Of(LiveMember member, DateTimeOffset at) => new(
        member.Queue, Agent(member.Agent, at)!, member.Device, StatusPanel.WordOf(member.State),
        Local(member.LoginAt), member.Paused, member.PauseReason, Local(member.PausedAt));

    private AgentRecord Of(LiveAgent agent, DateTimeOffset at) => new(Agent(agent.Agent, at)!, StatusPanel.WordOf(agent.Status), Local(agent.Since));

    private CallState Of(LiveCall call, DateTimeOffset at) => new(
        call.Queue, call.UniqueId, call.IsOutgoing ? "out" : "in", Agent(call.Agent, at), call.RingId, call.CallerId, call.CallerName,
        Local(call.EnteredAt), Local(call.ConnectedAt));

    private RingRecord Of(LiveOffer offer, DateTimeOffset at) =>
        new(offer.Queue, offer.UniqueId, Agent(offer.Agent, at)!, offer.Device, offer.RingId, Local(offer.At));

    private static TotalsRecord Of(QueueTotals totals) => new(totals.Queue, totals.Waiting, totals.Ongoing, totals.LoggedIn, totals.Paused);

    private SnapshotRecord Of(LiveView view, DateTimeOffset at, EventFilter filter) => new(
        Local(view.StaleSince),
        [.. view.Agents.Values.OrderBy(a => a.Agent.Length).ThenBy(a => a.Agent, StringComparer.Ordinal).Select(a => Of(a, at))],
        [
            .. view.Queues.Where(q => filter.ShowsQueue(q.Name)).Select(q => new QueueRecord(
                q.Name, Of(q.Totals), [.. q.Members.Select(m => Of(m, at))], [.. q.Calls.Select(c => Of(c, at))])),
        ],
        [.. view.Offers.Where(o => filter.ShowsQueue(o.Queue)).Select(o => Of(o, at))]);

    private EventAgent? Agent(string number, DateTimeOffset at) =>
        number.Length == 0 ? null : new EventAgent(number, users.Numbers.At(number, at)?.Username ?? "");

    [return: NotNullIfNotNull(nameof(at))]
    private string? Local(DateTimeOffset? at) =>
        at is { } instant ? time.FormatExact(instant) : null;
}
