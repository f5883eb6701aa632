using Expand.Server.Access;
using Expand.Server.Calls;
using Expand.Server.Pbx;
using Expand.Server.Platform;
using Expand.Server.Tests.Host;
using Expand.TestKit;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Tests.Calls;

public sealed class ListeningTests(Databases databases)
{
    private static readonly Actor Supervisor = new("lrivas", "10.0.0.9");
    private static readonly ListeningTarget Call = new("leg-1", "101", "Ana Acosta", "q_ventas", "099111222");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_own_phone_rings_for_that_channel_alone_once_it_stands_in_the_audit_log_and_stops_when_told()
    {
        await using var pbx = Pbx();
        var database = await databases.NewAsync();
        await using var host = await StartAsync(database, pbx);
        var listening = host.Get<Listening>();
        pbx.OnOriginate = _ =>
        {
            Assert.Single(Audit(database));
            return null;
        };
        Assert.Null(await listening.StartAsync(Call, " 702 ", SpyMode.Whisper, Supervisor, Ct));
        var asked = await pbx.Asterisk.WaitForAsync("Originate", 1, Ct);
        Assert.Equal(("PJSIP/702", "ChanSpy", "leg-1,quESw", null), (asked["Channel"], asked["Application"], asked["Data"], asked["Exten"]));
        Assert.Equal(ListeningState.Ringing, listening.Of(Supervisor)!.State);
        Assert.Equal(["call.whispered agent 101 Ana Acosta; queue q_ventas; with 099111222; at 702; channel leg-1"], Audit(database));

        // Of two things at once a supervisor has two phones at best.
        Assert.Equal("already", (await listening.StartAsync(Call, "703", SpyMode.Listen, Supervisor, Ct))?.Field);
        var channel = asked["ChannelId"]!;
        await pbx.NewchannelAsync(channel);
        await pbx.SourceAnswersAsync(channel);
        await StateIsAsync(listening, ListeningState.Listening, ListeningEnd.NotYet);
        Assert.Null(await listening.StopAsync(Supervisor, Ct));
        Assert.Equal(channel, Assert.Single(pbx.Hangups)["Channel"]);
        await pbx.HangupAsync(channel, channel, 16);
        await StateIsAsync(listening, ListeningState.Ended, ListeningEnd.HungUp);
        listening.Dismiss(Supervisor);
        Assert.Null(listening.Of(Supervisor));
    }

    [Fact]
    public async Task A_call_that_is_over_ends_the_listening_and_stops_the_ringing()
    {
        await using var pbx = Pbx();
        await using var host = await StartAsync(await databases.NewAsync(), pbx);
        var listening = host.Get<Listening>();
        Assert.Null(await listening.StartAsync(Call, "702", SpyMode.Listen, Supervisor, Ct));
        var first = await pbx.NextOriginateAsync();
        await pbx.NewchannelAsync(first);
        await pbx.HangupAsync("leg-1", "call-1", 16);
        Assert.Equal(first, (await pbx.Asterisk.WaitForAsync("Hangup", 1, Ct))["Channel"]);
        await StateIsAsync(listening, ListeningState.Ended, ListeningEnd.CallOver);

        Assert.Null(await listening.StartAsync(Call, "702", SpyMode.Listen, Supervisor, Ct));
        var second = await pbx.NextOriginateAsync(2);
        await pbx.NewchannelAsync(second);
        await pbx.SourceAnswersAsync(second);
        // ChanSpy's own end may be told before the end that caused it.
        await pbx.HangupAsync(second, second, 16);
        await pbx.HangupAsync("leg-1", "call-1", 16);
        await StateIsAsync(listening, ListeningState.Ended, ListeningEnd.CallOver);
        Assert.Single(pbx.Hangups);
    }

