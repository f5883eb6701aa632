using System.Globalization;
using System.Text;

namespace Expand.Server.Platform;

/// <summary>
/// The installation's time zone: what the APIs call a date. Stored instants are UTC; only doors speak local time
/// (contract, soap.md, "Rules for all operations").
/// </summary>
internal sealed class LocalTime(TimeZoneInfo zone, TimeProvider clock)
{
    private static readonly string[] Formats =
        ["yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd HH:mm", "yyyy-MM-dd'T'HH:mm"];

    /// <summary>Bytes that <see cref="Format(DateTimeOffset, Span{byte})"/> writes.</summary>
    public const int FormatLength = 19;

    /// <summary>An hour: no zone changes its clocks and changes them back within one.</summary>
    private const long StretchTicks = TimeSpan.TicksPerHour;

    private Stretch? stretch;

    private sealed record Stretch(long From, long To, long Offset);

    /// <summary>The zone itself.</summary>
    public TimeZoneInfo Zone => zone;

    /// <summary>Now, in UTC.</summary>
    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>Local wall-clock text, <c>YYYY-MM-DD HH:MM:SS</c>.</summary>
    public string Format(DateTimeOffset instant)
    {
        Span<byte> text = stackalloc byte[FormatLength];
        Format(instant, text);
        return Encoding.ASCII.GetString(text);
    }

    /// <summary>The same as ASCII, for reports of many rows.</summary>
    /// <param name="instant">What is written.</param>
    /// <param name="ascii">Where: <see cref="FormatLength"/> bytes.</param>
    public void Format(DateTimeOffset instant, Span<byte> ascii)
    {
        // The round form is what .NET writes fastest; the wire has a space where it has a T.
        var local = Math.Clamp(instant.UtcTicks + OffsetAt(instant.UtcTicks), DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks);
        new DateTime(local).TryFormat(ascii, out _, "s", CultureInfo.InvariantCulture);
        ascii[10] = (byte)' ';
    }

    /// <summary>Ticks between UTC and local time at an instant. Asked of the zone once for rows that follow each other.</summary>
    private long OffsetAt(long utcTicks)
    {
        if (Volatile.Read(ref stretch) is { } known && utcTicks >= known.From && utcTicks < known.To) return known.Offset;
        var offset = zone.GetUtcOffset(new DateTime(utcTicks, DateTimeKind.Utc)).Ticks;
        var from = utcTicks - (utcTicks % StretchTicks);
        if (from > DateTime.MaxValue.Ticks - StretchTicks) return offset;
        var (first, last) = (zone.GetUtcOffset(new DateTime(from, DateTimeKind.Utc)), zone.GetUtcOffset(new DateTime(from + StretchTicks - 1, DateTimeKind.Utc)));
        if (first == last) Volatile.Write(ref stretch, new Stretch(from, from + StretchTicks, first.Ticks));
        return offset;
    }

    /// <summary>To the microsecond and with the offset, ISO 8601: <c>YYYY-MM-DDTHH:MM:SS.ffffff±HH:MM</c>.</summary>
    public string FormatExact(DateTimeOffset instant) =>
        TimeZoneInfo.ConvertTime(instant, zone).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffffzzz", CultureInfo.InvariantCulture);

    /// <summary>The local day that an instant is in.</summary>
    public DateOnly DayOf(DateTimeOffset instant) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, zone).DateTime);

    /// <summary>A day's first instant, in UTC; it lasts to the next one's.</summary>
    public DateTimeOffset StartOf(DateOnly day) => ToUtc(day.ToDateTime(TimeOnly.MinValue), latest: false);

    /// <summary>An <i>inicio</i>: a bare day is its first instant. Null where the text is no date.</summary>
    public DateTimeOffset? Start(string text) => Parse(text, dayEnd: false);

    /// <summary>A <i>fin</i>: a bare day is its last second. Intervals hold both ends. Null where the text is no date.</summary>
    public DateTimeOffset? End(string text) => Parse(text, dayEnd: true);

    /// <summary>Clients write 0001-01-01 and 9999-12-31 for "no bound": every zone's offset must still fit around them.</summary>
    private static readonly DateTime First = new(2, 1, 1);
    private static readonly DateTime Last = new(9998, 12, 31, 23, 59, 59);

    private DateTimeOffset? Parse(string text, bool dayEnd)
    {
        text = text.Trim();
        if (DateTime.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return ToUtc(dayEnd ? day.Add(new TimeSpan(23, 59, 59)) : day, dayEnd);
        return DateTime.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var moment)
            ? ToUtc(moment, dayEnd)
            : null;
    }

    /// <summary>
    /// In the hour that a daylight-saving change repeats, a start is its first occurrence and an end its second, so that a
    /// period never loses the doubled hour; a time that the change skips is read with the offset before it.
    /// </summary>
    private DateTimeOffset ToUtc(DateTime local, bool latest)
    {
        local = local < First ? First : local > Last ? Last : local;
        // From the offsets before and after, and not by IsAmbiguousTime: it does not see a change that falls on the border of two of the zone's
        // rules (Asunción, 2009). What an instant is shown as decides what the text may mean.
        var (before, after) = (OffsetAround(local, -1), OffsetAround(local, 1));
        var meant = new[] { before, after }.Where(offset => zone.GetUtcOffset(new DateTimeOffset(local, offset)) == offset).ToList();
        var offset = meant.Count == 0 ? before : latest ? meant.Min() : meant.Max();
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }

    private TimeSpan OffsetAround(DateTime local, int days) => zone.GetUtcOffset(new DateTimeOffset(local.AddDays(days), TimeSpan.Zero));
}

internal static class Instants
{
    /// <summary>The second that the instant is in: as the wire and Asterisk's logs have it, so that what is answered now is what is answered later.</summary>
    public static DateTimeOffset WholeSecond(this DateTimeOffset instant) => DateTimeOffset.FromUnixTimeSeconds(instant.ToUnixTimeSeconds());
}
