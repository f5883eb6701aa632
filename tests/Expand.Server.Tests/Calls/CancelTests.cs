using Expand.Server.Calls;
using Expand.Server.Tests.Host;
using Expand.TestKit;

namespace Expand.Server.Tests.Calls;

public sealed class CancelTests(Databases databases)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_cancel_hangs_up_the_channel_and_the_call_ends_with_3_whatever_its_phones_say()
    {
        await using var pbx = new ScriptedPbx("701", "702");
        await using var host = await ServerHost.StartAsync(await databases.NewAsync(), pbx);
        var job = await host.Calls.RequestAsync(CallOriginationTests.Request(), Ct);
        var channel = await pbx.NextOriginateAsync();
        await pbx.NewchannelAsync(channel);
        await BornAsync(host, job);
        Assert.True(await host.Calls.CancelAsync(job, Ct));
        var hangup = Assert.Single(pbx.Hangups);
        Assert.Equal((channel, "16"), (hangup["Channel"], hangup["Cause"]));
        await pbx.Asterisk.SendAsync($"Event: DialEnd\nDestUniqueid: {channel}\nDestLinkedid: {channel}\nDialStatus: NOANSWER\n\n");
        await pbx.HangupAsync(channel, channel, 16);
        await pbx.OriginateFailsAsync(channel, 0);
        await CallOriginationTests.StatusIsAsync(host, job, CallStatus.HungUp);
        Assert.False(await host.Calls.CancelAsync(job, Ct));
        Assert.Single(pbx.Hangups);
    }

    [Fact]
    public async Task A_cancel_before_the_channel_exists_is_repeated_the_moment_it_does()
    {
        await using var pbx = new ScriptedPbx("701", "702") { OnHangup = _ => FakeReply.Error("No such channel") };
        await using var host = await ServerHost.StartAsync(await databases.NewAsync(), pbx);
        var job = await host.Calls.RequestAsync(CallOriginationTests.Request(), Ct);
        var channel = await pbx.NextOriginateAsync();
        Assert.True(await host.Calls.CancelAsync(job, Ct));
        Assert.Single(pbx.Hangups);
        pbx.OnHangup = _ => null;
        await pbx.NewchannelAsync(channel);
        Assert.Equal(channel, (await pbx.Asterisk.WaitForAsync("Hangup", 2, Ct))["Channel"]);
        await pbx.OriginateFailsAsync(channel, 0);
        await pbx.HangupAsync(channel, channel, 16);
        await CallOriginationTests.StatusIsAsync(host, job, CallStatus.HungUp);
    }

    [Fact]
    public async Task A_cancel_hangs_up_a_channel_that_comes_to_be_just_before_the_PBX_says_that_there_is_none()
    {
        await using var pbx = new ScriptedPbx("701", "702");
        await using var host = await ServerHost.StartAsync(await databases.NewAsync(), pbx);
        var job = await host.Calls.RequestAsync(CallOriginationTests.Request(), Ct);
        var channel = await pbx.NextOriginateAsync();
        using var born = new ManualResetEventSlim();
        var asked = 0;
        pbx.OnHangup = action =>
        {
            if (Interlocked.Increment(ref asked) > 1) return null;
            // The refusal leaves only once this host knows of the channel: what was told before it is heard before it.
            pbx.NewchannelAsync(channel).Wait(Ct);
            Assert.True(born.Wait(TimeSpan.FromSeconds(10), Ct));
            return FakeReply.Error("No such channel");
        };
        var cancelled = host.Calls.CancelAsync(job, Ct);
        await BornAsync(host, job);
        born.Set();
        Assert.True(await cancelled);
        await pbx.Asterisk.WaitForAsync("Hangup", 2, Ct);
        Assert.All(pbx.Hangups, hangup => Assert.Equal(channel, hangup["Channel"]));
        await pbx.OriginateFailsAsync(channel, 0);
        await pbx.HangupAsync(channel, channel, 16);
        await CallOriginationTests.StatusIsAsync(host, job, CallStatus.HungUp);
    }

    [Fact]
    public async Task A_cancel_that_the_PBX_refuses_leaves_the_call_as_it_is()
    {
        var database = await databases.NewAsync();
        await using var pbx = new ScriptedPbx("701", "702") { OnHangup = _ => FakeReply.Error("Permission denied") };
        await using var host = await ServerHost.StartAsync(database, pbx);
        var job = await host.Calls.RequestAsync(CallOriginationTests.Request(), Ct);
        var channel = await pbx.NextOriginateAsync();
        await pbx.NewchannelAsync(channel);
        await BornAsync(host, job);
        Assert.False(await host.Calls.CancelAsync(job, Ct));
        Assert.Equal("", await CallOriginationTests.ScalarAsync(database, "select cancel_requested_at from originated_calls"));
        await pbx.OriginateFailsAsync(channel, 3);
        await pbx.HangupAsync(channel, channel, 19);
        await CallOriginationTests.StatusIsAsync(host, job, CallStatus.NoAnswer);
    }

    [Fact]
    public async Task A_cancel_while_the_PBX_is_away_is_refused()
    {
        await using var pbx = new ScriptedPbx("701", "702");
        await using var host = await ServerHost.StartAsync(await databases.NewAsync(), pbx);
        var job = await host.Calls.RequestAsync(CallOriginationTests.Request(), Ct);
        await pbx.NewchannelAsync(await pbx.NextOriginateAsync());
        pbx.Asterisk.RefuseAuthentication = true;
        pbx.Asterisk.HangUp();
        await Eventually.TrueAsync(() => !host.Get<Expand.Server.Pbx.Pbx>().IsUp);
        Assert.False(await host.Calls.CancelAsync(job, Ct));
        Assert.Equal(CallStatus.Ringing, await host.Calls.StatusAsync(job, Ct));
    }

    [Fact]
    public async Task A_cancel_while_the_database_is_away_can_be_repeated_and_is_then_done()
    {
        var database = await databases.NewAsync();
        await using var pbx = new ScriptedPbx("701", "702");
        await using var host = await ServerHost.StartAsync(database, pbx);
        var job = await host.Calls.RequestAsync(CallOriginationTests.Request(), Ct);
        var channel = await pbx.NextOriginateAsync();
        await pbx.NewchannelAsync(channel);
        await BornAsync(host, job);
        await databases.Postgres.SetReachableAsync(database, false);
        await Assert.ThrowsAnyAsync<Exception>(() => host.Calls.CancelAsync(job, Ct));
        Assert.Empty(pbx.Hangups);
        await databases.Postgres.SetReachableAsync(database, true);
        await Eventually.TrueAsync(async () =>
        {
            try
            {
                return await host.Calls.CancelAsync(job, Ct);
            }
            catch (Npgsql.NpgsqlException)
            {
                return false;
            }
        });
        Assert.Equal(channel, Assert.Single(pbx.Hangups)["Channel"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ffffffff")]
    [InlineData("no id")]
    public async Task A_job_that_nobody_knows_is_not_cancelled(string job)
    {
        await using var pbx = new ScriptedPbx("701");
        await using var host = await ServerHost.StartAsync(await databases.NewAsync(), pbx);
        Assert.False(await host.Calls.CancelAsync(job, Ct));
        Assert.Empty(pbx.Hangups);
    }

    [Fact]
    public async Task Another_host_can_cancel_the_call_and_the_one_that_follows_it_ends_it_with_3()
    {
        var database = await databases.NewAsync();
        await using var pbx = new ScriptedPbx("701", "702");
        await using var first = await ServerHost.StartAsync(database, pbx, "host-1");
        await using var second = await ServerHost.StartAsync(database, pbx, "host-2");
        var job = await first.Calls.RequestAsync(CallOriginationTests.Request(), Ct);
        var channel = await pbx.NextOriginateAsync();
        await pbx.NewchannelAsync(channel);
        Assert.Equal(CallStatus.Ringing, await second.Calls.StatusAsync(job, Ct));
        Assert.True(await second.Calls.CancelAsync(job, Ct));
        await pbx.Asterisk.SendAsync($"Event: DialEnd\nDestUniqueid: {channel}\nDestLinkedid: {channel}\nDialStatus: NOANSWER\n\n");
        await pbx.OriginateFailsAsync(channel, 0);
        await pbx.HangupAsync(channel, channel, 16);
        await CallOriginationTests.StatusIsAsync(second, job, CallStatus.HungUp);
        await CallOriginationTests.StatusIsAsync(first, job, CallStatus.HungUp);
    }

    private static Task BornAsync(ServerHost host, string job) =>
        Eventually.TrueAsync(() => host.Get<CallTracker>().Find(OriginatedCall.Parse(job)!.Value)!.Progress.Born);
}
