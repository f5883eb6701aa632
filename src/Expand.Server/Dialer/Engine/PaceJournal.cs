using Expand.Dialing.Pacing;
using Expand.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Dialer.Engine;

/// <summary>Writes what was decided for campaigns, for whoever looks on: where something changed, and now and then as a sign of life.</summary>
internal sealed class PaceJournal(HostPresence host)
{
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SignOfLife = TimeSpan.FromSeconds(10);
    private readonly Dictionary<int, Written> written = [];

    /// <summary>What is compared: all but the moment.</summary>
    private sealed record Written(DateTimeOffset At, CampaignDial Plan, int UnderWay, int Talking, int Due, DateTimeOffset? OpensAt);

    public async Task WriteAsync(ExpandDb db, DialMoment moment, DialPlan plan, CancellationToken ct)
    {
        var now = moment.Snapshot.Now;
        var plans = plan.Campaigns.ToDictionary(p => p.Campaign);
        var changed = new List<Written>();
        foreach (var active in moment.Campaigns)
        {
            var calls = active.Now.Calls;
            var next = new Written(
                now, plans[active.Campaign.Id], calls.Count(c => c.ConnectedAt is null), calls.Count(c => c.ConnectedAt is not null), active.Now.Due, active.Open.OpensAt);
            var last = written.GetValueOrDefault(active.Campaign.Id);
            if (last is not null && (now - last.At < Least || (now - last.At < SignOfLife && next with { At = last.At } == last))) continue;
            changed.Add(next);
        }

        if (changed.Count == 0) return;
        await SaveAsync(db, changed, ct);
        foreach (var one in changed) written[one.Plan.Campaign] = one;
    }

    private async Task SaveAsync(ExpandDb db, List<Written> changed, CancellationToken ct)
    {
        var ids = changed.Select(c => c.Plan.Campaign).ToArray();
        var known = await db.Set<CampaignPace>().Where(p => ids.Contains(p.Campaign)).ToDictionaryAsync(p => p.Campaign, ct);
        foreach (var next in changed)
        {
            if (!known.TryGetValue(next.Plan.Campaign, out var row)) db.Add(row = new CampaignPace { Campaign = next.Plan.Campaign });
            var plan = next.Plan;
            (row.At, row.Host, row.Reason, row.Calls, row.UnderWay, row.Talking, row.Due) =
                (next.At, host.Id, plan.Reason, plan.Calls, next.UnderWay + plan.Calls, next.Talking, next.Due);
            (row.FreeAgents, row.AnswerRate, row.Answered, row.Abandoned, row.Pace, row.OpensAt) =
                (plan.FreeAgents, plan.AnswerRate, plan.Answered, plan.Abandoned, plan.Pace, next.OpensAt);
        }

        await db.SaveChangesAsync(ct);
    }
}
