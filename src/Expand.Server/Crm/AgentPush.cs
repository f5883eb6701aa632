using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Expand.Server.Crm;

/// <summary>What became of a pushAgentInfo.</summary>
public enum PushState
{
    /// <summary>It is to be sent, again perhaps.</summary>
    Waiting,

    /// <summary>The CRM took it.</summary>
    Taken,

    /// <summary>The CRM answered false: it did not take it.</summary>
    NotTaken,

    /// <summary>It was given up.</summary>
    Failed,
}

/// <summary>A queue's call that connected to an agent, for the CRM to be told.</summary>
internal sealed class AgentPush
{
    public long Id { get; init; }

    public required string Pbx { get; init; }

    /// <summary>The call's Uniqueid.</summary>
    public required string UniqueId { get; init; }

    /// <summary>The Uniqueid of the leg to the agent: a call can connect to several, one after another.</summary>
    public required string RingId { get; init; }

    public required string Queue { get; init; }

    public required string CallerNumber { get; init; }

    public required string CallerName { get; init; }

    /// <summary>The agent's number.</summary>
    public required string Agent { get; init; }

    /// <summary>The agent's device, such as <c>PJSIP/701</c>.</summary>
    public required string Device { get; init; }

    public DateTimeOffset ConnectedAt { get; init; }

    public PushState State { get; init; }

    public int Attempts { get; init; }

    /// <summary>Not before this it is tried.</summary>
    public DateTimeOffset NextAt { get; init; }

    /// <summary>After this it is not tried any more.</summary>
    public DateTimeOffset GiveUpAt { get; init; }

    /// <summary>Who tries it at this moment; null: nobody.</summary>
    public Guid? Claim { get; init; }

    /// <summary>Until when the claim counts: of a host that died, another one takes it over.</summary>
    public DateTimeOffset? ClaimedUntil { get; init; }

    public DateTimeOffset? EndedAt { get; init; }
}

/// <summary>One try.</summary>
internal sealed class AgentPushAttempt
{
    public long Id { get; init; }

    public long PushId { get; init; }

    public DateTimeOffset At { get; init; }

    public int TookMs { get; init; }

    public CrmProblem Problem { get; init; }

    /// <summary>The answer, or the problem's particulars.</summary>
    public required string Detail { get; init; }
}

internal sealed class AgentPushConfiguration : IEntityTypeConfiguration<AgentPush>
{
    public void Configure(EntityTypeBuilder<AgentPush> builder)
    {
        builder.ToTable("agent_pushes").HasKey(p => p.Id);
        builder.Property(p => p.Id).UseIdentityAlwaysColumn();
        builder.Property(p => p.UniqueId).HasColumnName("uniqueid");
        // Every host hears of the call, one row is made.
        builder.HasIndex(p => new { p.Pbx, p.UniqueId, p.RingId }).IsUnique();
        builder.HasIndex(p => p.NextAt, "ix_agent_pushes_waiting").HasFilter("state = 0");
        builder.HasIndex(p => new { p.State, p.Id });
        builder.HasIndex(p => p.ConnectedAt);
    }
}

internal sealed class AgentPushAttemptConfiguration : IEntityTypeConfiguration<AgentPushAttempt>
{
    public void Configure(EntityTypeBuilder<AgentPushAttempt> builder)
    {
        builder.ToTable("agent_push_attempts").HasKey(a => a.Id);
        builder.Property(a => a.Id).UseIdentityAlwaysColumn();
        builder.HasIndex(a => new { a.PushId, a.Id });
        builder.HasOne<AgentPush>().WithMany().HasForeignKey(a => a.PushId).OnDelete(DeleteBehavior.Cascade);
    }
}
