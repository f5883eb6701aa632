using Expand.Server.Platform;

namespace Expand.Server.Sms.Pages;

/// <summary>What a supervisor looks for. Public because components are.</summary>
public sealed record SmsSearch
{
    /// <summary>The states that can be looked for, in the APIs' words.</summary>
    internal static readonly IReadOnlyList<string> States = [SmsWords.Pending, SmsWords.Sent, SmsWords.Error, SmsWords.Draft];

    /// <summary>The state's word; empty: every state.</summary>
    public string State { get; set; } = "";

    /// <summary>The first day, <c>YYYY-MM-DD</c>.</summary>
    public string? From { get; set; }

    /// <summary>The last day.</summary>
    public string? To { get; set; }

    /// <summary>Digits of a number.</summary>
    public string? Number { get; set; }

    /// <summary>A part of the text.</summary>
    public string? Text { get; set; }

    internal static SmsSearch Of(IQueryCollection query) => new()
    {
        State = query["estado"] is [{ } state] && States.Contains(state) ? state : "",
        From = query["desde"],
        To = query["hasta"],
        Number = query["numero"],
        Text = query["texto"],
    };

    /// <summary>The same as a query.</summary>
    internal string Query() => QueryString.Create(new Dictionary<string, string?>
    {
        ["estado"] = State,
        ["desde"] = From,
        ["hasta"] = To,
        ["numero"] = Number,
        ["texto"] = Text,
    }).Value!;

    internal SmsFilter Filter(LocalTime time) => new()
    {
        State = State.Length > 0 ? State : null,
        From = time.Start(From ?? ""),
        To = time.End(To ?? ""),
        Number = Bounded(Number),
        Text = Bounded(Text),
        NewestFirst = true,
    };

    private static string? Bounded(string? text) =>
        string.IsNullOrWhiteSpace(text) || !PlainText.Holds(text) ? null : text.Trim() is { Length: > 100 } much ? much[..100] : text.Trim();
}
