using System.Threading.RateLimiting;
using Expand.Server.Platform;

namespace Expand.Server.Access;

/// <summary>
/// Calls per second that a key or a credential may make of this host. Full at first; as many calls as two seconds take may wait for their
/// turn, and what is beyond that is refused. It has a timer of its own: whoever replaces it disposes it.
/// </summary>
internal sealed class CallRate(int perSecond) : IDisposable
{
    /// <summary>How long a call waits for its turn at most; after that time a refused one finds room again.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    private readonly TokenBucketRateLimiter limiter = new(new()
    {
        TokenLimit = perSecond,
        TokensPerPeriod = perSecond,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        QueueLimit = perSecond * (int)LongestWait.TotalSeconds,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    private volatile bool ended;

    public int PerSecond => perSecond;

    /// <summary>Whether it was replaced, or its holder revoked.</summary>
    public bool Ended => ended;

    /// <summary>The rate in force: the one there was where the number did not change, so that it keeps its tokens and its queue; null for no limit.</summary>
    public static CallRate? Kept(CallRate? before, int? perSecond) =>
        perSecond is not { } number ? null : before?.PerSecond == number ? before : new CallRate(number);

    /// <summary>Ends those that are not among the ones that stay.</summary>
    public static void End(IEnumerable<CallRate?> before, IEnumerable<CallRate?> staying)
    {
        foreach (var rate in before.Except(staying)) rate?.Dispose();
    }

    public static Failure? Validate(int? perSecond) =>
        perSecond is < 1 or > 10_000 ? Failure.Invalid("rate", "the rate must be from 1 to 10000 calls per second") : null;

    /// <summary>True at once while the rate is not reached; else waits for its turn; false where too many wait already, and where the rate ended.</summary>
    public async ValueTask<bool> TakeTurnAsync(CancellationToken ct)
    {
        try
        {
            using var lease = await limiter.AcquireAsync(1, ct);
            return lease.IsAcquired;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        ended = true;
        limiter.Dispose();
    }
}
