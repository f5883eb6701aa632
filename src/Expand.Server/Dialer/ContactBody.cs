using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Expand.Server.Platform.Rest;

namespace Expand.Server.Dialer;

/// <summary>What a client says of a contact; what only an answer has is accepted and ignored, so that an answer can be sent back.</summary>
public abstract record ContactFields
{
    /// <summary>Its name.</summary>
    [Required]
    [StringLength(ContactForm.NameLength)]
    [PlainText]
    [Description("The contact's name, 1 to 200 characters.")]
    public string? Name { get; init; }

    /// <summary>Its number.</summary>
    [Required]
    [StringLength(64)]
    [PlainText]
    [Description("The number to call: digits, * and #, after a + or not, 40 at most. Spaces, dots, hyphens, slashes and parentheses are left out.")]
    public string? Numcall { get; init; }

    /// <summary>Whether it is to be called.</summary>
    [JsonConverter(typeof(EnableConverter))]
    [Description("true where the contact is to be called; \"true\" in quotes is the same. Missing: true for a new contact, as it is for another.")]
    public bool? Enable { get; init; }

    /// <summary>Additional data.</summary>
    [JsonConverter(typeof(ContactInfoConverter))]
    [AlsoText]
    [Description("Additional data: an object, or a text that holds one; 16 KiB at most. Missing, null or an empty text: {}.")]
    public object? Info { get; init; }

    /// <summary>The client's own key of it.</summary>
    [StringLength(ContactForm.ExternalIdLength, MinimumLength = 1)]
    [PlainText]
    [Description("The client's own key of the contact, unique in the campaign. Once set it cannot be changed. A row of a bulk request changes the contact that has it.")]
    public string? ExternalId { get; init; }

    /// <summary>Its own time zone.</summary>
    [StringLength(64)]
    [PlainText]
    [Description("The contact's own time zone, an IANA name: it is called within the campaign's hours as they are there. An empty text: the campaign's. Missing: as it is.")]
    public string? TimeZone { get; init; }

    /// <summary>Ignored.</summary>
    [JsonIgnore]
    public object? IdCall { get; init; }

    /// <summary>Ignored.</summary>
    [JsonIgnore]
    public object? State { get; init; }

    /// <summary>Ignored.</summary>
    [JsonIgnore]
    public object? StateLog { get; init; }

    /// <summary>Ignored.</summary>
    [JsonIgnore]
    public object? StateTimestamp { get; init; }

    /// <summary>Ignored.</summary>
    [JsonIgnore]
    public object? AttemptTimestamp { get; init; }

    /// <summary>Ignored.</summary>
    [JsonIgnore]
    public object? LastAttempt { get; init; }

    internal ContactForm ToForm() => new(Name!, Numcall!, Enable, Info as string ?? ContactInfo.None, ExternalId) { TimeZone = TimeZone };
}

/// <summary>A contact that is added, or that one is to become.</summary>
public sealed record ContactBody : ContactFields
{
    /// <summary>Ignored.</summary>
    [JsonIgnore]
    public object? Id { get; init; }
}

/// <summary>A row of a bulk request: a contact that is added, or changed where its id or its externalid is known.</summary>
public sealed record ContactBulkRow : ContactFields
{
    /// <summary>The contact to change.</summary>
    [Description("The contact to change; one that the campaign does not have is refused with 404.")]
    public long? Id { get; init; }

    internal ContactRow ToRow() => new(Id, ToForm());
}
