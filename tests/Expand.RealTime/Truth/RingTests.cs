using Expand.Phones;
using Expand.TestKit;
using Xunit;

namespace Expand.RealTime.Truth;

/// <summary>
/// A call that one agent rejects rings at the next, within the same attempt of the queue: Asterisk counts the ring time that it writes from
/// the attempt's beginning. When each phone rang is told right all the same, whether the server heard it or was dead meanwhile.
/// </summary>
public sealed class RingTests
{
    private const int RingSeconds = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Theory]
    [MemberData(nameof(EachAsterisk.Rows), MemberType = typeof(EachAsterisk))]
    public async Task A_ring_after_a_colleagues_rejection_began_when_that_phone_rang(AsteriskGeneration generation)
    {
        var plan = new ShiftPlan(seed: 1, calls: 1, agents: 8);
        await using var world = await World.StartAsync(generation, plan, Ct, RingSeconds);
        var (soap, phones, began) = (world.Soap!, world.Asterisk.Phones, Now);
        AgentPlan[] taking = [plan.Agents[0], plan.Agents[6]], missing = [plan.Agents[1], plan.Agents[7]];
        Assert.All((AgentPlan[][])[taking, missing], two => Assert.Equal(two[0].Queues, two[1].Queues));
        foreach (var agent in taking.Concat(missing))
        {
            phones[agent.Extension].Behaviour = PhoneBehaviour.NeverAnswers;
            Assert.Equal("true", await soap.CallAsync("loginAgent", Ct, agent.Username, agent.Extension));
        }

        Task<List<Rung>[]> OffersAsync() => Task.WhenAll(OfferAsync(world, taking, answered: true), OfferAsync(world, missing, answered: false));
        List<Rung> ledger = [.. (await OffersAsync()).SelectMany(r => r)];
        await ReportedAsync(world, began, ledger.Count);
        world.Server!.Kill();
        ledger.AddRange((await OffersAsync()).SelectMany(r => r));
        await world.Server.StartAgainAsync(Ct);
        await world.WellAsync(Ct);

        var rings = await ReportedAsync(world, began, ledger.Count);
        Assert.Equal(ledger.Count, rings.Count);
        var compared = ledger.OrderBy(l => l.Agent).ThenBy(l => l.At).Zip(rings.OrderBy(r => r.Agent).ThenBy(r => r.At)).ToList();
        Assert.True(compared.All(c => c.First.Agent == c.Second.Agent && (c.Second.At - c.First.At).Duration() <= TimeSpan.FromSeconds(2)),
            $"{string.Join('\n', compared)}\n{await File.ReadAllTextAsync(world.Asterisk.QueueLogFile, Ct)}");
    }

    private sealed record Rung(string Agent, DateTimeOffset At);

    /// <summary>A call that rings for five seconds at one agent, who rejects it, and then at the other, who takes it, or the caller leaves.</summary>
    private static async Task<List<Rung>> OfferAsync(World world, AgentPlan[] agents, bool answered)
    {
        var phones = world.Asterisk.Phones;
        var ringing = agents.ToDictionary(a => a, a => phones[a.Extension].NextCallAsync(Patience, Ct));
        var caller = phones["trunk"].Dial(agents[0].Queues[0], new ShownParty("Cliente", "24000001"));
        var first = await Task.WhenAny(ringing.Values);
        await Task.Delay(5000, Ct);
        (await first).Reject(486);
        var second = ringing.Values.Single(c => c != first);
        var call = await second;
        await Task.Delay(1500, Ct);
        if (answered)
        {
            call.Answer();
            await call.WaitForAsync(PhoneCallState.Answered, Patience, Ct);
        }

        await caller.HangUpAsync(Ct);
        await call.WaitForAsync(PhoneCallState.Ended, Patience, Ct);
        List<Rung> rung = [];
        foreach (var offer in ringing) rung.Add(new(offer.Key.Number, (await offer.Value).When(PhoneEventKind.Incoming)!.Value));
        return rung;
    }

    private static async Task<List<ReportedRow>> ReportedAsync(World world, DateTimeOffset began, int count)
    {
        List<ReportedRow> rings = [];
        await Eventually.TrueAsync(
            async () =>
            {
                var report = await world.Soap!.XmlAsync("queueData", Ct, "", "", world.Local(began.AddSeconds(-1)), world.Local(Now.AddSeconds(1)));
                rings = [.. report.Elements().Select(e => ReportedRow.Of(e, world.Zone)).Where(r => r.Action == "RINGING").OrderBy(r => r.At)];
                return rings.Count >= count;
            }, $"{count} rings are in the report", Patience);
        return rings;
    }
}
