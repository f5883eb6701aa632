namespace Expand.Server.Queues;

/// <summary>
/// An event's data as the REST API shows it; all instants are local with their offset, ISO 8601.
/// <c>Number</c>: one more than the event before; a snapshot bears the number of the last event that is in it.
/// <c>At</c>: when it was so.
/// <c>Queue</c>, <c>UniqueId</c>: empty where none is concerned.
/// <c>Agent</c>: null where none is concerned.
/// <c>Before</c>, <c>After</c>: of the same form, or null where there was or is nothing.
/// </summary>
public sealed record EventRecord(long Number, string At, string Queue, EventAgent? Agent, string UniqueId, object? Before, object? After);

/// <summary>An agent; <c>Username</c>: who had the number then; empty where nobody ever had it.</summary>
public sealed record EventAgent(string Number, string Username);

/// <summary>
/// An agent logged in to a queue.
/// <c>State</c>: of the phone: waiting, ringing, busy, unavailable.
/// <c>PauseReason</c>: empty where not paused, or without a reason.
/// </summary>
public sealed record MemberRecord(
    string Queue, EventAgent Agent, string Device, string State, string LoginTimestamp, bool Paused, string PauseReason, string? PauseTimestamp);

/// <summary>What an agent does over all queues: offline, available, ringing, busy, busyout, originate; <c>StateTimestamp</c>: since when, where that is known.</summary>
public sealed record AgentRecord(EventAgent Agent, string Status, string? StateTimestamp);

/// <summary>
/// A call of a queue.
/// <c>Type</c>: in, or out: an agent's own.
/// <c>Agent</c>: null while the caller waits.
/// <c>RingUniqueId</c>: the leg to the agent's phone; empty while the caller waits, and of an outgoing call.
/// <c>CallerId</c>: of an outgoing call the number dialled.
/// <c>ConnectTimestamp</c>: null while they do not talk.
/// </summary>
public sealed record CallState(
    string Queue, string UniqueId, string Type, EventAgent? Agent, string RingUniqueId, string CallerId, string CallerIdName,
    string InTimestamp, string? ConnectTimestamp);

/// <summary>A queue's call that rings at an agent.</summary>
public sealed record RingRecord(string Queue, string UniqueId, EventAgent Agent, string Device, string RingUniqueId, string Timestamp);

/// <summary>A queue's figures: callers who wait, calls talked on, agents logged in and how many of them are paused.</summary>
public sealed record TotalsRecord(string Queue, int Waiting, int Ongoing, int LoggedIn, int Paused);

/// <summary>Whether the picture is up to date: null, or since when it is not.</summary>
public sealed record FreshnessRecord(string? StaleTimestamp);

/// <summary>A queue of a snapshot.</summary>
public sealed record QueueRecord(string Name, TotalsRecord Totals, IReadOnlyList<MemberRecord> Members, IReadOnlyList<CallState> Calls);

/// <summary>The whole picture; an agent that is not in it is offline.</summary>
public sealed record SnapshotRecord(string? StaleTimestamp, IReadOnlyList<AgentRecord> Agents, IReadOnlyList<QueueRecord> Queues, IReadOnlyList<RingRecord> Ringing);
