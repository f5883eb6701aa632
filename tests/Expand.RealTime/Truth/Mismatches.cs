namespace Expand.RealTime.Truth;

/// <summary>What differs between the ledger and a report, told so that one can see who is right.</summary>
internal sealed class Mismatches(string report)
{
    private readonly List<string> _found = [];

    public int Count => _found.Count;

    /// <summary>How many things were looked at: a comparison of nothing proves nothing.</summary>
    public int Compared { get; private set; }

    public void Equal(string what, string expected, string reported, object story) => Check(expected == reported, what, expected, reported, story);

    public void Fits(string what, Extent expected, string reported, object story, long tolerance = 1) =>
        Check(long.TryParse(reported, out var number) && expected.Fits(number, tolerance), what, expected.ToString(), reported, story);

    public void Fits(string what, Moment expected, DateTimeOffset reported, object story) =>
        Check(expected.Fits(reported), what, expected.ToString(), $"{reported:HH:mm:ss}", story);

    public void Check(bool holds, string what, string expected, string reported, object story)
    {
        Compared++;
        if (!holds) _found.Add($"{report}: {what}: the ledger has {expected}, reported is {reported}\n      ledger: {story}");
    }

    public string Tell(int most = 25) =>
        $"{report}: {_found.Count} of {Compared} comparisons differ\n" + string.Concat(_found.Take(most).Select(f => $"    {f}\n"));
}
