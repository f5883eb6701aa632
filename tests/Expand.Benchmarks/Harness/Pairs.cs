using System.Diagnostics;
using System.Globalization;

namespace Expand.Benchmarks.Harness;

/// <summary>
/// Two ways measured in turn, so that whatever else the machine does meets both: a few calls of each that do not count, then pairs, the peer first
/// in one and ours first in the next.
/// </summary>
internal sealed record Pairs(IReadOnlyList<double> Peer, IReadOnlyList<double> Ours)
{
    /// <summary>The median of ours over the peer's.</summary>
    public double Ratio => Median(Ours) / Median(Peer);

    /// <summary>The two medians and how far the pairs' own ratios are apart.</summary>
    public string Tell(string unit, double scale = 1)
    {
        var ratios = Ours.Zip(Peer, (ours, peer) => ours / peer).ToList();
        return string.Create(CultureInfo.InvariantCulture,
            $"{Short(Median(Ours) * scale)} / {Short(Median(Peer) * scale)} {unit}, pairs {Short(ratios.Min())} to {Short(ratios.Max())}");
    }

    /// <summary>Measures both by what they answer (seconds, calls a second, …).</summary>
    /// <param name="peer">The peer; answers what was measured.</param>
    /// <param name="ours">Ours; answers the same of it.</param>
    /// <param name="ct">Gives up.</param>
    /// <param name="warmUps">Calls of each that do not count.</param>
    /// <param name="pairs">Pairs that do.</param>
    public static async Task<Pairs> MeasureAsync(
        Func<CancellationToken, Task<double>> peer, Func<CancellationToken, Task<double>> ours, CancellationToken ct, int warmUps = 10, int pairs = 5)
    {
        for (var i = 0; i < warmUps; i++)
        {
            await peer(ct);
            await ours(ct);
        }

        var (peers, own) = (new List<double>(), new List<double>());
        for (var i = 0; i < pairs; i++)
        {
            if (i % 2 == 0) peers.Add(await peer(ct));
            own.Add(await ours(ct));
            if (i % 2 == 1) peers.Add(await peer(ct));
        }

        return new Pairs(peers, own);
    }

    /// <summary>Measures both by the seconds that they take.</summary>
    public static Task<Pairs> TimeAsync(
        Func<CancellationToken, Task> peer, Func<CancellationToken, Task> ours, CancellationToken ct, int warmUps = 10, int pairs = 5) =>
        MeasureAsync(token => SecondsAsync(peer, token), token => SecondsAsync(ours, token), ct, warmUps, pairs);

    /// <summary>Seconds that it takes.</summary>
    public static async Task<double> SecondsAsync(Func<CancellationToken, Task> work, CancellationToken ct)
    {
        var begun = Stopwatch.GetTimestamp();
        await work(ct);
        return Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }

    /// <summary>The middle one; of an even number the mean of the two in the middle.</summary>
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[(sorted.Count / 2) - 1] + sorted[sorted.Count / 2]) / 2;
    }

    /// <summary>Three digits that tell something.</summary>
    internal static string Short(double value) => value switch
    {
        0 => "0",
        _ when Math.Abs(value) >= 100 => value.ToString("N0", CultureInfo.InvariantCulture),
        _ when Math.Abs(value) >= 10 => value.ToString("0.0", CultureInfo.InvariantCulture),
        _ => value.ToString("0.00", CultureInfo.InvariantCulture),
    };
}
