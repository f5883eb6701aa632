namespace Expand.Benchmarks.Dialer;

/// <summary>Rates of rolling hours.</summary>
internal static class Hour
{
    private const double Length = 3600;

    /// <summary>The worst of the hours that end with one of these, and hold so many of them at least.</summary>
    public static double Worst(IEnumerable<(double At, bool IsAbandoned)> answers, int atLeast)
    {
        List<(double At, bool IsAbandoned)> sorted = [.. answers.OrderBy(a => a.At)];
        var (worst, first, abandoned) = (0.0, 0, 0);
        for (var last = 0; last < sorted.Count; last++)
        {
            if (sorted[last].IsAbandoned) abandoned++;
            for (; sorted[first].At <= sorted[last].At - Length; first++)
                if (sorted[first].IsAbandoned) abandoned--;
            var count = last - first + 1;
            if (count >= atLeast) worst = Math.Max(worst, (double)abandoned / count);
        }
        return worst;
    }

    /// <summary>The rate at each of these times, in their order.</summary>
    public static IEnumerable<(double At, double Rate)> RatesAt(IEnumerable<(double At, bool IsAbandoned)> answers, IEnumerable<double> times)
    {
        List<(double At, bool IsAbandoned)> sorted = [.. answers.OrderBy(a => a.At)];
        var (first, next, abandoned) = (0, 0, 0);
        foreach (var time in times)
        {
            for (; next < sorted.Count && sorted[next].At <= time; next++)
                if (sorted[next].IsAbandoned) abandoned++;
            for (; first < next && sorted[first].At <= time - Length; first++)
                if (sorted[first].IsAbandoned) abandoned--;
            yield return (time, next == first ? 0 : (double)abandoned / (next - first));
        }
    }
}
