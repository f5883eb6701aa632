using Expand.Server.Access;
using Expand.Server.Agents;
using Expand.Server.Platform;
using Expand.Server.Tests.Host;
using Expand.TestKit;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Tests.Agents;

public sealed class SupervisedAgentsTests(Databases databases)
{
    private static readonly Actor Supervisor = new("lrivas", "10.0.0.9");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_supervisor_logs_an_agent_in_pauses_goes_on_and_logs_out_and_each_stands_in_the_audit_log()
    {
        await using var world = await AgentsWorld.StartAsync(databases);
        var agents = world.Host.Get<SupervisedAgents>();
        Assert.Null(await agents.LogInAsync("101", " 701 ", Supervisor, Ct));
        Assert.Equal(2, world.Picture.MembershipsOf("101").Count);
        Assert.Null(await agents.PauseAsync("101", "1", Supervisor, Ct));
        Assert.All(world.Picture.MembershipsOf("101"), m => Assert.Equal("Almuerzo", m.PauseReason));
        Assert.Null(await agents.UnpauseAsync("101", Supervisor, Ct));
        Assert.All(world.Picture.MembershipsOf("101"), m => Assert.False(m.Paused));
        Assert.Null(await agents.LogOutAsync("101", Supervisor, Ct));
        Assert.Empty(world.Picture.MembershipsOf("101"));
        Assert.Equal(
            ["agent.logged-in agent 101 at 701", "agent.paused agent 101 Almuerzo", "agent.unpaused agent 101 ", "agent.logged-out agent 101 "], await AuditAsync(world));
    }

    [Fact]
    public async Task What_is_in_the_way_is_named_and_neither_asked_of_the_PBX_nor_audited()
    {
        await using var world = await AgentsWorld.StartAsync(databases);
        var agents = world.Host.Get<SupervisedAgents>();
        Assert.Equal("agent", (await agents.LogInAsync("999", "701", Supervisor, Ct))?.Field);
        Assert.Equal("extension", (await agents.LogInAsync("101", "799", Supervisor, Ct))?.Field);
        Assert.Equal("queues", (await agents.LogInAsync("107", "701", Supervisor, Ct))?.Field);
        Assert.Equal("offline", (await agents.PauseAsync("101", "1", Supervisor, Ct))?.Field);
        Assert.Equal("offline", (await agents.UnpauseAsync("101", Supervisor, Ct))?.Field);
        Assert.Equal("offline", (await agents.LogOutAsync("101", Supervisor, Ct))?.Field);
        Assert.Empty(world.Commands);
        Assert.Empty(await AuditAsync(world));

        Assert.Null(await agents.LogInAsync("101", "701", Supervisor, Ct));
        Assert.Equal("elsewhere", (await agents.LogInAsync("101", "702", Supervisor, Ct))?.Field);
        Assert.Equal("taken", (await agents.LogInAsync("102", "701", Supervisor, Ct))?.Field);
        Assert.Equal("reason", (await agents.PauseAsync("101", "9", Supervisor, Ct))?.Field);
        Assert.Single(await AuditAsync(world));
    }

    [Fact]
    public async Task What_the_PBX_then_refuses_stands_in_the_audit_log_as_not_done()
    {
        await using var world = await AgentsWorld.StartAsync(databases);
        world.Pbx.OnMember = _ => FakeReply.Error("Permission denied");
        var refused = await world.Host.Get<SupervisedAgents>().LogInAsync("102", "702", Supervisor, Ct);
        Assert.Equal((FailureKind.Conflict, "unconfirmed"), (refused!.Kind, refused.Field));
        var lines = await AuditAsync(world);
        Assert.Equal(2, lines.Count);
        Assert.StartsWith("agent.logged-in agent 102 not done: ", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_done_that_cannot_be_written_down()
    {
        await using var world = await AgentsWorld.StartAsync(databases);
        await using (var db = Databases.Open(world.Database)) await db.Database.ExecuteSqlAsync($"alter table audit rename to audit_away", Ct);
        var refused = await world.Host.Get<SupervisedAgents>().LogInAsync("101", "701", Supervisor, Ct);
        Assert.Equal(FailureKind.Unavailable, refused?.Kind);
        Assert.Empty(world.Commands);
    }

    private static async Task<List<string>> AuditAsync(AgentsWorld world)
    {
        await using var db = Databases.Open(world.Database);
        var lines = await db.Set<AuditEntry>().Where(a => a.Actor == "lrivas" && a.Address == "10.0.0.9").OrderBy(a => a.Id).ToListAsync(Ct);
        return [.. lines.Select(a => $"{a.Action} {a.Subject} {a.Detail}")];
    }
}
