using Expand.Server.Dialer;
using Expand.Server.Dialer.Pages;
using Expand.Server.Platform;
using Expand.Server.Tests.Host;

namespace Expand.Server.Tests.Dialer;

/// <summary>A campaign's attempts found, counted and leafed through.</summary>
public sealed class AttemptListingTests(SharedDialerDesk shared) : IClassFixture<SharedDialerDesk>
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 27, 15, 0, 0, TimeSpan.Zero);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private DialerDesk Desk => shared.Desk;

    private AttemptListing Attempts => Desk.Host.Get<AttemptListing>();

    [Fact]
    public async Task They_are_found_by_outcome_agent_and_number_and_counted_by_hour()
    {
        var (campaign, contact) = await MakeAsync();
        var day = new AttemptFilter(campaign, Noon.AddHours(-3), Noon.AddHours(3));
        Assert.Equal("2 1 0", await FoundAsync(day));
        Assert.Equal("0", await FoundAsync(day with { Outcome = AttemptOutcome.Busy }));
        Assert.Equal("1", await FoundAsync(day with { Agent = "101" }));
        Assert.Equal("2 1 0", await FoundAsync(day with { Number = "71112" }));
        Assert.Equal("", await FoundAsync(day with { Number = "9999" }));
        Assert.Equal("1 0", await FoundAsync(day with { To = Noon.AddMinutes(90) }));
        Assert.Equal("", await FoundAsync(day with { Contact = contact + 1 }));
        var counts = await Attempts.CountsAsync(day, [Noon, Noon.AddHours(1), Noon.AddHours(2)], Ct);
        Assert.Equal([(0, AttemptOutcome.Busy, 1L), (1, AttemptOutcome.Answer, 1), (2, null, 1)], counts.OrderBy(c => c.Part).Select(c => (c.Part, c.Outcome, c.Count)));
        var talked = (await Attempts.PageAsync(day with { Agent = "101" }, new RowWindow(10), Ct)).Rows[0];
        Assert.Equal((8d, 2d, 60d, "Rodrigo"), (talked.RingSeconds, talked.WaitSeconds, talked.TalkSeconds, talked.ContactName));
    }

    [Fact]
    public async Task Pages_lead_from_one_to_the_other_and_back()
    {
        var (campaign, _) = await MakeAsync();
        var day = new AttemptFilter(campaign, Noon.AddHours(-3), Noon.AddHours(3));
        var first = await Attempts.PageAsync(day, new RowWindow(2), Ct);
        Assert.Equal((2, false, true), (first.Rows.Count, first.HasNewer, first.HasOlder));
        var second = await Attempts.PageAsync(day, new RowWindow(2, OlderThan: new RowMark(first.Rows[^1].ClaimedAt, first.Rows[^1].Id)), Ct);
        Assert.Equal((1, true, false), (second.Rows.Count, second.HasNewer, second.HasOlder));
        var back = await Attempts.PageAsync(day, new RowWindow(2, NewerThan: new RowMark(second.Rows[0].ClaimedAt, second.Rows[0].Id)), Ct);
        Assert.Equal(first.Rows.Select(r => r.Id), back.Rows.Select(r => r.Id));
    }

    [Theory]
    [InlineData("periodo", "mañana")]
    [InlineData("desde", "27/11/2026")]
    [InlineData("resultado", "Hablo")]
    public void What_an_address_asks_for_is_checked(string field, string value)
    {
        var query = ActivityQuery.Read([new(field, value)]);
        Assert.Equal(field, query.Filter(1, Desk.Host.Get<LocalTime>()).Failure!.Field);
    }

    /// <summary>The attempts' places in the order in which they were made.</summary>
    private async Task<string> FoundAsync(AttemptFilter filter)
    {
        var rows = (await Attempts.PageAsync(filter, new RowWindow(10), Ct)).Rows;
        return string.Join(' ', rows.Select(r => (int)(r.ClaimedAt - Noon).TotalHours));
    }

    private async Task<(int Campaign, long Contact)> MakeAsync()
    {
        var campaign = await Desk.CampaignAsync();
        var contact = (await Desk.AddAsync(campaign, "Rodrigo", "27111200")).Id;
        await using var db = Databases.Open(Desk.Database);
        db.AddRange(
            Attempt(campaign, contact, Noon, a => (a.EndedAt, a.Outcome, a.SettledAt) = (Noon.AddSeconds(4), AttemptOutcome.Busy, Noon.AddSeconds(5))),
            Attempt(campaign, contact, Noon.AddHours(1), a =>
            {
                (a.AnsweredAt, a.ConnectedAt, a.EndedAt) = (a.ClaimedAt.AddSeconds(8), a.ClaimedAt.AddSeconds(10), a.ClaimedAt.AddSeconds(70));
                (a.Agent, a.Outcome, a.SettledAt) = ("101", AttemptOutcome.Answer, a.EndedAt);
            }),
            Attempt(campaign, contact, Noon.AddHours(2), a => a.SettledAt = a.ClaimedAt.AddSeconds(1)));
        await db.SaveChangesAsync(Ct);
        return (campaign, contact);
    }

    private static DialAttempt Attempt(int campaign, long contact, DateTimeOffset at, Action<DialAttempt> and)
    {
        var attempt = new DialAttempt
        {
            Campaign = campaign,
            Contact = contact,
            Numcall = "27111200",
            Number = "27111200",
            Mode = DialingMode.Progressive,
            Pbx = "pbx",
            Trunk = "trunk",
            ChannelId = Guid.NewGuid().ToString("N"),
            RingSeconds = 30,
            ClaimedAt = at,
            AskedAt = at,
        };
        and(attempt);
        return attempt;
    }
}
