using Expand.Server.Activity;
using Expand.Server.Tests.Host;
using Expand.TestKit;

namespace Expand.Server.Tests.Pbx;

public sealed class PbxConnectionTests(Databases databases)
{
    [Fact]
    public async Task The_list_of_members_bears_the_instant_before_a_slow_PBX_was_asked()
    {
        await using var pbx = new ScriptedPbx("701");
        pbx.Queues.Add("q_ventas");
        var slowness = TimeSpan.FromSeconds(1);
        pbx.OnList = action => action.Name == "CoreShowChannels" ? FakeReply.List("CoreShowChannelsComplete", []) with { Delay = slowness } : null;
        await using var host = await ServerHost.StartAsync(await databases.NewAsync(), pbx);
        var list = host.Get<Sightings>().Members!;
        Assert.InRange(list.At - list.AskedAt, slowness - TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(15));
    }
}
