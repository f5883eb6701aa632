namespace Expand.Server.Dialer.Engine;

/// <summary>When a campaign may call now.</summary>
/// <param name="IsOpen">Whether contacts without a zone of their own may be called.</param>
/// <param name="Zones">The zones of contacts that may be called.</param>
/// <param name="OpensAt">When it may call again; null: now, or never.</param>
/// <param name="HasEnded">Whether its last day is over.</param>
internal sealed record OpenNow(bool IsOpen, IReadOnlyList<string> Zones, DateTimeOffset? OpensAt, bool HasEnded);

/// <summary>The calendars of campaigns, and the zones of their contacts.</summary>
internal sealed class OpenHours(ContactTable contacts)
{
    /// <summary>Whether a campaign may call, and whom.</summary>
    public async Task<OpenNow> OfAsync(Campaign campaign, IReadOnlyList<DateOnly> holidays, DateTimeOffset now, CancellationToken ct)
    {
        if (campaign is not { StartDate: { } first, EndDate: { } last } || !TimeZoneInfo.TryFindSystemTimeZoneById(campaign.TimeZone, out var zone))
            return new OpenNow(false, [], null, false);
        var calendar = new CallCalendar(
            zone, first, last, campaign.Schedule, campaign.Holidays ? holidays.ToHashSet() : new HashSet<DateOnly>());
        var zones = (await contacts.ZonesAsync(campaign.Id, ct)).Where(z => TimeZoneInfo.TryFindSystemTimeZoneById(z, out _)).ToList();
        DateTimeOffset?[] openings =
        [
            calendar.NextOpening(now), .. zones.Select(z => calendar.NextOpening(now, TimeZoneInfo.FindSystemTimeZoneById(z))),
        ];
        var opensAt = openings.Min();
        return new OpenNow(
            calendar.IsOpen(now), [.. zones.Where(z => calendar.IsOpen(now, TimeZoneInfo.FindSystemTimeZoneById(z)))], opensAt <= now ? null : opensAt,
            // Who has a later zone may be called a little longer.
            opensAt is null && now >= calendar.EndsAt);
    }
}
