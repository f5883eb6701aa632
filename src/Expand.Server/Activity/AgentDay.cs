using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Expand.Server.Activity;

/// <summary>
/// What an agent's sessions, pauses and calls add up to in a queue on a local day, so that a report over months does not add them up again. What still
/// lasts is not in it. <see cref="AgentDays"/> keeps it equal to the rows that it is made of. Times in whole seconds, cut to the day; calls by the instant of their kind.
/// </summary>
internal sealed class AgentDay
{
    /// <summary>Longer talks are short by no setting that the sums serve, in seconds.</summary>
    public const int ShortAtMost = 60;

    /// <summary>Empty: all queues together; time in several of them at once counts once there.</summary>
    public required string Queue { get; init; }

    public DateOnly Day { get; init; }

    public required string Agent { get; init; }

    public int Logged { get; init; }

    public int Paused { get; init; }

    /// <summary>Of the queue's calls.</summary>
    public int Talk { get; init; }

    public int OutgoingTalk { get; init; }

    public int Answered { get; init; }

    public int Lost { get; init; }

    public int Outgoing { get; init; }

    public int OutgoingAnswered { get; init; }

    public int Direct { get; init; }

    public int Transferred { get; init; }

    /// <summary>The seconds talked of each answered call that lasted less than <see cref="ShortAtMost"/>, the shortest first; null: there was none.</summary>
    public short[]? Shorts { get; init; }

    /// <summary>Of all queues together: those that the agent was logged in to; null of one queue.</summary>
    public string[]? Queues { get; init; }
}

/// <summary>From which local day on the sums are there, and in which time zone their days are; one row.</summary>
internal sealed class AgentDaysReach
{
    public int Id { get; init; }

    /// <summary>The IANA name.</summary>
    public required string Zone { get; init; }

    /// <summary>The first day that has sums; all days after it have them.</summary>
    public DateOnly Since { get; init; }

    /// <summary>Sums of days before this one lie queue by queue on the disk; null: none do.</summary>
    public DateOnly? OrderedTo { get; init; }
}

internal sealed class AgentDayConfiguration : IEntityTypeConfiguration<AgentDay>
{
    public void Configure(EntityTypeBuilder<AgentDay> builder)
    {
        builder.ToTable("agent_days").HasKey(d => new { d.Queue, d.Day, d.Agent });
        builder.HasIndex(d => new { d.Agent, d.Queue, d.Day });
        // None by day alone: the planner would read all queues' sums of a period by it, where the key has one queue's. All queues together have each day.
    }
}

internal sealed class AgentDaysReachConfiguration : IEntityTypeConfiguration<AgentDaysReach>
{
    public void Configure(EntityTypeBuilder<AgentDaysReach> builder)
    {
        builder.ToTable("agent_days_reach").HasKey(r => r.Id);
        builder.Property(r => r.Id).ValueGeneratedNever();
    }
}
