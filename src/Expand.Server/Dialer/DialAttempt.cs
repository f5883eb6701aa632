using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Expand.Server.Dialer;

/// <summary>
/// An attempt to reach a contact: a row before the PBX is asked, open until the PBX's own records tell what became of it. While it is open neither its
/// contact nor its number is called again, by whatever campaign or host.
/// </summary>
internal sealed class DialAttempt
{
    public long Id { get; init; }

    public int Campaign { get; init; }

    public long Contact { get; init; }

    /// <summary>What is dialled.</summary>
    public required string Numcall { get; init; }

    /// <summary>The number as do-not-call lists have it: however it is written, it is one.</summary>
    public required string Number { get; init; }

    public DialingMode Mode { get; init; }

    /// <summary>The agent who dials (preview); null: the server does.</summary>
    public int? UserId { get; init; }

    public required string Pbx { get; init; }

    /// <summary>The Uniqueid that the contact's channel has; of preview that of the agent's, which is rung first.</summary>
    public required string ChannelId { get; init; }

    public required string Trunk { get; init; }

    /// <summary>How long the contact's phone rings at most, seconds.</summary>
    public int RingSeconds { get; init; }

    public DateTimeOffset ClaimedAt { get; init; }

    /// <summary>When the PBX was asked; null: not yet. What was not asked was not dialled.</summary>
    public DateTimeOffset? AskedAt { get; set; }

    public DateTimeOffset? AnsweredAt { get; set; }

    /// <summary>When an agent took it.</summary>
    public DateTimeOffset? ConnectedAt { get; set; }

    /// <summary>The agent's number; empty while none took it.</summary>
    public string Agent { get; set; } = "";

    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>What became of it; null while it is open, and of one that is no attempt: the contact was not called.</summary>
    public AttemptOutcome? Outcome { get; set; }

    /// <summary>When its end was written; null: it is open.</summary>
    public DateTimeOffset? SettledAt { get; set; }
}

/// <summary>What the engine last decided for a campaign, for whoever looks on at whatever host.</summary>
internal sealed class CampaignPace
{
    public int Campaign { get; init; }

    public DateTimeOffset At { get; set; }

    /// <summary>The host that dials.</summary>
    public string Host { get; set; } = "";

    public Expand.Dialing.Pacing.PlanReason Reason { get; set; }

    /// <summary>Calls that were placed by this decision.</summary>
    public int Calls { get; set; }

    /// <summary>Calls that ring, or wait for an agent.</summary>
    public int UnderWay { get; set; }

    public int Talking { get; set; }

    /// <summary>Contacts that may be called now, counted up to some number.</summary>
    public int Due { get; set; }

    public int FreeAgents { get; set; }

    public double? AnswerRate { get; set; }

    /// <summary>Contacts who answered within the window.</summary>
    public int Answered { get; set; }

    /// <summary>Those of them who found no agent.</summary>
    public int Abandoned { get; set; }

    public double? Pace { get; set; }

    /// <summary>When it may call again; null: now, or never.</summary>
    public DateTimeOffset? OpensAt { get; set; }
}

internal sealed class DialAttemptConfiguration : IEntityTypeConfiguration<DialAttempt>
{
    private const string Open = "settled_at is null";

    public void Configure(EntityTypeBuilder<DialAttempt> builder)
    {
        builder.ToTable("dial_attempts").HasKey(a => a.Id);
        builder.Property(a => a.Id).UseIdentityAlwaysColumn();
        builder.HasOne<Campaign>().WithMany().HasForeignKey(a => a.Campaign);
        // Who is being called is not called: what decides where several would.
        builder.HasIndex(a => a.Contact, "dial_attempts_open_contact").IsUnique().HasFilter(Open);
        builder.HasIndex(a => a.Number, "dial_attempts_open_number").IsUnique().HasFilter(Open);
        builder.HasIndex(a => a.ChannelId).IsUnique();
        builder.HasIndex(a => a.Contact);
        builder.HasIndex(a => new { a.Campaign, a.ClaimedAt, a.Id });
        builder.HasIndex(a => new { a.Campaign, a.SettledAt });
    }
}

internal sealed class CampaignPaceConfiguration : IEntityTypeConfiguration<CampaignPace>
{
    public void Configure(EntityTypeBuilder<CampaignPace> builder)
    {
        builder.ToTable("campaign_paces").HasKey(p => p.Campaign);
        builder.Property(p => p.Campaign).ValueGeneratedNever();
        builder.HasStorageParameter("fillfactor", 50);
    }
}
