using Expand.Server.Platform;

namespace Expand.Server.Webhooks;

/// <summary>What an administrator says of a webhook.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Url">Where it is told.</param>
/// <param name="Description">More about it; may be empty.</param>
/// <param name="EventTypes">The events that it is told; empty: all.</param>
/// <param name="Queues">Of events of queues, only those of these; empty: of all.</param>
internal sealed record WebhookForm(string Name, string Url, string Description, IReadOnlyList<string> EventTypes, IReadOnlyList<string> Queues)
{
    public const int NameLength = 100;
    public const int UrlLength = 2000;
    public const int DescriptionLength = 500;
    private const int QueueLength = 64;
    private const int MostQueues = 200;

    /// <summary>The refusal that names the field and the rule, or null where all is right.</summary>
    public Failure? Validate()
    {
        if (!IsLine(Name, NameLength) || string.IsNullOrWhiteSpace(Name)) return Failure.Invalid("name", $"a webhook's name has 1 to {NameLength} characters in one line");
        if (!IsAddress(Url)) return Failure.Invalid("url", $"takes an address that begins with http:// or https://, without a user or a fragment in it, of {UrlLength} characters at most");
        if (Description.Length > DescriptionLength || !PlainText.Holds(Description, lines: true)) return Failure.Invalid("description", $"takes up to {DescriptionLength} characters");
        if (EventTypes.FirstOrDefault(name => EventCatalogue.Find(name) is null) is { } unknown)
            return Failure.Invalid("events", $"'{unknown}' is no event; events are {string.Join(", ", EventCatalogue.All.Select(e => e.Name))}");
        return Queues.Count > MostQueues || Queues.Any(q => q.Length is 0 or > QueueLength || !IsLine(q, QueueLength))
            ? Failure.Invalid("queues", $"takes up to {MostQueues} names of queues of 1 to {QueueLength} characters")
            : null;
    }

    /// <summary>Puts it into the webhook.</summary>
    public void Fill(Webhook webhook)
    {
        (webhook.Name, webhook.Url, webhook.Description) = (Name.Trim(), Url.Trim(), Description.Trim());
        // In the catalogue's order, each once.
        webhook.EventTypes = [.. EventCatalogue.All.Select(e => e.Name).Where(EventTypes.Contains)];
        webhook.Queues = [.. Queues.Distinct().Order(StringComparer.Ordinal)];
    }

    private static bool IsLine(string text, int length) => text.Trim().Length <= length && !text.Any(char.IsControl) && PlainText.Holds(text);

    private static bool IsAddress(string text) =>
        text.Trim() is { Length: > 0 and <= UrlLength } address && !address.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)) && PlainText.Holds(address)
        && Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Host.Length > 0
        && uri.UserInfo.Length == 0 && uri.Fragment.Length == 0;
}
