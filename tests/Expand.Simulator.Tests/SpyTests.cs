namespace Expand.Simulator.Tests;

public sealed class SpyTests
{
    private static (string, string)[] Spy(string id, string phone, string target) =>
        [("Channel", $"PJSIP/{phone}"), ("Application", "ChanSpy"), ("Data", $"{target},quES"), ("Async", "true"), ("ChannelId", id), ("Variable", "CDR_PROP(disable)=1")];

    [Fact]
    public async Task A_phone_hears_a_channel_and_ends_with_it_and_is_no_record()
    {
        await using var bench = await Bench.StartAsync(change: o => o with { World = SimulatorWorld.Demo });
        await using var ami = await AmiTestClient.ConnectAsync(bench.Pbx);
        await ami.AskAsync("Originate", ("Channel", "PJSIP/701"), ("Context", "internal"), ("Exten", "702"), ("Priority", "1"), ("Async", "true"), ("ChannelId", "job"));
        await bench.AdvanceAsync(TimeSpan.FromSeconds(8));
        await ami.AskAsync("Originate", Spy("spy", "703", "job"));
        await bench.AdvanceAsync(TimeSpan.FromSeconds(4));
        var start = await ami.WaitForAsync(p => p.Event == "ChanSpyStart");
        Assert.Equal(("spy", "job"), (start["SpyerUniqueid"], start["SpyeeUniqueid"]));
        await ami.AskAsync("CoreShowChannels");
        var shown = await ami.WaitForAsync(p => p.Event == "CoreShowChannel" && p["Uniqueid"] == "spy");
        Assert.Equal(("ChanSpy", "job,quES", "6"), (shown["Application"], shown["ApplicationData"], shown["ChannelState"]));

        await ami.AskAsync("Hangup", ("Channel", "job"), ("Cause", "16"));
        await bench.AdvanceAsync(TimeSpan.FromSeconds(1));
        await ami.WaitForAsync(p => p.Event == "Hangup" && p["Uniqueid"] == "spy");
        Assert.Equal(["job"], bench.Cdr().Select(r => r["uniqueid"]));
    }

    [Fact]
    public async Task A_phone_that_is_to_hear_a_channel_that_is_gone_is_let_go_at_once()
    {
        await using var bench = await Bench.StartAsync(change: o => o with { World = SimulatorWorld.Demo });
        await using var ami = await AmiTestClient.ConnectAsync(bench.Pbx);
        await ami.AskAsync("Originate", Spy("spy", "703", "nobody"));
        await bench.AdvanceAsync(TimeSpan.FromSeconds(4));
        await ami.WaitForAsync(p => p.Event == "Hangup" && p["Uniqueid"] == "spy");
        Assert.DoesNotContain(ami.Received, p => p.Event == "ChanSpyStart");
        Assert.Empty(bench.Cdr());
    }
}
