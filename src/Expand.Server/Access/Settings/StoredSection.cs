using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Expand.Server.Access.Settings;

/// <summary>A section as an administrator set it.</summary>
internal sealed class StoredSection
{
    public required string Section { get; init; }

    /// <summary>The section as JSON; secrets in it are encrypted.</summary>
    public required string Value { get; set; }

    public DateTimeOffset ChangedAt { get; set; }

    public required string ChangedBy { get; set; }
}

internal sealed class StoredSectionConfiguration : IEntityTypeConfiguration<StoredSection>
{
    public void Configure(EntityTypeBuilder<StoredSection> builder)
    {
        builder.ToTable("installation_settings").HasKey(s => s.Section);
        builder.Property(s => s.Value).HasColumnType("jsonb");
    }
}
