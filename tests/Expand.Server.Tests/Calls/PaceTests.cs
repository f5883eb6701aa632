using System.Diagnostics;
using Expand.Server.Calls;
using Expand.Server.Tests.Host;
using Microsoft.Extensions.Time.Testing;

namespace Expand.Server.Tests.Calls;

/// <summary>Jobs that wait because the PBX is asked for so many calls a second and no more.</summary>
public sealed class PaceTests(Databases databases)
{
    private static readonly (string, string) OneASecond = ("Pbx:OriginatesPerSecond", "1");
    private static readonly string[] Sources = ["701", "702", "703", "704"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_that_waits_for_its_turn_is_not_given_up_before_the_PBX_was_asked()
    {
        await using var pbx = new ScriptedPbx(Sources);
        pbx.OnOriginate = action =>
        {
            pbx.Channel(action["ChannelId"]!, action["ChannelId"]!, 5);
            return null;
        };
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var host = await RecoveryTests.StartAsync(await databases.NewAsync(), pbx, clock, settings: OneASecond);
        var jobs = await RequestAsync(host);
        // Long enough to give up a call that was asked for and has no channel.
        for (var i = 0; i < 60; i++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(500));
            await Task.Delay(12, Ct);
        }

        foreach (var job in jobs) Assert.Equal(CallStatus.Ringing, await host.Calls.StatusAsync(job, Ct));
        await pbx.NextOriginateAsync(Sources.Length);
        foreach (var job in jobs) Assert.Equal(CallStatus.Ringing, await host.Calls.StatusAsync(job, Ct));
    }

    [Fact]
    public async Task A_job_that_is_cancelled_while_it_waits_never_comes_to_the_PBX()
    {
        var database = await databases.NewAsync();
        await using var pbx = new ScriptedPbx(Sources);
        await using var host = await ServerHost.StartAsync(database, pbx, settings: OneASecond);
        var jobs = await RequestAsync(host);
        Assert.True(await host.Calls.CancelAsync(jobs[1], Ct));
        Assert.Equal(CallStatus.HungUp, await host.Calls.StatusAsync(jobs[1], Ct));
        await pbx.NextOriginateAsync(3);
        Assert.Equal(["PJSIP/701", "PJSIP/703", "PJSIP/704"], pbx.Originates.Select(o => o["Channel"]));
        Assert.Empty(pbx.Hangups);
        await Eventually.EqualAsync("3", () => CallOriginationTests.ScalarAsync(database, "select status from originated_calls where source = '702'"));
    }

    [Fact]
    public async Task Another_host_can_cancel_a_job_that_waits()
    {
        var database = await databases.NewAsync();
        await using var pbx = new ScriptedPbx(Sources) { OnHangup = _ => TestKit.FakeReply.Error("No such channel") };
        await using var first = await ServerHost.StartAsync(database, pbx, "host-1", settings: OneASecond);
        await using var second = await ServerHost.StartAsync(database, pbx, "host-2");
        var jobs = await RequestAsync(first);
        Assert.True(await second.Calls.CancelAsync(jobs[3], Ct));
        await CallOriginationTests.StatusIsAsync(first, jobs[3], CallStatus.HungUp);
        await CallOriginationTests.StatusIsAsync(second, jobs[3], CallStatus.HungUp);
        await pbx.NextOriginateAsync(3);
        Assert.DoesNotContain("PJSIP/704", pbx.Originates.Select(o => o["Channel"]));
    }

    [Fact]
    public async Task The_PBX_is_asked_no_faster_than_is_set()
    {
        await using var pbx = new ScriptedPbx(Sources);
        await using var host = await ServerHost.StartAsync(await databases.NewAsync(), pbx, settings: OneASecond);
        var watch = Stopwatch.StartNew();
        await RequestAsync(host);
        await pbx.NextOriginateAsync(3);
        // The first goes at once; the bucket is filled every second, whenever the first one came: the second and the third are a second apart.
        Assert.True(watch.Elapsed > TimeSpan.FromSeconds(0.95), $"three calls came within {watch.Elapsed}");
    }

    private static async Task<List<string>> RequestAsync(ServerHost host)
    {
        var jobs = new List<string>();
        await Eventually.TrueAsync(() => Sources.All(source => host.Get<Expand.Server.Pbx.ExtensionDirectory>().Find(source) is not null));
        foreach (var source in Sources) jobs.Add(await host.Calls.RequestAsync(CallOriginationTests.Request() with { Source = source }, Ct));
        return jobs;
    }
}
