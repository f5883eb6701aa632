namespace Expand.Dialing.Calendar;

/// <summary>Hours of operation on some weekdays, in the campaign's time zone, or in the contact's where it has one.</summary>
/// <param name="Weekdays"><c>mon</c> to <c>sun</c>, in this order.</param>
/// <param name="From"><c>HH:MM</c>, from when it calls.</param>
/// <param name="To"><c>HH:MM</c>, after <paramref name="From"/>; <c>24:00</c> is the day's end. It does not call from then on.</param>
public sealed record OperationHours(IReadOnlyList<string> Weekdays, string From, string To)
{
    /// <summary>The same days and hours.</summary>
    public bool Equals(OperationHours? other) => other is not null && From == other.From && To == other.To && Weekdays.SequenceEqual(other.Weekdays);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(From, To, Weekdays.Count);
}
