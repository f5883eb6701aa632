using Expand.Dialing.Pacing;
using Expand.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Dialer.Engine;

/// <summary>The attempts that ended within the window, by campaign: read once, and from then on only what is new.</summary>
internal sealed class RecentAttempts
{
    /// <summary>What is written by others may be seen a little later than what was written after it.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(10);

    private readonly Dictionary<long, (int Campaign, AttemptSample Sample)> known = [];
    private DateTimeOffset? readTo;

    /// <summary>Reads what is new, and forgets what is older than the window.</summary>
    public async Task ReadAsync(ExpandDb db, DateTimeOffset now, TimeSpan window, CancellationToken ct)
    {
        var since = readTo - Overlap ?? now - window;
        var rows = await db.Set<DialAttempt>().AsNoTracking()
            .Where(a => a.SettledAt > since && a.Outcome != null && a.EndedAt > now - window && a.Mode != DialingMode.Preview).ToListAsync(ct);
        foreach (var a in rows)
            known[a.Id] = (a.Campaign, new AttemptSample(a.AskedAt ?? a.ClaimedAt, a.AnsweredAt, a.ConnectedAt, a.EndedAt!.Value, a.Outcome!.Value));
        readTo = now;
        foreach (var old in known.Where(k => k.Value.Sample.EndedAt <= now - window).Select(k => k.Key).ToList()) known.Remove(old);
    }

    /// <summary>A campaign's, in the order of their ends.</summary>
    public IReadOnlyList<AttemptSample> Of(int campaign) =>
        [.. known.Values.Where(k => k.Campaign == campaign).Select(k => k.Sample).OrderBy(s => s.EndedAt)];
}
