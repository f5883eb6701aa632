using System.Globalization;
using Expand.Dialing.Redial;
using Expand.Phones;
using Expand.Server.Dialer;
using Expand.TestKit;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Expand.RealTime.Dialing;

/// <summary>
/// Two campaigns that share agents call a hundred contacts of every kind on a real Asterisk, with two hosts, of which the one that dials is killed in the
/// middle. What stands in the database is what the phones lived.
/// </summary>
public sealed class CampaignTests(ITestOutputHelper output)
{
    private const int Agents = 10;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(240);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Theory]
    [InlineData(AsteriskGeneration.Asterisk22, 70, 30, Traits = [EachAsterisk.Trait, EachAsterisk.Asterisk22])]
    [InlineData(AsteriskGeneration.Asterisk16, 17, 17, Traits = [EachAsterisk.Trait, EachAsterisk.Asterisk16])]
    public async Task A_campaign_runs_to_its_end_while_the_host_that_dials_is_killed_and_says_what_the_phones_lived(
        AsteriskGeneration generation, int firstContacts, int secondContacts)
    {
        await using var world = await DialledWorld.StartAsync(generation, Agents, servers: 2, Ct);
        var (first, second) = (await world.CampaignAsync(DialledWorld.First, Ct), await world.CampaignAsync(DialledWorld.Second, Ct, c => c.Priority = 8));
        var cast = new Cast(world.Asterisk.Phones);
        await world.AddAsync(first, cast.Contacts(firstContacts), Ct);
        await world.AddAsync(second, cast.Contacts(secondContacts), Ct);
        await world.ForbidAsync(cast.Forbidden, Ct);
        var began = Now;
        await world.BeginAsync(Ct);

        await world.SettledAsync((firstContacts + secondContacts) / 3, Ct);
        await KillAsync(world);
        await world.EndedAsync(Ct);
        output.WriteLine($"the campaigns took {(Now - began).TotalSeconds:0.0} s");

        await using var db = world.Open();
        var contacts = await db.Set<Contact>().AsNoTracking().OrderBy(c => c.Id).ToListAsync(Ct);
        var attempts = await db.Set<DialAttempt>().AsNoTracking().OrderBy(a => a.AskedAt).ToListAsync(Ct);
        var lived = CalledSide.Calls(world.Asterisk.Phones.Ledger, DialledWorld.IsAgent, new HashSet<string>());
        output.WriteLine(string.Join(", ", lived.GroupBy(l => l.Outcome).Select(g => $"{g.Count()} {g.Key}")) + $", {attempts.Count(a => a.Outcome is null)} void");
        Assert.Equal(firstContacts + secondContacts, contacts.Count);
        Assert.Equal([], Differences.Of(contacts, attempts, lived, cast));
    }

    [Fact]
    [Trait(EachAsterisk.Trait, EachAsterisk.Asterisk22)]
    public async Task Machines_are_told_from_people_and_a_campaign_may_call_to_an_extension()
    {
        await using var world = await DialledWorld.StartAsync(AsteriskGeneration.Asterisk22, 2, servers: 1, Ct);
        const string Machine = "094000001", Person = "094000002", ToExtension = "094000003";
        var phones = world.Asterisk.Phones;
        foreach (var number in (string[])[Machine, Person, ToExtension]) phones[number].Behaviour = PhoneBehaviour.Answers(TimeSpan.FromMilliseconds(300), TimeSpan.FromSeconds(9));
        // A machine talks on; a person says hello and waits for an answer.
        phones.Happened += (_, e) =>
        {
            if (e.Kind != PhoneEventKind.Acknowledged || e.Number is not (Machine or Person)) return;
            _ = phones[e.Number].Calls[^1].SendToneAsync(440, TimeSpan.FromSeconds(e.Number == Machine ? 8 : 0.5), Ct);
        };
        var detecting = await world.CampaignAsync(DialledWorld.First, Ct, c => c.MachineDetection = true);
        var direct = await world.CampaignAsync("", Ct, c => c.Extension = "2002");
        await world.AddAsync(detecting, [new("Contestador", Machine, true, "{}", null), new("Persona", Person, true, "{}", null)], Ct);
        await world.AddAsync(direct, [new("Directo", ToExtension, true, "{}", null)], Ct);
        await world.BeginAsync(Ct);
        await world.EndedAsync(Ct);

        await using var db = world.Open();
        var outcomes = await db.Set<DialAttempt>().AsNoTracking().Where(a => a.Outcome != null).ToDictionaryAsync(a => a.Numcall, Ct);
        Assert.Equal((AttemptOutcome.AnsweringMachine, AttemptOutcome.Answer, AttemptOutcome.Answer),
            (outcomes[Machine].Outcome, outcomes[Person].Outcome, outcomes[ToExtension].Outcome));
        var lived = CalledSide.Calls(phones.Ledger, DialledWorld.IsAgent, new HashSet<string> { Machine }).ToDictionary(l => l.Number, l => l.Outcome);
        Assert.Equal(outcomes.ToDictionary(o => o.Key, o => o.Value.Outcome!.Value).OrderBy(o => o.Key), lived.OrderBy(l => l.Key));
    }

    private async Task KillAsync(DialledWorld world)
    {
        var dialling = await world.DialsAsync(Ct);
        var victim = world.Hosts[int.Parse(dialling![5..], CultureInfo.InvariantCulture) - 1];
        var killed = Now;
        victim.Kill();
        await Eventually.TrueAsync(async () => await world.DialsAsync(Ct) != dialling, "another host dials", TimeSpan.FromSeconds(20));
        output.WriteLine($"{dialling} was killed; another decided after {(Now - killed).TotalSeconds:0.00} s");
        var next = await world.Asterisk.Phones.WaitForAsync(e => e.Kind == PhoneEventKind.Incoming && e.Number.Length > 5 && e.At > killed.AddSeconds(0.3), Patience, Ct);
        output.WriteLine($"the next phone rang {(next.At - killed).TotalSeconds:0.00} s after the kill");
        Assert.True(next.At - killed < TimeSpan.FromSeconds(15), $"nobody was called for {(next.At - killed).TotalSeconds} s");
    }
}
