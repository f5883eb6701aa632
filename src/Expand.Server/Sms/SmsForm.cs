using Expand.Server.DoNotCall;
using Expand.Server.Platform;

namespace Expand.Server.Sms;

/// <summary>A message as it is asked for.</summary>
/// <param name="Text">The text.</param>
/// <param name="Recipients">The numbers, as they were written.</param>
/// <param name="Sender">What recipients shall see as the sender; empty: the settings'.</param>
/// <param name="IsPromotional">Whether whoever is on a list of those not to be called is not sent it.</param>
internal sealed record SmsForm(string Text, IReadOnlyList<string> Recipients, string Sender = "", bool IsPromotional = false)
{
    /// <summary>The message with each number once, and what its text costs; or the rules that it breaks.</summary>
    public Result<SmsOrder> Check()
    {
        var wrong = new Dictionary<string, string>(StringComparer.Ordinal);
        var text = SmsText.Normal(Text);
        var count = SmsText.Count(PlainText.Holds(text, lines: true) ? text : "");
        if (TextRule(text, count) is { } rule) wrong["text"] = rule;
        var (numbers, bad) = SmsNumbers.Read(Recipients);
        if (bad.Count > 0) wrong["recipients"] = $"{SmsNumbers.Rule}; these are none: {string.Join(", ", bad.Take(5).Select(Shown))}{(bad.Count > 5 ? $" and {bad.Count - 5} more" : "")}";
        else if (numbers.Count == 0) wrong["recipients"] = "is required";
        else if (numbers.Count > SmsNumbers.Most) wrong["recipients"] = $"takes {SmsNumbers.Most} numbers at most";
        if (!SmsSettings.IsSender(Sender)) wrong["sender"] = SmsSettings.SenderRule;
        return wrong.Count > 0 ? Failure.Several(wrong) : new SmsOrder(text, count, numbers, Sender.Trim(), IsPromotional);
    }

    private static string? TextRule(string text, SmsCount count) =>
        string.IsNullOrWhiteSpace(text) ? "is required"
        : !PlainText.Holds(text, lines: true) ? PlainText.Rule
        : count.Segments > SmsText.MostSegments ? $"takes what fits into {SmsText.MostSegments} short messages: 1530 characters, or 670 where one is not in the GSM alphabet"
        : null;

    private static string Shown(string number) =>
        string.Concat(number.Where(c => !char.IsControl(c) && !char.IsSurrogate(c)).Take(20));
}

/// <summary>A message that can be sent.</summary>
internal sealed record SmsOrder(string Text, SmsCount Count, IReadOnlyList<string> Numbers, string Sender, bool IsPromotional);

/// <summary>A message that is written down.</summary>
/// <param name="Message">The message.</param>
/// <param name="Refused">The recipients that are not sent it because they are not to be called, by number; the others are.</param>
internal sealed record SmsQueued(SmsMessage Message, IReadOnlyDictionary<string, DoNotCallVerdict> Refused)
{
    public int Id => Message.Id;
}
