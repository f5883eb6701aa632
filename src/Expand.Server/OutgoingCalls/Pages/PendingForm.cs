using Expand.Server.Platform;

namespace Expand.Server.OutgoingCalls.Pages;

/// <summary>What the dialog of a pending call holds while it is filled in. Public because components are.</summary>
public sealed class PendingForm
{
    private static readonly char[] Separators = ['\n', '\r', ',', ';'];
    private static readonly long[] Units = [86_400, 3_600, 60, 1];

    /// <summary>The queue.</summary>
    public string Queue { get; set; } = "";

    /// <summary>The agent's username; empty: every agent of the queue.</summary>
    public string Agent { get; set; } = "";

    /// <summary>The numbers, one a line.</summary>
    public string Numbers { get; set; } = "";

    /// <summary>Whom to call.</summary>
    public string Contact { get; set; } = "";

    /// <summary>What about.</summary>
    public string Subject { get; set; } = "";

    /// <summary>When, as a browser's field has it.</summary>
    public string? When { get; set; }

    /// <summary>How many <see cref="Unit"/>s until it expires; null: never.</summary>
    public long? Expires { get; set; }

    /// <summary>Seconds of a unit, as a choice.</summary>
    public string Unit { get; set; } = "3600";

    /// <summary>Links, each with its name.</summary>
    public IList<LinkLine> Links { get; } = [];

    internal static PendingForm New(LocalTime time) => new() { When = time.Field(time.Now.AddHours(1)) };

    internal static PendingForm Of(OutgoingCall call, LocalTime time)
    {
        var unit = Units.First(u => call.Expiration % u == 0);
        var form = new PendingForm
        {
            Queue = call.Queue,
            Agent = call.Agent,
            Numbers = string.Join('\n', call.Phones),
            Contact = call.Contact,
            Subject = call.Subject,
            When = time.Format(call.CallDate).Replace(' ', 'T'),
            Expires = call.Expiration == 0 ? null : call.Expiration / unit,
            Unit = call.Expiration == 0 ? "3600" : unit.ToString(System.Globalization.CultureInfo.InvariantCulture),
        };
        foreach (var (name, address) in OutgoingCallLinks.Read(call.Link)) form.Links.Add(new LinkLine { Name = name, Address = address });
        return form;
    }

    internal OutgoingCallForm Filled(LocalTime time) => new(
        Queue, Numbers.Split(Separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries), Contact, Subject, time.Start(When ?? ""),
        Expires is { } count ? Math.Clamp(count, -1, OutgoingCallForm.MaxExpiration) * long.Parse(Unit, System.Globalization.CultureInfo.InvariantCulture) : 0, Agent,
        Links.Where(l => l.Name.Length + l.Address.Length > 0).Select(l => new KeyValuePair<string, string?>(l.Name.Trim(), l.Address.Trim())));
}

/// <summary>A link while it is filled in.</summary>
public sealed class LinkLine
{
    /// <summary>What agents see.</summary>
    public string Name { get; set; } = "";

    /// <summary>Where it leads.</summary>
    public string Address { get; set; } = "";
}
