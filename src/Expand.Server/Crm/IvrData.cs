using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Expand.Server.Crm;

/// <summary>What a call has gathered in the IVR.</summary>
internal sealed class IvrData
{
    public required string Pbx { get; init; }

    /// <summary>The Uniqueid of the caller's channel.</summary>
    public required string UniqueId { get; init; }

    public required string Data { get; init; }

    public DateTimeOffset ChangedAt { get; init; }
}

internal sealed class IvrDataConfiguration : IEntityTypeConfiguration<IvrData>
{
    public void Configure(EntityTypeBuilder<IvrData> builder)
    {
        builder.ToTable("ivr_data").HasKey(d => new { d.Pbx, d.UniqueId });
        builder.Property(d => d.UniqueId).HasColumnName("uniqueid");
        builder.HasIndex(d => d.ChangedAt);
    }
}
