using System.Globalization;
using Expand.Phones;
using Expand.TestKit;
using Xunit;

namespace Expand.RealTime.Truth;

/// <summary>
/// The server is killed while a call that it originated for an agent rings. Both sides talk while nobody listens: how long they did is known
/// all the same, from what Asterisk wrote.
/// </summary>
public sealed class ServerKillTests
{
    private const string Number = "098111222";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Theory]
    [InlineData(AsteriskGeneration.Asterisk16, true, Traits = [EachAsterisk.Trait, EachAsterisk.Asterisk16])]
    [InlineData(AsteriskGeneration.Asterisk22, true, Traits = [EachAsterisk.Trait, EachAsterisk.Asterisk22])]
    [InlineData(AsteriskGeneration.Asterisk22, false, Traits = [EachAsterisk.Trait, EachAsterisk.Asterisk22])]
    public async Task A_call_that_connects_while_the_server_is_dead_was_talked_on_for_as_long_as_it_was(AsteriskGeneration generation, bool endsMeanwhile)
    {
        var plan = new ShiftPlan(seed: 1, calls: 1, agents: 1);
        await using var world = await World.StartAsync(generation, plan, Ct);
        var (soap, agent, phones, began) = (world.Soap!, plan.Agents[0], world.Asterisk.Phones, Now);
        phones[agent.Extension].Behaviour = PhoneBehaviour.Answers(TimeSpan.FromMilliseconds(200));
        phones[Number].Behaviour = PhoneBehaviour.NeverAnswers;
        Assert.Equal("true", await soap.CallAsync("loginAgent", Ct, agent.Username, agent.Extension));
        await Task.Delay(1100, Ct);
        var job = await soap.OriginateAsync(agent.Extension, Number, Ct, timeout: 30);
        var called = await phones[Number].NextCallAsync(Patience, Ct);

        world.Server!.Kill();
        await Task.Delay(4000, Ct);
        called.Answer();
        await called.WaitForAsync(PhoneCallState.Answered, Patience, Ct);
        var connected = Now;
        await Task.Delay(3000, Ct);
        if (endsMeanwhile) await called.HangUpAsync(Ct);
        var ended = Now;
        await world.Server.StartAgainAsync(Ct);
        await world.WellAsync(Ct);
        if (!endsMeanwhile)
        {
            await soap.FollowAsync(job, Patience, Ct, 2);
            await called.HangUpAsync(Ct);
            ended = Now;
        }

        await soap.FollowAsync(job, Patience, Ct, 3);
        List<ReportedRow> rows = [];
        await Eventually.TrueAsync(
            async () =>
            {
                var report = await soap.XmlAsync("queueData", Ct, agent.Queues[0], agent.Number, world.Local(began.AddSeconds(-1)), world.Local(Now.AddSeconds(1)));
                rows = [.. report.Elements().Select(e => ReportedRow.Of(e, world.Zone)).Where(r => r.Action.StartsWith("DIALOUT", StringComparison.Ordinal))];
                return rows.Count >= 2;
            }, "the call is in the report", Patience);

        Assert.Equal(["DIALOUT", "DIALOUTEND"], rows.Select(r => r.Action));
        var talked = (int)Math.Round((ended - connected).TotalSeconds);
        Assert.InRange(int.Parse(rows[1].TalkSeconds, CultureInfo.InvariantCulture), talked - 1, talked + 1);
    }
}
