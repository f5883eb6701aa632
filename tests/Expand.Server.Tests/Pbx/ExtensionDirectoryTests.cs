using Expand.Server.Pbx;
using Expand.Server.Tests.Host;
using Expand.TestKit;

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
    public async Task A_list_that_the_PBX_refuses_leaves_what_is_known_and_is_asked_for_again()
    {
        await using var pbx = new ScriptedPbx("701");
        await using var host = await ServerHost.StartAsync(await databases.NewAsync(), pbx);
        var directory = host.Get<ExtensionDirectory>();
        await Eventually.TrueAsync(() => directory.Find("701") is not null);
        var refuses = true;
        pbx.OnList = action => Volatile.Read(ref refuses) && action.Name == "DeviceStateList" ? FakeReply.Error("Permission denied") : null;
        var before = Asked();
        await pbx.Asterisk.SendAsync("Event: Reload\nModule: All\nStatus: 0\n\n");
        // Once for the picture, and twice for the directory.
        await Eventually.TrueAsync(() => Asked() >= before + 3);
        Assert.NotNull(directory.Find("701"));
        pbx.Devices["PJSIP/703"] = "NOT_INUSE";
        Volatile.Write(ref refuses, false);
        await Eventually.TrueAsync(() => directory.Find("703") is not null);

        int Asked() => pbx.Asterisk.Received.Count(a => a.Name == "DeviceStateList");
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
