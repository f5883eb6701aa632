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

        await SettledAsync(world, (firstContacts + secondContacts) / 3);
        await KillAsync(world);
        await EndedAsync(world);
        output.WriteLine($"the campaigns took {(Now - began).TotalSeconds:0.0} s");

        await using var db = world.Open();
        var contacts = await db.Set<Contact>().AsNoTracking().OrderBy(c => c.Id).ToListAsync(Ct);
        var attempts = await db.Set<DialAttempt>().AsNoTracking().OrderBy(a => a.AskedAt).ToListAsync(Ct);
        var lived = CalledSide.Calls(world.Asterisk.Phones.Ledger, DialledWorld.IsAgent, new HashSet<string>());
        output.WriteLine(string.Join(", ", lived.GroupBy(l => l.Outcome).Select(g => $"{g.Count()} {g.Key}")) + $", {attempts.Count(a => a.Outcome is null)} void");
        Assert.Equal(firstContacts + secondContacts, contacts.Count);
        Assert.Equal([], Wrong(contacts, attempts, lived, cast));
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
        await EndedAsync(world);

        await using var db = world.Open();
        var outcomes = await db.Set<DialAttempt>().AsNoTracking().Where(a => a.Outcome != null).ToDictionaryAsync(a => a.Numcall, Ct);
        Assert.Equal((AttemptOutcome.AnsweringMachine, AttemptOutcome.Answer, AttemptOutcome.Answer),
            (outcomes[Machine].Outcome, outcomes[Person].Outcome, outcomes[ToExtension].Outcome));
        var lived = CalledSide.Calls(phones.Ledger, DialledWorld.IsAgent, new HashSet<string> { Machine }).ToDictionary(l => l.Number, l => l.Outcome);
        Assert.Equal(outcomes.ToDictionary(o => o.Key, o => o.Value.Outcome!.Value).OrderBy(o => o.Key), lived.OrderBy(l => l.Key));
    }

    /// <summary>Whatever differs between the database and the phones.</summary>
    private static List<string> Wrong(IReadOnlyList<Contact> contacts, IReadOnlyList<DialAttempt> attempts, IReadOnlyList<LivedCall> lived, Cast cast)
    {
        var wrong = new List<string>();
        void Same(string what, string expected, string found)
        {
            if (expected != found) wrong.Add($"{what}: the phones say [{expected}], the database [{found}]");
        }

        var made = attempts.Where(a => a.Outcome is not null).ToList();
        foreach (var number in contacts.Select(c => c.Numcall).Distinct())
        {
            var here = lived.Where(l => l.Number == number).ToList();
            Same(number, string.Join(' ', here.Select(l => l.Outcome)), string.Join(' ', made.Where(a => a.Numcall == number).Select(a => a.Outcome)));
            if (here.Zip(here.Skip(1)).Any(pair => pair.Second.From < pair.First.To)) wrong.Add($"{number} was called twice at once");
            if (here.Count > 0 && cast.MayNotBeCalled.Contains(number)) wrong.Add($"{number} was called, and may not be");
            wrong.AddRange(here.Where(l => l.Shown != DialledWorld.CallerId || l.ShownChanged).Select(l => $"{number} was shown {l.Shown}{(l.ShownChanged ? ", and then another" : "")}"));
        }

        foreach (var contact in contacts)
        {
            var own = made.Where(a => a.Contact == contact.Id).Select(a => a.Outcome!.Value).ToList();
            Same($"{contact.Numcall} statelog", string.Join(' ', own), string.Join(' ', contact.Life.Attempts));
            Same($"{contact.Numcall} lastattempt", $"{own.Cast<AttemptOutcome?>().LastOrDefault()}", $"{contact.LastAttempt}");
            Same($"{contact.Numcall} state", $"{cast.Expected(contact, own)}", $"{contact.State}");
        }

        return wrong;
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

    private static Task SettledAsync(DialledWorld world, int count) => Eventually.TrueAsync(async () =>
    {
        await using var db = world.Open();
        return await db.Set<DialAttempt>().CountAsync(a => a.Outcome != null, Ct) >= count;
    }, $"{count} attempts are over", Patience);

    /// <summary>Nobody is left who may be called now.</summary>
    private static async Task EndedAsync(DialledWorld world)
    {
        var night = DialledWorld.Zones.Night;
        string[] left = [];
        try
        {
            await Eventually.TrueAsync(async () =>
            {
                await using var db = world.Open();
                left = [.. await db.Set<Contact>().Where(c => c.State == ContactState.Pending && c.TimeZone != night).Select(c => c.Numcall).ToListAsync(Ct),
                    .. await db.Set<DialAttempt>().Where(a => a.SettledAt == null).Select(a => a.ChannelId).ToListAsync(Ct)];
                return left.Length == 0;
            }, "the campaigns are over", Patience);
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{late.Message}; left: {string.Join(", ", left)}\n{world.Hosts[1].Output}\n{world.Hosts[0].Output}");
        }
    }
}

