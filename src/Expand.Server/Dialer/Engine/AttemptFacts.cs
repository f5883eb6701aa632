using Expand.Server.Activity;
using Expand.Server.Cdr;

namespace Expand.Server.Dialer.Engine;

/// <summary>All that is known of an attempt at a moment: what the PBX wrote, how far that was read, and whether the PBX has its channel.</summary>
internal sealed record AttemptFacts
{
    public required DialAttempt Attempt { get; init; }

    /// <summary>Whether whoever answers goes to a queue; else to a fixed extension.</summary>
    public bool ToQueue { get; init; } = true;

    /// <summary>The CDRs of its channel, in order.</summary>
    public IReadOnlyList<CallRecord> Records { get; init; } = [];

    /// <summary>What queues wrote of its channel, in order.</summary>
    public IReadOnlyList<QueueActivity> Activities { get; init; } = [];

    /// <summary>Since when the PBX is heard without a gap; null while it is not.</summary>
    public DateTimeOffset? HeardSince { get; init; }

    /// <summary>Whether a channel of it was ever heard of here.</summary>
    public bool WasSeen { get; init; }

    /// <summary>When its channel was gone; null while it is there, or was never heard of.</summary>
    public DateTimeOffset? GoneAt { get; init; }

    /// <summary>Since when nothing was heard of the PBX, where its channel went meanwhile.</summary>
    public DateTimeOffset? LostAt { get; init; }

    /// <summary>Up to when all that the PBX wrote into its CDRs is read, at least.</summary>
    public DateTimeOffset RecordsReadTo { get; init; }

    /// <summary>The same of queue_log.</summary>
    public DateTimeOffset QueueLogReadTo { get; init; }

    /// <summary>Whether somebody is just about to ask the PBX for it.</summary>
    public bool IsInHand { get; init; }

    public required DateTimeOffset Now { get; init; }
}

/// <summary>What is to be written of an attempt.</summary>
internal enum VerdictKind
{
    /// <summary>Nothing yet.</summary>
    Pending,

    /// <summary>An agent talks with the contact.</summary>
    Connected,

    /// <summary>It was none: nobody was called.</summary>
    Void,

    /// <summary>It is over, with an outcome.</summary>
    Ended,
}

/// <summary>What the facts say of an attempt.</summary>
/// <param name="Kind">What is to be written.</param>
internal sealed record AttemptVerdict(VerdictKind Kind)
{
    public static readonly AttemptVerdict Pending = new(VerdictKind.Pending);

    public static readonly AttemptVerdict Void = new(VerdictKind.Void);

    /// <summary>How it ended; of <see cref="VerdictKind.Ended"/>.</summary>
    public AttemptOutcome Outcome { get; init; }

    public DateTimeOffset? AnsweredAt { get; init; }

    public DateTimeOffset? ConnectedAt { get; init; }

    public DateTimeOffset EndedAt { get; init; }

    /// <summary>The agent's number, where one took it.</summary>
    public string Agent { get; init; } = "";
}
