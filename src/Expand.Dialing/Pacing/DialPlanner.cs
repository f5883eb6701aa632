namespace Expand.Dialing.Pacing;

/// <summary>Says how many calls each campaign places now.</summary>
public static class DialPlanner
{
    /// <summary>The plan for a moment: a call for each agent who is free, and campaigns of a higher priority first.</summary>
    public static DialPlan Plan(DialSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        var free = snapshot.Agents.Where(a => a.Activity == AgentActivity.Free).ToList();
        foreach (var (queue, waiting) in snapshot.Waiting) Take(free, queue, waiting);
        // Calls that are on their way need an agent each; those that wait in a queue are counted there.
        foreach (var campaign in snapshot.Campaigns.Where(c => c.Queue.Length > 0)) Take(free, campaign.Queue, campaign.Calls.Count(c => c.AnsweredAt is null));
        var room = snapshot.Trunks.ToDictionary(t => t.Name, t => t.Room ?? int.MaxValue);
        var plans = new Dictionary<int, CampaignDial>();
        foreach (var campaign in snapshot.Campaigns.OrderByDescending(c => c.Priority).ThenBy(c => c.Id)) plans[campaign.Id] = Of(campaign, snapshot, free, room);
        return new([.. snapshot.Campaigns.Select(c => plans[c.Id])]);
    }

    private static CampaignDial Of(CampaignNow campaign, DialSnapshot snapshot, List<AgentNow> free, Dictionary<string, int> room)
    {
        var here = free.Count(a => a.Queues.Contains(campaign.Queue));
        CampaignDial Says(PlanReason reason, int calls = 0) => new() { Campaign = campaign.Id, Calls = calls, Reason = reason, FreeAgents = here };
        if (campaign.Held is { } held) return Says(held);
        if (campaign.Mode == DialingMode.Preview) return Says(PlanReason.Preview);
        if (campaign.Due == 0) return Says(PlanReason.NothingDue);
        if (campaign.Queue.Length > 0 && snapshot.IsStale) return Says(PlanReason.Stale);
        var left = campaign.MaxCalls - campaign.Calls.Count;
        if (left <= 0) return Says(PlanReason.MaxCalls);
        if (room.GetValueOrDefault(campaign.Trunk) is var trunk && trunk <= 0) return Says(PlanReason.TrunkFull);
        if (campaign.Queue.Length > 0 && here == 0)
            return Says(snapshot.Agents.Any(a => a.Queues.Contains(campaign.Queue)) ? PlanReason.AgentsBusy : PlanReason.NoAgents);
        var calls = Math.Min(Math.Min(left, trunk), Math.Min(campaign.Due, campaign.Queue.Length > 0 ? here : int.MaxValue));
        if (campaign.Queue.Length > 0) Take(free, campaign.Queue, calls);
        if (room[campaign.Trunk] != int.MaxValue) room[campaign.Trunk] -= calls;
        return Says(campaign.Queue.Length > 0 ? PlanReason.AgentsFree : PlanReason.Unpaced, calls);
    }

    private static void Take(List<AgentNow> free, string queue, int count)
    {
        for (; count > 0; count--)
        {
            var next = free.FindIndex(a => a.Queues.Contains(queue));
            if (next < 0) return;
            free.RemoveAt(next);
        }
    }
}
