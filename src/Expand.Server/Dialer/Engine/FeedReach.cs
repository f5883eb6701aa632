using Expand.Server.Activity;
using Expand.Server.Pbx;
using Expand.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Dialer.Engine;

/// <summary>Up to when what the PBX wrote is read: what it wrote of an attempt before stands in the database, if it wrote anything.</summary>
/// <param name="Records">Of CDRs.</param>
/// <param name="QueueLog">Of queue_log.</param>
internal sealed record FeedReach(DateTimeOffset Records, DateTimeOffset QueueLog)
{
    /// <summary>Where another host reads the CDRs, nothing tells how far; it reads them several times a second.</summary>
    private static readonly TimeSpan ReadElsewhere = TimeSpan.FromSeconds(10);

    /// <summary>
    /// As far as it can be known here: from the files where this host has them (whoever reads them), else from the sign of life that the host which reads
    /// queue_log writes when it has read all of it; CDRs are read there at the same time.
    /// </summary>
    public static async Task<FeedReach> LookAsync(FeedStates feeds, ExpandDb db, string pbx, TimeProvider clock, CancellationToken ct)
    {
        // Before anything is looked at: what is found read was written before.
        var now = clock.GetUtcNow();
        var states = await feeds.AllAsync(ct);
        var alive = await db.Set<PbxLife>().AsNoTracking().Where(l => l.Pbx == pbx).Select(l => (DateTimeOffset?)l.AliveAt).SingleOrDefaultAsync(ct);
        DateTimeOffset? Of(string feed) => states.FirstOrDefault(f => f.Name == feed) is { File: not null } state
            ? state is { Behind: 0, Problem: null } ? now : state.CaughtUpAt ?? DateTimeOffset.MinValue
            : null;
        return new FeedReach(Of("cdr") ?? alive - ReadElsewhere ?? DateTimeOffset.MinValue, Of("queue_log") ?? alive ?? DateTimeOffset.MinValue);
    }
}
