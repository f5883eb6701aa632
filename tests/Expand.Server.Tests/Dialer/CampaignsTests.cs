using Expand.Server.Access;
using Expand.Server.Dialer;
using Expand.Server.Pbx;
using Expand.Server.Platform;
using Expand.Server.Queues;
using Expand.Server.Tests.Host;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Tests.Dialer;

/// <summary>Campaigns made, set up and led through their states.</summary>
public sealed class CampaignsTests(SharedDialerDesk shared) : IClassFixture<SharedDialerDesk>
{
    private static readonly Actor Admin = new("admin", "10.0.0.1");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private DialerDesk Desk => shared.Desk;

    [Fact]
    public async Task Every_change_is_audited_once_and_one_that_changes_nothing_is_none()
    {
        var made = await Desk.CampaignsAsync(c => c.CreateAsync(DialerDesk.Form(" Renovaciones "), Admin, Ct));
        var id = made.Value!.Id;
        Assert.Equal(("Renovaciones", CampaignLife.New, 1), (made.Value.Name, made.Value.Life, made.Value.Version));
        var versions = new List<int>();
        foreach (var act in new Func<Campaigns, Task<Result<Campaign>>>[]
        {
            c => c.ChangeAsync(id, DialerDesk.Form(), ExpectedVersion.Any, Admin, Ct), c => c.ChangeAsync(id, DialerDesk.Form() with { Description = "De julio" }, ExpectedVersion.Any, Admin, Ct),
            c => c.ActivateAsync(id, ExpectedVersion.Any, Admin, Ct), c => c.ActivateAsync(id, ExpectedVersion.Any, Admin, Ct), c => c.PauseAsync(id, ExpectedVersion.Any, Admin, Ct),
            c => c.PauseAsync(id, ExpectedVersion.Any, Admin, Ct), c => c.ResumeAsync(id, ExpectedVersion.Any, Admin, Ct), c => c.FinalizeAsync(id, ExpectedVersion.Any, Admin, Ct),
            c => c.FinalizeAsync(id, ExpectedVersion.Any, Admin, Ct), c => c.StoreAsync(id, ExpectedVersion.Any, Admin, Ct), c => c.StoreAsync(id, ExpectedVersion.Any, Admin, Ct),
        })
        {
            var changed = await Desk.CampaignsAsync(act);
            Assert.Null(changed.Failure);
            versions.Add(changed.Value!.Version);
        }

        Assert.Equal([1, 2, 3, 3, 4, 4, 5, 6, 6, 7, 7], versions);
        await using var db = Databases.Open(Desk.Database);
        var audit = await db.Set<AuditEntry>().Where(a => a.Subject == $"campaign {id}").OrderBy(a => a.Id).Select(a => a.Actor + " " + a.Action + " " + a.Detail).ToListAsync(Ct);
        Assert.Equal(
            ["created", "changed", "activated", "paused", "resumed", "finalized", "stored"],
            audit.Select(a => a.Replace("admin campaign.", "", StringComparison.Ordinal).Replace(" Renovaciones", "", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_campaign_begins_only_with_what_it_needs()
    {
        var bare = (await Desk.CampaignsAsync(c => c.CreateAsync(DialerDesk.Form() with { Queue = "", StartDate = null, EndDate = null, Schedule = [] }, Admin, Ct))).Value!.Id;
        var refused = await Desk.CampaignsAsync(c => c.ActivateAsync(bare, ExpectedVersion.Any, Admin, Ct));
        Assert.Equal((FailureKind.Conflict, $"campaign {bare} cannot be activated: it lacks queue, startdate, enddate, schedule"), (refused.Failure!.Kind, refused.Failure.Message));
        Assert.Null((await Desk.CampaignsAsync(c => c.ChangeAsync(bare, DialerDesk.Form() with { EndDate = new DateOnly(2017, 12, 31) }, ExpectedVersion.Any, Admin, Ct))).Failure);
        Assert.Contains("enddate has passed", (await Desk.CampaignsAsync(c => c.ActivateAsync(bare, ExpectedVersion.Any, Admin, Ct))).Failure!.Message, StringComparison.Ordinal);
        Assert.Null((await Desk.CampaignsAsync(c => c.ChangeAsync(bare, DialerDesk.Form(), ExpectedVersion.Any, Admin, Ct))).Failure);
        Assert.Null((await Desk.CampaignsAsync(c => c.ActivateAsync(bare, ExpectedVersion.Any, Admin, Ct))).Failure);
        Assert.Equal(FailureKind.NotFound, (await Desk.CampaignsAsync(c => c.ActivateAsync(int.MaxValue, ExpectedVersion.Any, Admin, Ct))).Failure?.Kind);
    }

    [Fact]
    public async Task What_a_campaign_is_set_up_with_is_checked_and_every_field_at_fault_is_named()
    {
        var wrong = DialerDesk.Form() with
        {
            Name = " ",
            Description = new string('x', 1001),
            StartDate = new DateOnly(2026, 2, 1),
            EndDate = new DateOnly(2026, 1, 1),
            TimeZone = "Montevideo",
            Schedule = [new(["mon"], "18:00", "09:00")],
            RedialRules = [new(AttemptOutcome.Busy, 1, 1), new(AttemptOutcome.Busy, 2, 2)],
            MaxAttempts = 0,
        };
        var refused = await Desk.CampaignsAsync(c => c.CreateAsync(wrong, Admin, Ct));
        Assert.Equal(["name", "description", "enddate", "timezone", "schedule", "redialrules", "maxattempts"], refused.Failure!.Fields!.Keys);
        foreach (var form in new[]
        {
            DialerDesk.Form() with { Schedule = [new([], "09:00", "18:00")] }, DialerDesk.Form() with { Schedule = [new(["lun"], "09:00", "18:00")] },
            DialerDesk.Form() with { Schedule = [new(["mon", "mon"], "09:00", "18:00")] }, DialerDesk.Form() with { Schedule = [new(["mon"], "9:00", "18:00")] },
            DialerDesk.Form() with { Schedule = [new(["mon"], "24:00", "24:00")] }, DialerDesk.Form() with { RedialRules = [new(AttemptOutcome.Answer, 1, 1)] },
            DialerDesk.Form() with { RedialRules = [new(AttemptOutcome.Busy, -1, 1)] }, DialerDesk.Form() with { Name = "a\nb" },
        })
        {
            Assert.Equal(FailureKind.Invalid, (await Desk.CampaignsAsync(c => c.CreateAsync(form, Admin, Ct))).Failure?.Kind);
        }

        // Nobody can say whether the PBX has it until the PBX was read.
        var elsewhere = DialerDesk.Form() with { Queue = "q_pbx" };
        Assert.Equal(FailureKind.Unavailable, (await Desk.CampaignsAsync(c => c.CreateAsync(elsewhere, Admin, Ct))).Failure?.Kind);
        Desk.Host.Get<LivePicture>().Heard(new QueuesSnapshot(TimeProvider.System.GetUtcNow(), ["q_pbx"], [], [], []));
        Assert.Null((await Desk.CampaignsAsync(c => c.CreateAsync(elsewhere, Admin, Ct))).Failure);
        Assert.Equal(FailureKind.Invalid, (await Desk.CampaignsAsync(c => c.CreateAsync(elsewhere with { Queue = "q_nadie" }, Admin, Ct))).Failure?.Kind);

        var kept = await Desk.CampaignsAsync(c => c.CreateAsync(DialerDesk.Form() with { Schedule = [new(["sun", "mon"], "00:00", "24:00")] }, Admin, Ct));
        Assert.Equal(["mon", "sun"], kept.Value!.Schedule[0].Weekdays);
    }

    [Fact]
    public async Task What_a_campaign_may_still_change_depends_on_its_state()
    {
        var id = await Desk.CampaignAsync();
        async Task<FailureKind?> ChangeAsync(CampaignForm form) => (await Desk.CampaignsAsync(c => c.ChangeAsync(id, form, ExpectedVersion.Any, Admin, Ct))).Failure?.Kind;
        Assert.Null(await ChangeAsync(DialerDesk.Form() with { Name = "Otra", Schedule = [new(["fri"], "10:00", "11:00")], MaxAttempts = 2 }));
        foreach (var form in new[]
        {
            DialerDesk.Form() with { Queue = "" }, DialerDesk.Form() with { Mode = DialingMode.Predictive }, DialerDesk.Form() with { StartDate = new DateOnly(2018, 1, 1) },
            DialerDesk.Form() with { TimeZone = "America/Asuncion" }, DialerDesk.Form() with { EndDate = null }, DialerDesk.Form() with { Schedule = [] },
        })
        {
            Assert.Equal(FailureKind.Conflict, await ChangeAsync(form));
        }

        Assert.Null(await ChangeAsync(DialerDesk.Form()));
        Assert.Null((await Desk.CampaignsAsync(c => c.FinalizeAsync(id, ExpectedVersion.Any, Admin, Ct))).Failure);
        Assert.Null(await ChangeAsync(DialerDesk.Form() with { Description = "Terminada" }));
        Assert.Equal(FailureKind.Conflict, await ChangeAsync(DialerDesk.Form() with { MaxAttempts = 9 }));
        Assert.Null((await Desk.CampaignsAsync(c => c.StoreAsync(id, ExpectedVersion.Any, Admin, Ct))).Failure);
        Assert.Equal(FailureKind.Conflict, await ChangeAsync(DialerDesk.Form("Otra vez")));
    }

    [Fact]
    public async Task The_end_of_a_campaign_cancels_who_is_pending_and_nobody_is_added_after_it()
    {
        var id = await Desk.CampaignAsync();
        var pending = await Desk.AddAsync(id, "Rodrigo", "27111200");
        var disabled = await Desk.AddAsync(id, "Ana", "27111201", enable: false);
        var completed = await Desk.AddAsync(id, "Juana", "27111202");
        Assert.Null((await Desk.ContactsAsync(c => c.AttemptedAsync(id, completed.Id, AttemptOutcome.Answer, Ct))).Failure);
        Assert.Null((await Desk.ContactsAsync(c => c.CompletedAsync(id, completed.Id, Ct))).Failure);
        // Somebody adds all the while: whoever is told "added" is there, and canceled.
        var adding = Enumerable.Range(0, 4).Select(n => Task.Run(async () =>
        {
            var added = new List<long>();
            while ((await Desk.ContactsAsync(c => c.AddAsync(id, new ContactForm($"C {n}", "1", null, "{}", null), Ct))) is { Failure: null } one) added.Add(one.Value!.Id);
            return added;
        }, Ct)).ToList();
        await Eventually.TrueAsync(async () => await Desk.ScalarAsync<long>($"select count(*) from contacts where campaign = {id}") > 20);
        Assert.Null((await Desk.CampaignsAsync(c => c.FinalizeAsync(id, ExpectedVersion.Any, Admin, Ct))).Failure);
        var added = (await Task.WhenAll(adding)).SelectMany(a => a).ToList();
        Assert.Equal(added.Count + 3, await Desk.ScalarAsync<long>($"select count(*) from contacts where campaign = {id}"));
        Assert.Equal(0L, await Desk.ScalarAsync<long>($"select count(*) from contacts where campaign = {id} and state = 0"));
        Assert.Equal("", await Desk.WrongCountsAsync());
        async Task<Contact> FindAsync(long contact) => (await Desk.ContactsAsync(c => c.FindAsync(id, contact, Ct)))!;
        Assert.Equal((ContactState.Canceled, true, 2), ((await FindAsync(pending.Id)).State, (await FindAsync(pending.Id)).Enable, (await FindAsync(pending.Id)).Version));
        Assert.Equal(["_Source_API_Apl", "_Campaign_Finalized"], (await FindAsync(pending.Id)).StateLog.Select(l => l.Transition));
        Assert.Equal(["_Source_API_Apl", "_Disabled"], (await FindAsync(disabled.Id)).StateLog.Select(l => l.Transition));
        Assert.Equal(ContactState.Completed, (await FindAsync(completed.Id)).State);
    }

    [Fact]
    public async Task Two_who_lead_a_campaign_at_once_take_turns()
    {
        var id = await Desk.CampaignAsync(CampaignState.Incomplete);
        var steps = await Task.WhenAll(Enumerable.Range(0, 8).Select(n => Desk.CampaignsAsync(c => n % 2 == 0
            ? c.ActivateAsync(id, ExpectedVersion.Any, Admin, Ct)
            : c.ChangeAsync(id, DialerDesk.Form($"Nombre {n}"), ExpectedVersion.Any, Admin, Ct))));
        Assert.All(steps, s => Assert.Null(s.Failure));
        await using var db = Databases.Open(Desk.Database);
        var campaign = await db.Set<Campaign>().SingleAsync(c => c.Id == id, Ct);
        Assert.Equal(CampaignState.Active, campaign.State);
        Assert.StartsWith("Nombre ", campaign.Name, StringComparison.Ordinal);
        // One was activated once, and four changes are counted: nothing was lost.
        Assert.Equal(1 + 1 + 4, campaign.Version);
    }
}
