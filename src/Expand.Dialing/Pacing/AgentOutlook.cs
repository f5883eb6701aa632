namespace Expand.Dialing.Pacing;

/// <summary>The agents whom a campaign may reckon with: those who are free, and those who are busy and will be free some time.</summary>
/// <param name="Free">Free agents that are its own.</param>
/// <param name="Busy">Busy agents that are its own.</param>
/// <param name="Short">Callers who wait in its queue and for whom no agent is free.</param>
/// <param name="Groups">Its busy agents where they are reckoned with: so many of each group of agents who serve the same queues.</param>
internal sealed record AgentOutlook(int Free, int Busy, int Short, IReadOnlyList<(int Agents, BusyGroup Group)> Groups)
{
    /// <summary>How many of the busy ones are to be expected back within so many seconds.</summary>
    public double Back(double within) => Groups.Sum(g => g.Agents * g.Group.Back(within));

    /// <summary>Adds the busy ones who may be back.</summary>
    public void AddTo(Excess excess, double within)
    {
        // All of a group get its mean chance: which of them are this campaign's is not said, and equal chances spread widest.
        foreach (var (agents, group) in Groups) excess.AddAgents(agents, group.Back(within));
    }
}

/// <summary>Busy agents of the same queues.</summary>
internal sealed class BusyGroup(IReadOnlyList<AgentNow> agents, DateTimeOffset now, Measured measured, WrapUps wrapUps)
{
    private readonly Dictionary<double, double> known = [];

    /// <summary>The chance that one of them is free within so many seconds.</summary>
    public double Back(double within)
    {
        if (known.TryGetValue(within, out var chance)) return chance;
        var sum = 0.0;
        foreach (var agent in agents)
        {
            sum += agent.Activity switch
            {
                AgentActivity.WrapUp => wrapUps.Ends(within),
                AgentActivity.Talking => measured.Talks.Ends((now - agent.Since).TotalSeconds, within - wrapUps.Mean),
                _ => 0,
            };
        }
        return known[within] = sum / agents.Count;
    }
}

/// <summary>
/// How long agents rest after a call. No attempt tells it; the agents who rest now do: looked at at any moment, somebody has rested, on the average
/// and in distribution, for as long as he yet will.
/// </summary>
internal sealed class WrapUps
{
    private const double Usual = 10;    // seconds that remain, as if two more agents told so
    private const int Weight = 2;
    private readonly double[] ages;

    public WrapUps(IEnumerable<AgentNow> agents, DateTimeOffset now)
    {
        ages = [.. agents.Where(a => a.Activity == AgentActivity.WrapUp).Select(a => Math.Max(0, (now - a.Since).TotalSeconds)).Order()];
        Mean = 2 * (ages.Sum() + (Weight * Usual)) / (ages.Length + Weight);
    }

    /// <summary>A whole rest, in seconds: what was and what will be. Too long where rests differ much, which dials later rather than sooner.</summary>
    public double Mean { get; }

    /// <summary>The chance that a rest that goes on ends within so many seconds.</summary>
    public double Ends(double within)
    {
        var place = Array.BinarySearch(ages, within);
        var shorter = place >= 0 ? place + 1 : ~place;
        return (shorter + (Weight * (1 - Math.Exp(-within / Usual)))) / (ages.Length + Weight);
    }
}
