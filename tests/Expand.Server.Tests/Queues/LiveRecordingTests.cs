using Expand.Server.Pbx;
using Expand.Server.Queues;

namespace Expand.Server.Tests.Queues;

/// <summary>The picture over what real Asterisks of both generations told.</summary>
public sealed class LiveRecordingTests
{
    [Theory]
    [InlineData(16)]
    [InlineData(22)]
    public void An_agent_of_a_recorded_call_goes_from_available_over_ringing_and_busy_back(int generation)
    {
        var live = Play(generation, "31");
        var states = live.Events.Where(e => e is { Kind: LiveEventKind.AgentStatus, Agent: "157" }).Select(e => ((LiveAgent)e.After!).Status);
        Assert.Equal([AgentStatus.Available, AgentStatus.Ringing, AgentStatus.Busy, AgentStatus.Available], states.Take(4));
    }

    [Theory]
    [InlineData(16, "31")]
    [InlineData(16, "33")]
    [InlineData(16, "34")]
    [InlineData(16, "36")]
    [InlineData(16, "37")]
    [InlineData(16, "38")]
    [InlineData(22, "31")]
    [InlineData(22, "33")]
    [InlineData(22, "34")]
    [InlineData(22, "36")]
    [InlineData(22, "37")]
    [InlineData(22, "38")]
    public void After_a_recording_nothing_rings_waits_or_talks_and_every_connection_was_told_once(int generation, string number)
    {
        var live = Play(generation, number);
        Assert.Empty(live.Picture.View().Offers);
        Assert.All(live.Picture.View().Queues, q => Assert.Empty(q.Calls));
        Assert.Equal(
            Calls.Recordings.Read(generation, number).Facts.Count(f => f is AgentConnected),
            live.Events.Count(e => e is { Kind: LiveEventKind.CallConnected, After: LiveCall { IsOutgoing: false } }));
        Assert.NotEmpty(live.Events);
    }

    private static LivePictures Play(int generation, string number) =>
        new LivePictures().Snapshot(["q_ven", "q_tec"]).Hear([.. Calls.Recordings.Read(generation, number).Facts]);
}
