using Expand.Server.Pbx;
using Expand.Server.Queues;
using Expand.Server.Tests.Host;

namespace Expand.Server.Tests.Queues;

/// <summary>The PBX is asked for its lists in the moment in which an agent takes a call: its event is gone, and they are not in a bridge yet.</summary>
public sealed class ConnectingTests(Databases databases)
{
    private const string Caller = "1.1", Leg = "1.2";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_call_that_was_being_connected_is_found_whatever_else_happens_meanwhile()
    {
        await using var pbx = Connecting();
        await using var host = await ServerHost.StartAsync(await databases.NewAsync(), pbx);
        var picture = host.Get<LivePicture>();
        Assert.Empty(picture.View().Queues.Single().Calls);
        Put(pbx, "b.1");
        for (var i = 0; i < 30 && picture.View().Queues.Single().Calls.Count == 0; i++)
        {
            await pbx.Asterisk.SendAsync("Event: DeviceStateChange\nDevice: PJSIP/702\nState: NOT_INUSE\n\n");
            await Task.Delay(100, Ct);
        }

        var call = Assert.Single(picture.View().Queues.Single().Calls);
        Assert.Equal((Caller, "101"), (call.UniqueId, call.Agent));
        // Both talk: there is nothing more to be asked. (A busy machine may have asked once more before they did.)
        var asked = Asked(pbx);
        Assert.InRange(asked, 2, 5);
        await Task.Delay(2_500, Ct);
        Assert.Equal(asked, Asked(pbx));
    }

    [Fact]
    public async Task What_never_comes_to_a_talk_is_not_asked_for_for_ever()
    {
        await using var pbx = Connecting();
        await using var host = await ServerHost.StartAsync(await databases.NewAsync(), pbx);
        await pbx.Asterisk.WaitForAsync("QueueStatus", 6, Ct);
        await Task.Delay(2_500, Ct);
        Assert.Equal(6, Asked(pbx));
    }

    [Fact]
    public async Task A_host_that_is_to_ask_again_stops_all_the_same()
    {
        await using var pbx = Connecting();
        var host = await ServerHost.StartAsync(await databases.NewAsync(), pbx);
        await host.Get<PbxConnection>().StopAsync(Ct);
        // Six would be the last time.
        Assert.InRange(Asked(pbx), 1, 5);
        await host.DisposeAsync();
    }

    private static ScriptedPbx Connecting()
    {
        var pbx = new ScriptedPbx("701", "702");
        pbx.Queues.Add("q_ventas");
        pbx.Members.Add(new PbxMember("q_ventas", "101", "PJSIP/701", MemberState.Busy, false, "", DateTimeOffset.UnixEpoch.AddDays(20_000)));
        Put(pbx, "");
        return pbx;
    }

    private static void Put(ScriptedPbx pbx, string bridge)
    {
        pbx.Channels[Caller] = $"Linkedid: {Caller}\nChannel: PJSIP/trunk-1\nChannelState: 6\nBridgeId: {bridge}\nApplication: Queue\nApplicationData: q_ventas,tT\nDuration: 00:00:09";
        pbx.Channels[Leg] = $"Linkedid: {Caller}\nChannel: PJSIP/701-2\nChannelState: 6\nBridgeId: {bridge}\nApplication: AppQueue\nApplicationData: (Outgoing Line)\nDuration: 00:00:02";
    }

    private static int Asked(ScriptedPbx pbx) => pbx.Asterisk.Received.Count(a => a.Name == "QueueStatus");
}
