using Expand.Server.Access;
using Expand.Server.Crm;
using Expand.Server.Pbx;
using Expand.Server.Platform;
using Expand.Server.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace Expand.Server.Tests.Crm;

/// <summary>pushAgentInfo: written once, sent by one host, tried again, given up, taken over and sent again.</summary>
public sealed class AgentPushTests(Databases databases) : IAsyncDisposable
{
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 11, 27, 12, 0, 0, TimeSpan.Zero));
    private CrmBackend crm = null!;
    private string database = null!;
    private NpgsqlDataSource source = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await crm.DisposeAsync();
        await source.DisposeAsync();
    }

    [Fact]
    public async Task Two_hosts_hear_of_a_call_and_the_crm_is_told_once_with_the_whole_IVRData()
    {
        var (one, other) = (await StartAsync(), Host());
        await one.Ivr.AppendAsync("1.1", "", "menu=2", true, Ct);
        await other.Ivr.AppendAsync("1.1", "menu=2", "cliente=48", true, Ct);
        await one.HearAsync("Juan");
        await other.HearAsync("Juan");
        var sent = await Task.WhenAll(one.Sender.SendNextAsync(Ct), other.Sender.SendNextAsync(Ct));
        Assert.Single(sent, true);
        var asked = Assert.Single(crm.Asked);
        Assert.Equal("""{"uniqueid":"1.1","queuename":"q_ventas","callerid":"Juan <099111222>","agentchan":"PJSIP/701","ivrdata":"menu=2,cliente=48"}""", asked.Body);
        var row = Assert.Single(await one.Pushes.ListAsync(null, Ct));
        Assert.Equal((PushState.Taken, 1, "true"), (row.State, row.Attempts, row.Detail));
        Assert.False(await other.Sender.SendNextAsync(Ct));
    }

    [Fact]
    public async Task One_that_fails_is_tried_again_with_growing_waits_and_given_up_in_the_end_and_can_be_sent_again()
    {
        var host = await StartAsync();
        crm.Answer = _ => (404, "text/plain", "no");
        await host.HearAsync();
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            Assert.True(await host.Sender.SendNextAsync(Ct));
            Assert.False(await host.Sender.SendNextAsync(Ct));
            clock.Advance(TimeSpan.FromSeconds(6));
        }

        var row = Assert.Single(await host.Pushes.ListAsync(PushState.Failed, Ct));
        Assert.Equal((3, CrmProblem.Status, "404", "099111222 <099111222>"), (row.Attempts, row.Problem, row.Detail, row.Caller));
        Assert.Equal(3, (await host.Pushes.AttemptsAsync(row.Id, Ct)).Count);
        Assert.False(await host.Sender.SendNextAsync(Ct));

        crm.Answer = _ => (200, "text/plain", "true");
        Assert.Null(await host.Pushes.ReplayAsync(row.Id, new Actor("admin", null), Ct));
        Assert.Equal(FailureKind.Conflict, (await host.Pushes.ReplayAsync(row.Id, new Actor("admin", null), Ct))!.Kind);
        Assert.Equal(FailureKind.NotFound, (await host.Pushes.ReplayAsync(row.Id + 1, new Actor("admin", null), Ct))!.Kind);
        Assert.True(await host.Sender.SendNextAsync(Ct));
        Assert.Single(await host.Pushes.ListAsync(PushState.Taken, Ct));
        Assert.Equal(4, (await host.Pushes.AttemptsAsync(row.Id, Ct)).Count);
        await using var db = Databases.Open(database);
        Assert.Equal("call 1.1", (await db.Set<AuditEntry>().SingleAsync(a => a.Action == "crm.push-replayed", Ct)).Subject);
    }

    [Fact]
    public async Task A_false_is_not_taken_and_not_tried_again()
    {
        var host = await StartAsync();
        crm.Answer = _ => (200, "text/plain", "false");
        await host.HearAsync();
        Assert.True(await host.Sender.SendNextAsync(Ct));
        clock.Advance(TimeSpan.FromSeconds(20));
        Assert.False(await host.Sender.SendNextAsync(Ct));
        Assert.Equal(PushState.NotTaken, Assert.Single(await host.Pushes.ListAsync(null, Ct)).State);
    }

    [Fact]
    public async Task What_a_host_was_sending_when_it_was_killed_is_taken_over_and_its_late_word_does_not_count()
    {
        var (dead, alive) = (await StartAsync(), Host());
        await dead.HearAsync();
        var claimed = (await dead.Outbox.ClaimAsync(Ct))!;
        Assert.False(await alive.Sender.SendNextAsync(Ct));
        clock.Advance(TimeSpan.FromSeconds(16));
        Assert.True(await alive.Sender.SendNextAsync(Ct));
        await dead.Outbox.SettleAsync(claimed, PushState.Failed, clock.GetUtcNow(), CrmAnswer.Open, Ct);
        var row = Assert.Single(await alive.Pushes.ListAsync(null, Ct));
        Assert.Equal((PushState.Taken, 2), (row.State, row.Attempts));
    }

    [Fact]
    public async Task While_the_circuit_is_open_a_push_waits_and_counts_no_attempt_and_too_late_it_is_given_up()
    {
        var host = await StartAsync();
        crm.Answer = _ => (503, "text/plain", "");
        foreach (var call in new[] { "1.1", "1.2", "1.3", "1.4" }) await host.HearAsync(call: call);
        for (var i = 0; i < 3; i++) Assert.True(await host.Sender.SendNextAsync(Ct));
        Assert.False(await host.Sender.SendNextAsync(Ct));
        Assert.Equal(3, crm.Asked.Count);
        Assert.Equal(0, (await host.Pushes.ListAsync(null, Ct)).Single(p => p.UniqueId == "1.4").Attempts);
        clock.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(4, await host.Outbox.ExpireAsync(Ct));
        Assert.All(await host.Pushes.ListAsync(null, Ct), p => Assert.Equal(PushState.Failed, p.State));
        clock.Advance(CrmCleaning.PushesKept);
        Assert.Equal(4, await new CrmCleaning(source, null!, clock, NullLogger<CrmCleaning>.Instance).CleanAsync(Ct));
    }

    private async Task<Desk> StartAsync()
    {
        (crm, database) = (await CrmBackend.StartAsync(), await databases.NewAsync());
        crm.Answer = _ => (200, "text/plain", "true");
        source = NpgsqlDataSource.Create(database);
        return Host();
    }

    private Desk Host()
    {
        var settings = CrmBackend.Settings(new() { AgentInfo = new() { Enabled = true, Kind = CrmKind.Rest, Url = crm.Url, TimeoutSeconds = 10 }, PushAttempts = 3 }, clock);
        var services = CrmBackend.Services(settings, clock);
        var pbx = Options.Create(new PbxOptions());
        var outbox = new AgentPushOutbox(source, settings, pbx, clock);
        var sender = new AgentPushSender(outbox, services, settings, clock, NullLogger<AgentPushSender>.Instance);
        var factory = new ServiceCollection().AddDbContextFactory<ExpandDb>(options => DatabaseModule.Configure((DbContextOptionsBuilder<ExpandDb>)options, database))
            .BuildServiceProvider().GetRequiredService<IDbContextFactory<ExpandDb>>();
        return new(outbox, sender, new AgentPushes(factory, settings, services, sender, clock), new IvrDataStore(source, pbx, clock), clock);
    }

    private sealed record Desk(AgentPushOutbox Outbox, AgentPushSender Sender, AgentPushes Pushes, IvrDataStore Ivr, TimeProvider Clock)
    {
        public Task HearAsync(string name = "", string call = "1.1") => Outbox.AddAsync(
            new AgentConnected(Clock.GetUtcNow(), "q_ventas", call, "101", "PJSIP/701", call + "-leg") { Caller = new("q_ventas", call, "099111222", name, Clock.GetUtcNow()) },
            Clock.GetUtcNow() + Outbox.Lasts, Ct);
    }
}
