using Expand.Server.Access;
using Expand.Server.Platform;
using Expand.Server.Recordings;
using Expand.Server.Tests.Agents;
using Expand.Server.Tests.Host;
using Expand.TestKit;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Tests.Recordings;

/// <summary>Parts of calls that agents have recorded, on a scripted PBX.</summary>
public sealed class MarkedPartsTests(Databases databases)
{
    private static readonly Actor Ana = new("acosta", null);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_part_is_recorded_once_the_PBX_says_so_under_the_contract_s_names_and_ends_when_it_is_stopped()
    {
        await using var world = await TalkingAsync();
        Confirm(world);
        var made = await Parts(world).StartAsync(new PartRequest("1.2", "venta", 91662), Ana, Ct);
        var part = Assert.Single(await Parts(world).OfLegAsync("1.2", Ct));
        Assert.Equal(made.Value!.Id, part.Id);
        Assert.True(part.IsRunning);
        Assert.Equal(("1.1", "q_ventas", "101", "venta"), (part.UniqueId, part.Queue, part.Agent, part.Form));
        Assert.Matches(@"^audio_91662_\d{10}\.\d\d$", part.File);
        Assert.Matches("^[0-9a-f]{32}[0-9]{11}$", part.Chunk);
        var asked = Assert.Single(world.Pbx.Originates);
        Assert.Equal(("Local/write@expand-recording/n", part.ChannelId), (asked["Channel"], asked["ChannelId"]));

        Assert.Equal(FailureKind.Conflict, (await Parts(world).StartAsync(new PartRequest("1.2", "otra", 91662), Ana, Ct)).Failure!.Kind);
        Assert.Equal(FailureKind.Conflict, (await Parts(world).StopAsync(part.Id, new Actor("bnunez", null), Ct))!.Kind);
        Assert.Null(await Parts(world).StopAsync(part.Id, Ana, Ct));
        Assert.Equal(part.ChannelId, Assert.Single(world.Pbx.Hangups)["Channel"]);
        Assert.False(Assert.Single(await Parts(world).OfLegAsync("1.2", Ct)).IsRunning);
        Assert.Null(await Parts(world).StopAsync(part.Id, Ana, Ct));
        Assert.Equal(["recording.part-started acosta call 1.1", "recording.part-stopped acosta call 1.1"], await AuditedAsync(world));
    }

    [Fact]
    public async Task It_ends_with_the_call()
    {
        await using var world = await TalkingAsync();
        Confirm(world);
        var part = (await Parts(world).StartAsync(new PartRequest("1.2", "venta", 7), Ana, Ct)).Value!;
        await world.Pbx.HangupAsync(part.ChannelId, part.ChannelId, 16);
        await Eventually.TrueAsync(async () => !(await Parts(world).OfLegAsync("1.2", Ct))[0].IsRunning);
    }

    [Fact]
    public async Task What_the_PBX_does_not_confirm_is_no_recording_and_what_it_refuses_can_be_tried_again()
    {
        await using var world = await TalkingAsync();
        world.Pbx.OnOriginate = _ => FakeReply.Error("Extension does not exist.");
        Assert.Equal(FailureKind.Unavailable, (await Parts(world).StartAsync(new PartRequest("1.2", "venta", 7), Ana, Ct)).Failure!.Kind);
        world.Pbx.OnOriginate = _ => null;
        Assert.Equal(FailureKind.Unavailable, (await Parts(world).StartAsync(new PartRequest("1.2", "venta", 7), Ana, Ct)).Failure!.Kind);
        Assert.Single(world.Pbx.Hangups);
        Assert.Empty(await Parts(world).OfLegAsync("1.2", Ct));
        Confirm(world);
        Assert.Null((await Parts(world).StartAsync(new PartRequest("1.2", "venta", 7), Ana, Ct)).Failure);
    }

    [Theory]
    [InlineData("bnunez", "1.2")]
    [InlineData("acosta", "9.9")]
    [InlineData("nadie", "1.2")]
    public async Task Only_the_agent_who_talks_in_the_call_records_it(string username, string leg)
    {
        await using var world = await TalkingAsync();
        Confirm(world);
        var made = await Parts(world).StartAsync(new PartRequest(leg, "venta", 7), new Actor(username, null), Ct);
        Assert.Equal(FailureKind.Conflict, made.Failure!.Kind);
        Assert.Empty(world.Pbx.Originates);
        Assert.Empty(await AuditedAsync(world));
    }

    private static MarkedParts Parts(AgentsWorld world) => world.Host.Get<MarkedParts>();

    /// <summary>Agent 101 talks on a call of q_ventas.</summary>
    private async Task<AgentsWorld> TalkingAsync()
    {
        var world = await AgentsWorld.StartAsync(databases);
        Assert.Null(await world.Presence.LogInAsync("acosta", "701", Ct));
        await world.Pbx.Asterisk.SendAsync("Event: QueueCallerJoin\nQueue: q_ventas\nUniqueid: 1.1\nCallerIDNum: 099111222\n\n");
        await world.Pbx.Asterisk.SendAsync(
            "Event: AgentConnect\nQueue: q_ventas\nUniqueid: 1.1\nInterface: PJSIP/701\nMemberName: 101\nDestUniqueid: 1.2\nDestChannel: PJSIP/701-1\nHoldTime: 1\n\n");
        await Eventually.TrueAsync(() => world.Picture.View().Queues.SelectMany(q => q.Calls).Any(c => c.RingId == "1.2"));
        return world;
    }

    /// <summary>The PBX records what it is asked to.</summary>
    private static void Confirm(AgentsWorld world) => world.Pbx.OnOriginate = asked => FakeReply.FromString(
        "Response: Success\nActionID: {id}\nMessage: Originate successfully queued\n\n"
        + $"Event: MixMonitorStart\nChannel: Local/write@expand-recording-1;2\nUniqueid: {asked["OtherChannelId"]}\n\n");

    private static async Task<IReadOnlyList<string>> AuditedAsync(AgentsWorld world)
    {
        await using var db = Databases.Open(world.Database);
        return await db.Set<AuditEntry>().Where(a => a.Action.StartsWith("recording.")).OrderBy(a => a.Id)
            .Select(a => a.Action + " " + a.Actor + " " + a.Subject).ToListAsync(Ct);
    }
}
