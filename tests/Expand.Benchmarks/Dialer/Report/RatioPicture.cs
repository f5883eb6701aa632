using System.Globalization;

namespace Expand.Benchmarks.Dialer;

/// <summary>Talk share and the worst hour of each fixed ratio, beside progressive and predictive dialling.</summary>
internal static class RatioPicture
{
    private const double WorstShown = 0.12;

    public static string Of(DialerReport report)
    {
        var picture = new Picture(960, 640, "Agents' talk share and the worst hour's abandonment rate, by dialling ratio");
        var x = picture.Key(60, 28, "predictive", "predictive");
        x = picture.Key(x, 28, "progressive", "progressive");
        x = picture.Key(x, 28, "ratio", "fixed ratio");
        picture.Key(x, 28, "cap", string.Create(CultureInfo.InvariantCulture, $"cap, {report.World.Cap:P0}"));
        Column(picture, report, WayKind.PerFreeAgent, 60, "calls that ring per agent who waits", 0.5, "0.0");
        Column(picture, report, WayKind.LinesPerAgent, 540, "lines per agent", 0.08, "0.00");
        return picture.ToString();
    }

    private static void Column(Picture picture, DialerReport report, WayKind kind, double left, string under, double step, string format)
    {
        var ratios = report.Ratios(kind).ToList();
        var (from, to) = (ratios[0].Ratio, ratios[^1].Ratio);
        var across = Enumerable.Range(0, (int)Math.Round((to - from) / step) + 1).Select(i => from + (i * step))
            .Select(r => (r, r.ToString(format, CultureInfo.InvariantCulture))).ToList();
        var (predictive, progressive) = (report.Of(WayKind.Predictive), report.Of(WayKind.Progressive));

        var talk = new Chart(picture, left, 78, 380, 200, from, to, 0.5, 0.9);
        talk.Axes("Talk share of the agents' time", across, Percents(0.5, 0.9, 0.1));
        talk.Level(DialerReport.TalkShare(progressive), "progressive");
        talk.Level(DialerReport.TalkShare(predictive), "predictive");
        talk.Curve(ratios.Select(r => (r.Ratio, r.TalkShare)), "ratio");
        talk.Dots(ratios.Select(r => (r.Ratio, r.TalkShare)), "ratio");

        var worst = new Chart(picture, left, 362, 380, 200, from, to, 0, WorstShown);
        worst.Axes("Abandoned in the worst hour", across, Percents(0, WorstShown, 0.03), under);
        worst.Level(report.World.Cap, "cap");
        worst.Level(DialerReport.Worst(progressive), "progressive");
        worst.Level(DialerReport.Worst(predictive), "predictive");
        var shown = ratios.TakeWhile(r => r.Worst <= WorstShown).Select(r => (r.Ratio, r.Worst)).ToList();
        worst.Curve([.. shown, .. Leaving(ratios)], "ratio");
        worst.Dots(shown, "ratio");
    }

    // Where the curve leaves the chart at the top.
    private static IEnumerable<(double, double)> Leaving(List<(double Ratio, double TalkShare, double Worst)> ratios)
    {
        var next = ratios.FindIndex(r => r.Worst > WorstShown);
        if (next <= 0) yield break;
        var (a, b) = (ratios[next - 1], ratios[next]);
        yield return (a.Ratio + ((b.Ratio - a.Ratio) * (WorstShown - a.Worst) / (b.Worst - a.Worst)), WorstShown);
    }

    private static IEnumerable<(double, string)> Percents(double from, double to, double step) =>
        Enumerable.Range(0, (int)Math.Round((to - from) / step) + 1).Select(i => from + (i * step))
            .Select(v => (v, string.Create(CultureInfo.InvariantCulture, $"{v * 100:0} %")));
}
