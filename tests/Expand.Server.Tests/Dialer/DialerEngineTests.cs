using Expand.Server.Activity;
using Expand.Server.Cdr;
using Expand.Server.Dialer;
using Expand.Server.Dialer.Engine;
using Expand.Server.DoNotCall;
using Expand.Server.Pbx;
using Expand.Server.Tests.Host;
using Expand.TestKit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Expand.Server.Tests.Dialer;

/// <summary>The engine of a whole host on a scripted PBX: what is asked of it, what its silence leads to, and what a dead host left.</summary>
public sealed class DialerEngineTests(Databases databases)
{
    private const string Queue = "q_ventas";
    private string database = "";
    private int number = 98_000_000;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task A_contact_is_rung_with_the_campaigns_caller_ID_and_comes_to_the_queue_as_itself()
    {
        await using var pbx = Staffed(1);
        var campaign = await CampaignAsync();
        var contact = await AddAsync(campaign, "Ana, \"la\" (de abajo)");
        await using var host = await ServerHost.StartAsync(database, pbx);
        await pbx.NextOriginateAsync();
        var order = pbx.Originates.First();

        Assert.Equal(($"PJSIP/{contact.Numcall}@trunk", "expand-dialer", Queue, "4000", "true"),
            (order["Channel"], order["Context"], order["Exten"], order["Timeout"], order["Async"]));
        var variables = order.Headers.Where(h => h.Key == "Variable").Select(h => h.Value).ToList();
        Assert.Contains($"CALLERID(num)={contact.Numcall}", variables);
        Assert.Contains("""CALLERID(name)=Ana\, \"la\" \(de abajo\)""", variables);
        Assert.Contains("CONNECTEDLINE(num,i)=24001000", variables);
        await using var db = Databases.Open(database);
        var attempt = await db.Set<DialAttempt>().SingleAsync(Ct);
        Assert.Equal((order["ChannelId"], "trunk"), (attempt.ChannelId, attempt.Trunk));
        Assert.NotNull(attempt.AskedAt);
    }

    [Fact]
    public async Task A_call_that_the_PBX_refuses_loses_nothing_and_is_not_tried_in_a_loop()
    {
        await using var pbx = Staffed(1);
        pbx.OnOriginate = _ => FakeReply.Error("Extension does not exist.");
        var campaign = await CampaignAsync();
        var contact = await AddAsync(campaign);
        await using var host = await ServerHost.StartAsync(database, pbx);
        await Eventually.TrueAsync(async () => (await AttemptsAsync()).Any(a => a.SettledAt is not null));

        var after = await FindAsync(campaign, contact.Id);
        Assert.Equal((ContactState.Pending, 1, null), (after.State, after.StateLog.Count, after.LastAttempt));
        Assert.True(after.DueAt > Now.AddSeconds(5), "it is tried again later");
        Assert.Single(pbx.Originates);
    }

    [Fact]
    public async Task A_call_of_which_the_PBX_says_nothing_is_not_dialled_again_until_it_is_certain_that_it_was_not_placed()
    {
        await using var pbx = Staffed(1);
        pbx.OnOriginate = _ => FakeReply.Silence;
        var campaign = await CampaignAsync();
        var contact = await AddAsync(campaign);
        await ReadToAsync(Now.AddHours(1));
        await using var host = await ServerHost.StartAsync(database, pbx);
        await pbx.NextOriginateAsync();
        // Not for the answer's sake: no channel comes, and all that the PBX wrote is read.
        await Eventually.TrueAsync(async () => (await AttemptsAsync()).Any(a => a.SettledAt is not null));
        Assert.Single(pbx.Originates);
        var (attempt, after) = ((await AttemptsAsync()).Single(), await FindAsync(campaign, contact.Id));
        Assert.True(attempt.SettledAt - attempt.AskedAt >= TimeSpan.FromSeconds(5));
        Assert.Equal((ContactState.Pending, 1), (after.State, after.StateLog.Count));
    }

    [Fact]
    public async Task What_a_dead_host_left_is_settled_by_what_the_PBX_wrote_and_not_dialled_again()
    {
        await using var pbx = Staffed(4);
        var campaign = await CampaignAsync(paused: true);
        await ReadToAsync(Now.AddHours(1));
        var (claimed, asked, busy, talking) = (await LeftAsync(campaign, asked: false), await LeftAsync(campaign), await LeftAsync(campaign), await LeftAsync(campaign));
        pbx.Channel(talking.ChannelId, talking.ChannelId, 6, "bridge");
        await using (var db = Databases.Open(database))
        {
            db.Add(Record(busy, "BUSY"));
            db.Add(new QueueActivity { Pbx = "pbx", At = Now, Queue = Queue, Action = QueueAction.Connect, UniqueId = talking.ChannelId, Agent = "101" });
            await db.SaveChangesAsync(Ct);
        }

        await using var host = await ServerHost.StartAsync(database, pbx);
        await Eventually.TrueAsync(async () => (await AttemptsAsync()) is var left && left.Count(a => a.SettledAt is not null) == 3 && left.Any(a => a.Agent.Length > 0));
        var rows = (await AttemptsAsync()).ToDictionary(a => a.Id);
        Assert.Equal((null, AttemptOutcome.Busy), (rows[claimed.Id].Outcome, rows[busy.Id].Outcome));
        // This host hears the PBX only since now: whether it rang then nobody knows, and so it counts.
        Assert.Equal(AttemptOutcome.Congestion, rows[asked.Id].Outcome);
        Assert.Equal((null, null, "101"), (rows[talking.Id].SettledAt, rows[talking.Id].Outcome, rows[talking.Id].Agent));
        Assert.Empty(pbx.Originates);
        Assert.Equal(AttemptOutcome.Answer, (await FindAsync(campaign, talking.Contact)).LastAttempt);
    }

