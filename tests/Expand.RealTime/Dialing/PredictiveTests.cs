using Expand.Dialing;
using Expand.Dialing.Redial;
using Expand.Server.Dialer;
using Expand.TestKit;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Expand.RealTime.Dialing;

/// <summary>A predictive campaign on a real Asterisk: it learns how many answer, calls ahead of its agents, and keeps to its trunk and to its cap.</summary>
public sealed class PredictiveTests(ITestOutputHelper output)
{
    private const int Agents = 8, TrunkCalls = 12, Contacts = 120;
    private const double Cap = 20;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    [Trait(EachAsterisk.Trait, EachAsterisk.Asterisk22)]
    public async Task Calls_go_ahead_of_the_agents_and_never_over_the_trunk_or_the_cap()
    {
        await using var world = await DialledWorld.StartAsync(AsteriskGeneration.Asterisk22, Agents, servers: 1, Ct, new()
        {
            ["Dialer__Trunks__0__Name"] = "salida",
            ["Dialer__Trunks__0__Dial"] = "PJSIP/{number}@trunk",
            ["Dialer__Trunks__0__MaxCalls"] = $"{TrunkCalls}",
        });
        var cast = new Cast(world.Asterisk.Phones);
        var campaign = await world.CampaignAsync(DialledWorld.First, Ct, c => (c.Mode, c.AbandonmentCap, c.MaxAttempts) = (DialingMode.Predictive, Cap, 1));
        await world.AddAsync(campaign, cast.SeldomAnswering(Contacts), Ct);
        await world.BeginAsync(Ct);
        await world.EndedAsync(Ct);

        await using var db = world.Open();
        var contacts = await db.Set<Contact>().AsNoTracking().ToListAsync(Ct);
        var attempts = await db.Set<DialAttempt>().AsNoTracking().OrderBy(a => a.AskedAt).ToListAsync(Ct);
        var lived = CalledSide.Calls(world.Asterisk.Phones.Ledger, DialledWorld.IsAgent, new HashSet<string>());
        var most = lived.Max(l => lived.Count(other => other.From <= l.From && other.To > l.From));
        var (answered, abandoned) = (lived.Count(l => l.Outcome is AttemptOutcome.Answer or AttemptOutcome.Abandoned), lived.Count(l => l.Outcome == AttemptOutcome.Abandoned));
        output.WriteLine($"{lived.Count} calls, {answered} answered, {abandoned} of them abandoned, {most} at once at most, "
            + $"{(lived[^1].To - lived[0].From).TotalSeconds:0.0} s");
        Assert.Equal([], Differences.Of(contacts, attempts, lived, cast));
        // One call for each free agent would never be more calls than agents.
        Assert.InRange(most, Agents + 1, TrunkCalls);
        Assert.InRange(abandoned, 0, answered * Cap / 100);
        Assert.All(attempts, a => Assert.Equal("salida", a.Trunk));
    }
}
