using Expand.Server.Pbx;
using Expand.Server.Queues;
using Expand.Server.Tests.Host;

namespace Expand.Server.Tests.Queues;

/// <summary>The PBX's configuration is changed and reloaded: no event tells of its queues.</summary>
public sealed class ReloadTests(Databases databases)
{
    [Fact]
    public async Task A_queue_and_a_member_of_the_configuration_are_seen_after_a_reload()
    {
        await using var pbx = new ScriptedPbx("701");
        pbx.Queues.Add("q_ventas");
        await using var host = await ServerHost.StartAsync(await databases.NewAsync(), pbx);
        var picture = host.Get<LivePicture>();
        Assert.Equal(["q_ventas"], picture.Queues);
        lock (pbx.Members)
        {
            pbx.Queues.Add("q_nueva");
            pbx.Members.Add(new PbxMember("q_nueva", "101", "PJSIP/701", MemberState.Free, false, ""));
        }

        await pbx.Asterisk.SendAsync("Event: Reload\nModule: app_queue\nStatus: 0\n\n");
        await Eventually.TrueAsync(() => picture.Queues.Contains("q_nueva") && picture.MembershipsOf("101").Count == 1);
    }
}
