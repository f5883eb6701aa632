using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Expand.Server.Platform.Rest;

namespace Expand.Server.Sms;

/// <summary>A message as a client asks for it.</summary>
public sealed record SmsBody
{
    /// <summary>The numbers.</summary>
    [Required, AlsoText, JsonConverter(typeof(OneOrSeveral)), Description(
        "One text or a list of texts: numbers of 3 to 15 digits, a + in front where they have the country's code, also several in one text, separated by spaces or commas. A number that stands twice is sent to once; where one is wrong nothing is sent.")]
    public IReadOnlyList<string?>? Recipients { get; init; }

    /// <summary>The text.</summary>
    [Required, StringLength(1600), Description(
        "The text. What fits into ten short messages: 1530 characters of the GSM alphabet (those of its extension count two), or 670 where a character is not in it.")]
    public string? Text { get; init; }

    /// <summary>The sender.</summary>
    [StringLength(16), Description("What recipients see as the sender, where the gateway lets it be chosen; absent or empty: the installation's.")]
    public string? Sender { get; init; }

    /// <summary>Whether it is promotional.</summary>
    [Description("Whether the message is promotional: recipients on a do-not-call list, or while a register in force has expired, are not sent it; each has the state ERROR and the reason. Absent: false.")]
    public bool? Promotional { get; init; }

    /// <summary>Taken from an answer that is sent back; not the client's to set.</summary>
    [JsonIgnore]
    public object? Id { get; init; }
}

/// <summary>A message as it is listed.</summary>
public record SmsAnswer
{
    /// <summary>The id.</summary>
    [Description("The message's id; statusSms of the SOAP service takes it too.")]
    public required int Id { get; init; }

    /// <summary>Where it stands.</summary>
    [Description("PENDING while any recipient's is, else ERROR where any failed, else SENT; DRAFT where it was not sent yet.")]
    public required string State { get; init; }

    /// <summary>The text.</summary>
    [Description("The text.")]
    public required string Text { get; init; }

    /// <summary>The sender.</summary>
    [Description("The sender that was asked for; empty: the installation's.")]
    public required string Sender { get; init; }

    /// <summary>Whether it is promotional.</summary>
    [Description("Whether it is promotional: not sent to whoever is on a do-not-call list.")]
    public required bool Promotional { get; init; }

    /// <summary>The encoding.</summary>
    [Description("GSM-7, or UCS-2 where a character is not in the GSM alphabet.")]
    public required string Encoding { get; init; }

    /// <summary>The length.</summary>
    [Description("Characters of the text.")]
    public required int Characters { get; init; }

    /// <summary>The segments.</summary>
    [Description("Short messages that each recipient gets it as.")]
    public required int Segments { get; init; }

    /// <summary>When.</summary>
    [Description("When it was made, in the installation's time zone.")]
    public required string Created { get; init; }

    /// <summary>How many stand where.</summary>
    [Description("How many recipients there are, and how many stand where.")]
    public required SmsCounts Counts { get; init; }
}

/// <summary>How many recipients stand where.</summary>
public sealed record SmsCounts
{
    /// <summary>All.</summary>
    [Description("All of them.")]
    public required int Recipients { get; init; }

    /// <summary>Pending.</summary>
    [Description("Not sent yet, being sent, or of unknown fate.")]
    public required int Pending { get; init; }

    /// <summary>Sent.</summary>
    [Description("The gateway has it; not known to be delivered.")]
    public required int Sent { get; init; }

    /// <summary>Delivered.</summary>
    [Description("The telephone has it.")]
    public required int Delivered { get; init; }

    /// <summary>Failed.</summary>
    [Description("It will not arrive.")]
    public required int Failed { get; init; }

    /// <summary>Listed.</summary>
    [Description("Of the failed, those that were not sent it because they are not to be called.")]
    public required int Listed { get; init; }
}

/// <summary>A message with its recipients.</summary>
public sealed record SmsDetailAnswer : SmsAnswer
{
    /// <summary>The recipients.</summary>
    [JsonPropertyOrder(1), Description("Each recipient, in the order that they were given.")]
    public required IReadOnlyList<SmsRecipientAnswer> Recipients { get; init; }
}

/// <summary>A recipient.</summary>
public sealed record SmsRecipientAnswer
{
    /// <summary>The number.</summary>
    [Description("The number.")]
    public required string Number { get; init; }

    /// <summary>Where it stands.</summary>
    [Description("PENDING; SENDING: the gateway is being asked; UNKNOWN: the gateway may have it, its report is waited for; SENT: the gateway has it; DELIVERED: the telephone has it; ERROR.")]
    public required string State { get; init; }

    /// <summary>Why.</summary>
    [Description("Why it failed, or is tried again; empty where there is nothing to say.")]
    public required string Reason { get; init; }

    /// <summary>How often.</summary>
    [Description("How often the gateway was asked.")]
    public required int Attempts { get; init; }

    /// <summary>Since when.</summary>
    [Description("Since when it stands there, in the installation's time zone.")]
    public required string Changed { get; init; }

    /// <summary>When the gateway took it.</summary>
    [Description("When the gateway had it; empty where it has not.")]
    public required string Sent { get; init; }

    /// <summary>When it arrived.</summary>
    [Description("When the telephone had it; empty where that is not known.")]
    public required string Delivered { get; init; }
}

/// <summary>The examples of the documentation.</summary>
internal static class SmsExamples
{
    public static readonly SmsBody Body = new() { Recipients = ["099123456", "+59899654321"], Text = "Su pedido está en camino." };

    public static readonly SmsDetailAnswer Answer = new()
    {
        Id = 1,
        State = "PENDING",
        Text = "Su pedido está en camino.",
        Sender = "",
        Promotional = false,
        Encoding = "UCS-2",
        Characters = 25,
        Segments = 1,
        Created = "2026-11-10 15:00:00",
        Counts = new() { Recipients = 2, Pending = 1, Sent = 0, Delivered = 1, Failed = 0, Listed = 0 },
        Recipients =
        [
            new() { Number = "099123456", State = "DELIVERED", Reason = "", Attempts = 1, Changed = "2026-11-10 15:00:03", Sent = "2026-11-10 15:00:01", Delivered = "2026-11-10 15:00:03" },
            new() { Number = "+59899654321", State = "PENDING", Reason = "", Attempts = 0, Changed = "2026-11-10 15:00:00", Sent = "", Delivered = "" },
        ],
    };

    public static readonly SmsAnswer Listed = new()
    {
        Id = Answer.Id,
        State = Answer.State,
        Text = Answer.Text,
        Sender = Answer.Sender,
        Promotional = Answer.Promotional,
        Encoding = Answer.Encoding,
        Characters = Answer.Characters,
        Segments = Answer.Segments,
        Created = Answer.Created,
        Counts = Answer.Counts,
    };
}