    [Fact]
    public async Task What_a_PBX_left_that_is_gone_is_over_after_a_day()
    {
        await using var pbx = Staffed(0);
        var campaign = await CampaignAsync(paused: true);
        await ReadToAsync(Now.AddHours(1));
        async Task<DialAttempt> OfAnotherAsync(int hours, bool asked = true) => await LeftAsync(campaign, asked, "anterior", Now.AddHours(-hours));
        var (fresh, claimed, asked, busy) = (await OfAnotherAsync(20), await OfAnotherAsync(30, asked: false), await OfAnotherAsync(30), await OfAnotherAsync(30));
        await using (var db = Databases.Open(database))
        {
            db.Add(Record(busy, "BUSY"));
            await db.SaveChangesAsync(Ct);
        }

        await using var host = await ServerHost.StartAsync(database, pbx);
        await Eventually.TrueAsync(async () => (await AttemptsAsync()).Count(a => a.SettledAt is not null) == 3);
        var outcomes = (await AttemptsAsync()).ToDictionary(a => a.Id, a => (a.SettledAt is not null, a.Outcome));
        Assert.Equal(((false, null), (true, null)), (outcomes[fresh.Id], outcomes[claimed.Id]));
        Assert.Equal(((true, AttemptOutcome.Congestion), (true, AttemptOutcome.Busy)), (outcomes[asked.Id], outcomes[busy.Id]));
    }

    [Fact]
    public async Task Of_two_hosts_one_dials_and_when_it_stops_the_other_does()
    {
        await using var pbx = Staffed(0);
        database = await databases.NewAsync();
        using LogCollector first = new(), second = new();
        var one = await ServerHost.StartAsync(database, pbx, "host-1", logs: first);
        await Eventually.TrueAsync(() => first.Of(8801).Count == 1);
        await using var two = await ServerHost.StartAsync(database, pbx, "host-2", logs: second);
        Assert.Empty(second.Of(8801));
        await one.DisposeAsync();
        await Eventually.TrueAsync(() => second.Of(8801).Count == 1);
    }

