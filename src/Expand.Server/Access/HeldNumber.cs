using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Expand.Server.Access;

/// <summary>
/// Who had an agent's number from when to when. What happened is written down by number, and a number goes from one person to the next:
/// reports of the past name who had it then, also after the user was deleted. The names are the user's last ones.
/// </summary>
internal sealed class HeldNumber
{
    public int Id { get; init; }

    public required string Number { get; init; }

    /// <summary>The user's id, also after the user was deleted.</summary>
    public int UserId { get; init; }

    public required string UserName { get; set; }

    public required string FullName { get; set; }

    /// <summary>A whole second, as all instants of reports; null where nobody knows since when.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Null while the user has it.</summary>
    public DateTimeOffset? To { get; set; }
}

internal sealed class HeldNumberConfiguration : IEntityTypeConfiguration<HeldNumber>
{
    public void Configure(EntityTypeBuilder<HeldNumber> builder)
    {
        builder.ToTable("agent_numbers").HasKey(n => n.Id);
        builder.Property(n => n.Id).UseIdentityAlwaysColumn();
        builder.Property(n => n.From).HasColumnName("held_from");
        builder.Property(n => n.To).HasColumnName("held_to");
        builder.HasIndex(n => n.Number).IsUnique().HasFilter("held_to is null");
        builder.HasIndex(n => n.UserId);
    }
}