/// <summary>The people who are called: what each kind of phone does, and what is to become of its contact.</summary>
internal sealed class Cast(PhoneBank phones)
{
    private readonly List<string> forbidden = [];
    private readonly HashSet<string> night = [], disabled = [];
    private int last = 91_000_000;

    public IReadOnlyList<string> Forbidden => forbidden;

    public IReadOnlySet<string> MayNotBeCalled => new HashSet<string>([.. forbidden, .. night, .. disabled]);

    /// <summary>So many contacts, of all kinds in turn.</summary>
    public IReadOnlyList<ContactForm> Contacts(int count)
    {
        var contacts = new List<ContactForm>();
        while (contacts.Count < count)
        {
            var number = $"0{++last}";
            var kind = contacts.Count % 16;
            phones[number].Behaviour = BehaviourOf(kind, number);
            if (kind == 11) forbidden.Add(number);
            if (kind == 12) night.Add(number);
            if (kind == 13) disabled.Add(number);
            contacts.Add(FormOf(number, kind));
            // The same phone as two contacts, each of whom is to be called.
            if (kind == 14 && contacts.Count < count) contacts.Add(FormOf(number, kind) with { Name = "Otro" });
        }

        return contacts;
    }

    public ContactState Expected(Contact contact, IReadOnlyList<AttemptOutcome> lived) =>
        forbidden.Contains(contact.Numcall) || disabled.Contains(contact.Numcall) ? ContactState.Canceled
        : night.Contains(contact.Numcall) ? ContactState.Pending
        : lived is [.., AttemptOutcome.Answer] ? ContactState.Completed : ContactState.Rejected;

    private static ContactForm FormOf(string number, int kind) =>
        new($"Señora {number}", number, kind != 13, "{}", null) { TimeZone = kind == 12 ? DialledWorld.Zones.Night : null };

    private PhoneBehaviour BehaviourOf(int kind, string number)
    {
        TimeSpan Ms(int ms) => TimeSpan.FromMilliseconds(ms);
        switch (kind)
        {
            case 1: return PhoneBehaviour.Busy;
            case 2: return PhoneBehaviour.NeverAnswers;
            case 3: return PhoneBehaviour.Refuses(503);
            case 4: return PhoneBehaviour.Refuses(404);
            case 5: return PhoneBehaviour.Refuses(603, Ms(800));
            // Hangs up before an agent's phone, which rings for 0.3 s, is picked up.
            case 6: return PhoneBehaviour.Answers(Ms(300), Ms(60));
            case 7:
                // Busy at first, and then at home.
                phones.Happened += (_, e) =>
                {
                    if (e.Number == number && e.Kind == PhoneEventKind.Refused) phones[number].Behaviour = PhoneBehaviour.Answers(Ms(200), Ms(2000));
                };
                return PhoneBehaviour.Busy;
            default: return PhoneBehaviour.Answers(Ms(200 + 100 * (kind % 5)), Ms(1500 + 300 * (kind % 4)));
        }
    }
}
