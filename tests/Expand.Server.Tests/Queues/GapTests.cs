using System.Text;
using Expand.Server.Pbx;
using Expand.Server.Queues;
using Expand.Server.Tests.Host;
using Expand.TestKit;

namespace Expand.Server.Tests.Queues;

/// <summary>More events than the host can take: those that were dropped are made up for.</summary>
public sealed class GapTests(Databases databases)
{
    private static readonly PbxMember Leaves = new("q_ventas", "101", "PJSIP/701", MemberState.Free, false, "", DateTimeOffset.UnixEpoch.AddDays(20_000));
    private static readonly PbxMember Comes = Leaves with { Agent = "102", Device = "PJSIP/702" };

    [Fact]
    public async Task After_dropped_events_the_picture_is_right_again_and_the_log_tells_what_was_wrong()
    {
        await using var pbx = new ScriptedPbx("701", "702");
        pbx.Queues.Add("q_ventas");
        pbx.Members.Add(Leaves);
        var logs = new LogCollector();
        await using var host = await ServerHost.StartAsync(await databases.NewAsync(), pbx, logs: logs);
        var picture = host.Get<LivePicture>();
        Assert.Equal("101", Assert.Single(picture.MembershipsAt("PJSIP/701")).Agent);

        // While the host waits for a slow answer it takes no events; the answer is of the time before them.
        var slow = new ScriptedQueues(pbx).Status().Text!;
        pbx.OnList = action => action.Name == "QueueStatus" ? FakeReply.Silence : null;
        var before = pbx.Asterisk.Received.Count(a => a.Name == "QueueStatus");
        await pbx.Asterisk.SendAsync("Event: Reload\nModule: app_queue\nStatus: 0\n\n");
        var asked = await pbx.Asterisk.WaitForAsync("QueueStatus", before + 1, TestContext.Current.CancellationToken);
        await pbx.Asterisk.SendAsync(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("Event: Hangup\r\nUniqueid: 1.1\r\n\r\n", 66_000))));
        await pbx.Asterisk.SendAsync(ScriptedQueues.Event("QueueMemberRemoved", Leaves) + ScriptedQueues.Event("QueueMemberAdded", Comes));
        lock (pbx.Members) (pbx.Members[0], pbx.OnList) = (Comes, _ => null);
        await pbx.Asterisk.SendAsync(slow.Replace("{id}", asked.ActionId, StringComparison.Ordinal));

        await Eventually.TrueAsync(() => picture.MembershipsAt("PJSIP/701").Count == 0 && picture.MembershipsAt("PJSIP/702").Count == 1);
        Assert.Single(logs.Of(1104));
        Assert.Equal(
            ["The picture was wrong of queue q_ventas: member is new: 102 at PJSIP/702", "The picture was wrong of queue q_ventas: member is gone: 101 at PJSIP/701"],
            logs.Of(3101));
    }
}
