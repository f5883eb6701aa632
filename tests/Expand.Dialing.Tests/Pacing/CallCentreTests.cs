using Expand.Benchmarks.Dialer;

namespace Expand.Dialing.Tests.Pacing;

public class CallCentreTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void In_a_call_centres_day_the_cap_holds_in_every_hour_and_agents_talk_more_than_with_a_call_for_each(int seed)
    {
        var world = new World { Contacts = 2000, Agents = 30, Seed = seed };
        var predictive = new Centre(world, new Planned(DialingMode.Predictive)).Run();
        var progressive = new Centre(world, new Planned(DialingMode.Progressive)).Run();
        Assert.InRange(predictive.Worst(1), 0, world.Cap);
        Assert.True(predictive.TalkShare > progressive.TalkShare + 0.03, $"{predictive.TalkShare:P1} and {progressive.TalkShare:P1}");
        Assert.True(predictive.Hours <= progressive.Hours);
    }

    [Fact]
    public void A_ratio_that_does_not_look_at_the_rates_breaks_the_cap_that_the_ledger_watches()
    {
        var ledger = new Centre(new World { Contacts = 2000, Agents = 30 }, new PerFreeAgent(4)).Run();
        Assert.True(ledger.Worst(100) > 0.05);
    }
}
