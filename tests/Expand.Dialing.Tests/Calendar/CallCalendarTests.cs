using CsCheck;
using Expand.Dialing.Calendar;

namespace Expand.Dialing.Tests.Calendar;

/// <summary>When a campaign may call: dates, weekdays, hours, holidays and zones, and the nights in which clocks are changed.</summary>
public sealed class CallCalendarTests
{
    private static readonly TimeZoneInfo Montevideo = TimeZoneInfo.FindSystemTimeZoneById("America/Montevideo");
    private static readonly TimeZoneInfo Madrid = TimeZoneInfo.FindSystemTimeZoneById("Europe/Madrid");
    private static readonly string[] Week = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

    [Fact]
    public void It_calls_on_its_days_in_its_hours_and_not_at_their_end()
    {
        var calendar = Of(Montevideo, [new(["mon", "tue"], "09:00", "18:00"), new(["sat"], "09:00", "13:00")]);
        // Montevideo is three hours behind; the 23rd of November 2026 is a Monday.
        Assert.False(calendar.IsOpen(Utc("2026-11-23T11:59:59")));
        Assert.True(calendar.IsOpen(Utc("2026-11-23T12:00:00")));
        Assert.True(calendar.IsOpen(Utc("2026-11-23T20:59:59")));
        Assert.False(calendar.IsOpen(Utc("2026-11-23T21:00:00")));
        Assert.False(calendar.IsOpen(Utc("2026-11-25T15:00:00")));
        Assert.Equal(Utc("2026-11-28T12:00:00"), calendar.NextOpening(Utc("2026-11-24T21:00:00")));
        Assert.Equal(Utc("2026-11-24T12:00:00"), calendar.NextOpening(Utc("2026-11-23T23:00:00")));
        Assert.Equal(Utc("2026-11-23T15:30:00"), calendar.NextOpening(Utc("2026-11-23T15:30:00")));
    }

    [Fact]
    public void A_day_ends_at_its_midnight_and_the_last_one_is_the_end()
    {
        var calendar = new CallCalendar(Montevideo, new(2026, 11, 23), new(2026, 11, 24), [new(Week, "20:00", "24:00")], new HashSet<DateOnly>());
        Assert.True(calendar.IsOpen(Utc("2026-11-25T02:59:59")));
        Assert.False(calendar.IsOpen(Utc("2026-11-25T03:00:00")));
        Assert.Equal(Utc("2026-11-25T03:00:00"), calendar.EndsAt);
        Assert.Null(calendar.NextOpening(Utc("2026-11-25T03:00:00")));
        Assert.Equal(Utc("2026-11-23T23:00:00"), calendar.NextOpening(Utc("2020-01-01T00:00:00")));
    }

    [Fact]
    public void Nobody_is_called_on_a_holiday()
    {
        var calendar = new CallCalendar(Montevideo, new(2026, 12, 1), new(2026, 12, 31), [new(Week, "09:00", "18:00")], new HashSet<DateOnly> { new(2026, 12, 25) });
        Assert.False(calendar.IsOpen(Utc("2026-12-25T15:00:00")));
        Assert.Equal(Utc("2026-12-26T12:00:00"), calendar.NextOpening(Utc("2026-12-24T21:00:00")));
    }

    [Fact]
    public void A_contact_of_another_zone_is_called_in_the_hours_of_its_own_day()
    {
        var calendar = Of(Montevideo, [new(Week, "09:00", "18:00")]);
        // Noon in Montevideo is four in the afternoon in Madrid; five hours later it is evening there.
        Assert.True(calendar.IsOpen(Utc("2026-11-23T15:00:00"), Madrid));
        Assert.True(calendar.IsOpen(Utc("2026-11-23T20:00:00")));
        Assert.False(calendar.IsOpen(Utc("2026-11-23T20:00:00"), Madrid));
        Assert.Equal(Utc("2026-11-24T08:00:00"), calendar.NextOpening(Utc("2026-11-23T20:00:00"), Madrid));
    }

