using Microsoft.Extensions.Localization;

namespace Expand.Server.Sms.Pages;

/// <summary>Names the texts about messages: <c>MessageText.resx</c> in Spanish, <c>MessageText.en.resx</c> in English.</summary>
public sealed class MessageText;

/// <summary>Messages in words.</summary>
internal static class MessageWords
{
    /// <summary>Why a recipient's message is where it is; empty where there is nothing to say.</summary>
    public static string Reason(this IStringLocalizer<MessageText> texts, SmsRecipient recipient) => recipient switch
    {
        { Failure: SmsFailure.None, State: SmsState.Unknown } => texts["doubt"],
        { Failure: SmsFailure.None, Reason: { Length: > 0 } reason } => texts["again", reason],
        { Failure: SmsFailure.None } => "",
        { Reason: { Length: > 0 } reason, Failure: not SmsFailure.Unknown } => texts["failed." + recipient.Failure + ".because", reason],
        _ => texts["failed." + recipient.Failure],
    };
}
