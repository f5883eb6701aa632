namespace Expand.Server.Dialer;

/// <summary>When campaigns may call.</summary>
internal static class CampaignHours
{
    /// <summary>The campaign's calendar; null where it lacks days or hours.</summary>
    /// <param name="campaign">The campaign.</param>
    /// <param name="settings">The installation's holidays.</param>
    public static CallCalendar? CalendarOf(this Campaign campaign, DialerSettings settings) =>
        campaign is { StartDate: { } first, EndDate: { } last, Schedule.Count: > 0 }
            ? new(TimeZoneInfo.FindSystemTimeZoneById(campaign.TimeZone), first, last, campaign.Schedule, campaign.Holidays ? settings.Holidays.ToHashSet() : new HashSet<DateOnly>())
            : null;

    /// <summary>Whom it may call at an instant.</summary>
    /// <param name="calendar">The calendar.</param>
    /// <param name="at">The instant.</param>
    /// <param name="zones">The zones that its contacts have of their own.</param>
    public static OpenZones OpenAt(this CallCalendar calendar, DateTimeOffset at, IEnumerable<string> zones) =>
        new(calendar.IsOpen(at), [.. zones.Where(zone => TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var own) && calendar.IsOpen(at, own))]);
}

/// <summary>Which contacts may be called at a moment.</summary>
/// <param name="Own">Whether those may that have no zone of their own.</param>
/// <param name="Zones">The zones of the others that may.</param>
internal sealed record OpenZones(bool Own, IReadOnlyList<string> Zones)
{
    /// <summary>Whether anybody may be called.</summary>
    public bool IsOpen => Own || Zones.Count > 0;
}
