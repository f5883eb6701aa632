using System.Globalization;

namespace Expand.Benchmarks.Dialer;

/// <summary>The first day, from opening to closing: what agents did, how many calls went on, and how near the cap was.</summary>
internal static class DayPicture
{
    private const double Left = 70, Width = 860, Height = 150;

    public static string Of(DialerReport report)
    {
        var world = report.World;
        var picture = new Picture(960, 770, "The first day: talk share, calls under way per agent, and the abandonment rate of the last hour");
        var x = picture.Key(Left, 28, "predictive", "predictive");
        x = picture.Key(x, 28, "progressive", "progressive");
        x = picture.Key(x, 28, "cap", string.Create(CultureInfo.InvariantCulture, $"cap, {world.Cap:P0}"));
        picture.Key(x, 28, "world", "part of the calls that a person answers");
        var hours = Enumerable.Range((int)(world.Opens / 3600), (int)((world.Closes - world.Opens) / 3600) + 1)
            .Select(h => (h * 3600.0, string.Create(CultureInfo.InvariantCulture, $"{h}:00"))).ToList();
        Chart At(double top, double to) => new(picture, Left, top, Width, Height, world.Opens, world.Closes, 0, to);

        var talk = At(82, 1);
        talk.Axes("Talk share of the agents' time (mean of ten minutes)", hours, Steps(0, 1, 0.25, v => $"{v * 100:0} %"));
        talk.Curve(Enumerable.Range(0, 145).Select(i => world.Opens + (i * 300)).Select(t => ((double)t, world.AnswerRateAt(t))), "world");
        var calls = At(322, 1.6);
        calls.Axes("Calls under way per agent (mean of ten minutes)", hours, Steps(0, 1.6, 0.4, v => v.ToString("0.0", CultureInfo.InvariantCulture)));
        var rate = At(562, 0.04);
        rate.Axes("Abandoned in the hour before", hours, Steps(0, 0.04, 0.01, v => $"{v * 100:0} %"), "time of day");
        rate.Level(world.Cap, "cap");
        foreach (var (kind, css) in new[] { (WayKind.Progressive, "progressive"), (WayKind.Predictive, "predictive") })
        {
            var ledger = report.Of(kind)[0];
            var day = ledger.Minutes.Where(m => m.At < World.Day && m.Agents > 0).ToList();
            talk.Curve(Means(day, m => m.Talking), css);
            calls.Curve(Means(day, m => m.Calls), css);
            rate.Curve(ledger.RatesAt(day.Select(m => m.At)), css);
        }
        return picture.ToString();
    }

    private static IEnumerable<(double, double)> Means(List<Minute> day, Func<Minute, int> what) =>
        day.Chunk(10).Select(part => (part.Average(m => m.At), part.Sum(what) / (double)part.Sum(m => m.Agents)));

    private static IEnumerable<(double, string)> Steps(double from, double to, double step, Func<double, string> text) =>
        Enumerable.Range(0, (int)Math.Round((to - from) / step) + 1).Select(i => from + (i * step)).Select(v => (v, text(v)));
}
