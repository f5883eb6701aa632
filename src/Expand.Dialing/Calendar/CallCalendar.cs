using System.Globalization;

namespace Expand.Dialing.Calendar;

/// <summary>
/// When a campaign may call: its days from the first to the last, its weekdays and hours, and no holiday. All of them are read off the clock on the wall:
/// the campaign's, or the contact's where its zone is given. So an hour that the summer time repeats is open twice, and one that it skips not at all.
/// </summary>
public sealed class CallCalendar
{
    private readonly TimeZoneInfo zone;
    private readonly DateOnly first;
    private readonly DateOnly last;
    private readonly IReadOnlySet<DateOnly> holidays;

    /// <summary>For each weekday from Sunday on, what is open on it: minutes of the day, ordered, the end not included.</summary>
    private readonly (int From, int To)[][] week;

    /// <summary>A calendar.</summary>
    /// <param name="zone">The campaign's time zone.</param>
    /// <param name="first">The first day of operation.</param>
    /// <param name="last">The last day of operation.</param>
    /// <param name="hours">The hours; none: it is never open.</param>
    /// <param name="holidays">Days on which nobody is called.</param>
    public CallCalendar(TimeZoneInfo zone, DateOnly first, DateOnly last, IReadOnlyList<OperationHours> hours, IReadOnlySet<DateOnly> holidays)
    {
        (this.zone, this.first, this.last, this.holidays) = (zone, first, last, holidays);
        week = [.. Enumerable.Range(0, 7).Select(day => hours
            .Where(h => h.Weekdays.Contains(Words[day]))
            .Select(h => (From: Minute(h.From), To: Minute(h.To)))
            .OrderBy(h => h.From).ToArray())];
    }

    /// <summary>Weekdays as the contract writes them, in the order of <see cref="DayOfWeek"/>.</summary>
    private static readonly string[] Words = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    /// <summary>Whether somebody may be called at an instant.</summary>
    /// <param name="at">The instant.</param>
    /// <param name="contactZone">The contact's own zone; null: the campaign's.</param>
    public bool IsOpen(DateTimeOffset at, TimeZoneInfo? contactZone = null)
    {
        var local = TimeZoneInfo.ConvertTime(at, contactZone ?? zone).DateTime;
        var minute = (int)local.TimeOfDay.TotalMinutes;
        return IsDay(DateOnly.FromDateTime(local)) && Array.Exists(week[(int)local.DayOfWeek], h => h.From <= minute && minute < h.To);
    }

    /// <summary>The first instant from <paramref name="at"/> on at which somebody may be called; null where there is none any more.</summary>
    /// <param name="at">The instant.</param>
    /// <param name="contactZone">The contact's own zone; null: the campaign's.</param>
    public DateTimeOffset? NextOpening(DateTimeOffset at, TimeZoneInfo? contactZone = null)
    {
        if (IsOpen(at, contactZone)) return at;
        var there = contactZone ?? zone;
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, there).DateTime);
        // A week of weekdays lies between two hours, and any number of holidays.
        for (var day = today < first ? first : today; day <= last; day = day.AddDays(1))
        {
            if (!IsDay(day)) continue;
            foreach (var hours in week[(int)day.DayOfWeek])
            {
                if (OpeningOf(day, hours, there, at) is { } opening) return opening;
            }
        }

        return null;
    }

    /// <summary>When a last day is over: from then on nobody is called any more.</summary>
    public DateTimeOffset EndsAt => Instant(last.AddDays(1).ToDateTime(TimeOnly.MinValue), zone);

    private bool IsDay(DateOnly day) => first <= day && day <= last && !holidays.Contains(day);

    /// <summary>The first open instant after <paramref name="after"/> of a day's hours: their beginning, or the minute after one that the clock skips.</summary>
    private DateTimeOffset? OpeningOf(DateOnly day, (int From, int To) hours, TimeZoneInfo there, DateTimeOffset after)
    {
        for (var minute = hours.From; minute < hours.To; minute++)
        {
            var wall = day.ToDateTime(TimeOnly.MinValue).AddMinutes(minute);
            if (there.IsInvalidTime(wall)) continue;
            foreach (var opening in Instants(wall, there))
            {
                if (opening >= after && IsOpen(opening, there)) return opening;
            }

            // Hours that are gone are gone as a whole, but for an hour that comes again.
            if (!there.IsAmbiguousTime(wall) && Instant(wall, there) < after && !MayRepeat(day, there)) return null;
        }

        return null;
    }

    private static bool MayRepeat(DateOnly day, TimeZoneInfo there)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue);
        return there.GetUtcOffset(midnight) != there.GetUtcOffset(midnight.AddDays(1));
    }

    private static IEnumerable<DateTimeOffset> Instants(DateTime wall, TimeZoneInfo there) =>
        there.IsAmbiguousTime(wall)
            ? there.GetAmbiguousTimeOffsets(wall).Select(offset => new DateTimeOffset(wall, offset).ToUniversalTime()).Order()
            : [Instant(wall, there)];

    private static DateTimeOffset Instant(DateTime wall, TimeZoneInfo there)
    {
        while (there.IsInvalidTime(wall)) wall = wall.AddMinutes(1);
        return new DateTimeOffset(wall, there.GetUtcOffset(wall)).ToUniversalTime();
    }

    private static int Minute(string text) =>
        (int.Parse(text.AsSpan(0, 2), CultureInfo.InvariantCulture) * 60) + int.Parse(text.AsSpan(3, 2), CultureInfo.InvariantCulture);
}
