using Expand.Dialing.Pacing;
using Expand.Server.Access.Settings;
using Expand.Server.DoNotCall;
using Expand.Server.Platform;
using Expand.Server.Queues;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Dialer.Engine;

/// <summary>A campaign that is active, and what is needed to claim its contacts.</summary>
internal sealed record ActiveCampaign(Campaign Campaign, CampaignNow Now, OpenNow Open, DialerTrunk? Way)
{
    public ClaimOrder Order(int count) => new(Campaign.Id, count, Open.IsOpen, Open.Zones, Way?.Name ?? "");
}

/// <summary>A moment of the dialer: what the planner sees, and the campaigns behind it.</summary>
internal sealed record DialMoment(DialSnapshot Snapshot, IReadOnlyList<ActiveCampaign> Campaigns);

/// <summary>Puts together all that is to be known in order to say how many calls to place.</summary>
internal sealed class DialSituation(
    ExpandDb db, ContactTable contacts, OpenHours hours, LivePicture picture, LiveAttempts live, DoNotCallGate gate, Pbx.Pbx pbx, Settings<DialerSettings> settings,
    TimeProvider clock)
{
    /// <summary>Contacts that are due are counted up to this: more than one plan places.</summary>
    private const int MostDue = 500;

    public async Task<DialMoment> LookAsync(IReadOnlyList<DialAttempt> open, RecentAttempts recent, CancellationToken ct)
    {
        var (set, now) = (settings.Value, clock.GetUtcNow());
        var window = TimeSpan.FromMinutes(set.WindowMinutes);
        await recent.ReadAsync(db, now, window, ct);
        var calls = open.ToLookup(a => a.Campaign);
        var active = new List<ActiveCampaign>();
        foreach (var campaign in await db.Set<Campaign>().AsNoTracking().Where(c => c.State == CampaignState.Active).OrderBy(c => c.Id).ToListAsync(ct))
            active.Add(await OfAsync(campaign, [.. calls[campaign.Id]], recent, set, window, now, ct));
        var view = picture.View();
        return new DialMoment(
            new DialSnapshot
            {
                Now = now,
                Campaigns = [.. active.Select(a => a.Now)],
                Agents = AgentsNow.Of(view, TimeSpan.FromSeconds(set.WrapUpSeconds), now),
                Waiting = AgentsNow.Waiting(view),
                Trunks = [.. set.Ways.Select(w => new TrunkNow(w.Name, w.MaxCalls is { } most ? Math.Max(0, most - open.Count(a => a.Trunk == w.Name)) : null))],
                IsStale = view.StaleSince is not null || !picture.IsKnown,
            }, active);
    }

    private async Task<ActiveCampaign> OfAsync(
        Campaign campaign, IReadOnlyList<DialAttempt> open, RecentAttempts recent, DialerSettings set, TimeSpan window, DateTimeOffset now, CancellationToken ct)
    {
        var hoursNow = await hours.OfAsync(campaign, set.Holidays, now, ct);
        // A dialer that is switched off ends no campaign either: everything stays as it is.
        if (!set.Enabled) hoursNow = hoursNow with { HasEnded = false };
        var way = set.WayOf(campaign.Trunk);
        var held = Held(campaign, hoursNow, way, set);
        var order = new ClaimOrder(campaign.Id, MostDue, hoursNow.IsOpen, hoursNow.Zones, way?.Name ?? "");
        return new ActiveCampaign(campaign, new CampaignNow
        {
            Id = campaign.Id,
            Mode = campaign.Mode,
            Queue = campaign.Extension.Length > 0 ? "" : campaign.Queue,
            Priority = campaign.Priority,
            MaxCalls = campaign.MaxCalls,
            Trunk = way?.Name ?? "",
            AbandonmentCap = campaign.AbandonmentCap / 100,
            RingTime = TimeSpan.FromSeconds(campaign.RingSeconds),
            Patience = TimeSpan.FromSeconds(set.WaitSeconds),
            Held = held,
            Due = held is null or PlanReason.RegisterExpired ? await contacts.CountDueAsync(order, now, ct) : 0,
            Calls = [.. open.Select(a => (Attempt: a, Live: live.Find(a.ChannelId))).Where(a => a.Live?.EndedAt is null).Select(a => Call(a.Attempt, a.Live))],
            Recent = recent.Of(campaign.Id),
            Window = window,
        }, hoursNow, way);
    }

    private PlanReason? Held(Campaign campaign, OpenNow open, DialerTrunk? way, DialerSettings set) =>
        campaign.Paused || !set.Enabled ? PlanReason.Paused
        : !open.IsOpen && open.Zones.Count == 0 ? PlanReason.Closed
        : campaign.Registers && gate.RegistersExpired().Count > 0 ? PlanReason.RegisterExpired
        // Its way out was taken away from the settings.
        : way is null ? PlanReason.TrunkFull
        : pbx.IsUp ? null : PlanReason.Stale;

    private static CallNow Call(DialAttempt attempt, LiveAttempt? live) =>
        new(attempt.AskedAt ?? attempt.ClaimedAt, attempt.AnsweredAt ?? live?.AnsweredAt, attempt.ConnectedAt ?? live?.ConnectedAt);
}
