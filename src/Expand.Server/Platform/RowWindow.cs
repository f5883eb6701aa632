using System.Globalization;

namespace Expand.Server.Platform;

/// <summary>Where a row stands among rows in the order of their instants: no other has the same instant and id.</summary>
internal readonly record struct RowMark(DateTimeOffset At, long Id)
{
    private const long TicksPerMicrosecond = TimeSpan.TicksPerMillisecond / 1000;

    /// <summary>As an address holds it.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(At - DateTimeOffset.UnixEpoch).Ticks / TicksPerMicrosecond}.{Id}");

    /// <summary>The mark of that text; null where it is none.</summary>
    public static RowMark? Parse(string? text)
    {
        var parts = (text ?? "").Split('.');
        if (parts.Length != 2 || !long.TryParse(parts[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var microseconds)
            || !long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var id)) return null;
        return Math.Abs(microseconds) < 200_000_000_000_000_000 / TicksPerMicrosecond ? new RowMark(DateTimeOffset.UnixEpoch.AddTicks(microseconds * TicksPerMicrosecond), id) : null;
    }
}

/// <summary>Some of many rows, newest first, found from a mark on and not by counting: the last page costs as much as the first.</summary>
/// <param name="Size">Rows at most.</param>
/// <param name="OlderThan">Only rows older than this one.</param>
/// <param name="NewerThan">Only rows newer than this one: those next to it.</param>
internal sealed record RowWindow(int Size, RowMark? OlderThan = null, RowMark? NewerThan = null)
{
    /// <summary>The end of a statement: which rows, in which order, and one more than are shown, to know whether there are more.</summary>
    public string Sql(string at, string id, List<object> values)
    {
        var (order, where) = (NewerThan is null ? "desc" : "asc", "");
        if ((NewerThan ?? OlderThan) is { } mark)
        {
            values.Add(mark.At.UtcDateTime);
            values.Add(mark.Id);
            where = $" and ({at}, {id}) {(NewerThan is null ? "<" : ">")} (${values.Count - 1}, ${values.Count})";
        }

        return string.Create(CultureInfo.InvariantCulture, $"{where} order by {at} {order}, {id} {order} limit {Size + 1}");
    }

    /// <summary>What was read with <see cref="Sql"/>.</summary>
    public RowPage<T> Page<T>(List<T> read)
    {
        var more = read.Count > Size;
        if (more) read.RemoveAt(Size);
        if (NewerThan is not null) read.Reverse();
        return NewerThan is not null ? new RowPage<T>(read, more, HasOlder: true) : new RowPage<T>(read, OlderThan is not null, more);
    }
}

/// <summary>Rows, newest first, and whether there are others on both sides of them.</summary>
internal sealed record RowPage<T>(IReadOnlyList<T> Rows, bool HasNewer, bool HasOlder);
