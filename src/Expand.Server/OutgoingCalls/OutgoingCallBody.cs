using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Expand.Server.Platform.Rest;

namespace Expand.Server.OutgoingCalls;

/// <summary>What a client says of a pending outgoing call (contract, rest.md): to make one, and to replace all of it.</summary>
public sealed record OutgoingCallBody
{
    /// <summary>The queue.</summary>
    [Required, StringLength(64), Description("The queue whose agents shall call, as the PBX names it.")]
    public string? Queue { get; init; }

    /// <summary>One number or several.</summary>
    [Required, AlsoText, JsonConverter(typeof(OneOrSeveral)), Description(
        "One number or a list of up to 10, in the order to try them: digits, * and #, a + in front, and spaces . - / ( ) between them, 40 characters at most.")]
    public IReadOnlyList<string?>? Phone { get; init; }

    /// <summary>Whom to call.</summary>
    [Required, StringLength(OutgoingCallForm.ContactLength), PlainText, Description("Whom to call.")]
    public string? Contact { get; init; }

    /// <summary>What about.</summary>
    [Required, StringLength(OutgoingCallForm.SubjectLength), PlainText, Description("What about.")]
    public string? Subject { get; init; }

    /// <summary>When.</summary>
    [Required, Description("When to call: YYYY-MM-DD, YYYY-MM-DD HH:MM[:SS] or ISO 8601; without a zone in the installation's.")]
    public string? CallDate { get; init; }

    /// <summary>Until when.</summary>
    [Range(typeof(long), "0", "315360000"), Description("Seconds after calldate from which on the call is expired; 0 or absent: never.")]
    public long? Expiration { get; init; }

    /// <summary>Whose call it is.</summary>
    [Required(AllowEmptyStrings = true), StringLength(64), Description("The username of the agent whose call it is; empty: every agent of the queue.")]
    public string? Agent { get; init; }

    /// <summary>Links.</summary>
    [Description("Up to 20 links that the agent is shown beside the contact: name and address, which begins with http:// or https://.")]
    public OrderedDictionary<string, string?>? Link { get; init; }

    /// <summary>Taken from an answer that is sent back; not the client's to set.</summary>
    [JsonIgnore]
    public object? Id { get; init; }

    /// <summary>Taken from an answer that is sent back; not the client's to set.</summary>
    [JsonIgnore]
    public object? Status { get; init; }
}

/// <summary>A pending outgoing call as it is answered.</summary>
public sealed record OutgoingCallAnswer
{
    /// <summary>The id.</summary>
    [Description("The call's id.")]
    public required long Id { get; init; }

    /// <summary>The queue.</summary>
    [Description("The queue whose agents shall call.")]
    public required string Queue { get; init; }

    /// <summary>The numbers.</summary>
    [Description("The numbers to try, in their order; always a list.")]
    public required IReadOnlyList<string> Phone { get; init; }

    /// <summary>Whom to call.</summary>
    [Description("Whom to call.")]
    public required string Contact { get; init; }

    /// <summary>What about.</summary>
    [Description("What about.")]
    public required string Subject { get; init; }

    /// <summary>When.</summary>
    [Description("When to call, in the installation's time zone: YYYY-MM-DD HH:MM, with :SS where the seconds are not 0.")]
    public required string CallDate { get; init; }

    /// <summary>Until when.</summary>
    [Description("Seconds after calldate from which on the call is expired; 0: never.")]
    public required int Expiration { get; init; }

    /// <summary>Whose call it is.</summary>
    [Description("The username of the agent whose call it is; empty: every agent of the queue.")]
    public required string Agent { get; init; }

    /// <summary>Where it stands.</summary>
    [Description("PENDING, COMPLETED, CANCELED or EXPIRED, as it is at this moment.")]
    public required string Status { get; init; }

    /// <summary>Links.</summary>
    [Description("Links by name, in the order that they came in; {} where there is none.")]
    public required IReadOnlyDictionary<string, string> Link { get; init; }
}

/// <summary>What making or replacing a call answers.</summary>
public sealed record OutgoingCallId
{
    /// <summary>The id.</summary>
    [Description("The call's id.")]
    public required long CallId { get; init; }
}
