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

/// <summary>A queue as known here: by the PBX, by its settings, or by both.</summary>
internal sealed record QueueInfo(string Name, string Description);

/// <summary>The queues' settings and which users are their agents, in memory like the users; every change audited.</summary>
internal sealed class QueueCatalog
{
    /// <summary>The queue's description, or its name where none is set.</summary>
    public string DescriptionOf(string queue) => throw new NotImplementedException(queue);

    /// <summary>Queues with settings or agents.</summary>
    public IReadOnlyCollection<QueueInfo> All => throw new NotImplementedException();

    /// <summary>The queues that the user is an agent of, ordered by name, with the penalty.</summary>
    public IReadOnlyList<QueueAgent> QueuesOf(int userId) => throw new NotImplementedException(userId.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>The users who are agents of the queue.</summary>
    public IReadOnlyList<int> AgentsOf(string queue) => throw new NotImplementedException(queue);
}
