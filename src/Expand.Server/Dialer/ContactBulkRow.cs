using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Expand.Server.Platform.Rest;

namespace Expand.Server.Dialer;

/// <summary>A row of a bulk request: a contact that is added, or changed where its id or its externalid is known.</summary>
public sealed record ContactBulkRow
{
    /// <summary>The contact to change.</summary>
    [Description("The contact to change; one that the campaign does not have is refused with 404.")]
    public long? Id { get; init; }

    /// <summary>The client's own key of it.</summary>
    [StringLength(ContactForm.ExternalIdLength, MinimumLength = 1)]
    [PlainText]
    [Description("The client's own key of the contact: changes the one that has it, adds one where none has.")]
    public string? ExternalId { get; init; }

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
    [Description("The number to call, as in a single contact.")]
    public string? Numcall { get; init; }

    /// <summary>Whether it is to be called.</summary>
    [JsonConverter(typeof(EnableConverter))]
    [Description("Whether the contact is to be called, as in a single contact.")]
    public bool? Enable { get; init; }

    /// <summary>Additional data.</summary>
    [JsonConverter(typeof(ContactInfoConverter))]
    [AlsoText]
    [Description("Additional data, as in a single contact.")]
    public object? Info { get; init; }

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

    internal ContactRow ToRow() => new(Id, new ContactForm(Name!, Numcall!, Enable, Info as string ?? ContactInfo.None, ExternalId));
}
