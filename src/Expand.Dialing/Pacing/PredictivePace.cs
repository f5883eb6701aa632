namespace Expand.Dialing.Pacing;

/// <summary>
/// How many calls to place ahead of the agents. Two things hold it back. The agents: by the time that a call placed now is answered, the chance that
/// nobody is free for it is not to be above what the cap leaves room for. And the cap itself, by what the calls under way may do at the worst.
/// </summary>
internal sealed class PredictivePace
{
    /// <summary>The part of their patience that contacts are reckoned to wait for an agent. Who would wait longer counts as lost.</summary>
    private const double Grace = 0.5;

    /// <summary>
    /// The chance of finding nobody free that the last call placed may have, while nothing of what is aimed at is used up; it falls with what is. More
    /// would spend the cap in bursts, and make agents wait in between (seen: at 0.6 more contacts were abandoned, and agents talked less).
    /// </summary>
    private const double MostLoss = 0.15;

    /// <summary>Of the cap: a call whose chance of finding nobody is below this lowers the rate, and may be placed however high it is.</summary>
    private const double Harmless = 0.5;

    /// <summary>Where between now and the end of the ringing it is looked how many could be lost; the worst of these counts.</summary>
    private static readonly double[] Looks = [0.1, 0.2, 0.35, 0.5, 0.7, 1];

    private readonly Measured measured;
    private readonly AbandonmentBudget budget;
    private readonly (double Seconds, Excess Excess)[] looks;
    private readonly Excess soon;
    private readonly double harmless;

    public PredictivePace(CampaignCase item, Measured measured, AgentOutlook agents)
    {
        this.measured = measured;
        budget = item.Budget;
        var campaign = item.Campaign;
        harmless = Harmless * campaign.AbandonmentCap;
        var grace = Grace * campaign.Patience.TotalSeconds;
        var ringing = campaign.Calls.Where(c => c.AnsweredAt == null).GroupBy(c => Math.Floor((item.Now - c.AskedAt).TotalSeconds))
            .Select(g => (Age: g.Key, Calls: g.Count())).OrderBy(g => g.Age).ToList();
        Excess After(double seconds)
        {
            var excess = new Excess();
            excess.Add(agents.Short - agents.Free);
            foreach (var (age, calls) in ringing) excess.AddNeeds(calls, measured.Answers.Chance(age, seconds));
            agents.AddTo(excess, seconds + grace);
            return excess;
        }
        // Whoever abandons by some moment did so because the needs exceeded the agents at a moment before: so the greatest excess bounds them.
        looks = [.. Looks.Select(part => part * campaign.RingTime.TotalSeconds).Select(s => (s, After(s)))];
        soon = After(measured.Answers.Mean);
        AgentsSoon = agents.Free + agents.Back(measured.Answers.Mean + grace);
    }

    /// <summary>Agents who are free, or are to be expected back by the time that a contact has answered.</summary>
    public double AgentsSoon { get; }

    /// <summary>Whether it was the cap that allowed no more.</summary>
    public bool IsCapHeld { get; private set; }

    /// <summary>How many more calls may be placed, of so many at most.</summary>
    public int Calls(int most)
    {
        var calls = 0;
        for (; calls < most && MayPlace(); calls++)
        {
            foreach (var (seconds, excess) in looks) excess.AddNeeds(1, measured.Answers.Chance(0, seconds));
            // It is answered a little later than those that ring already: here it counts nearly in full.
            soon.AddNeeds(1, measured.Answers.Chance(0, 1.5 * measured.Answers.Mean));
        }
        return calls;
    }

    private bool MayPlace()
    {
        IsCapHeld = !looks.All(look => budget.Allows(look.Excess));
        return !IsCapHeld && soon.Above(-1) <= Math.Max(harmless, MostLoss * (1 - budget.Used(soon.Expected())));
    }
}
