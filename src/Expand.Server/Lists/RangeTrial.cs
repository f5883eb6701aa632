using Expand.Server.Platform;

namespace Expand.Server.Lists;

/// <summary>A range as the rows tried so far leave it.</summary>
internal sealed class TriedRange(long id, DigitRange range, string value)
{
    /// <summary>The element's id; 0 until one that is new is written.</summary>
    public long Id { get; set; } = id;

    public DigitRange Range { get; set; } = range;

    public string Value { get; set; } = value;

    /// <summary>How many rows added or changed it: its versions.</summary>
    public int Changes { get; set; }
}

/// <summary>What became of a row: the range that it added, changed or left as it was, or why it was refused.</summary>
internal sealed record Tried(TriedRange? Range, Failure? Failure, bool IsNew = false)
{
    /// <summary>Whether a range that was there is another one now.</summary>
    public bool IsChanged { get; init; }

    /// <summary>The range that a refused row overlaps.</summary>
    public DigitRange? Overlapped { get; init; }

    /// <summary>As the answer tells it, once the range has its id.</summary>
    public RowOutcome Outcome => Failure is { } refused ? refused : IsNew ? RowOutcome.Added(Range!.Id) : RowOutcome.Updated(Range!.Id);
}

/// <summary>Rows applied in their order to ranges in memory: each adds a range, or changes the one that begins where it does.</summary>
internal sealed class RangeTrial
{
    private readonly Dictionary<short, SortedList<long, TriedRange>> byLength = [];
    private readonly List<TriedRange> added = [];

    /// <summary>Begins with the list's ranges that any of the rows overlaps.</summary>
    public RangeTrial(IEnumerable<RangeElement> touched)
    {
        foreach (var element in touched) OfLength(element.Range.Length).Add(element.Range.First, new TriedRange(element.Id, element.Range, element.Value));
    }

    /// <summary>New ranges, in the order in which they were put.</summary>
    public IReadOnlyList<TriedRange> Added => added;

    /// <summary>Ranges that were there and are other ones now.</summary>
    public IEnumerable<TriedRange> Changed => byLength.Values.SelectMany(r => r.Values).Where(r => r.Id != 0 && r.Changes > 0);

    /// <summary>Tries a row; without <paramref name="overwrite"/> a range that is there stays as it is, and one that begins where it does is in the way.</summary>
    public Tried Put(DigitRange range, string value, bool overwrite = true)
    {
        var ranges = OfLength(range.Length);
        var known = ranges.GetValueOrDefault(range.First);
        if (!overwrite && known?.Range == range) return new Tried(known, null);
        if (InTheWay(ranges, range, overwrite ? known : null) is { } other)
            return new Tried(null, RangeElements.InTheWay(other.Range)) { Overlapped = other.Range };
        if (known is null)
        {
            known = new TriedRange(0, range, value) { Changes = 1 };
            ranges.Add(range.First, known);
            added.Add(known);
            return new Tried(known, null, IsNew: true);
        }

        var isChanged = known.Range != range || known.Value != value;
        if (isChanged) (known.Range, known.Value, known.Changes) = (range, value, known.Changes + 1);
        return new Tried(known, null) { IsChanged = isChanged };
    }

    /// <summary>One of the others that overlaps it. Those in the list do not overlap each other: only the last that begins at or before its end can.</summary>
    private static TriedRange? InTheWay(SortedList<long, TriedRange> ranges, DigitRange range, TriedRange? except)
    {
        for (var i = LastAtOrBefore(ranges.Keys, range.Last); i >= 0; i--)
        {
            var other = ranges.Values[i];
            if (other == except) continue;
            return other.Range.Overlaps(range) ? other : null;
        }

        return null;
    }

    private static int LastAtOrBefore(IList<long> keys, long number)
    {
        var (low, high) = (0, keys.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (keys[middle] <= number) low = middle + 1;
            else high = middle;
        }

        return low - 1;
    }

    private SortedList<long, TriedRange> OfLength(short length)
    {
        if (!byLength.TryGetValue(length, out var ranges)) byLength[length] = ranges = [];
        return ranges;
    }
}
