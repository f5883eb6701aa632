using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Expand.Server.Activity;

/// <summary>From an agent's login to a queue to the logout.</summary>
internal sealed class AgentSession
{
    /// <summary>0 before it is written.</summary>
    public long Id { get; set; }

    public required string Pbx { get; init; }

    public required string Queue { get; init; }

    /// <summary>The agent's number (the member's name in the PBX).</summary>
    public required string Agent { get; init; }

    /// <summary>The member's interface, such as <c>PJSIP/701</c>; null while it is not known.</summary>
    public string? Device { get; set; }

    public DateTimeOffset BeganAt { get; init; }

    /// <summary>Null while it lasts.</summary>
    public DateTimeOffset? EndedAt { get; set; }
}

/// <summary>A pause within a session.</summary>
internal sealed class AgentPause
{
    public long Id { get; init; }

    public required AgentSession Session { get; init; }

    public long SessionId { get; init; }

    public required string Queue { get; init; }

    public required string Agent { get; init; }

    /// <summary>The reason's name, or empty.</summary>
    public required string Cause { get; init; }

    public DateTimeOffset BeganAt { get; init; }

    /// <summary>Null while it lasts.</summary>
    public DateTimeOffset? EndedAt { get; set; }
}

/// <summary>What became of a call at an agent. The numbers are stored.</summary>
internal enum AgentCallKind : short
{
    /// <summary>A queue's call that the agent took.</summary>
    Answered = 1,

    /// <summary>A queue's call that rang out at the agent.</summary>
    NoAnswer = 2,

    /// <summary>A queue's call that the agent rejected.</summary>
    Rejected = 3,

    /// <summary>A queue's call whose caller gave up while it rang at the agent.</summary>
    Cancelled = 4,

    /// <summary>A call that the agent made.</summary>
    Outgoing = 5,

    /// <summary>A call straight to the agent's extension that the agent took.</summary>
    Direct = 6,
}

/// <summary>A call at an agent, with the interval that they talked.</summary>
internal sealed class AgentCall
{
    /// <summary>
    /// SQL that tells those few whose talk is not near <see cref="At"/>: it may be asked for by an interval of that, and those besides. Most talks
    /// end within two hours, and none begins before the call.
    /// </summary>
    public const string IsOdd = "talk_from is not null and (talk_to is null or talk_to - at > interval '2 hours' or at - talk_from > interval '1 minute')";

    public long Id { get; init; }

    public required string Pbx { get; init; }

    /// <summary>The queue that it counts for.</summary>
    public required string Queue { get; init; }

    public required string Agent { get; init; }

    public required string UniqueId { get; init; }

    public AgentCallKind Kind { get; init; }

    /// <summary>The instant by which it is counted: connected, missed, dialled.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Null where they never talked.</summary>
    public DateTimeOffset? TalkFrom { get; set; }

    /// <summary>Null while they talk, or where they never did.</summary>
    public DateTimeOffset? TalkTo { get; set; }

    /// <summary>Whether the agent handed it on.</summary>
    public bool Transferred { get; set; }

    /// <summary>Whether it is known from CDRs: further ones of the same call are a part of it. What a dialplan wrote into the queue_log stays as it is.</summary>
    public bool FromCdr { get; init; }
}

/// <summary>
/// Asterisk started again while the agent was logged in, and may have kept the login (<c>persistentmembers</c>): the first trace of the
/// agent in the new life turns this into a session, a new login or the PBX's own list removes it.
/// </summary>
internal sealed class SessionDoubt
{
    public required string Pbx { get; init; }

    public required string Queue { get; init; }

    public required string Agent { get; init; }

    public string? Device { get; init; }

    /// <summary>When Asterisk started again.</summary>
    public DateTimeOffset Since { get; init; }

    public bool Paused { get; init; }

    public string Cause { get; init; } = "";
}

internal sealed class AgentSessionConfiguration : IEntityTypeConfiguration<AgentSession>
{
    public void Configure(EntityTypeBuilder<AgentSession> builder)
    {
        builder.ToTable("agent_sessions").HasKey(s => s.Id);
        builder.Property(s => s.Id).UseIdentityAlwaysColumn();
        // What lasts is one per member. Whom a period or an instant touches is found by GiST indexes over the interval (in the migrations).
        builder.HasIndex(s => new { s.Pbx, s.Queue, s.Agent }).IsUnique().HasFilter("ended_at is null");
        builder.HasIndex(s => new { s.Queue, s.BeganAt });
        builder.HasIndex(s => new { s.Agent, s.BeganAt });
        builder.HasIndex(s => s.BeganAt);
    }
}

internal sealed class AgentPauseConfiguration : IEntityTypeConfiguration<AgentPause>
{
    public void Configure(EntityTypeBuilder<AgentPause> builder)
    {
        builder.ToTable("agent_pauses").HasKey(p => p.Id);
        builder.Property(p => p.Id).UseIdentityAlwaysColumn();
        builder.HasOne(p => p.Session).WithMany().HasForeignKey(p => p.SessionId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(p => p.SessionId);
        builder.HasIndex(p => p.SessionId, "agent_pauses_open").IsUnique().HasFilter("ended_at is null");
    }
}

internal sealed class AgentCallConfiguration : IEntityTypeConfiguration<AgentCall>
{
    public void Configure(EntityTypeBuilder<AgentCall> builder)
    {
        // In partitions by month: a key holds the instant.
        builder.ToTable("agent_calls").HasKey(c => new { c.Id, c.At });
        builder.Property(c => c.Id).UseIdentityAlwaysColumn();
        builder.HasIndex(c => new { c.Queue, c.At });
        builder.HasIndex(c => new { c.Agent, c.At });
        builder.HasIndex(c => c.UniqueId);
        builder.HasIndex(c => new { c.Agent, c.At }, "agent_calls_odd").HasDatabaseName("ix_agent_calls_odd").HasFilter(AgentCall.IsOdd);
        // PostgreSQL takes a third of the calls for odd ones: without an index of the queue's it reads all calls of the queue, of two months.
        builder.HasIndex(c => new { c.Queue, c.At }, "agent_calls_odd_queue").HasDatabaseName("ix_agent_calls_odd_queue").HasFilter(AgentCall.IsOdd);
        builder.HasIndex(c => c.Pbx, "agent_calls_open").HasFilter("talk_from is not null and talk_to is null");
    }
}

internal sealed class SessionDoubtConfiguration : IEntityTypeConfiguration<SessionDoubt>
{
    public void Configure(EntityTypeBuilder<SessionDoubt> builder) => builder.ToTable("session_doubts").HasKey(d => new { d.Pbx, d.Queue, d.Agent });
}
