using Expand.Dialing.Redial;
using Expand.Phones;
using Expand.Server.Dialer;

namespace Expand.RealTime.Dialing;

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

    /// <summary>So many contacts of whom four in ten answer, most others let it ring, and a few are busy.</summary>
    public IReadOnlyList<ContactForm> SeldomAnswering(int count) =>
    [
        .. Enumerable.Range(0, count).Select(n =>
        {
            var number = $"0{++last}";
            phones[number].Behaviour = (n * 7 % 10) switch
            {
                < 4 => PhoneBehaviour.Answers(TimeSpan.FromMilliseconds(400 + (n % 7 * 200)), TimeSpan.FromMilliseconds(3000 + (n % 5 * 400))),
                9 => PhoneBehaviour.Busy,
                _ => PhoneBehaviour.NeverAnswers,
            };
            return FormOf(number, 0);
        }),
    ];

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
