using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Expand.Server.Webhooks;

/// <summary>Another system that asked to be told what happens.</summary>
internal sealed class Webhook
{
    public int Id { get; init; }

    public required string Name { get; set; }

    /// <summary>Where it is told.</summary>
    public required string Url { get; set; }

    /// <summary>What else an administrator wrote about it.</summary>
    public string Description { get; set; } = "";

    /// <summary>The events that it is told, of <see cref="EventCatalogue"/>; empty: all of them, those of later versions too.</summary>
    public string[] EventTypes { get; set; } = [];

    /// <summary>Of events that belong to a queue, only those of these; empty: of all.</summary>
    public string[] Queues { get; set; } = [];

    /// <summary>Whether it is told anything; what waits for it meanwhile is kept.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>When it was switched off because its receiver answered 410 Gone; null where it was not.</summary>
    public DateTimeOffset? GoneAt { get; set; }

    /// <summary>What its messages are signed with, encrypted (<see cref="SigningSecrets"/>).</summary>
    public required string Secret { get; set; }

    /// <summary>The secret before it, encrypted, which signs as well until <see cref="FormerSecretUntil"/>.</summary>
    public string? FormerSecret { get; set; }

    public DateTimeOffset? FormerSecretUntil { get; set; }

    /// <summary>The last activity, CDR and announcement that there was when it began to be told: it is told those after them.</summary>
    public long ActivitiesAfter { get; set; }

    public long RecordsAfter { get; set; }

    public long AnnouncementsAfter { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    public required string CreatedBy { get; init; }
}

/// <summary>How a webhook's receiver does, and whose turn it is to tell it.</summary>
internal sealed class WebhookHealth
{
    public int WebhookId { get; init; }

    /// <summary>The host that tells it at this moment; one at a time, so that it hears things in their order.</summary>
    public string? TurnOwner { get; set; }

    /// <summary>Until when that host has its turn; one that dies before loses it then.</summary>
    public DateTimeOffset? TurnUntil { get; set; }

    public DateTimeOffset? LastSuccessAt { get; set; }

    public DateTimeOffset? LastFailureAt { get; set; }

    /// <summary>What went wrong last: the status (<c>HTTP 500</c>), or how it ended without one (<see cref="Platform.Outbound.OutboundEnd"/>).</summary>
    public string? LastFailure { get; set; }

    /// <summary>Attempts that failed since the last one that did not.</summary>
    public int Failures { get; set; }

    /// <summary>Nothing is sent until then: the receiver failed too often, or asked for it.</summary>
    public DateTimeOffset? PausedUntil { get; set; }
}

internal sealed class WebhookConfiguration : IEntityTypeConfiguration<Webhook>, IEntityTypeConfiguration<WebhookHealth>
{
    public void Configure(EntityTypeBuilder<Webhook> builder)
    {
        builder.ToTable("webhooks").HasKey(w => w.Id);
        builder.Property(w => w.Id).UseIdentityAlwaysColumn();
    }

    public void Configure(EntityTypeBuilder<WebhookHealth> builder)
    {
        builder.ToTable("webhook_health").HasKey(h => h.WebhookId);
        builder.Property(h => h.WebhookId).ValueGeneratedNever();
        builder.HasOne<Webhook>().WithOne().HasForeignKey<WebhookHealth>(h => h.WebhookId).OnDelete(DeleteBehavior.Cascade);
    }
}
