namespace Expand.Server.Queues;

/// <summary>What changed.</summary>
internal enum LiveEventKind
{
    /// <summary>All of it: <see cref="LiveEvent.After"/> is the <see cref="LiveView"/> from which the following events go on.</summary>
    Snapshot,

    /// <summary>The picture is out of date from here: the PBX is not heard.</summary>
    Stale,

    /// <summary>The picture is up to date again.</summary>
    Fresh,

    /// <summary>An agent's status.</summary>
    AgentStatus,

    /// <summary>A login (no state before) or a logout (none after).</summary>
    Membership,

    /// <summary>A pause began or ended, or its reason is another one.</summary>
    Pause,

    /// <summary>A member's phone.</summary>
    MemberState,

    /// <summary>A caller waits.</summary>
    CallWaiting,

    /// <summary>A call rings at an agent (no state before), or does so no longer (none after).</summary>
    Ringing,

    /// <summary>An agent dials out for a queue.</summary>
    CallDialled,

    /// <summary>They talk.</summary>
    CallConnected,

    /// <summary>A call is over for the queue, whether it was talked on or not.</summary>
    CallEnded,

    /// <summary>A queue's figures; none before: a new queue, none after: the PBX has it no longer.</summary>
    QueueTotals,
}

/// <summary>Up to where somebody has read.</summary>
/// <param name="Stream">The life of the host that numbered the events.</param>
/// <param name="Number">The last event read.</param>
internal readonly record struct LiveCursor(string Stream, long Number);

/// <summary>A change of the picture, before it has a number.</summary>
internal readonly record struct LiveChange(LiveEventKind Kind, string Queue, string Agent, string UniqueId, LiveState? Before, LiveState? After);

/// <summary>
/// A numbered change of the picture.
/// <c>Stream</c>: the life of the host that numbered it.
/// <c>Number</c>: one more than the event before; a snapshot bears the number of the last event that is in it.
/// <c>At</c>: when it was so, UTC: by the PBX's clock where its event says it, else when this host heard of it.
/// <c>Queue</c>, <c>Agent</c>, <c>UniqueId</c>: empty where none is concerned.
/// <c>Before</c>, <c>After</c>: null where there was or is nothing.
/// </summary>
internal sealed record LiveEvent(
    string Stream, long Number, DateTimeOffset At, LiveEventKind Kind, string Queue, string Agent, string UniqueId, LiveState? Before, LiveState? After)
{
    public LiveCursor Cursor => new(Stream, Number);
}
