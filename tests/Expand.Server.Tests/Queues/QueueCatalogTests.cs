using Expand.Server.Access;
using Expand.Server.Platform;
using Expand.Server.Queues;
using Expand.Server.Tests.Host;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Tests.Queues;

/// <summary>Settings and agents of queues: written once, known to every host.</summary>
public sealed class QueueCatalogTests(Databases databases)
{
    private readonly CancellationToken ct = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_change_is_known_here_at_once_and_to_other_hosts_within_two_seconds()
    {
        var database = await databases.NewAsync();
        await using var pbx = new ScriptedPbx();
        await using var here = await ServerHost.StartAsync(database, pbx);
        await using var there = await ServerHost.StartAsync(database, pbx, "host-2");
        var ana = await AgentAsync(here, "ana", "157");
        var catalog = here.Get<QueueCatalog>();
        Assert.Null(await catalog.SetDescriptionAsync("q_ven", " Ventas ", Actor.System, ct));
        Assert.Null(await catalog.LinkAsync("q_ven", "ANA", 3, Actor.System, ct));
        Assert.Null(await catalog.LinkAsync("q_adm", "ana", 0, Actor.System, ct));
        var began = TimeProvider.System.GetTimestamp();
        foreach (var known in new[] { catalog, there.Get<QueueCatalog>() })
        {
            await Eventually.TrueAsync(() => known.QueuesOf(ana).Count == 2);
            Assert.Equal([("q_adm", 0), ("q_ven", 3)], known.QueuesOf(ana).Select(q => (q.Queue, q.Penalty)));
            Assert.Equal([new QueueInfo("q_adm", "q_adm"), new("q_ven", "Ventas")], known.All);
            Assert.Equal(("Ventas", "q_x"), (known.DescriptionOf("q_ven"), known.DescriptionOf("q_x")));
            Assert.Equal([ana], known.AgentsOf("q_ven"));
        }

        Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(2));
        Assert.Null(await catalog.UnlinkAsync("q_ven", "ana", Actor.System, ct));
        Assert.Empty(catalog.AgentsOf("q_ven"));
        // Who is deleted is an agent of nothing.
        Assert.Null(await here.Get<Users>().DeleteAsync(ana, Actor.System, ct));
        await Eventually.TrueAsync(() => catalog.AgentsOf("q_adm").Count == 0);
    }

    [Fact]
    public async Task Every_change_is_audited_once_and_repeating_it_changes_nothing()
    {
        var database = await databases.NewAsync();
        await using var pbx = new ScriptedPbx();
        await using var host = await ServerHost.StartAsync(database, pbx);
        await AgentAsync(host, "ana", "157");
        var catalog = host.Get<QueueCatalog>();
        for (var i = 0; i < 2; i++)
        {
            Assert.Null(await catalog.SetDescriptionAsync("q_ven", "Ventas", new Actor("admin", "10.0.0.1"), ct));
            Assert.Null(await catalog.LinkAsync("q_ven", "ana", 1, new Actor("admin", null), ct));
        }

        Assert.Null(await catalog.LinkAsync("q_ven", "ana", 2, new Actor("admin", null), ct));
        Assert.Null(await catalog.UnlinkAsync("q_ven", "ana", new Actor("admin", null), ct));
        Assert.Null(await catalog.UnlinkAsync("q_ven", "ana", new Actor("admin", null), ct));
        Assert.Null(await catalog.SetDescriptionAsync("q_ven", "", new Actor("admin", null), ct));
        Assert.Equal("q_ven", catalog.DescriptionOf("q_ven"));
        Assert.Empty(catalog.All);
        await using var db = Databases.Open(database);
        var audit = await db.Set<AuditEntry>().Where(a => a.Subject == "queue q_ven").OrderBy(a => a.Id).Select(a => a.Action + ": " + a.Detail).ToListAsync(ct);
        Assert.Equal(
            ["queue.described: Ventas", "queue.linked: ana with penalty 1", "queue.linked: ana with penalty 2", "queue.unlinked: ana", "queue.described: "], audit);
    }

    [Fact]
    public async Task What_cannot_be_is_refused_and_says_what_is_wrong()
    {
        var database = await databases.NewAsync();
        await using var pbx = new ScriptedPbx();
        await using var host = await ServerHost.StartAsync(database, pbx);
        Assert.Null((await host.Get<Users>().CreateAsync(new UserForm("juan", "Juan", "", "operador", false, false, ""), null, Actor.System, ct)).Failure);
        var catalog = host.Get<QueueCatalog>();
        foreach (var name in new[] { "", "q ven", "q\nven", "q_ven\r\nAction: Logoff", "ñ", new string('q', 65), "q;1" })
        {
            Assert.Equal("queue", (await catalog.SetDescriptionAsync(name, "x", Actor.System, ct))?.Field);
            Assert.Equal("queue", (await catalog.LinkAsync(name, "juan", 0, Actor.System, ct))?.Field);
        }

        Assert.Equal("description", (await catalog.SetDescriptionAsync("q", "a\nb", Actor.System, ct))?.Field);
        Assert.Equal("description", (await catalog.SetDescriptionAsync("q", new string('x', 101), Actor.System, ct))?.Field);
        Assert.Equal("penalty", (await catalog.LinkAsync("q", "juan", -1, Actor.System, ct))?.Field);
        Assert.Equal(FailureKind.NotFound, (await catalog.LinkAsync("q", "nobody", 0, Actor.System, ct))?.Kind);
        Assert.Equal(FailureKind.Conflict, (await catalog.LinkAsync("q", "juan", 0, Actor.System, ct))?.Kind);
        Assert.Empty(catalog.All);
    }

    private async Task<int> AgentAsync(ServerHost host, string username, string number)
    {
        var made = await host.Get<Users>().CreateAsync(new UserForm(username, username, "", "operador", false, true, number), null, Actor.System, ct);
        Assert.Null(made.Failure);
        return made.Value;
    }
}
