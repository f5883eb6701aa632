using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Expand.Server.Access;

/// <summary>What is kept of a user who was deleted: reports of the past still name people.</summary>
internal sealed class FormerUser
{
    /// <summary>The id that the user had.</summary>
    public int Id { get; init; }

    public required string UserName { get; init; }

    public required string FullName { get; init; }

    public string? AgentNumber { get; init; }

    public DateTimeOffset DeletedAt { get; init; }
}

internal sealed class FormerUserConfiguration : IEntityTypeConfiguration<FormerUser>
{
    public void Configure(EntityTypeBuilder<FormerUser> builder)
    {
        builder.ToTable("former_users").HasKey(u => u.Id);
        builder.Property(u => u.Id).ValueGeneratedNever();
    }
}
