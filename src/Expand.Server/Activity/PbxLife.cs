using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Expand.Server.Activity;

/// <summary>When a PBX last gave a sign of life, as far as it is written down: what a crash of all at once left open ends there.</summary>
internal sealed class PbxLife
{
    public required string Pbx { get; init; }

    public DateTimeOffset AliveAt { get; set; }

    /// <summary>Up to which CDR (by id) outgoing and direct calls of agents are taken from.</summary>
    public long CallsTakenTo { get; set; }
}

internal sealed class PbxLifeConfiguration : IEntityTypeConfiguration<PbxLife>
{
    public void Configure(EntityTypeBuilder<PbxLife> builder) => builder.ToTable("pbx_life").HasKey(l => l.Pbx);
}
