using Expand.Server.Access;
using Expand.Server.Calls;
using Expand.Server.OutgoingCalls;
using Expand.Server.Platform;
using Expand.Server.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Expand.Server.Tests.OutgoingCalls;

/// <summary>Whose turn it is to make a call: never two agents'.</summary>
public sealed class CallClaimsTests(CallsWorld world) : IClassFixture<CallsWorld>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_agents_who_take_a_call_at_once_exactly_one_has_it()
    {
        CallDeed[] agents = [Agent("pperez"), Agent("daguirre"), Agent("cguerra")];
        for (var round = 0; round < 40; round++)
        {
            var id = await AddAsync();
            var answers = await Task.WhenAll(agents.Select(a => Task.Run(() => ClaimAsync(claims => claims.TakeAsync(id, a, Ct)), Ct)));
            Assert.Single(answers, a => a.Failure is null);
            Assert.All(answers.Where(a => a.Failure is not null), a => Assert.Equal((FailureKind.Conflict, CallDeed.Claim), (a.Failure!.Kind, a.Failure.Field)));
        }
    }

    [Fact]
    public async Task Of_agents_on_two_hosts_exactly_one_has_it()
    {
        await using var pbx = new ScriptedPbx();
        await using var other = await ServerHost.StartAsync(world.Database, pbx, "host-2", world.Clock);
        var (here, there) = (Agent("pperez"), Agent("daguirre"));
        for (var round = 0; round < 40; round++)
        {
            var id = await AddAsync();
            var answers = await Task.WhenAll(
                Task.Run(() => ClaimAsync(claims => claims.TakeAsync(id, here, Ct)), Ct),
                Task.Run(() => other.Get<CallScopes>().ClaimAsync(claims => claims.TakeAsync(id, there, Ct)), Ct));
            Assert.Single(answers, a => a.Failure is null);
        }
    }

    [Fact]
    public async Task Nobody_else_changes_or_dials_a_call_that_is_taken()
    {
        var id = await AddAsync();
        var (ana, other) = (Agent("pperez"), Agent("daguirre"));
        Assert.Null((await ClaimAsync(claims => claims.TakeAsync(id, ana, Ct))).Failure);
        var refused = new[]
        {
            (await world.ActAsync(calls => calls.CompleteAsync(id, other, Ct))).Failure,
            (await world.ActAsync(calls => calls.CancelAsync(id, other, Ct))).Failure,
            (await world.ActAsync(calls => calls.PostponeAsync(id, world.Now.AddHours(3), other, Ct))).Failure,
            (await world.ActAsync(calls => calls.AssignAsync(id, "q_ventas", "", other, Ct))).Failure,
            (await world.ActAsync(calls => calls.ReplaceAsync(id, world.Form(), Supervisor, Ct))).Failure,
            (await ClaimAsync(claims => claims.ReleaseAsync(id, other, Ct))).Failure,
            (await ClaimAsync(claims => claims.CallAsync(id, "21232322", "201", other, Ct))).Failure,
        };
        Assert.All(refused, failure => Assert.Equal((FailureKind.Conflict, CallDeed.Claim), (failure!.Kind, failure.Field)));
        await using var db = Databases.Open(world.Database);
        Assert.Empty(await db.Set<OriginatedCall>().ToListAsync(Ct));
        Assert.Equal(OutgoingCallStatus.Completed, (await world.ActAsync(calls => calls.CompleteAsync(id, ana, Ct))).Value!.Status);
    }

    [Fact]
    public async Task A_claim_ends_by_itself_is_renewed_and_can_be_given_back_or_taken_away()
    {
        var id = await AddAsync();
        var (ana, other) = (Agent("pperez"), Agent("daguirre"));
        await TakenAsync(id, ana);
        world.Clock.Advance(CallClaims.Lasts - TimeSpan.FromSeconds(1));
        await TakenAsync(id, ana);
        world.Clock.Advance(CallClaims.Lasts - TimeSpan.FromSeconds(1));
        Assert.NotNull((await ClaimAsync(claims => claims.TakeAsync(id, other, Ct))).Failure);
        world.Clock.Advance(TimeSpan.FromSeconds(1));
        await TakenAsync(id, other);

        Assert.Null((await ClaimAsync(claims => claims.ReleaseAsync(id, other, Ct))).Failure);
        await TakenAsync(id, ana);
        Assert.Null((await ClaimAsync(claims => claims.TakeAwayAsync(id, Supervisor, Ct))).Failure);
        await TakenAsync(id, other);
        await using var db = Databases.Open(world.Database);
        var audited = await db.Set<AuditEntry>().SingleAsync(a => a.Subject == $"outgoing call {id}", Ct);
        Assert.Equal(("lrivas", "outgoing-call.released"), (audited.Actor, audited.Action));
    }

    [Fact]
    public async Task Clients_of_the_rest_api_see_nothing_of_a_claim_and_their_changes_count()
    {
        var id = await AddAsync();
        var before = await world.Api.GetAsync($"/{id}");
        await TakenAsync(id, Agent("pperez"));
        var taken = await world.Api.GetAsync($"/{id}");
        Assert.Equal((before.Body, before.ETag), (taken.Body, taken.ETag));
        Assert.Null((await world.ActAsync(calls => calls.ReplaceAsync(id, world.Form() with { Contact = "Otra" }, ExpectedVersion.OneOf([1]), Ct))).Failure);
        Assert.Equal("pperez", Holder(await FindAsync(id)));
        Assert.Null((await world.ActAsync(calls => calls.CancelAsync(id, ExpectedVersion.Any, Ct))).Failure);
        Assert.Null(Holder(await FindAsync(id)));
    }

    [Fact]
    public async Task An_agent_has_the_own_calls_and_those_of_every_agent_of_the_queues_and_changes_no_others()
    {
        var (ofAll, own, others, elsewhere) = (await AddAsync(), await AddAsync("pperez"), await AddAsync("daguirre"), await AddAsync(queue: "q_ventas"));
        var ana = Agent("pperez");
        var shown = await world.ActAsync(calls => calls.OfAgentAsync("PPEREZ", ["tecnologia"], 500, Ct));
        Assert.Equal([ofAll, own], shown.Select(c => c.Id).Where(id => new[] { ofAll, own, others, elsewhere }.Contains(id)));
        foreach (var id in new[] { others, elsewhere })
            Assert.Equal(FailureKind.NotFound, (await ClaimAsync(claims => claims.TakeAsync(id, ana, Ct))).Failure!.Kind);
    }

    [Fact]
    public async Task What_has_expired_is_shown_for_a_day_after_what_is_pending()
    {
        async Task<long> AddedAsync(double hours, int expiration) =>
            (await world.ActAsync(calls => calls.AddAsync(world.Form() with { CallDate = world.Now.AddHours(hours), Expiration = expiration, Agent = "cguerra" }, Ct))).Value!.Id;
        var (longAgo, expired, late, soon) = (await AddedAsync(-26, 3600), await AddedAsync(-3, 60), await AddedAsync(-1, 0), await AddedAsync(1, 60));
        var shown = (await world.ActAsync(calls => calls.OfAgentAsync("cguerra", [], 500, Ct))).Select(c => c.Id).ToList();
        Assert.Equal([late, soon, expired], shown.Where(id => id == longAgo || id == expired || id == late || id == soon));
    }

    [Fact]
    public async Task A_change_by_an_agent_is_audited_with_the_agents_name()
    {
        var (completed, postponed, assigned, discarded) = (await AddAsync(), await AddAsync(), await AddAsync(), await AddAsync());
        var ana = Agent("pperez");
        Assert.Null((await world.ActAsync(calls => calls.CompleteAsync(completed, ana, Ct))).Failure);
        Assert.Null((await world.ActAsync(calls => calls.PostponeAsync(postponed, world.Now.AddHours(5), ana, Ct))).Failure);
        Assert.Null((await world.ActAsync(calls => calls.AssignAsync(assigned, "q_ventas", "daguirre", ana, Ct))).Failure);
        Assert.Null((await world.ActAsync(calls => calls.CancelAsync(discarded, ana, Ct))).Failure);
        await using var db = Databases.Open(world.Database);
        foreach (var (id, action) in new[] { (completed, "completed"), (postponed, "postponed"), (assigned, "assigned"), (discarded, "canceled") })
        {
            var entry = await db.Set<AuditEntry>().SingleAsync(a => a.Subject == $"outgoing call {id}", Ct);
            Assert.Equal(("pperez", $"outgoing-call.{action}", "10.0.0.7"), (entry.Actor, entry.Action, entry.Address));
        }
    }

    [Fact]
    public async Task The_calls_of_a_user_who_gets_another_name_bear_it()
    {
        var users = world.Host.Get<Users>();
        var id = (await users.CreateAsync(new UserForm("mnueva", "M", "", "operador", false, true, "388"), null, Actor.System, Ct)).Value;
        var call = await AddAsync("mnueva");
        Assert.Null(await users.ChangeAsync(id, new UserForm("mcasada", "M", "", "operador", false, true, "388"), Actor.System, Ct));
        await Eventually.TrueAsync(async () =>
        {
            world.Clock.Advance(TimeSpan.FromSeconds(5));
            return (await FindAsync(call)).Agent == "mcasada";
        });
        Assert.Equal("\"2\"", (await world.Api.GetAsync($"/{call}")).ETag);
    }

    private CallDeed Supervisor => new(new Actor("lrivas", "10.0.0.8"), UserId("lrivas"));

    private int UserId(string username) => world.Host.Get<UserDirectory>().Find(username)!.Id;

    private CallDeed Agent(string username) => new(new Actor(username, "10.0.0.7"), UserId(username)) { Queues = ["tecnologia"] };

    private string? Holder(OutgoingCall call) =>
        call.HolderAt(world.Now) is { } id ? world.Host.Get<UserDirectory>().Find(id)!.Username : null;

    private async Task<long> AddAsync(string agent = "", string queue = "tecnologia")
    {
        var added = await world.ActAsync(calls => calls.AddAsync(world.Form() with { Agent = agent, Queue = queue }, Ct));
        Assert.Null(added.Failure);
        return added.Value!.Id;
    }

    private async Task TakenAsync(long id, CallDeed by) => Assert.Null((await ClaimAsync(claims => claims.TakeAsync(id, by, Ct))).Failure);

    private async Task<OutgoingCall> FindAsync(long id) => (await world.ActAsync(calls => calls.FindAsync(id, Ct)))!;

    private Task<T> ClaimAsync<T>(Func<CallClaims, Task<T>> act) => world.Host.Get<CallScopes>().ClaimAsync(act);
}
