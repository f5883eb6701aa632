using Expand.Server.Pbx;
using Expand.Server.Tests.Host;

namespace Expand.Server.Tests.Pbx;

public sealed class ExtensionDirectoryTests(Databases databases)
{
    [Fact]
    public async Task Extensions_are_the_numeric_endpoints_with_the_names_of_their_caller_IDs()
    {
        await using var pbx = new ScriptedPbx("702", "701", "trunk", "1001");
        pbx.Devices["Queue:q_ventas_avail"] = "NOT_INUSE";
        pbx.Devices["PJSIP/714"] = "UNAVAILABLE";
        await using var host = await ServerHost.StartAsync(await databases.NewAsync(), pbx);
        var directory = host.Get<ExtensionDirectory>();
        await Eventually.TrueAsync(() => directory.All.Any());
        Assert.Equal(["701", "702", "714", "1001"], directory.All.Select(e => e.Number));
        Assert.Equal(new Extension("701", "PJSIP/701", "Ana Acosta"), directory.Find("701"));
        Assert.Equal(DeviceState.Unavailable, directory.StateOf("PJSIP/714"));
        Assert.Null(directory.Find("trunk"));
    }

    [Fact]
    public async Task An_extension_that_is_added_appears_after_the_reload_and_a_removed_one_goes()
    {
        await using var pbx = new ScriptedPbx("701", "702");
        await using var host = await ServerHost.StartAsync(await databases.NewAsync(), pbx);
        var directory = host.Get<ExtensionDirectory>();
        await Eventually.TrueAsync(() => directory.Find("702") is not null);
        pbx.Devices["PJSIP/703"] = "NOT_INUSE";
        pbx.Devices.TryRemove("PJSIP/702", out _);
        await pbx.Asterisk.SendAsync("Event: Reload\nModule: All\nStatus: 0\n\n");
        await Eventually.TrueAsync(() => directory.Find("703") is not null && directory.Find("702") is null);
    }
}
