using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Expand.Server.Queues;

/// <summary>What is set here of a queue; the queue itself is the PBX's.</summary>
internal sealed class QueueSetting
{
    public required string Name { get; init; }

    /// <summary>What people call it.</summary>
    public required string Description { get; set; }
}

/// <summary>A user who is an agent of a queue.</summary>
internal sealed class QueueAgent
{
    public required string Queue { get; init; }

    public int UserId { get; init; }

    /// <summary>Asterisk's penalty: higher ones are called later.</summary>
    public int Penalty { get; set; }
}

internal sealed class QueueSettingConfiguration : IEntityTypeConfiguration<QueueSetting>
{
    public void Configure(EntityTypeBuilder<QueueSetting> builder) => builder.ToTable("queues").HasKey(q => q.Name);
}

internal sealed class QueueAgentConfiguration : IEntityTypeConfiguration<QueueAgent>
{
    public void Configure(EntityTypeBuilder<QueueAgent> builder)
    {
        builder.ToTable("queue_agents").HasKey(a => new { a.Queue, a.UserId });
        builder.HasOne<Access.User>().WithMany().HasForeignKey(a => a.UserId).OnDelete(DeleteBehavior.Cascade);
    }
}
