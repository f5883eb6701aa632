using Expand.Server.Dialer;
using Expand.Server.Dialer.Engine;
using Expand.Server.Platform.Announcements;
using Expand.Server.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;

namespace Expand.Server.Tests.Dialer;

/// <summary>What became of an attempt, written: its row, its contact and what is announced, once and together.</summary>
public sealed class AttemptSettlementTests(Databases databases)
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 15, 0, 0, TimeSpan.Zero);
    private readonly FakeTimeProvider clock = new(Now);
    private int number = 99_000_000;
    private string database = "";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_attempt_without_an_answer_counts_and_is_called_again_by_the_rules()
    {
        var (campaign, contact, attempt) = await MadeAsync();
        Assert.True(await WriteAsync(attempt, Ended(AttemptOutcome.Busy)));
        var after = await FindAsync(campaign, contact);
        Assert.Equal((ContactState.Pending, AttemptOutcome.Busy, Now, Now.AddSeconds(300)), (after.State, after.LastAttempt, after.AttemptAt!.Value, after.DueAt));
        Assert.Equal(["_Source_API_Apl", "Busy"], after.StateLog.Select(l => l.Transition));
        var row = await RowAsync(attempt);
        Assert.Equal((AttemptOutcome.Busy, Now), (row.Outcome, row.EndedAt!.Value));
        Assert.NotNull(row.SettledAt);
    }

    [Fact]
    public async Task The_last_attempt_rejects_the_contact()
    {
        var (campaign, contact, attempt) = await MadeAsync();
        Assert.True(await WriteAsync(attempt, Ended(AttemptOutcome.NoAnswer)));
        Assert.Equal((ContactState.Rejected, 3), ((await FindAsync(campaign, contact)).State, (await FindAsync(campaign, contact)).StateLog.Count));
    }

    [Fact]
    public async Task A_talk_is_an_answer_when_it_begins_and_completes_the_contact_when_it_is_over()
    {
        var (campaign, contact, attempt) = await MadeAsync();
        var talking = new AttemptVerdict(VerdictKind.Connected) { AnsweredAt = Now, ConnectedAt = Now.AddSeconds(2), Agent = "101" };
        Assert.True(await WriteAsync(attempt, talking));
        Assert.False(await WriteAsync(attempt, talking));
        var during = await FindAsync(campaign, contact);
        Assert.Equal((ContactState.Pending, AttemptOutcome.Answer), (during.State, during.LastAttempt));
        Assert.Equal(("101", null, null), ((await RowAsync(attempt)).Agent, (await RowAsync(attempt)).Outcome, (await RowAsync(attempt)).SettledAt));

        Assert.True(await WriteAsync(attempt, Talked()));
        var after = await FindAsync(campaign, contact);
        Assert.Equal((ContactState.Completed, Now.AddSeconds(60)), (after.State, after.StateAt));
        Assert.Equal(["_Source_API_Apl", "Answer"], after.StateLog.Select(l => l.Transition));
    }

    [Fact]
    public async Task A_talk_that_nobody_saw_begin_is_written_whole()
    {
        var (campaign, contact, attempt) = await MadeAsync();
        Assert.True(await WriteAsync(attempt, Talked()));
        var after = await FindAsync(campaign, contact);
        Assert.Equal((ContactState.Completed, Now.AddSeconds(2)), (after.State, after.AttemptAt!.Value));
        Assert.Equal(["_Source_API_Apl", "Answer"], after.StateLog.Select(l => l.Transition));
    }

    [Fact]
    public async Task Whoever_writes_it_and_however_often_it_is_written_once()
    {
        var (campaign, contact, attempt) = await MadeAsync();
        var written = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => WriteAsync(attempt, Ended(AttemptOutcome.Busy))));
        Assert.Single(written, w => w);
        Assert.False(await WriteAsync(attempt, Ended(AttemptOutcome.NoAnswer)));
        Assert.False(await WriteAsync(attempt, AttemptVerdict.Void));
        Assert.Equal(["_Source_API_Apl", "Busy"], (await FindAsync(campaign, contact)).StateLog.Select(l => l.Transition));
    }

    [Fact]
    public async Task What_was_not_placed_does_not_count_and_is_due_again()
    {
        var (campaign, contact, attempt) = await MadeAsync();
        var before = await FindAsync(campaign, contact);
        Assert.True(await WriteAsync(attempt, AttemptVerdict.Void));
        var after = await FindAsync(campaign, contact);
        Assert.Equal((before.StateLog.Count, before.LastAttempt, ContactState.Pending), (after.StateLog.Count, after.LastAttempt, after.State));
        // What hindered the PBX would hinder it at once again.
        Assert.Equal(Now.AddSeconds(15), after.DueAt);
        Assert.Equal((null, null), ((await RowAsync(attempt)).Outcome, (await RowAsync(attempt)).EndedAt));

        var (other, unasked, unsent) = await MadeAsync(asked: false);
        var due = (await FindAsync(other, unasked)).DueAt;
        Assert.True(await WriteAsync(unsent, AttemptVerdict.Void));
        Assert.Equal(due, (await FindAsync(other, unasked)).DueAt);
    }

    [Theory]
    [InlineData(AttemptOutcome.Busy, ContactState.Canceled)]
    [InlineData(AttemptOutcome.Answer, ContactState.Completed)]
    internal async Task Who_was_disabled_or_whose_campaign_ended_while_being_called_gets_what_happened_written(AttemptOutcome outcome, ContactState expected)
    {
        var (campaign, contact, attempt) = await MadeAsync();
        await using (var db = Databases.Open(database)) await new ContactTable(db).CancelPendingAsync(campaign, Now, Ct);
        Assert.True(await WriteAsync(attempt, outcome == AttemptOutcome.Answer ? Talked() : Ended(outcome)));
        var after = await FindAsync(campaign, contact);
        Assert.Equal((expected, outcome), (after.State, after.LastAttempt));
        Assert.Equal(["_Source_API_Apl", "_Campaign_Finalized", outcome.ToString()], after.StateLog.Select(l => l.Transition));
    }

    [Fact]
    public async Task An_attempt_that_is_over_is_announced_to_whoever_waits_for_it()
    {
        var (_, contact, attempt) = await MadeAsync();
        Assert.True(await WriteAsync(attempt, Ended(AttemptOutcome.Busy), CampaignAttempted.Type));
        await using var db = Databases.Open(database);
        var told = Assert.Single(await db.Set<Announcement>().AsNoTracking().ToListAsync(Ct));
        Assert.Equal((CampaignAttempted.Type, Now), (told.Type, told.At));
        using var data = System.Text.Json.JsonDocument.Parse(told.Data);
        Assert.Equal((contact, "Busy", "Fibra"),
            (data.RootElement.GetProperty("contact").GetInt64(), data.RootElement.GetProperty("outcome").GetString(), data.RootElement.GetProperty("info").GetProperty("plan").GetString()));
    }

    private static AttemptVerdict Ended(AttemptOutcome outcome) => new(VerdictKind.Ended) { Outcome = outcome, EndedAt = Now };

    private static AttemptVerdict Talked() =>
        new(VerdictKind.Ended) { Outcome = AttemptOutcome.Answer, AnsweredAt = Now, ConnectedAt = Now.AddSeconds(2), EndedAt = Now.AddSeconds(60), Agent = "101" };

    private async Task<bool> WriteAsync(DialAttempt attempt, AttemptVerdict verdict, params string[] wanted)
    {
        await using var db = Databases.Open(database);
        var announcements = new AnnouncementsWanted();
        announcements.Become(wanted.ToHashSet());
        return await new AttemptSettlement(db, new ContactTable(db), announcements, clock).WriteAsync(attempt, verdict, Ct);
    }

    private async Task<(int Campaign, long Contact, DialAttempt Attempt)> MadeAsync(bool asked = true)
    {
        if (database.Length == 0) database = await databases.NewAsync();
        await using var db = Databases.Open(database);
        var campaign = new Campaign
        {
            Name = "Renovaciones",
            TimeZone = "America/Montevideo",
            Queue = "q_ventas",
            Mode = DialingMode.Progressive,
            RedialRules = [new(AttemptOutcome.Busy, 300, 3)],
            MaxAttempts = 5,
            Life = new CampaignLife(CampaignState.Active, false),
        };
        db.Add(campaign);
        await db.SaveChangesAsync(Ct);
        var numcall = $"0{++number}";
        var contact = (await new Contacts(db, new ContactTable(db), clock).AddAsync(campaign.Id, new ContactForm("Ana", numcall, true, """{"plan":"Fibra"}""", null), Ct)).Value!;
        var attempt = new DialAttempt
        {
            Campaign = campaign.Id,
            Contact = contact.Id,
            Numcall = numcall,
            Number = numcall,
            Mode = DialingMode.Progressive,
            Pbx = "pbx",
            ChannelId = $"1764259200.{number}",
            Trunk = "trunk",
            RingSeconds = 30,
            ClaimedAt = Now,
            AskedAt = asked ? Now : null,
        };
        db.Add(attempt);
        await db.SaveChangesAsync(Ct);
        return (campaign.Id, contact.Id, attempt);
    }

    private async Task<Contact> FindAsync(int campaign, long contact)
    {
        await using var db = Databases.Open(database);
        return (await new ContactTable(db).FindAsync(campaign, contact, Ct))!;
    }

    private async Task<DialAttempt> RowAsync(DialAttempt attempt)
    {
        await using var db = Databases.Open(database);
        return await db.Set<DialAttempt>().AsNoTracking().SingleAsync(a => a.Id == attempt.Id, Ct);
    }
}
