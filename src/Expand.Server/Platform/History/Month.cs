using System.Globalization;

namespace Expand.Server.Platform.History;

/// <summary>A month, UTC.</summary>
internal readonly record struct Month(int Year, int Number) : IComparable<Month>
{
    /// <summary>Its first instant.</summary>
    public DateTimeOffset Start => new(Year, Number, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The month that an instant is in.</summary>
    public static Month Of(DateTimeOffset instant) => new(instant.UtcDateTime.Year, instant.UtcDateTime.Month);

    /// <summary>The one that many months later, or before.</summary>
    public Month Plus(int months) => Of(Start.AddMonths(months));

    /// <inheritdoc />
    public int CompareTo(Month other) => (Year, Number).CompareTo((other.Year, other.Number));

    public static bool operator <(Month one, Month other) => one.CompareTo(other) < 0;

    public static bool operator >(Month one, Month other) => one.CompareTo(other) > 0;

    public static bool operator <=(Month one, Month other) => one.CompareTo(other) <= 0;

    public static bool operator >=(Month one, Month other) => one.CompareTo(other) >= 0;

    /// <summary><c>YYYY_MM</c>, as partitions are named.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Year:0000}_{Number:00}");

    /// <summary>The month of such a text; null where it is none.</summary>
    public static Month? Parse(string text) =>
        DateTime.TryParseExact(text, "yyyy'_'MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out var month) ? new Month(month.Year, month.Month) : null;
}
