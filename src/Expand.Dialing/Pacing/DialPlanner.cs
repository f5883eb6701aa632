namespace Expand.Dialing.Pacing;

/// <summary>Says how many calls each campaign places now.</summary>
public static class DialPlanner
{
    /// <summary>The plan for a moment.</summary>
    public static DialPlan Plan(DialSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        return new([.. snapshot.Campaigns.Select(c => new CampaignDial { Campaign = c.Id, Calls = 0, Reason = c.Held ?? PlanReason.Stale })]);
    }
}
