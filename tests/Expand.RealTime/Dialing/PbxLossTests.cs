using Expand.Dialing.Redial;
using Expand.Server.Dialer;
using Expand.TestKit;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Expand.RealTime.Dialing;

/// <summary>The Asterisk that a campaign calls on is killed in the middle, with calls that ring and calls that talk, and comes back.</summary>
public sealed class PbxLossTests(ITestOutputHelper output)
{
    private const int Agents = 6, Contacts = 34;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Fact]
    [Trait(EachAsterisk.Trait, EachAsterisk.Asterisk22)]
    public async Task A_campaign_outlives_its_Asterisk_and_calls_nobody_twice_for_one_attempt()
    {
        await using var world = await DialledWorld.StartAsync(AsteriskGeneration.Asterisk22, Agents, servers: 1, Ct);
        var phones = world.Asterisk.Phones;
        var cast = new Cast(phones);
        var campaign = await world.CampaignAsync(DialledWorld.First, Ct);
        await world.AddAsync(campaign, cast.Contacts(Contacts), Ct);
        await world.ForbidAsync(cast.Forbidden, Ct);
        await world.BeginAsync(Ct);

        await world.SettledAsync(Contacts / 4, Ct);
        var killed = Now;
        await world.Asterisk.KillAsync(Ct);
        var gone = Now;
        await Task.Delay(TimeSpan.FromSeconds(3), Ct);
        await world.Asterisk.StartAgainAsync(Ct);
        await world.EndedAsync(Ct);

        await using var db = world.Open();
        var contacts = await db.Set<Contact>().AsNoTracking().ToListAsync(Ct);
        var attempts = await db.Set<DialAttempt>().AsNoTracking().OrderBy(a => a.AskedAt).ToListAsync(Ct);
        var lived = CalledSide.Calls(phones.Ledger, DialledWorld.IsAgent, new HashSet<string>());
        var cut = lived.Where(l => l.From <= gone && l.To >= killed).ToList();
        output.WriteLine($"{lived.Count} calls, {cut.Count} of them cut: {string.Join(", ", cut.Select(l => $"{l.Number} {l.Outcome}"))}");
        Assert.NotEmpty(cut);
        Assert.Equal([], Differences.Forbidden(lived, cast));
        // What the Asterisk of a cut call had written of it is the connection with an agent; of any other it is only known that it may have rung. Queues write
        // within moments: of who came just before, nobody knows which.
        var unsure = cut.Where(l => l.Outcome != AttemptOutcome.Answer || l.From > killed.AddSeconds(-2)).ToHashSet();
        // An order that was on its way: nobody knows that no phone rang, so it counts.
        bool IsOnItsWay(DialAttempt attempt) => attempt.Outcome == AttemptOutcome.Congestion && (attempt.AskedAt - killed)!.Value.Duration() < TimeSpan.FromSeconds(1)
            && !lived.Any(l => l.Number == attempt.Numcall && (l.From - attempt.AskedAt)!.Value.Duration() < TimeSpan.FromSeconds(2));
        foreach (var number in contacts.Select(c => c.Numcall).Distinct())
        {
            var (here, made) = (lived.Where(l => l.Number == number).ToList(), attempts.Where(a => a.Numcall == number && a.Outcome is not null && !IsOnItsWay(a)).ToList());
            string Sure(LivedCall call, AttemptOutcome? outcome) => unsure.Contains(call) ? "cut" : $"{outcome}";
            Assert.Equal(here.Select(l => Sure(l, l.Outcome)), made.Zip(here, (attempt, call) => Sure(call, attempt.Outcome)));
            Assert.Equal(here.Count, made.Count);
            foreach (var (attempt, call) in made.Zip(here).Where(pair => cut.Contains(pair.Second)))
                Assert.True((attempt.EndedAt!.Value - killed).Duration() < TimeSpan.FromSeconds(4), $"{number} ended at {attempt.EndedAt}, and its Asterisk at {killed}");
        }

        Assert.All(contacts, c => Assert.Equal(
            cast.Expected(c, [.. attempts.Where(a => a.Contact == c.Id && a.Outcome is not null).Select(a => a.Outcome!.Value)]), c.State));
    }
}
