namespace Expand.Server.Queues;

/// <summary>Which events a stream shows. Snapshots, and that the picture is out of date or up to date again, every stream shows.</summary>
/// <param name="Kinds">What the events are about, of <see cref="AllKinds"/>; empty: all.</param>
/// <param name="Queues">
/// Queues whose events are shown; empty: all. An agent's status is over all queues, so a stream of one queue shows it of every agent.
/// </param>
internal sealed record EventFilter(IReadOnlyCollection<string> Kinds, IReadOnlyCollection<string> Queues)
{
    private const string Agent = "agent";
    private const string Queue = "queue";
    private const string Call = "call";

    /// <summary>What events are about.</summary>
    public static readonly string[] AllKinds = [Agent, Queue, Call];

    public bool Shows(LiveEvent one)
    {
        if (KindOf(one.Kind) is not { } kind) return true;
        return (Kinds.Count == 0 || Kinds.Contains(kind)) && (one.Queue.Length == 0 || ShowsQueue(one.Queue));
    }

    public bool ShowsQueue(string queue) => Queues.Count == 0 || Queues.Contains(queue);

    /// <summary>Null for what concerns the picture as a whole.</summary>
    private static string? KindOf(LiveEventKind kind) => kind switch
    {
        LiveEventKind.Snapshot or LiveEventKind.Stale or LiveEventKind.Fresh => null,
        LiveEventKind.AgentStatus or LiveEventKind.Membership or LiveEventKind.Pause or LiveEventKind.MemberState => Agent,
        LiveEventKind.QueueTotals => Queue,
        _ => Call,
    };
}
