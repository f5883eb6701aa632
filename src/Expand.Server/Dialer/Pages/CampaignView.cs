using Expand.Dialing.Pacing;

namespace Expand.Server.Dialer.Pages;

/// <summary>A campaign as pages show it: how it is set up, its contacts, and what the engine does with it. Public because components are.</summary>
public sealed class CampaignView
{
    internal CampaignView(CountedCampaign counted, CampaignPace? pace, bool isDialerOn, DateTimeOffset now) =>
        (Counted, Pace, IsDialerOn, Now) = (counted, pace, isDialerOn, now);

    internal CountedCampaign Counted { get; }

    internal Campaign Campaign => Counted.Campaign;

    /// <summary>What the engine last decided; null: it never did.</summary>
    internal CampaignPace? Pace { get; }

    /// <summary>Whether campaigns call at all.</summary>
    internal bool IsDialerOn { get; }

    internal DateTimeOffset Now { get; }

    internal long Contacts => Counted.Pending + Counted.Completed + Counted.Rejected + Counted.Canceled;

    /// <summary>Whether it calls, or would if it could.</summary>
    internal bool IsCalling => Campaign.State == CampaignState.Active && !Campaign.Paused;

    /// <summary>What the engine says of this moment; null where it says nothing of it.</summary>
    internal CampaignPace? Fresh => Pace is { } pace && Now - pace.At < CampaignPaces.FreshFor ? pace : null;

    /// <summary>How a state stands out: what needs somebody, what rests, what goes.</summary>
    internal CampaignTone Tone => this switch
    {
        { Campaign.State: CampaignState.Incomplete } => CampaignTone.Rests,
        { Campaign.State: not CampaignState.Active } or { Campaign.Paused: true } => CampaignTone.Rests,
        { IsDialerOn: false } or { Fresh: null } => CampaignTone.Needs,
        { Fresh.Reason: PlanReason.RegisterExpired or PlanReason.Stale or PlanReason.NoAgents } => CampaignTone.Needs,
        { Fresh.Reason: PlanReason.Closed or PlanReason.NothingDue or PlanReason.Paused } => CampaignTone.Rests,
        _ => CampaignTone.Goes,
    };
}

/// <summary>How what a campaign does stands out.</summary>
public enum CampaignTone
{
    /// <summary>It calls.</summary>
    Goes,

    /// <summary>It does not call, and that is as it should be.</summary>
    Rests,

    /// <summary>Somebody has to do something.</summary>
    Needs,
}
