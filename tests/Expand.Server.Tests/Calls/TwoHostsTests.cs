using Expand.Server.Calls;
using Expand.Server.Tests.Host;
using Expand.TestKit;
using Microsoft.Extensions.Time.Testing;

namespace Expand.Server.Tests.Calls;

/// <summary>Two hosts of one installation: one phone is rung once, one host's call is the other's to cancel, and a living host keeps its calls.</summary>
public sealed class TwoHostsTests(Databases databases)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Jobs_of_one_source_at_two_hosts_at_the_same_time_ring_it_once_and_the_others_are_7()
    {
        var database = await databases.NewAsync();
        await using var pbx = new ScriptedPbx("701", "702");
        await using var first = await ServerHost.StartAsync(database, pbx, "host-1");
        await using var second = await ServerHost.StartAsync(database, pbx, "host-2");
        await CallOriginationTests.ExtensionsAsync(first);
        await CallOriginationTests.ExtensionsAsync(second);
        var jobs = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => (i % 2 == 0 ? first : second).Calls.RequestAsync(CallOriginationTests.Request(), Ct)));
        await pbx.NextOriginateAsync();
        var statuses = await Task.WhenAll(jobs.Select(job => first.Calls.StatusAsync(job, Ct).AsTask()));
        Assert.Single(statuses, CallStatus.Ringing);
        Assert.Equal(7, statuses.Count(s => s == CallStatus.OffHook));
        Assert.Single(pbx.Originates);
    }

    [Fact]
    public async Task A_source_is_free_at_every_host_the_moment_its_job_has_ended_at_one()
    {
        var database = await databases.NewAsync();
        await using var pbx = new ScriptedPbx("701", "702");
        await using var first = await ServerHost.StartAsync(database, pbx, "host-1");
        await using var second = await ServerHost.StartAsync(database, pbx, "host-2");
        await CallOriginationTests.ExtensionsAsync(first);
        await CallOriginationTests.ExtensionsAsync(second);
        for (var i = 0; i < 6; i++)
        {
            var host = i % 3 == 0 ? first : second;
            var job = await host.Calls.RequestAsync(CallOriginationTests.Request(), Ct);
            Assert.Equal(CallStatus.Ringing, await host.Calls.StatusAsync(job, Ct));
            var channel = await pbx.NextOriginateAsync(i + 1);
            await pbx.NewchannelAsync(channel);
            await pbx.OriginateFailsAsync(channel, 3);
            await pbx.HangupAsync(channel, channel, 19);
            await CallOriginationTests.StatusIsAsync(host, job, CallStatus.NoAnswer);
        }
    }

    [Fact]
    public async Task A_number_that_is_no_extension_may_be_the_source_of_several_jobs()
    {
        var database = await databases.NewAsync();
        await using var pbx = new ScriptedPbx("701", "702");
        await using var first = await ServerHost.StartAsync(database, pbx, "host-1");
        await using var second = await ServerHost.StartAsync(database, pbx, "host-2");
        var request = CallOriginationTests.Request() with { Source = "099123456" };
        var jobs = await Task.WhenAll(first.Calls.RequestAsync(request, Ct), second.Calls.RequestAsync(request, Ct), first.Calls.RequestAsync(request, Ct));
        await pbx.NextOriginateAsync(3);
        foreach (var job in jobs) Assert.Equal(CallStatus.Ringing, await first.Calls.StatusAsync(job, Ct));
    }

    [Fact]
    public async Task A_cancel_at_another_host_before_the_channel_exists_hangs_it_up_the_moment_it_does()
    {
        var database = await databases.NewAsync();
        await using var pbx = new ScriptedPbx("701", "702") { OnHangup = _ => FakeReply.Error("No such channel") };
        await using var first = await ServerHost.StartAsync(database, pbx, "host-1");
        await using var second = await ServerHost.StartAsync(database, pbx, "host-2");
        var job = await first.Calls.RequestAsync(CallOriginationTests.Request(), Ct);
        var channel = await pbx.NextOriginateAsync();
        Assert.True(await second.Calls.CancelAsync(job, Ct));
        await Eventually.TrueAsync(() => first.Get<CallTracker>().Find(OriginatedCall.Parse(job)!.Value)!.Progress.Cancelled);
        var before = pbx.Hangups.Count();
        pbx.OnHangup = _ => null;
        await pbx.NewchannelAsync(channel);
        await pbx.Asterisk.WaitForAsync("Hangup", before + 1, Ct);
        Assert.All(pbx.Hangups, hangup => Assert.Equal(channel, hangup["Channel"]));
        await pbx.OriginateFailsAsync(channel, 0);
        await pbx.HangupAsync(channel, channel, 16);
        await CallOriginationTests.StatusIsAsync(first, job, CallStatus.HungUp);
        await CallOriginationTests.StatusIsAsync(second, job, CallStatus.HungUp);
    }

    [Fact]
    public async Task A_cancel_at_another_host_that_the_PBX_refuses_leaves_the_call_as_it_is()
    {
        var database = await databases.NewAsync();
        await using var pbx = new ScriptedPbx("701", "702") { OnHangup = _ => FakeReply.Error("Permission denied") };
        await using var first = await ServerHost.StartAsync(database, pbx, "host-1");
        await using var second = await ServerHost.StartAsync(database, pbx, "host-2");
        var job = await first.Calls.RequestAsync(CallOriginationTests.Request(), Ct);
        var channel = await pbx.NextOriginateAsync();
        await pbx.NewchannelAsync(channel);
        Assert.False(await second.Calls.CancelAsync(job, Ct));
        Assert.Equal("", await CallOriginationTests.ScalarAsync(database, "select cancel_requested_at from originated_calls"));
        await pbx.OriginateFailsAsync(channel, 3);
        await pbx.HangupAsync(channel, channel, 19);
        await CallOriginationTests.StatusIsAsync(first, job, CallStatus.NoAnswer);
    }

    [Fact]
    public async Task After_an_outage_of_the_database_a_host_does_not_take_another_one_for_dead_that_is_not_back_yet()
    {
        var database = await databases.NewAsync();
        await using var pbx = new ScriptedPbx("701", "702");
        var (here, there) = (new FakeTimeProvider(DateTimeOffset.UtcNow), new FakeTimeProvider(DateTimeOffset.UtcNow));
        await using var first = await RecoveryTests.StartAsync(database, pbx, here, "host-1");
        await using var second = await RecoveryTests.StartAsync(database, pbx, there, "host-2");
        var job = await first.Calls.RequestAsync(CallOriginationTests.Request(), Ct);
        var channel = await pbx.NextOriginateAsync();
        pbx.Channel(channel, channel, 5);
        // Both have seen the database for long.
        await AdvanceAsync(10, here, there);
        await databases.Postgres.SetReachableAsync(database, false);
        await AdvanceAsync(7, here, there);
        await databases.Postgres.SetReachableAsync(database, true);
        await CallOriginationTests.ScalarAsync(database, "update hosts set seen_at = now() - interval '7 seconds' returning 1");
        await AdvanceAsync(3, there);
        Assert.Equal("host-1", await CallOriginationTests.ScalarAsync(database, "select owner from originated_calls"));
        await AdvanceAsync(10, here, there);
        Assert.Equal("host-1", await CallOriginationTests.ScalarAsync(database, "select owner from originated_calls"));
        Assert.Equal(CallStatus.Ringing, await second.Calls.StatusAsync(job, Ct));

        // One that really stays away is replaced.
        await CallOriginationTests.ScalarAsync(database, "update hosts set seen_at = now() - interval '7 seconds' where id = 'host-1' returning 1");
        await RecoveryTests.AdvanceUntilAsync(there, async () =>
            await CallOriginationTests.ScalarAsync(database, "select owner from originated_calls") == "host-2");
    }

    private static async Task AdvanceAsync(int seconds, params FakeTimeProvider[] clocks)
    {
        for (var i = 0; i < seconds * 4; i++)
        {
            foreach (var clock in clocks) clock.Advance(TimeSpan.FromMilliseconds(250));
            await Task.Delay(20, Ct);
        }
    }
}
