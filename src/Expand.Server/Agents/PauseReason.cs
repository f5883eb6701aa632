using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Expand.Server.Agents;

/// <summary>Why an agent pauses.</summary>
internal sealed class PauseReason
{
    /// <summary>The digits that an agent would dial.</summary>
    public required string Code { get; init; }

    /// <summary>What reports call it; it goes to the PBX, so it holds no line break and no <c>|</c>.</summary>
    public required string Name { get; set; }
}

internal sealed class PauseReasonConfiguration : IEntityTypeConfiguration<PauseReason>
{
    public void Configure(EntityTypeBuilder<PauseReason> builder) => builder.ToTable("pause_reasons").HasKey(r => r.Code);
}
