using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Expand.Server.Activity;

/// <summary>The contract's activities of a queue (soap.md, queueData). The numbers are stored.</summary>
internal enum QueueAction : short
{
    EnterQueue = 1,
    Ringing = 2,
    Connect = 3,
    NoAnswer = 4,
    Congestion = 5,
    CompleteCaller = 6,
    CompleteAgent = 7,
    CompleteTransfer = 8,
    Abandon = 9,
    DialOut = 10,
    DialOutEnd = 11,
    Login = 12,
    Logout = 13,
    Pause = 14,
    Unpause = 15,
}

/// <summary>
/// Something that happened in a queue, written once and not changed (but for what is learned later: the destination of a transfer, a further dial
/// of an outgoing call). In the order of <see cref="At"/>, then <see cref="Id"/>. Instants are whole seconds, as Asterisk's queue_log has them.
/// </summary>
internal sealed class QueueActivity
{
    public long Id { get; init; }

    public required string Pbx { get; init; }

    public DateTimeOffset At { get; init; }

    public required string Queue { get; init; }

    public QueueAction Action { get; init; }

    /// <summary>The caller's channel; empty where no call is involved.</summary>
    public string UniqueId { get; init; } = "";

    /// <summary>The agent's number; empty where none is involved.</summary>
    public string Agent { get; init; } = "";

    public string CallerId { get; init; } = "";

    public int? WaitSeconds { get; init; }

    public int? TalkSeconds { get; init; }

    /// <summary>Of a transfer or an outgoing call; null: not known yet.</summary>
    public string? Destination { get; init; }

    public string Cause { get; init; } = "";
}

internal sealed class QueueActivityConfiguration : IEntityTypeConfiguration<QueueActivity>
{
    public void Configure(EntityTypeBuilder<QueueActivity> builder)
    {
        // In partitions by month: a key holds the instant.
        builder.ToTable("queue_activities").HasKey(a => new { a.Id, a.At });
        builder.Property(a => a.Id).UseIdentityAlwaysColumn();
        builder.HasIndex(a => new { a.Queue, a.At, a.Id });
        builder.HasIndex(a => new { a.Agent, a.At, a.Id });
        builder.HasIndex(a => new { a.At, a.Id });
        builder.HasIndex(a => a.UniqueId);
        builder.HasIndex(a => new { a.Queue, a.Agent, a.At }, "queue_activities_transfers").HasDatabaseName("ix_queue_activities_transfers").HasFilter("action = 8");
        builder.HasIndex(a => a.At, "queue_activities_destination_unknown").HasFilter("action = 8 and destination is null");
    }
}
