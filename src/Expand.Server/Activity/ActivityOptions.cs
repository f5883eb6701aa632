using System.ComponentModel.DataAnnotations;

namespace Expand.Server.Activity;

/// <summary>What the queue_log does not tell of a queue, section <c>Queues</c>.</summary>
internal sealed class ActivityOptions
{
    /// <summary>
    /// The queues' ring time (<c>timeout</c> in queues.conf), in seconds: an offer that AMI did not show, and that rang a second less,
    /// counts as rejected.
    /// </summary>
    [Range(1, 3600)]
    public int RingSeconds { get; set; } = 15;

    /// <summary>A call that is answered within this many seconds counts for the service level.</summary>
    [Range(1, 3600)]
    public int ServiceLevelSeconds { get; set; } = 20;

    /// <summary>
    /// How many months are kept, before the present one (months are UTC), of what happened in the queues: activities, calls, sessions and pauses of agents, and
    /// their sums; 0: all. Older ones are dropped, a month at a time.
    /// </summary>
    [Range(0, 1200)]
    public int KeepMonths { get; set; }
}
