namespace Expand.Server.Webhooks.Pages;

/// <summary>What the dialog of a webhook holds while it is filled in. Public because components are.</summary>
public sealed class WebhookInput
{
    /// <summary>What it is called.</summary>
    public string Name { get; set; } = "";

    /// <summary>Where it is told.</summary>
    public string Url { get; set; } = "";

    /// <summary>More about it.</summary>
    public string Description { get; set; } = "";

    /// <summary>Whether only the events in <see cref="Events"/> are told.</summary>
    public bool SomeEvents { get; set; }

    /// <summary>The events that are ticked.</summary>
    public HashSet<string> Events { get; } = new(StringComparer.Ordinal);

    /// <summary>Names of queues, with commas or in lines of their own; empty: all.</summary>
    public string Queues { get; set; } = "";

    internal WebhookForm Form => new(
        Name, Url, Description, SomeEvents ? [.. Events] : [],
        Queues.Split([',', ';', '\n', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    internal static WebhookInput Of(WebhookForm form)
    {
        var input = new WebhookInput
        {
            Name = form.Name,
            Url = form.Url,
            Description = form.Description,
            SomeEvents = form.EventTypes.Count > 0,
            Queues = string.Join(", ", form.Queues),
        };
        input.Events.UnionWith(form.EventTypes);
        return input;
    }
}
