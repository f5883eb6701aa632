namespace Expand.Server.Pbx;

/// <summary>What Asterisk says of the phone of a queue's member (<c>QUEUE_MEMBER</c> statuses, which are device states).</summary>
internal enum MemberState
{
    /// <summary>Free: it would be rung.</summary>
    Free,
    Ringing,

    /// <summary>In a call, or on hold.</summary>
    Busy,

    /// <summary>Not registered, or no such device: it is not rung.</summary>
    Unavailable,
}

/// <summary>A member of a queue as the PBX has it.</summary>
/// <param name="Queue">The queue's name.</param>
/// <param name="Agent">The member's name: the agent's number, where the login gave one.</param>
/// <param name="Device">The member's interface, such as <c>PJSIP/701</c>.</param>
/// <param name="State">What its phone does.</param>
/// <param name="Paused">Whether it is paused in this queue.</param>
/// <param name="PauseReason">The reason, or empty; Asterisk forgets it on unpause and may on a restart.</param>
/// <param name="LoginAt">When the PBX took the member in; null where it does not say.</param>
/// <param name="PausedAt">When its last pause began; null where there was none.</param>
/// <param name="LastCallAt">When its last call of this queue ended; null where there was none.</param>
internal sealed record PbxMember(
    string Queue, string Agent, string Device, MemberState State, bool Paused, string PauseReason,
    DateTimeOffset? LoginAt = null, DateTimeOffset? PausedAt = null, DateTimeOffset? LastCallAt = null);

/// <summary>A caller who waits in a queue.</summary>
internal sealed record PbxCaller(string Queue, string UniqueId, string CallerId, string CallerName, DateTimeOffset EnteredAt);

/// <summary>
/// All queues, their members and who waits in them, as they are now; comes right before the <see cref="PbxSnapshot"/> that
/// <paramref name="Channels"/> repeats, when the connection is up (again) or events were dropped.
/// <c>AskedAt</c>: right before the PBX was asked for its queues: what was so before is in the list, what came later may be missing.
/// </summary>
internal sealed record QueuesSnapshot(
    DateTimeOffset At, IReadOnlyList<string> Queues, IReadOnlyList<PbxMember> Members, IReadOnlyList<PbxCaller> Waiting, IReadOnlyList<LiveChannel> Channels)
    : PbxFact(At)
{
    public DateTimeOffset AskedAt { get; init; } = At;
}

/// <summary>A member was added: by us, at the phone, or by whoever else.</summary>
internal sealed record MemberAdded(DateTimeOffset At, PbxMember Member) : PbxFact(At);

/// <summary>A member was removed.</summary>
internal sealed record MemberRemoved(DateTimeOffset At, PbxMember Member) : PbxFact(At);

/// <summary>A member was paused (again, perhaps with another reason) or unpaused in one queue.</summary>
internal sealed record MemberPaused(DateTimeOffset At, PbxMember Member) : PbxFact(At);

/// <summary>A member's phone changed its state, or another of its figures did.</summary>
internal sealed record MemberChanged(DateTimeOffset At, PbxMember Member) : PbxFact(At);

/// <summary>A caller entered a queue.</summary>
internal sealed record CallerJoined(DateTimeOffset At, PbxCaller Caller) : PbxFact(At);

/// <summary>A caller is no longer waiting: connected, gone, or sent away by the queue's limits.</summary>
internal sealed record CallerLeft(DateTimeOffset At, string Queue, string UniqueId) : PbxFact(At);

/// <summary>A caller is no longer waiting, and was not connected.</summary>
internal sealed record CallerAbandoned(DateTimeOffset At, string Queue, string UniqueId) : PbxFact(At);

/// <summary>
/// A queue's call rings at an agent.
/// <c>UniqueId</c>: the caller's channel.
/// <c>RingId</c>: the Uniqueid of the leg to the agent's phone.
/// </summary>
internal sealed record AgentRung(DateTimeOffset At, string Queue, string UniqueId, string Agent, string Device, string RingId) : PbxFact(At);

/// <summary>
/// An agent took a queue's call.
/// <c>Caller</c>: as the event tells, for whoever did not see the caller enter.
/// </summary>
internal sealed record AgentConnected(DateTimeOffset At, string Queue, string UniqueId, string Agent, string Device, string RingId) : PbxFact(At)
{
    public PbxCaller Caller { get; init; } = new(Queue, UniqueId, "", "", At);
}

/// <summary>
/// A queue's call ended at an agent; <paramref name="Reason"/> is <c>caller</c>, <c>agent</c> or <c>transfer</c>. <c>RingId</c> is empty
/// where the agent's leg was gone before (Asterisk 22, when the agent hangs up first).
/// </summary>
internal sealed record AgentCompleted(DateTimeOffset At, string Queue, string UniqueId, string Agent, string RingId, string Reason) : PbxFact(At);

/// <summary>
/// An agent did not take a call that rang. Whether it rang out or was rejected tells the cause of <paramref name="RingId"/>'s
/// <see cref="ChannelEnded"/>, which comes before or after: 0, 18 and 19 rang out, any other was rejected.
/// </summary>
internal sealed record AgentMissed(DateTimeOffset At, string Queue, string UniqueId, string Agent, string RingId) : PbxFact(At);

/// <summary>
/// A call was transferred.
/// <c>UniqueId</c>: the channel that was handed on.
/// <c>TransfererId</c>: the channel of who handed it on: for a queue's call the <c>RingId</c> of the agent.
/// <c>Destination</c>: the number it was handed on to; empty where Asterisk does not say.
/// <c>Attended</c>: whether the transferer spoke with the destination first.
/// </summary>
internal sealed record CallTransferred(DateTimeOffset At, string UniqueId, string TransfererId, string Destination, bool Attended) : PbxFact(At);