    [Fact]
    public void An_hour_that_the_summer_time_skips_is_not_there()
    {
        // Madrid, 29 March 2026: after 01:59:59 comes 03:00:00, at 01:00 UTC.
        var calendar = Of(Madrid, [new(Week, "02:00", "03:00")]);
        Assert.Equal(Utc("2026-03-30T00:00:00"), calendar.NextOpening(Utc("2026-03-28T03:00:00")));
        var longer = Of(Madrid, [new(Week, "02:30", "04:00")]);
        Assert.False(longer.IsOpen(Utc("2026-03-29T00:59:59")));
        Assert.True(longer.IsOpen(Utc("2026-03-29T01:00:00")));
        Assert.Equal(Utc("2026-03-29T01:00:00"), longer.NextOpening(Utc("2026-03-28T12:00:00")));
    }

    [Fact]
    public void An_hour_that_is_repeated_is_open_twice()
    {
        // Madrid, 25 October 2026: 02:00 to 03:00 comes at 00:00 UTC and again at 01:00 UTC.
        var calendar = Of(Madrid, [new(Week, "02:00", "02:30")]);
        Assert.True(calendar.IsOpen(Utc("2026-10-25T00:10:00")));
        Assert.False(calendar.IsOpen(Utc("2026-10-25T00:40:00")));
        Assert.True(calendar.IsOpen(Utc("2026-10-25T01:10:00")));
        Assert.Equal(Utc("2026-10-25T00:00:00"), calendar.NextOpening(Utc("2026-10-24T12:00:00")));
        Assert.Equal(Utc("2026-10-25T01:00:00"), calendar.NextOpening(Utc("2026-10-25T00:30:00")));
        Assert.Equal(Utc("2026-10-26T01:00:00"), calendar.NextOpening(Utc("2026-10-25T01:30:00")));
    }

    [Fact]
    public void A_midnight_that_is_skipped_neither_loses_the_day_nor_fails()
    {
        // Santiago, 6 September 2026: after 23:59:59 of the 5th comes 01:00:00, at 04:00 UTC.
        var santiago = TimeZoneInfo.FindSystemTimeZoneById("America/Santiago");
        var calendar = new CallCalendar(santiago, new(2026, 9, 5), new(2026, 9, 5), [new(Week, "00:00", "24:00")], new HashSet<DateOnly>());
        Assert.Equal(Utc("2026-09-06T04:00:00"), calendar.EndsAt);
        Assert.True(calendar.IsOpen(Utc("2026-09-06T03:59:59")));
        Assert.False(calendar.IsOpen(Utc("2026-09-06T04:00:00")));
        Assert.Equal(Utc("2026-09-06T04:00:00"), Of(santiago, [new(Week, "00:00", "24:00")], from: new(2026, 9, 6)).NextOpening(Utc("2026-09-01T00:00:00")));
    }

    [Fact]
    public void The_next_opening_is_open_and_nothing_before_it_is() =>
        Gen.Select(Gen.OneOf("America/Montevideo", "Europe/Madrid", "America/Santiago", "Australia/Lord_Howe", "Africa/Casablanca", "Pacific/Apia"),
                Gen.Int[0, 366 * 24 * 60], Gen.Int[0, 1438], Gen.Int[1, 600], Gen.Int[1, 127], Gen.Int[0, 3000])
            .Sample((zone, minute, from, length, days, step) =>
            {
                var to = Math.Min(from + length, 1440);
                var calendar = Of(TimeZoneInfo.FindSystemTimeZoneById(zone),
                    [new([.. Week.Where((_, i) => (days & (1 << i)) != 0)], Clock(from), Clock(to))], from: new(2026, 1, 1), to: new(2027, 2, 28));
                var at = Utc("2026-01-01T00:00:00").AddMinutes(minute);
                var opening = calendar.NextOpening(at);
                if (opening is not { } next) return false;
                var between = at.AddMinutes(step);
                return next >= at && calendar.IsOpen(next) && (between >= next || !calendar.IsOpen(between)) && (next == at || !calendar.IsOpen(next.AddSeconds(-1)));
            }, iter: 3000, threads: 1);

    private static string Clock(int minute) => FormattableString.Invariant($"{minute / 60:00}:{minute % 60:00}");

    private static CallCalendar Of(TimeZoneInfo zone, IReadOnlyList<OperationHours> hours, DateOnly? from = null, DateOnly? to = null) =>
        new(zone, from ?? new(2026, 1, 1), to ?? new(2026, 12, 31), hours, new HashSet<DateOnly>());

    private static DateTimeOffset Utc(string text) => DateTimeOffset.Parse(text + "Z", System.Globalization.CultureInfo.InvariantCulture);
}
