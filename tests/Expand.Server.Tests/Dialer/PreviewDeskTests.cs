using Expand.Server.Access;
using Expand.Server.Dialer;
using Expand.Server.Dialer.Preview;
using Expand.Server.Platform;
using Expand.Server.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Expand.Server.Tests.Dialer;

/// <summary>Agents who call the contacts of preview campaigns, without a PBX: whom they get, and who keeps whom.</summary>
public sealed class PreviewDeskTests(Databases databases) : IClassFixture<Databases>, IAsyncLifetime
{
    private const int Ana = 7001;
    private const int Berta = 7002;
    private static readonly string[] Queues = ["q_ventas"];

    private DialerDesk desk = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => desk = await DialerDesk.StartAsync(databases);

    public ValueTask DisposeAsync() => desk.DisposeAsync();

    [Fact]
    public async Task An_agent_keeps_the_contact_that_was_given_and_nobody_else_gets_it()
    {
        var id = await CampaignAsync();
        await desk.AddAsync(id, "Uno", "099100001");
        await desk.AddAsync(id, "Dos", "099100002");
        var first = (await TakeAsync(Ana)).Value!;
        Assert.Equal(("Uno", id, "Renovaciones"), (first.Contact.Name, first.Attempt.Campaign, first.Campaign));
        Assert.Equal(first.Attempt.Id, (await TakeAsync(Ana)).Value!.Attempt.Id);
        Assert.Equal(first.Attempt.Id, (await UseAsync(d => d.CurrentAsync(Ana, Ct)))!.Attempt.Id);
        Assert.Equal("Dos", (await TakeAsync(Berta)).Value!.Contact.Name);
        Assert.Equal(FailureKind.NotFound, (await TakeAsync(7003)).Failure?.Kind);
        Assert.Equal([(id, 0)], (await UseAsync(d => d.CampaignsAsync(Queues, Ct))).Select(c => (c.Id, c.Due)));
    }

