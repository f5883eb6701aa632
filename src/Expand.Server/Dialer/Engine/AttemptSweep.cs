using Expand.Server.Pbx;
using Expand.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Dialer.Engine;

/// <summary>Looks at every open attempt, and writes what became of it. Any host may; what an earlier one left is settled like its own.</summary>
internal sealed class AttemptSweep(
    ExpandDb db, DialAttempts attempts, AttemptSettlement settlement, LiveAttempts live, AttemptPlacing placing, FeedStates feeds, Pbx.Pbx pbx, TimeProvider clock,
    ILogger<AttemptSweep> log)
{
    /// <summary>No call lasts as long.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>Settles what can be settled, and answers what is still open.</summary>
    public async Task<IReadOnlyList<DialAttempt>> SweepAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        // A PBX that is not there any more, or has another name now: only what it wrote is known of it, and what may have rung counts.
        foreach (var lost in (await attempts.OfOthersAsync(now - Longest, ct)).GroupBy(a => a.Pbx))
            await SweepAsync([.. lost], lost.Key, now, new FeedReach(now, now), ct);
        var open = await attempts.OpenAsync(ct);
        if (open.Count == 0) return open;
        // How far is read before what is read: a line that is not among these was not there then.
        var (heard, reach) = (pbx.HeardSince, await FeedReach.LookAsync(feeds, db, pbx.Name, clock, ct));
        return await SweepAsync(open, pbx.Name, heard, reach, ct);
    }

    private async Task<IReadOnlyList<DialAttempt>> SweepAsync(List<DialAttempt> open, string pbxName, DateTimeOffset? heard, FeedReach reach, CancellationToken ct)
    {
        var campaigns = (await CampaignsAsync(open, ct)).ToDictionary(c => c.Id);
        var channels = open.Where(a => a.AskedAt is not null).Select(a => a.ChannelId).ToList();
        var (records, activities) = (await attempts.RecordsAsync(pbxName, channels, ct), await attempts.ActivitiesAsync(pbxName, channels, ct));
        var left = new List<DialAttempt>();
        foreach (var attempt in open)
        {
            var seen = live.Find(attempt.ChannelId);
            var verdict = AttemptJudgement.Of(new AttemptFacts
            {
                Attempt = attempt,
                ToQueue = campaigns[attempt.Campaign].Extension.Length == 0,
                Records = [.. records[attempt.ChannelId]],
                Activities = [.. activities[attempt.ChannelId]],
                HeardSince = heard,
                WasSeen = seen is not null,
                GoneAt = seen?.EndedAt,
                LostAt = seen?.LostAt,
                RecordsReadTo = reach.Records,
                QueueLogReadTo = reach.QueueLog,
                IsInHand = placing.IsInHand(attempt.Id),
                Now = clock.GetUtcNow(),
            });
            if (verdict.Kind == VerdictKind.Void && attempt.AskedAt is not null && !await IsAbsentAsync(attempt, ct)) verdict = AttemptVerdict.Pending;
            if (!await TryWriteAsync(attempt, verdict, ct) || verdict.Kind is VerdictKind.Pending or VerdictKind.Connected) left.Add(attempt);
        }

        return left;
    }

    /// <summary>A PBX that hangs may do later what it was asked for: it has to say that there is no such channel, after all that time.</summary>
    private async Task<bool> IsAbsentAsync(DialAttempt attempt, CancellationToken ct) =>
        await pbx.ChannelsAsync(ct) is { } channels && channels.All(c => c.UniqueId != attempt.ChannelId);

    /// <summary>One that cannot be written holds up no other; it is tried again in the next turn.</summary>
    private async Task<bool> TryWriteAsync(DialAttempt attempt, AttemptVerdict verdict, CancellationToken ct)
    {
        try
        {
            await WriteAsync(attempt, verdict, ct);
            return true;
        }
#pragma warning disable CA1031 // Whatever it is: the others are to be settled, and the calls go on.
        catch (Exception failure) when (!ct.IsCancellationRequested)
#pragma warning restore CA1031
        {
            db.ChangeTracker.Clear();
            log.NotSettled(failure, attempt.ChannelId);
            return false;
        }
    }

    private async Task WriteAsync(DialAttempt attempt, AttemptVerdict verdict, CancellationToken ct)
    {
        if (verdict.Kind == VerdictKind.Pending || (verdict.Kind == VerdictKind.Connected && attempt.ConnectedAt is not null)) return;
        if (!await settlement.WriteAsync(attempt, verdict, ct)) return;
        if (verdict.Kind == VerdictKind.Void) log.AttemptVoid(attempt.ChannelId, attempt.Campaign);
        if (verdict.Kind == VerdictKind.Ended) log.AttemptEnded(attempt.ChannelId, attempt.Campaign, verdict.Outcome);
    }

    private Task<List<Campaign>> CampaignsAsync(List<DialAttempt> open, CancellationToken ct)
    {
        var ids = open.Select(a => a.Campaign).Distinct().ToArray();
        return db.Set<Campaign>().AsNoTracking().Where(c => ids.Contains(c.Id)).ToListAsync(ct);
    }
}
