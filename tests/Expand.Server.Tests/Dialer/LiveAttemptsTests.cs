using Expand.Server.Dialer.Engine;
using Expand.Server.Pbx;

namespace Expand.Server.Tests.Dialer;

/// <summary>Which channels are followed, and what is kept of them.</summary>
public sealed class LiveAttemptsTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 27, 15, 0, 0, TimeSpan.Zero);

    /// <summary>The dialer's own channels, and the agent's own of a preview call: without it a call that has just ended would look as if it never was.</summary>
    [Theory]
    [InlineData("1795791600.4294967297", true)]
    [InlineData("1795791600.268435456", true)]
    [InlineData("1795791600.4294967295", true)]
    [InlineData("1795791600.268435455", false)]
    [InlineData("1795791600.17", false)]
    [InlineData("pbx-1795791600.17", false)]
    public void The_channels_of_calls_that_this_server_asks_for_are_followed(string channel, bool isFollowed)
    {
        var live = new LiveAttempts();
        live.Heard(new ChannelStarted(Start, channel, channel, "PJSIP/701-00000001"));
        Assert.Equal(isFollowed, live.Find(channel) is not null);
        live.Heard(new ChannelEnded(Start.AddSeconds(9), channel, channel, 16));
        Assert.Equal(isFollowed ? Start.AddSeconds(9) : null, live.Find(channel)?.EndedAt);
    }

    [Fact]
    public void What_is_not_among_all_channels_any_more_has_ended_and_what_is_has_not()
    {
        const string gone = "1795791600.4294967297", there = "1795791600.4294967298";
        var live = new LiveAttempts();
        foreach (var channel in new[] { gone, there }) live.Heard(new ChannelStarted(Start, channel, channel, "PJSIP/trunk-1"));
        live.Heard(new ChannelEnded(Start.AddSeconds(1), there, there, 16));
        live.Heard(new PbxSnapshot(Start.AddSeconds(2), [new LiveChannel(there, there, "PJSIP/trunk-1", 6, "bridge")]));
        Assert.Equal(Start.AddSeconds(2), live.Find(gone)?.EndedAt);
        Assert.Equal((null, Start.AddSeconds(2), Start.AddSeconds(2)), (live.Find(there)?.EndedAt, live.Find(there)?.AnsweredAt, live.Find(there)?.ConnectedAt));
    }

    [Fact]
    public void What_went_while_nothing_was_heard_may_have_gone_at_once()
    {
        const string gone = "1795791600.4294967297";
        var live = new LiveAttempts();
        live.Heard(new ChannelStarted(Start, gone, gone, "PJSIP/trunk-1"));
        live.Heard(new PbxLost(Start.AddSeconds(3)));
        live.Heard(new PbxLost(Start.AddSeconds(4)));
        live.Heard(new PbxSnapshot(Start.AddSeconds(11), []));
        Assert.Equal((Start.AddSeconds(11), Start.AddSeconds(3)), (live.Find(gone)?.EndedAt, live.Find(gone)?.LostAt));
    }
}