    [Theory]
    [InlineData("BUSY", 17, ListeningEnd.Busy)]
    [InlineData("NOANSWER", 19, ListeningEnd.NotAnswered)]
    [InlineData("CONGESTION", 21, ListeningEnd.Refused)]
    public async Task A_phone_that_is_not_picked_up_is_told(string result, int cause, ListeningEnd end)
    {
        await using var pbx = Pbx();
        await using var host = await StartAsync(await databases.NewAsync(), pbx);
        var listening = host.Get<Listening>();
        Assert.Null(await listening.StartAsync(Call, "702", SpyMode.Listen, Supervisor, Ct));
        var channel = await pbx.NextOriginateAsync();
        await pbx.NewchannelAsync(channel);
        await pbx.Asterisk.SendAsync($"Event: DialEnd\nDestUniqueid: {channel}\nDestLinkedid: {channel}\nDialStatus: {result}\n\n");
        await pbx.HangupAsync(channel, channel, cause);
        await pbx.OriginateFailsAsync(channel, 0);
        await StateIsAsync(listening, ListeningState.Ended, end);
    }

    [Fact]
    public async Task What_is_in_the_way_is_named_and_nothing_rings_nor_is_audited()
    {
        await using var pbx = Pbx();
        var database = await databases.NewAsync();
        await using var host = await StartAsync(database, pbx);
        var listening = host.Get<Listening>();
        await pbx.DeviceAsync("PJSIP/703", "INUSE");
        await pbx.DeviceAsync("PJSIP/704", "UNAVAILABLE");
        await Eventually.TrueAsync(() => host.Get<ExtensionDirectory>().StateOf("PJSIP/704") == DeviceState.Unavailable);
        foreach (var (target, extension, field) in new[]
        {
            (Call, "799", "extension"), (Call, "", "extension"), (Call, "703", "busy"), (Call, "704", "unregistered"),
            (Call with { ChannelId = "leg-0" }, "702", "call"), (Call with { ChannelId = "leg-2" }, "702", "call"), (Call, "701", "own"),
        })
            Assert.Equal(field, (await listening.StartAsync(target, extension, SpyMode.Listen, Supervisor, Ct))?.Field);
        Assert.Empty(pbx.Originates);
        Assert.Empty(Audit(database));
        Assert.Null(listening.Of(Supervisor));

        pbx.OnOriginate = _ => FakeReply.Error("Originate Access Forbidden: app or data blacklisted");
        Assert.Equal("refused", (await listening.StartAsync(Call, "702", SpyMode.Listen, Supervisor, Ct))?.Field);
        Assert.Null(listening.Of(Supervisor));
    }

    [Fact]
    public async Task Nothing_rings_that_cannot_be_written_down()
    {
        await using var pbx = Pbx();
        var database = await databases.NewAsync();
        await using var host = await StartAsync(database, pbx);
        await using (var db = Databases.Open(database)) await db.Database.ExecuteSqlAsync($"alter table audit rename to audit_away", Ct);
        Assert.Equal(FailureKind.Unavailable, (await host.Get<Listening>().StartAsync(Call, "702", SpyMode.Listen, Supervisor, Ct))?.Kind);
        Assert.Empty(pbx.Originates);
        Assert.Null(host.Get<Listening>().Of(Supervisor));
    }

    /// <summary>Two agents' legs: at 701 one that talks, at 705 one that rings.</summary>
    private static ScriptedPbx Pbx()
    {
        var pbx = new ScriptedPbx("701", "702", "703", "704");
        pbx.Channels["leg-1"] = "Linkedid: call-1\nChannel: PJSIP/701-0000004d\nChannelState: 6\n";
        pbx.Channels["leg-2"] = "Linkedid: call-2\nChannel: PJSIP/705-0000004e\nChannelState: 5\n";
        return pbx;
    }

    private static async Task<ServerHost> StartAsync(string database, ScriptedPbx pbx)
    {
        var host = await ServerHost.StartAsync(database, pbx);
        await Eventually.TrueAsync(() => host.Get<ExtensionDirectory>().All.Count() == 4);
        return host;
    }

    private static Task StateIsAsync(Listening listening, ListeningState state, ListeningEnd end) =>
        Eventually.TrueAsync(() => listening.Of(Supervisor) is { } now && now.State == state && now.End == end);

    private static List<string> Audit(string database)
    {
        using var db = Databases.Open(database);
        return [.. db.Set<AuditEntry>().Where(a => a.Actor == "lrivas" && a.Address == "10.0.0.9").OrderBy(a => a.Id).AsEnumerable().Select(a => $"{a.Action} {a.Subject} {a.Detail}")];
    }
}
