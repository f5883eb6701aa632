using Expand.Dialing.Pacing;
using Expand.Dialing.Redial;

namespace Expand.Benchmarks.Dialer;

/// <summary>What was so, written down beside the dialer: it is judged by this, not by what it counted itself.</summary>
internal sealed class Ledger(World world)
{
    private readonly List<(double At, bool IsAbandoned)> answered = [], decided = [];
    private double manned, talked, idle;

    public int Attempts { get; private set; }

    public int Talks { get; private set; }

    public int Abandoned { get; private set; }

    /// <summary>Hours that the centre was open until the last contact was done with.</summary>
    public double Hours { get; set; }

    /// <summary>Of the time in which agents were there and not paused, the part in which they talked.</summary>
    public double TalkShare => talked / manned;

    /// <summary>The part in which they waited for a call.</summary>
    public double IdleShare => idle / manned;

    /// <summary>Of those who answered, the part that found no agent.</summary>
    public double Rate => (double)Abandoned / (Talks + Abandoned);

    public double CallsPerContact => (double)Attempts / world.Contacts;

    public double CallsPerTalk => (double)Attempts / Talks;

    /// <summary>A look at every minute.</summary>
    public List<Minute> Minutes { get; } = [];

    /// <summary>The worst rate of any hour that ends with an answer or an abandoned call and in which so many answered at least: by when they answered, and by when it was decided.</summary>
    public double Worst(int atLeast) => Math.Max(Hour.Worst(answered, atLeast), Hour.Worst(decided, atLeast));

    /// <summary>The rate of the hour that ends at each of these times.</summary>
    public IEnumerable<(double At, double Rate)> RatesAt(IEnumerable<double> times) => Hour.RatesAt(decided, times);

    public void End(Attempt attempt, double at, AttemptOutcome outcome)
    {
        Attempts++;
        if (outcome is not (AttemptOutcome.Answer or AttemptOutcome.Abandoned)) return;
        var abandoned = outcome == AttemptOutcome.Abandoned;
        if (abandoned) Abandoned++;
        else Talks++;
        answered.Add((attempt.AnsweredAt!.Value, abandoned));
        decided.Add((attempt.ConnectedAt ?? at, abandoned));
    }

    /// <summary>What agents do, while there are contacts enough for all of them: when those run out, no dialer can do anything.</summary>
    public void Look(double now, double seconds, int due, View view)
    {
        var talking = view.Count(AgentActivity.Talking);
        var here = world.Agents - view.Count(AgentActivity.Away);
        if (due >= world.Agents)
        {
            manned += here * seconds;
            talked += talking * seconds;
            idle += view.Count(AgentActivity.Free) * seconds;
        }
        if (now % 60 < seconds) Minutes.Add(new(now, here, talking, view.Calls));
    }
}

/// <summary>A minute's look.</summary>
internal sealed record Minute(double At, int Agents, int Talking, int Calls);
