namespace Expand.Dialing.Pacing;

/// <summary>Says how many calls each campaign places now.</summary>
/// <remarks>The reasoning, and what was measured, is in docs/decisions (pacing).</remarks>
public static class DialPlanner
{
    /// <summary>Calls that are placed ahead at one moment at most; the next is half a second away.</summary>
    private const int MostAhead = 200;

    /// <summary>The plan for a moment. The same snapshot gives the same plan, in whatever order its campaigns and agents come.</summary>
    public static DialPlan Plan(DialSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        var trunks = new TrunkRooms(snapshot.Trunks);
        List<CampaignCase> cases =
        [
            .. snapshot.Campaigns.Select((c, place) => new CampaignCase(c, place, snapshot, trunks.RoomOf(c.Trunk)))
                .OrderByDescending(c => c.Campaign.Priority).ThenBy(c => c.Campaign.Id),
        ];
        // A campaign that places nothing may have calls that ring: they need agents all the same.
        var withAgents = snapshot.IsStale ? [] : cases.Where(c => c.NeedsAgents).ToList();
        foreach (var item in withAgents.Where(c => c.MayDialAhead))
            item.Measured = Measured.Of(item.Campaign, snapshot.Now, snapshot.Agents.Where(a => a.Queues.Contains(item.Campaign.Queue, StringComparer.Ordinal)));
        var shares = new AgentShares(snapshot, withAgents);
        var plans = new CampaignDial[cases.Count];
        foreach (var item in cases) plans[item.Place] = PlanOf(item, withAgents.IndexOf(item), shares);
        trunks.Share(cases, plans);
        return new(plans);
    }

    private static CampaignDial PlanOf(CampaignCase item, int index, AgentShares shares)
    {
        var plan = new CampaignDial
        {
            Campaign = item.Campaign.Id,
            Calls = 0,
            Reason = item.Rest ?? PlanReason.Unpaced,
            FreeAgents = index < 0 ? 0 : shares.FreeAfterWaiting(index),
            Answered = item.Budget.Answered,
            Abandoned = item.Budget.Abandoned,
        };
        if (item.Rest != null) return plan;
        if (index >= 0) plan = WithAgents(plan, item, index, shares);
        else plan = plan with { Calls = item.Room };
        return plan.Calls == item.Room && item.Limit is { } limit ? plan with { Reason = limit } : plan;
    }

    private static CampaignDial WithAgents(CampaignDial plan, CampaignCase item, int index, AgentShares shares)
    {
        if (!shares.HasAgents(index)) return plan with { Reason = PlanReason.NoAgents };
        var agents = shares.OutlookOf(index);
        var floor = Math.Clamp(agents.Free - item.Ringing, 0, item.Room);
        if (shares.IsLeftOut(index)) return plan with { Reason = PlanReason.Priority };
        if (item.Campaign.Mode == DialingMode.Progressive)
        {
            var none = shares.HasFree(index) ? PlanReason.Priority : PlanReason.AgentsBusy;
            return plan with { Calls = floor, Reason = agents.Free > 0 ? PlanReason.AgentsFree : none };
        }
        if (item.Measured is not { } measured) return plan with { Calls = floor, Reason = PlanReason.Learning };

        var pace = new PredictivePace(item, measured, agents);
        var ahead = pace.Calls(Math.Min(item.Room, MostAhead));
        var calls = Math.Max(floor, ahead);
        return plan with
        {
            Calls = calls,
            Reason = pace.IsCapHeld && ahead <= floor ? PlanReason.CapHeld : calls + item.Ringing == 0 ? PlanReason.AgentsBusy : PlanReason.Paced,
            AnswerRate = measured.Answers.Rate,
            Pace = (item.Ringing + calls) / Math.Max(1, pace.AgentsSoon),
        };
    }
}
