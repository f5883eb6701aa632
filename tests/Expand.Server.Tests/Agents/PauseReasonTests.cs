using Expand.Server.Access;
using Expand.Server.Agents;
using Expand.Server.Platform;
using Expand.Server.Tests.Host;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Tests.Agents;

public sealed class PauseReasonTests(Databases databases)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("", "Almuerzo", "code")]
    [InlineData("123456789", "Almuerzo", "code")]
    [InlineData("1a", "Almuerzo", "code")]
    [InlineData("1\n", "Almuerzo", "code")]
    [InlineData("7", "", "name")]
    [InlineData("7", "a|b", "name")]
    [InlineData("7", "a\r\nAction: Originate", "name")]
    [InlineData("7", "a\0b", "name")]
    [InlineData("7", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "name")]
    public async Task What_could_not_go_to_the_PBX_or_be_dialled_is_refused_by_name(string code, string name, string field)
    {
        await using var world = await AgentsWorld.EmptyAsync(databases, _ => { });
        Assert.Equal(field, (await Reasons(world).AddAsync(code, name, Actor.System, Ct))!.Field);
        Assert.Empty(Reasons(world).All);
    }

    [Fact]
    public async Task Reasons_are_added_renamed_and_removed_once_and_each_change_is_audited()
    {
        await using var world = await AgentsWorld.EmptyAsync(databases, _ => { });
        var reasons = Reasons(world);
        Assert.Null(await reasons.AddAsync("10", "Baño", Actor.System, Ct));
        Assert.Null(await reasons.AddAsync(" 2 ", " Descanso ", Actor.System, Ct));
        Assert.Equal(FailureKind.Conflict, (await reasons.AddAsync("2", "Otro", Actor.System, Ct))!.Kind);
        Assert.Equal([("2", "Descanso"), ("10", "Baño")], reasons.All);
        Assert.Null(await reasons.RenameAsync("2", "Pausa", Actor.System, Ct));
        Assert.Equal("Pausa", reasons.Find("2"));
        Assert.Equal(FailureKind.NotFound, (await reasons.RenameAsync("3", "x", Actor.System, Ct))!.Kind);
        Assert.Null(await reasons.RemoveAsync("2", Actor.System, Ct));
        Assert.Equal(FailureKind.NotFound, (await reasons.RemoveAsync("2", Actor.System, Ct))!.Kind);
        Assert.Null(reasons.Find("2"));
        await using var db = Databases.Open(world.Database);
        Assert.Equal(4, await db.Set<AuditEntry>().CountAsync(a => a.Action.StartsWith("pause-reason."), Ct));
    }

    [Fact]
    public async Task The_demonstrations_people_are_made_once_and_what_was_removed_stays_removed()
    {
        await using var world = await AgentsWorld.EmptyAsync(databases, pbx =>
        {
            pbx.Devices["PJSIP/701"] = "NOT_INUSE";
            pbx.Queues.UnionWith(["q_ventas", "q_soporte"]);
        });
        var demo = world.Host.Get<DemoWorld>();
        await Task.WhenAll(demo.MakeAsync(Ct), demo.MakeAsync(Ct));
        var users = world.Host.Get<UserDirectory>();
        Assert.Equal(10, users.All.Count);
        Assert.Equal("ipaz", users.Agent("109")!.Username);
        Assert.Equal("operador", users.Agent("109")!.Profile);
        Assert.Equal(["Almuerzo", "Descanso", "Baño", "Capacitación", "Tareas administrativas"], Reasons(world).All.Select(r => r.Name));
        Assert.True(await world.ActAsync("loginAgent", ("agent", "acosta"), ("extension", "701")));
        Assert.Contains("Ventas", await world.AskAsync("getAgentLogin", ("extensions", "701")), StringComparison.Ordinal);

        Assert.Null(await world.Host.Get<Users>().DeleteAsync(users.Find("ipaz")!.Id, Actor.System, Ct));
        await demo.MakeAsync(Ct);
        Assert.Null(users.Find("ipaz"));
    }

    [Fact]
    public async Task A_demonstration_that_was_cut_short_is_completed_and_one_among_other_agents_is_not_begun()
    {
        await using var world = await AgentsWorld.EmptyAsync(databases, _ => { });
        await world.UserAsync("acosta", "Ana Acosta", "101");
        await world.Host.Get<DemoWorld>().MakeAsync(Ct);
        Assert.Equal(10, world.Host.Get<UserDirectory>().All.Count);

        await using var other = await AgentsWorld.EmptyAsync(databases, _ => { });
        await other.UserAsync("mperez", "María Pérez", "101");
        await other.Host.Get<DemoWorld>().MakeAsync(Ct);
        Assert.Single(other.Host.Get<UserDirectory>().All);
    }

    private static PauseReasons Reasons(AgentsWorld world) => world.Host.Get<PauseReasons>();
}
