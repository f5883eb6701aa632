using Expand.Server.Pbx;

namespace Expand.Server.Calls;

/// <summary>A call that this host follows: the job's order and its progress. Guarded by its own lock.</summary>
internal sealed class CallJob(long id, CallOrder order, DateTimeOffset requestedAt)
{
    public long Id => id;

    public CallOrder Order => order;

    public string ChannelId => order.ChannelId;

    public DateTimeOffset RequestedAt => requestedAt;

    public Lock Guard { get; } = new();

    public CallProgress Progress { get; } = new(order.ChannelId);

    /// <summary>When the PBX was asked; null while the order waits for its turn.</summary>
    public DateTimeOffset? AskedAt { get; set; }

    /// <summary>The source's channel ended, or its Originate failed without one, and something that tells how may still come.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>Since when the PBX has no such channel although nobody told us its end: to be settled from its CDRs.</summary>
    public DateTimeOffset? MissingSince { get; set; }

    /// <summary>When it was last tried to end a destination's ringing that took too long.</summary>
    public DateTimeOffset? RingEndTriedAt { get; set; }

    /// <summary>When the final status came; the job is forgotten some time after.</summary>
    public DateTimeOffset? FinalAt { get; set; }

    /// <summary>When both sides were connected.</summary>
    public DateTimeOffset? AnsweredAt { get; set; }

    /// <summary>Taken over from a host that was lost: nothing of it is on its way to the PBX any more.</summary>
    public bool IsTakenOver { get; init; }

    /// <summary>
    /// Whether the source's phone is this call's. It is not once its channel is gone, although how the call ended may still be to be found out
    /// (a last fact, a CDR); an order whose channel did not come yet holds it.
    /// </summary>
    public bool HoldsSource
    {
        get
        {
            lock (Guard) return FinalAt is null && !Progress.Ended && !(MissingSince is not null && (Progress.Born || IsTakenOver));
        }
    }

    /// <summary>What is known of it, for its row.</summary>
    public CallChange Change() => new(Id, Progress.Status, AnsweredAt, FinalAt);
}
