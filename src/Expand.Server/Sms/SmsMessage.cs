using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Expand.Server.Sms;

/// <summary>By which door a message came.</summary>
internal enum SmsOrigin
{
    Soap,
    Rest,
    Page,
}

/// <summary>A text message, to one recipient or many.</summary>
internal sealed class SmsMessage
{
    /// <summary>The job's id of the contract, which is an xsd:int.</summary>
    public int Id { get; init; }

    public required string Text { get; set; }

    /// <summary>What recipients see as the sender; empty: what the settings say when it is sent.</summary>
    public string Sender { get; set; } = "";

    public SmsEncoding Encoding { get; set; }

    /// <summary>Short messages that each recipient gets it as.</summary>
    public int Segments { get; set; }

    public SmsOrigin Origin { get; init; }

    /// <summary>Whether it is promotional: whoever is on a list of those not to be called is not sent it.</summary>
    public bool IsPromotional { get; set; }

    /// <summary>Who made it: a user, an authorizedKey by its description, an API credential.</summary>
    public required string CreatedBy { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was given to the queue; null: a draft.</summary>
    public DateTimeOffset? QueuedAt { get; set; }

    /// <summary>The recipients of a draft as they were written; they need not be right yet. Null where it is none.</summary>
    public string? DraftRecipients { get; set; }

    /// <summary>Counts the changes of a draft.</summary>
    public int Version { get; set; }

    /// <summary>Sets the text, and what it costs.</summary>
    public void Write(string text, SmsCount count) => (Text, Encoding, Segments) = (text, count.Encoding, count.Segments);
}

internal sealed class SmsMessageConfiguration : IEntityTypeConfiguration<SmsMessage>
{
    public void Configure(EntityTypeBuilder<SmsMessage> builder)
    {
        builder.ToTable("sms_messages").HasKey(m => m.Id);
        builder.Property(m => m.Id).UseIdentityAlwaysColumn();
        builder.Property(m => m.Version).IsConcurrencyToken();
        builder.HasIndex(m => new { m.CreatedAt, m.Id });
    }
}
