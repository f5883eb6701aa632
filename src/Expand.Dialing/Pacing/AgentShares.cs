namespace Expand.Dialing.Pacing;

/// <summary>
/// Which campaign may reckon with how many agents, each of whom counts once. Callers who wait come first, then the calls that ring already, then what
/// is to be placed: higher priorities first, equals by turns. Busy agents are shared likewise, for those who dial ahead of them.
/// </summary>
internal sealed class AgentShares
{
    private readonly IReadOnlyList<CampaignCase> cases;
    private readonly DateTimeOffset now;
    private readonly AgentPool free, busy;
    private readonly List<string> queues;
    private readonly List<AgentNow>[] busyAgents;     // by group
    private readonly Dictionary<string, int> shortOf = new(StringComparer.Ordinal);
    private readonly HashSet<string> attended;
    private readonly int[] afterWaiting, reserved;
    private readonly WrapUps wrapUps;

    /// <param name="snapshot">The moment.</param>
    /// <param name="cases">The campaigns whose calls need agents, by priority and number.</param>
    public AgentShares(DialSnapshot snapshot, IReadOnlyList<CampaignCase> cases)
    {
        this.cases = cases;
        now = snapshot.Now;
        queues = [.. snapshot.Waiting.Keys.Concat(cases.Select(c => c.Campaign.Queue)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        List<string> takers = [.. queues, .. cases.Select(c => c.Campaign.Queue)];     // each queue's callers, then each campaign
        var later = Those(snapshot, AgentActivity.Talking, AgentActivity.WrapUp);
        var ringing = Those(snapshot, AgentActivity.Ringing);
        (free, busy) = (new(takers, Those(snapshot, AgentActivity.Free)), new(takers, later));
        busyAgents = [.. Enumerable.Range(0, busy.Groups).Select(g => later.Where((_, i) => busy.Group(i) == g).ToList())];
        attended = [.. snapshot.Agents.Where(a => a.Activity != AgentActivity.Away).SelectMany(a => a.Queues)];
        wrapUps = new(later, now);

        ServeWaiting(snapshot, new(takers, ringing));
        afterWaiting = [.. cases.Select((_, i) => free.SpareOf(Taker(i)))];
        reserved = [.. cases.Select(_ => 0)];
        for (var i = 0; i < cases.Count; i++)
            while (reserved[i] < cases[i].ToReserve && free.TryTake(Taker(i))) reserved[i]++;
        Share(free, i => (long)cases[i].Room + cases[i].Ringing - reserved[i]);
        Share(busy, i => cases[i].Room);
    }

    /// <summary>Whether anybody takes calls of a campaign's queue.</summary>
    public bool HasAgents(int index) => attended.Contains(cases[index].Campaign.Queue);

    /// <summary>Whether an agent of its queue is free, if only for somebody else.</summary>
    public bool HasFree(int index) => free.Of(Taker(index)) > 0;

    /// <summary>Whether others have all the agents whom it might reckon with.</summary>
    public bool IsLeftOut(int index) =>
        free.TakenBy(Taker(index)) + busy.TakenBy(Taker(index)) == 0 && free.Of(Taker(index)) + busy.Of(Taker(index)) > 0;

    /// <summary>Free agents of its queue for whom no caller waits.</summary>
    public int FreeAfterWaiting(int index) => afterWaiting[index];

    /// <summary>The agents that it may reckon with.</summary>
    public AgentOutlook OutlookOf(int index)
    {
        var groups = new List<(int, BusyGroup)>();
        for (var g = 0; g < busy.Groups; g++)
            if (cases[index].Measured is { } measured && busy.Taken(Taker(index), g) is var agents and > 0)
                groups.Add((agents, new(busyAgents[g], now, measured, wrapUps)));
        return new(free.TakenBy(Taker(index)), busy.TakenBy(Taker(index)), shortOf.GetValueOrDefault(cases[index].Campaign.Queue), groups);
    }

    private int Taker(int index) => queues.Count + index;

    // An agent whose phone rings has a caller already: that one needs nobody else.
    private void ServeWaiting(DialSnapshot snapshot, AgentPool ringing)
    {
        for (var q = 0; q < queues.Count; q++)
        {
            // A contact who has just answered may not be seen in the queue yet.
            var contacts = cases.Where(c => c.Campaign.Queue == queues[q]).Sum(c => c.Waiting);
            var waiting = Math.Max(snapshot.Waiting.GetValueOrDefault(queues[q]), contacts);
            while (waiting > 0 && (ringing.TryTake(q) || free.TryTake(q))) waiting--;
            if (waiting > 0) shortOf[queues[q]] = waiting;
        }
    }

    // One at a time, to whoever has fewest; those of a lower priority begin when the ones above them want no more or find none.
    private void Share(AgentPool pool, Func<int, long> most)
    {
        var taken = new int[cases.Count];
        int[] held = [.. cases.Select((c, i) => c.Connected + free.TakenBy(Taker(i)) + busy.TakenBy(Taker(i)))];
        foreach (var equals in Enumerable.Range(0, cases.Count).GroupBy(i => cases[i].Campaign.Priority))
        {
            var wanting = equals.Where(i => cases[i].Room > 0 && most(i) > 0).ToList();
            while (wanting.Count > 0)
            {
                var next = wanting.MinBy(i => (held[i], i));
                if (!pool.TryTake(Taker(next)) || ++taken[next] == most(next)) wanting.Remove(next);
                held[next]++;
            }
        }
    }

    private static List<AgentNow> Those(DialSnapshot snapshot, params ReadOnlySpan<AgentActivity> doing)
    {
        var those = new List<AgentNow>();
        foreach (var agent in snapshot.Agents)
            if (doing.Contains(agent.Activity)) those.Add(agent);
        return those;
    }
}
