using Expand.Dialing.Redial;

namespace Expand.Dialing.Pacing;

/// <summary>
/// How many calls a contact answers, and how soon. Rates change over the day: what is ten minutes old weighs half. Attempts are looked at by the end of
/// their ringing, those that are talked on with them: by the end of the attempt, answered ones would come late and be counted too few.
/// </summary>
internal sealed class AnswerTimes
{
    private const double HalfLife = 600;        // seconds
    private const int Longest = 120;            // seconds of ringing; what rings longer counts as this
    private static readonly double[] Weights = [.. Enumerable.Range(0, 1024).Select(i => Math.Pow(2, -10 * i / HalfLife))];   // by ten seconds

    private readonly DateTimeOffset now;
    private readonly double[] answered = new double[Longest + 1];   // weight of those that were answered within so many seconds
    private readonly double[] rang = new double[Longest + 1];       // weight of those that rang at least so long
    private readonly double measuredRate;
    private double attempts, squares, seconds;

    public AnswerTimes(CampaignNow campaign, DateTimeOffset now)
    {
        this.now = now;
        var recent = campaign.Recent;
        var skipped = Math.Max(0, recent.Count - Measured.Newest);
        // Of all that stopped ringing after this, none is missing: else those that are answered would be too many, since they end later.
        var since = skipped > 0 ? recent[skipped - 1].EndedAt : DateTimeOffset.MinValue;
        for (var i = skipped; i < recent.Count; i++)
        {
            var attempt = recent[i];
            var end = attempt.AnsweredAt ?? attempt.EndedAt;
            if (end > since) Add(attempt.AskedAt, end, NeedsAgent(attempt));
        }
        foreach (var call in campaign.Calls)
            if (call.AnsweredAt is { } end && end > since) Add(call.AskedAt, end, true);

        for (var s = Longest; s > 0; s--) rang[s - 1] += rang[s];
        for (var s = 1; s <= Longest; s++) answered[s] += answered[s - 1];
        measuredRate = attempts > 0 ? Math.Max(answered[Longest] / attempts, 1e-3) : 1;
        Mean = answered[Longest] > 0 ? seconds / answered[Longest] : 10;
        Rate = UpperRate();
    }

    /// <summary>The part of the calls that somebody answers, a little above what is measured: luck is not to be dialled upon.</summary>
    public double Rate { get; }

    /// <summary>The seconds until a contact who answers has done so.</summary>
    public double Mean { get; }

    /// <summary>The chance that a call that rings for so long is answered within so many seconds more.</summary>
    public double Chance(double age, double within)
    {
        var from = Math.Clamp((int)age, 0, Longest);
        var to = Math.Clamp((int)Math.Ceiling(age + within), 0, Longest);
        var those = answered[to] - (from == 0 ? 0 : answered[from - 1]);
        // As if one attempt more had rung so long, and been answered as most are.
        var chance = (those + measuredRate) / (rang[from] + 1);
        return Math.Clamp(chance * (Rate / measuredRate), 0, 1);
    }

    // A machine that was kept from the agents needs none.
    private static bool NeedsAgent(AttemptSample attempt) => attempt.AnsweredAt != null
        && (attempt.Outcome is AttemptOutcome.Answer or AttemptOutcome.Abandoned || attempt.ConnectedAt != null);

    private void Add(DateTimeOffset asked, DateTimeOffset end, bool isAnswer)
    {
        var weight = Weights[Math.Clamp((int)((now - end).TotalSeconds / 10), 0, Weights.Length - 1)];
        var second = Math.Clamp((int)(end - asked).TotalSeconds, 0, Longest);
        attempts += weight;
        squares += weight * weight;
        rang[second] += weight;
        if (!isAnswer) return;
        answered[second] += weight;
        seconds += weight * second;
    }

    // The upper end of Agresti and Coull's interval: as if two more were answered and two not, and two deviations.
    private double UpperRate()
    {
        var count = attempts > 0 ? attempts * attempts / squares : 0;      // so many alike would tell as much
        var rate = ((attempts > 0 ? answered[Longest] / attempts * count : 0) + 2) / (count + 4);
        return Math.Min(1, rate + (2 * Math.Sqrt(rate * (1 - rate) / (count + 4))));
    }
}