    [Fact]
    public async Task Hosts_that_claim_at_once_claim_each_contact_and_each_number_once_and_nobody_whom_a_list_has()
    {
        await using var pbx = Staffed(0);
        var campaign = await CampaignAsync(mode: DialingMode.Preview);
        var contacts = new List<Contact>();
        for (var n = 0; n < 20; n++) contacts.Add(await AddAsync(campaign));
        // Two people of one number, and one on a list, however its number is written there.
        await AddAsync(campaign, "Otra", contacts[0].Numcall);
        await ForbidAsync(new DoNotCallSettings().Canonical("+598 " + contacts[1].Numcall[1..]));
        await using var host = await ServerHost.StartAsync(database, pbx);

        var claimed = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            await using var scope = host.Scope();
            return await scope.ServiceProvider.GetRequiredService<AttemptClaims>().ClaimAsync(new ClaimOrder(campaign, 25, true, [], "trunk"), Ct);
        }));
        var all = claimed.SelectMany(c => c).ToList();
        Assert.Equal(19, all.Count);
        Assert.Equal(19, all.Select(c => c.Attempt.Number).Distinct().Count());
        Assert.DoesNotContain(all, c => c.Contact.Id == contacts[1].Id);
        var stopped = await FindAsync(campaign, contacts[1].Id);
        Assert.Equal((ContactState.Canceled, "_Do_Not_Call"), (stopped.State, stopped.StateLog[^1].Transition));
        await using var db = Databases.Open(database);
        Assert.Contains(await db.Set<NumberCheck>().AsNoTracking().ToListAsync(Ct), c => c.Result == CheckResult.Listed && c.CampaignId == campaign);
    }

    [Fact]
    public async Task A_campaign_whose_last_day_is_over_is_ended_and_the_agent_sees_whom_the_campaign_called()
    {
        await using var pbx = Staffed(0);
        var over = await CampaignAsync(with: c => c.EndDate = new DateOnly(2020, 1, 2));
        var contact = await AddAsync(over);
        var left = await LeftAsync(over);
        await using var host = await ServerHost.StartAsync(database, pbx);
        await Eventually.EqualAsync(ContactState.Canceled, async () => (await FindAsync(over, contact.Id)).State);
        await using var db = Databases.Open(database);
        Assert.Equal(CampaignState.Finalized, (await db.Set<Campaign>().AsNoTracking().SingleAsync(c => c.Id == over, Ct)).State);
        var known = await host.Get<DialledContacts>().FindAsync(left.ChannelId, Ct);
        Assert.Equal((over, "Renovaciones", left.Contact, left.Numcall), (known!.Campaign, known.CampaignName, known.Contact, known.Numcall));
        Assert.Equal([KeyValuePair.Create("plan", "Fibra")], known.Info);
        Assert.Null(await host.Get<DialledContacts>().FindAsync("1.2", Ct));
    }

    private static ScriptedPbx Staffed(int agents)
    {
        var pbx = new ScriptedPbx();
        pbx.Queues.Add(Queue);
        for (var n = 0; n < agents; n++) pbx.Members.Add(new PbxMember(Queue, $"{101 + n}", $"PJSIP/{701 + n}", MemberState.Free, false, "", Now.AddMinutes(-5)));
        return pbx;
    }

    private async Task<int> CampaignAsync(bool paused = false, DialingMode mode = DialingMode.Progressive, Action<Campaign>? with = null)
    {
        if (database.Length == 0) database = await databases.NewAsync();
        await using var db = Databases.Open(database);
        var campaign = new Campaign
        {
            Name = "Renovaciones",
            TimeZone = "America/Montevideo",
            Queue = Queue,
            Mode = mode,
            StartDate = new DateOnly(2020, 1, 1),
            EndDate = new DateOnly(2100, 1, 1),
            Schedule = [new OperationHours(["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "00:00", "24:00")],
            RedialRules = [new(AttemptOutcome.Busy, 300, 3), new(AttemptOutcome.Congestion, 300, 3)],
            MaxAttempts = 5,
            RingSeconds = 4,
            CallerId = "24001000",
            Life = new CampaignLife(CampaignState.Active, paused),
        };
        with?.Invoke(campaign);
        db.Add(campaign);
        await db.SaveChangesAsync(Ct);
        return campaign.Id;
    }

    private async Task<Contact> AddAsync(int campaign, string name = "Ana", string? numcall = null)
    {
        await using var db = Databases.Open(database);
        var form = new ContactForm(name, numcall ?? $"0{++number}", true, """{"plan":"Fibra"}""", null);
        return (await new Contacts(db, new ContactTable(db), TimeProvider.System).AddAsync(campaign, form, Ct)).Value!;
    }

    /// <summary>An attempt that a host left open when it died, a minute ago where no other time is given.</summary>
    private async Task<DialAttempt> LeftAsync(int campaign, bool asked = true, string pbx = "pbx", DateTimeOffset? at = null)
    {
        var claimedAt = at ?? Now.AddMinutes(-1);
        var contact = await AddAsync(campaign);
        await using var db = Databases.Open(database);
        var attempt = new DialAttempt
        {
            Campaign = campaign,
            Contact = contact.Id,
            Numcall = contact.Numcall,
            Number = contact.Numcall,
            Mode = DialingMode.Progressive,
            Pbx = pbx,
            ChannelId = $"1764259200.{4294967296 + contact.Id}",
            Trunk = "trunk",
            RingSeconds = 30,
            ClaimedAt = claimedAt,
            AskedAt = asked ? claimedAt : null,
        };
        db.Add(attempt);
        await db.SaveChangesAsync(Ct);
        return attempt;
    }

    private static CallRecord Record(DialAttempt attempt, string disposition) => new()
    {
        Pbx = attempt.Pbx,
        UniqueId = attempt.ChannelId,
        LinkedId = attempt.ChannelId,
        CallDate = attempt.ClaimedAt,
        EndedAt = attempt.ClaimedAt.AddSeconds(3),
        CallerId = "",
        Source = attempt.Numcall,
        Destination = Queue,
        Context = "expand-dialer",
        Channel = "PJSIP/trunk-1",
        DestinationChannel = "",
        LastApplication = "AppDial2",
        LastData = "",
        Duration = 3,
        Disposition = disposition,
        UserField = "",
    };

    private async Task ForbidAsync(string canonical)
    {
        await using var db = Databases.Open(database);
        var list = new NumberList { Name = "Propia", AddedAt = Now, AddedBy = "prueba", Edition = 1, Numbers = 1 };
        db.Add(list);
        await db.SaveChangesAsync(Ct);
        db.Add(new ListedNumber { ListId = list.Id, Edition = 1, Number = canonical, AddedAt = Now });
        await db.SaveChangesAsync(Ct);
    }

    /// <summary>As the host does that reads the PBX's files.</summary>
    private async Task ReadToAsync(DateTimeOffset at)
    {
        await using var db = Databases.Open(database);
        db.Add(new PbxLife { Pbx = "pbx", AliveAt = at });
        await db.SaveChangesAsync(Ct);
    }

    private async Task<List<DialAttempt>> AttemptsAsync()
    {
        await using var db = Databases.Open(database);
        return await db.Set<DialAttempt>().AsNoTracking().OrderBy(a => a.Id).ToListAsync(Ct);
    }

    private async Task<Contact> FindAsync(int campaign, long contact)
    {
        await using var db = Databases.Open(database);
        return (await new ContactTable(db).FindAsync(campaign, contact, Ct))!;
    }
}