    [Fact]
    public async Task Who_presses_twice_at_once_gets_one_contact_and_two_agents_get_two()
    {
        var id = await CampaignAsync();
        for (var i = 0; i < 8; i++) await desk.AddAsync(id, $"Cliente {i}", $"09910001{i}");
        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(n => TakeAsync(n % 2 == 0 ? Ana : Berta)));
        Assert.All(taken, t => Assert.Null(t.Failure));
        Assert.Equal(2, taken.Select(t => t.Value!.Attempt.Id).Distinct().Count());
        Assert.Equal(2, taken.Select(t => t.Value!.Contact.Id).Distinct().Count());
    }

    [Fact]
    public async Task A_contact_that_was_passed_by_comes_again_later_and_was_not_called()
    {
        var id = await CampaignAsync();
        var contact = await desk.AddAsync(id, "Uno", "099100001");
        var taken = (await TakeAsync(Ana)).Value!;
        Assert.Equal(FailureKind.Conflict, (await UseAsync(d => d.PassAsync(taken.Attempt.Id, Berta, Ct))).Failure?.Kind);
        Assert.Null((await UseAsync(d => d.PassAsync(taken.Attempt.Id, Ana, Ct))).Failure);
        Assert.Equal(FailureKind.Conflict, (await UseAsync(d => d.PassAsync(taken.Attempt.Id, Ana, Ct))).Failure?.Kind);
        Assert.Null(await UseAsync(d => d.CurrentAsync(Ana, Ct)));
        Assert.Equal(FailureKind.NotFound, (await TakeAsync(Ana)).Failure?.Kind);
        var kept = (await desk.ContactsAsync(c => c.FindAsync(id, contact.Id, Ct)))!;
        Assert.Equal((ContactState.Pending, (AttemptOutcome?)null, 1), (kept.State, kept.LastAttempt, kept.StateLog.Count));
        Assert.InRange(kept.DueAt - DateTimeOffset.UtcNow, TimeSpan.FromMinutes(13), PreviewDesk.PassedBy);
        await SqlAsync($"update contacts set due_at = now() where id = {contact.Id}");
        Assert.NotEqual(taken.Attempt.Id, (await TakeAsync(Ana)).Value!.Attempt.Id);
    }

    [Fact]
    public async Task Nobody_gets_a_contact_outside_the_hours_of_other_queues_of_a_paused_campaign_or_twice_under_two_names()
    {
        var closed = await CampaignAsync(form => form with { Schedule = [new(CampaignForm.Weekdays, "00:00", "24:00")], StartDate = new DateOnly(9998, 1, 1) });
        await desk.AddAsync(closed, "Futuro", "099200001");
        Assert.Equal(FailureKind.NotFound, (await TakeAsync(Ana)).Failure?.Kind);
        var open = await CampaignAsync();
        await desk.AddAsync(open, "Uno", "099 200 002");
        await desk.AddAsync(open, "El mismo número", "+59899200002");
        Assert.Equal(FailureKind.NotFound, (await UseAsync(d => d.TakeAsync(Ana, ["q_soporte"], Ct))).Failure?.Kind);
        Assert.Null((await desk.CampaignsAsync(c => c.PauseAsync(open, ExpectedVersion.Any, Actor.System, Ct))).Failure);
        Assert.Equal(FailureKind.NotFound, (await TakeAsync(Ana)).Failure?.Kind);
        Assert.Null((await desk.CampaignsAsync(c => c.ResumeAsync(open, ExpectedVersion.Any, Actor.System, Ct))).Failure);
        Assert.Equal("Uno", (await TakeAsync(Ana)).Value!.Contact.Name);
        Assert.Equal(FailureKind.NotFound, (await TakeAsync(Berta)).Failure?.Kind);
    }

    [Fact]
    public async Task A_call_needs_the_agents_own_contact_an_extension_and_a_number_that_a_phone_dials()
    {
        var id = await CampaignAsync();
        await desk.AddAsync(id, "Código", "*4512345");
        var taken = (await TakeAsync(Ana)).Value!;
        Assert.Equal(FailureKind.Conflict, (await UseAsync(d => d.CallAsync(taken.Attempt.Id, Ana, "", Ct))).Failure?.Kind);
        Assert.Equal(FailureKind.Conflict, (await UseAsync(d => d.CallAsync(taken.Attempt.Id, Berta, "701", Ct))).Failure?.Kind);
        Assert.Equal("numcall", (await UseAsync(d => d.CallAsync(taken.Attempt.Id, Ana, "701", Ct))).Failure?.Field);
        Assert.Null((await AttemptAsync(taken.Attempt.Id)).AskedAt);
        await SqlAsync($"update campaigns set paused = true where id = {id}");
        Assert.Equal(FailureKind.Conflict, (await UseAsync(d => d.CallAsync(taken.Attempt.Id, Ana, "701", Ct))).Failure?.Kind);
    }

    /// <summary>The PBX of this test is not there: an order is refused, and the attempt says that it was asked for, under the call's Uniqueid.</summary>
    [Fact]
    public async Task That_the_PBX_is_asked_is_written_before_it_is_asked_and_once()
    {
        var id = await CampaignAsync();
        await desk.AddAsync(id, "Uno", "099300001");
        var taken = (await TakeAsync(Ana)).Value!;
        var job = await UseAsync(d => d.CallAsync(taken.Attempt.Id, Ana, "701", Ct));
        Assert.Null(job.Failure);
        var asked = await AttemptAsync(taken.Attempt.Id);
        Assert.NotNull(asked.AskedAt);
        Assert.NotEqual(taken.Attempt.ChannelId, asked.ChannelId);
        await using var scope = desk.Host.Scope();
        var call = await scope.ServiceProvider.GetRequiredService<ExpandDb>().Set<Expand.Server.Calls.OriginatedCall>().SingleAsync(c => c.ChannelId == asked.ChannelId, Ct);
        Assert.Equal(("701", "099300001", 30), (call.Source, call.Destination, call.RingSeconds));
        Assert.Equal(FailureKind.Conflict, (await UseAsync(d => d.CallAsync(taken.Attempt.Id, Ana, "701", Ct))).Failure?.Kind);
        Assert.Equal(FailureKind.Conflict, (await UseAsync(d => d.PassAsync(taken.Attempt.Id, Ana, Ct))).Failure?.Kind);
    }

    [Fact]
    public async Task Whom_a_list_has_is_stopped_and_the_next_one_is_given()
    {
        var id = await CampaignAsync();
        var listed = await desk.AddAsync(id, "En la lista", "099400001");
        await desk.AddAsync(id, "Libre", "099400002");
        await SqlAsync("insert into dnc_lists (kind, name, is_in_force, edition, numbers, added_at, added_by) values (0, 'No llamar', true, 1, 1, now(), 'prueba')");
        await SqlAsync("insert into dnc_numbers (list_id, edition, number, added_at) select id, 1, '99400001', now() from dnc_lists");
        Assert.Equal("Libre", (await TakeAsync(Ana)).Value!.Contact.Name);
        var stopped = (await desk.ContactsAsync(c => c.FindAsync(id, listed.Id, Ct)))!;
        Assert.Equal((ContactState.Canceled, false, Transitions.DoNotCall), (stopped.State, stopped.Enable, stopped.StateLog[^1].Transition));
    }

    [Fact]
    public async Task A_contact_that_nobody_calls_for_five_minutes_is_not_the_agents_any_more()
    {
        var id = await CampaignAsync();
        await desk.AddAsync(id, "Uno", "099500001");
        var taken = (await TakeAsync(Ana)).Value!;
        await SqlAsync($"update dial_attempts set claimed_at = now() - interval '6 minutes' where id = {taken.Attempt.Id}");
        Assert.Null(await UseAsync(d => d.CurrentAsync(Ana, Ct)));
        Assert.Equal(FailureKind.Conflict, (await UseAsync(d => d.CallAsync(taken.Attempt.Id, Ana, "701", Ct))).Failure?.Kind);
    }

    private Task<Result<PreviewCall>> TakeAsync(int user) => UseAsync(d => d.TakeAsync(user, Queues, Ct));

    private async Task<T> UseAsync<T>(Func<PreviewDesk, Task<T>> use)
    {
        await using var scope = desk.Host.Scope();
        return await use(scope.ServiceProvider.GetRequiredService<PreviewDesk>());
    }

    private async Task<int> CampaignAsync(Func<CampaignForm, CampaignForm>? form = null)
    {
        var usual = DialerDesk.Form() with { Mode = DialingMode.Preview, Schedule = [new(CampaignForm.Weekdays, "00:00", "24:00")] };
        var made = await desk.CampaignsAsync(c => c.CreateAsync(form is null ? usual : form(usual), Actor.System, Ct));
        Assert.Null(made.Failure);
        Assert.Null((await desk.CampaignsAsync(c => c.ActivateAsync(made.Value!.Id, ExpectedVersion.Any, Actor.System, Ct))).Failure);
        return made.Value!.Id;
    }

    private async Task<DialAttempt> AttemptAsync(long id)
    {
        await using var scope = desk.Host.Scope();
        return await scope.ServiceProvider.GetRequiredService<ExpandDb>().Set<DialAttempt>().AsNoTracking().SingleAsync(a => a.Id == id, Ct);
    }

    private async Task SqlAsync(string sql)
    {
        await using var scope = desk.Host.Scope();
        await scope.ServiceProvider.GetRequiredService<ExpandDb>().Database.ExecuteSqlRawAsync(sql, Ct);
    }
}
