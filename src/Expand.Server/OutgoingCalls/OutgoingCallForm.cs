using Expand.Server.Access;
using Expand.Server.Platform;
using Expand.Server.Platform.Rest;
using Expand.Server.Queues;

namespace Expand.Server.OutgoingCalls;

/// <summary>What a client or a page says of a call, not checked yet.</summary>
/// <param name="Queue">The queue whose agents shall call.</param>
/// <param name="Phones">The numbers to try.</param>
/// <param name="Contact">Whom to call.</param>
/// <param name="Subject">What about.</param>
/// <param name="CallDate">When; null where what was written is no date.</param>
/// <param name="Expiration">Seconds after that until it expires; 0: never.</param>
/// <param name="Agent">The username of the one agent whose call it is, in any case; empty: every agent of the queue.</param>
/// <param name="Link">Links by name; null: none.</param>
internal sealed record OutgoingCallForm(
    string Queue, IReadOnlyList<string?> Phones, string Contact, string Subject, DateTimeOffset? CallDate, long Expiration, string Agent,
    IEnumerable<KeyValuePair<string, string?>>? Link)
{
    /// <summary>Numbers of a call at most.</summary>
    public const int MaxPhones = 10;

    /// <summary>Characters of a contact at most.</summary>
    public const int ContactLength = 200;

    /// <summary>Characters of a subject at most.</summary>
    public const int SubjectLength = 500;

    /// <summary>Ten years of seconds: no call waits longer.</summary>
    public const int MaxExpiration = 315_360_000;

    /// <summary>Later or earlier ones are slips, and PostgreSQL's and .NET's calendars end somewhere.</summary>
    private static readonly DateTimeOffset FirstDate = new(1970, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset LastDate = new(2999, 12, 31, 0, 0, 0, TimeSpan.Zero);

    /// <summary>What it says, where no rule is broken; otherwise every field at fault with its rule.</summary>
    public Result<OutgoingCallDetails> Check(KnownQueues queues, UserDirectory users)
    {
        var rules = new Dictionary<string, string>();
        void Demand(string field, bool kept, string rule)
        {
            if (!kept) rules.TryAdd(field, rule);
        }

        var queue = queues.Refusal(Queue, "queue");
        Demand("queue", queue is not { Kind: FailureKind.Invalid }, queue?.Message ?? "");
        var phones = Phones.Select(p => p?.Trim(' ') ?? "").ToList();
        Demand("phone", phones.Count is > 0 and <= MaxPhones, $"takes a number or a list of 1 to {MaxPhones}");
        Demand("phone", phones.All(p => PhoneNumber.Dialable(p) is not null), PhoneNumber.Rule);
        var (contact, subject) = (Contact.Trim(), Subject.Trim());
        Demand("contact", IsText(contact, ContactLength), TextRule(ContactLength));
        Demand("subject", IsText(subject, SubjectLength), TextRule(SubjectLength));
        Demand("calldate", CallDate is not null, RestTime.Rule);
        Demand("calldate", CallDate is not { } date || (date >= FirstDate && date <= LastDate), "takes a date from 1970 to 2999");
        Demand("expiration", Expiration is >= 0 and <= MaxExpiration, $"takes whole seconds from 0 to {MaxExpiration}");
        var agent = Agent.Length == 0 ? null : users.Find(Agent);
        Demand("agent", Agent.Length == 0 || agent is { IsAgent: true }, $"there is no agent with the username {Shown(Agent)}");
        var (link, wrong) = OutgoingCallLinks.Write(Link ?? []);
        Demand("link", wrong is null, wrong ?? "");
        if (rules.Count > 0) return Failure.Several(rules);
        if (queue is not null) return queue;
        return new OutgoingCallDetails(
            Queue, phones, contact, subject, CallDate!.Value.WholeSecond(), (int)Expiration, agent?.Username ?? "", link)
        { AgentId = agent?.Id };
    }

    private static bool IsText(string text, int length) => text.Length > 0 && text.Length <= length && PlainText.Holds(text);

    private static string TextRule(int length) => $"takes 1 to {length} characters, none of them a control character";

    private static string Shown(string text) => PlainText.Holds(text) && text.Length <= 64 ? text : "that was given";
}
