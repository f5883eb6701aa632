using Expand.Asterisk.Ami;

namespace Expand.Simulator.Tests;

/// <summary>The product's own AMI client against the simulator, as <c>./run</c> puts them together.</summary>
public sealed class RealClientTests
{
    private static AmiClient Client(PbxSimulator pbx) =>
        new(new AmiOptions { Host = "127.0.0.1", Port = pbx.AmiPort, Username = "expand", Secret = "secret" });

    private static CancellationToken Bounded => new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token;

    [Fact]
    public async Task The_client_originates_lists_and_hangs_up()
    {
        await using var pbx = await PbxSimulator.StartAsync(new SimulatorOptions { Secret = "secret", Speed = 5 }, ct: Bounded);
        await using var client = Client(pbx);
        var calls = client.Subscribe(new HashSet<string> { "OriginateResponse", "DialEnd", "Hangup" }, ct: Bounded);
        client.Start();
        await client.WaitUntilUpAsync(Bounded);
        var queued = await client.SendAsync(new AmiAction("Originate")
        {
            { "Channel", "PJSIP/701" }, { "Context", "internal" }, { "Exten", "702" }, { "Priority", "1" }, { "Async", "true" },
            { "ChannelId", "job-1" }, { "CallerID", "\"Núñez\" <702>" },
        }, Bounded);
        Assert.Equal("Originate successfully queued", queued.MessageText);

        var seen = new List<string>();
        await foreach (var notice in calls)
        {
            if (notice.Event is not { } message) continue;
            seen.Add(message.Name);
            if (message.Name != "DialEnd" || message["Uniqueid"] != "job-1") continue;
            Assert.Equal("ANSWER", message["DialStatus"]);
            var channels = await client.SendListAsync(new AmiAction("CoreShowChannels"), "CoreShowChannelsComplete", Bounded);
            Assert.Equal(2, channels.Items.Count);
            await client.SendAsync(new AmiAction("Hangup") { { "Channel", "job-1" }, { "Cause", "16" } }, Bounded);
            break;
        }
        Assert.Equal(["DialEnd", "OriginateResponse", "DialEnd"], seen);
    }

    [Fact]
    public async Task The_client_comes_back_after_a_crash_and_a_restart()
    {
        await using var pbx = await PbxSimulator.StartAsync(new SimulatorOptions { Secret = "secret" }, ct: Bounded);
        await using var client = Client(pbx);
        client.Start();
        await client.WaitUntilUpAsync(Bounded);
        await pbx.CrashAsync();
        // The failed action and the change of state are told by different tasks of the client.
        await Assert.ThrowsAnyAsync<Exception>(() => client.SendAsync(new AmiAction("Ping"), Bounded));
        var limit = Bounded;
        while (client.State == AmiState.Up) await Task.Delay(5, limit);
        await pbx.RestartAsync();
        await client.WaitUntilUpAsync(Bounded);
        Assert.Equal("Pong", (await client.SendAsync(new AmiAction("Ping"), Bounded))["Ping"]);
        Assert.True(client.Reconnects >= 1);
    }
}
