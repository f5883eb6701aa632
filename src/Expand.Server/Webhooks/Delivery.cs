using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Expand.Server.Webhooks;

/// <summary>Where a delivery stands. The numbers are stored.</summary>
internal enum DeliveryState : short
{
    /// <summary>To be sent, or to be sent again.</summary>
    Waiting = 0,

    /// <summary>The receiver took it.</summary>
    Delivered = 1,

    /// <summary>Given up; it is kept, and may be sent anew.</summary>
    Dead = 2,
}

/// <summary>An event on its way to one webhook: exactly what is sent, and how far it got.</summary>
internal sealed class Delivery
{
    public long Id { get; init; }

    public int WebhookId { get; init; }

    /// <summary>The event's id, the same at every attempt: the header <c>webhook-id</c>.</summary>
    public required string EventId { get; init; }

    public required string Type { get; init; }

    /// <summary>When it happened.</summary>
    public DateTimeOffset OccurredAt { get; init; }

    /// <summary>What is sent, byte for byte: it is what is signed.</summary>
    public required string Body { get; init; }

    public DeliveryState State { get; set; }

    /// <summary>Attempts of this series; a replay begins a new one.</summary>
    public int Attempts { get; set; }

    /// <summary>Not before then.</summary>
    public DateTimeOffset NextAt { get; set; }

    /// <summary>Since when this series of attempts goes on.</summary>
    public DateTimeOffset SeriesAt { get; set; }

    /// <summary>When it was delivered or given up.</summary>
    public DateTimeOffset? EndedAt { get; set; }
}

/// <summary>One attempt to deliver: the log that says why something did not arrive.</summary>
internal sealed class DeliveryAttempt
{
    /// <summary>Of a receiver's answer this much is kept.</summary>
    public const int AnswerLength = 1024;

    public long Id { get; init; }

    public long DeliveryId { get; init; }

    public DateTimeOffset At { get; init; }

    /// <summary>The HTTP status; 0 where there was no answer.</summary>
    public int Status { get; init; }

    public int Milliseconds { get; init; }

    /// <summary>The beginning of the answer, or why there was none.</summary>
    public required string Answer { get; init; }
}

/// <summary>How far a source of events has been read.</summary>
internal sealed class EventCursor
{
    public required string Source { get; init; }

    /// <summary>The last id that was taken.</summary>
    public long Position { get; set; }

    /// <summary>Makes the ids of this installation's events differ from those of any other.</summary>
    public required string Token { get; init; }
}

internal sealed class DeliveryConfiguration :
    IEntityTypeConfiguration<Delivery>, IEntityTypeConfiguration<DeliveryAttempt>, IEntityTypeConfiguration<EventCursor>
{
    public void Configure(EntityTypeBuilder<Delivery> builder)
    {
        builder.ToTable("webhook_deliveries").HasKey(d => d.Id);
        builder.Property(d => d.Id).UseIdentityAlwaysColumn();
        builder.HasOne<Webhook>().WithMany().HasForeignKey(d => d.WebhookId).OnDelete(DeleteBehavior.Cascade);
        // The event again is the row again: each webhook is told it once.
        builder.HasIndex(d => new { d.WebhookId, d.EventId }).IsUnique();
        builder.HasIndex(d => new { d.WebhookId, d.NextAt, d.Id }, "ix_webhook_deliveries_waiting").HasFilter("state = 0");
        builder.HasIndex(d => new { d.OccurredAt, d.Id });
        builder.HasIndex(d => new { d.WebhookId, d.State, d.OccurredAt, d.Id });
        builder.HasIndex(d => new { d.State, d.EndedAt });
    }

    public void Configure(EntityTypeBuilder<DeliveryAttempt> builder)
    {
        builder.ToTable("webhook_attempts").HasKey(a => a.Id);
        builder.Property(a => a.Id).UseIdentityAlwaysColumn();
        builder.HasOne<Delivery>().WithMany().HasForeignKey(a => a.DeliveryId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(a => new { a.DeliveryId, a.Id });
    }

    public void Configure(EntityTypeBuilder<EventCursor> builder) => builder.ToTable("webhook_cursors").HasKey(c => c.Source);
}
