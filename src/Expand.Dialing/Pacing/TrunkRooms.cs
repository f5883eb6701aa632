namespace Expand.Dialing.Pacing;

/// <summary>What each trunk takes yet.</summary>
internal sealed class TrunkRooms(IEnumerable<TrunkNow> trunks)
{
    private readonly Dictionary<string, int> rooms = trunks.Where(t => t.Room != null).GroupBy(t => t.Name, StringComparer.Ordinal)
        .ToDictionary(t => t.Key, t => Math.Max(0, t.Min(r => r.Room!.Value)), StringComparer.Ordinal);

    /// <summary>Calls that a trunk takes. One that nobody describes takes any number.</summary>
    public int RoomOf(string trunk) => rooms.GetValueOrDefault(trunk, int.MaxValue);

    /// <summary>Where campaigns together want more than their trunk takes, those of a higher priority place theirs first, equals by turns.</summary>
    /// <param name="cases">The campaigns, by priority and number.</param>
    /// <param name="plans">What they would place; it is lessened here.</param>
    public void Share(IReadOnlyList<CampaignCase> cases, CampaignDial[] plans)
    {
        foreach (var trunk in cases.GroupBy(c => c.Campaign.Trunk, StringComparer.Ordinal))
        {
            var room = RoomOf(trunk.Key);
            if (trunk.Sum(c => (long)plans[c.Place].Calls) <= room) continue;
            foreach (var equals in trunk.GroupBy(c => c.Campaign.Priority)) room -= Share([.. equals], plans, room);
        }
    }

    private static int Share(CampaignCase[] equals, CampaignDial[] plans, int room)
    {
        var granted = new int[equals.Length];
        var left = room;
        for (; left > 0; left--)
        {
            var next = Enumerable.Range(0, equals.Length).Where(i => granted[i] < plans[equals[i].Place].Calls)
                .OrderBy(i => equals[i].Campaign.Calls.Count + granted[i]).ThenBy(i => i).FirstOrDefault(-1);
            if (next < 0) break;
            granted[next]++;
        }
        for (var i = 0; i < equals.Length; i++)
        {
            var plan = plans[equals[i].Place];
            if (granted[i] < plan.Calls) plans[equals[i].Place] = plan with { Calls = granted[i], Reason = PlanReason.TrunkFull };
        }
        return room - left;
    }
}
