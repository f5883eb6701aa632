using Expand.Server.Pbx;

namespace Expand.Server.Queues;

/// <summary>A piece of the live picture, as an event shows it before and after a change.</summary>
internal abstract record LiveState;

/// <summary>
/// A member of a queue now.
/// <c>Agent</c>: the agent's number.
/// <c>Device</c>: such as <c>PJSIP/701</c>.
/// <c>PauseReason</c>: empty where not paused, or without a reason.
/// </summary>
internal sealed record LiveMember(
    string Queue, string Agent, string Device, MemberState State, DateTimeOffset LoginAt, bool Paused, string PauseReason, DateTimeOffset? PausedAt)
    : LiveState;

/// <summary>What an agent does now, over all queues.</summary>
public enum AgentStatus
{
    /// <summary>Logged in nowhere.</summary>
    Offline,

    /// <summary>Logged in, and free.</summary>
    Available,

    /// <summary>The phone rings.</summary>
    Ringing,

    /// <summary>In a call: a queue's, or any other at the agent's phone.</summary>
    Busy,

    /// <summary>Logged in, and paused in every queue.</summary>
    BusyOut,

    /// <summary>Dialling out; not answered yet.</summary>
    Originate,
}

/// <summary>An agent's status, and when it became that; null where that was before this host looked.</summary>
internal sealed record LiveAgent(string Agent, AgentStatus Status, DateTimeOffset? Since) : LiveState;

/// <summary>
/// A call of a queue now.
/// <c>UniqueId</c>: the caller's channel; of an outgoing call the agent's own.
/// <c>RingId</c>: the channel of the leg to the agent; empty while the caller waits, and of an outgoing call.
/// <c>CallerId</c>: of an outgoing call the number dialled.
/// <c>Agent</c>: empty while the caller waits.
/// <c>ConnectedAt</c>: null while they do not talk.
/// </summary>
internal sealed record LiveCall(
    string Queue, string UniqueId, bool IsOutgoing, string Agent, string RingId, string CallerId, string CallerName,
    DateTimeOffset EnteredAt, DateTimeOffset? ConnectedAt) : LiveState;

/// <summary>A queue's call that rings at an agent.</summary>
internal sealed record LiveOffer(string Queue, string UniqueId, string Agent, string Device, string RingId, DateTimeOffset At) : LiveState;

/// <summary>
/// A queue's figures of now.
/// <c>Ongoing</c>: calls talked on, incoming and outgoing.
/// <c>Paused</c>: of those logged in.
/// </summary>
internal sealed record QueueTotals(string Queue, int Waiting, int Ongoing, int LoggedIn, int Paused) : LiveState;

/// <summary>Whether the picture is up to date: null, or since when it is not.</summary>
internal sealed record LiveFreshness(DateTimeOffset? StaleSince) : LiveState;

/// <summary>A queue of the picture: members ordered by agent, calls in the order they came.</summary>
internal sealed record LiveQueue(string Name, QueueTotals Totals, IReadOnlyList<LiveMember> Members, IReadOnlyList<LiveCall> Calls);

/// <summary>
/// The whole picture at one moment.
/// <c>Number</c>: of the last event that is in it; the next one goes on from here.
/// <c>Agents</c>: those ever seen, by number; who is not there is offline.
/// </summary>
internal sealed record LiveView(
    string Stream, long Number, DateTimeOffset? StaleSince, IReadOnlyList<LiveQueue> Queues, IReadOnlyDictionary<string, LiveAgent> Agents,
    IReadOnlyList<LiveOffer> Offers) : LiveState;
