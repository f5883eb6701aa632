using Expand.Dialing.Redial;

namespace Expand.Dialing.Pacing;

/// <summary>
/// How long is talked: the chance to last, from one ten seconds to the next (Kaplan and Meier's way). Talks that go on count for as long as they have
/// lasted: without them a day's first talks would all seem to be short, and agents be expected back too soon.
/// </summary>
internal sealed class TalkTimes
{
    private const int Step = 10, Steps = 120;      // twenty minutes; a longer talk goes on as such a one
    private const double Usual = 180;              // seconds; as if half a talk of these were in each step

    private readonly double[] lasts = new double[(Step * Steps) + 1];   // the chance to last so many seconds
    private double lastHazard;                                          // of longer ones to end, in a second

    public TalkTimes(IReadOnlyList<AttemptSample> recent, IEnumerable<double> goingOn)
    {
        var ended = new double[Steps + 1];
        var there = new double[Steps + 1];
        for (var i = Math.Max(0, recent.Count - Measured.Newest); i < recent.Count; i++)
        {
            if (recent[i] is not { Outcome: AttemptOutcome.Answer, ConnectedAt: { } from, EndedAt: var to }) continue;
            var step = StepOf((to - from).TotalSeconds);
            ended[step]++;
            there[step]++;
        }
        foreach (var age in goingOn) there[StepOf(age)]++;
        for (var s = Steps; s > 0; s--) there[s - 1] += there[s];
        Fill(ended, there);
    }

    /// <summary>The chance that a talk that has lasted so long ends within so many seconds.</summary>
    public double Ends(double age, double within)
    {
        if (within <= 0) return 0;
        var (from, to) = (Math.Max(0, (int)age), Math.Max(0, (int)age) + (int)within);
        return to < lasts.Length ? 1 - (lasts[to] / lasts[from]) : 1 - Math.Exp(-lastHazard * within);
    }

    private void Fill(double[] ended, double[] there)
    {
        lasts[0] = 1;
        for (var step = 0; step <= Steps; step++)
        {
            var present = step < Steps ? (there[step] + there[step + 1]) / 2 : there[step];
            lastHazard = (ended[step] + 0.5) / ((present * Step) + (0.5 * Usual));
            var stays = Math.Exp(-lastHazard);
            for (var s = step * Step; step < Steps && s < (step + 1) * Step; s++) lasts[s + 1] = lasts[s] * stays;
        }
    }

    private static int StepOf(double seconds) => Math.Clamp((int)(seconds / Step), 0, Steps);
}
