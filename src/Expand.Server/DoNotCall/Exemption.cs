using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Expand.Server.DoNotCall;

/// <summary>Why a number may be called although a list has it: a consent, a customer's contract. Never deleted: it is what calls were made by.</summary>
internal sealed class Exemption
{
    /// <summary>Characters of a reason at most.</summary>
    public const int ReasonLength = 500;

    public long Id { get; init; }

    /// <summary>In its canonical spelling.</summary>
    public required string Number { get; init; }

    /// <summary>The one list that it lifts; null: every list.</summary>
    public int? ListId { get; init; }

    /// <summary>That list's name when it was made.</summary>
    public string? ListName { get; init; }

    /// <summary>The one campaign that it counts for; null: every call.</summary>
    public int? CampaignId { get; init; }

    public required string Reason { get; init; }

    /// <summary>The last day, in the installation's time zone, that it counts; null: until it is ended.</summary>
    public DateOnly? Until { get; init; }

    public DateTimeOffset AddedAt { get; init; }

    public required string AddedBy { get; init; }

    /// <summary>When somebody ended it; null: nobody did.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    public string? EndedBy { get; set; }
}

internal sealed class ExemptionConfiguration : IEntityTypeConfiguration<Exemption>
{
    public void Configure(EntityTypeBuilder<Exemption> builder)
    {
        builder.ToTable("dnc_exemptions").HasKey(e => e.Id);
        builder.Property(e => e.Id).UseIdentityAlwaysColumn();
        builder.Property(e => e.Number).HasMaxLength(CanonicalNumber.MostDigits).UseCollation("C");
        builder.Property(e => e.Reason).HasMaxLength(Exemption.ReasonLength);
        builder.HasIndex(e => e.Number);
    }
}
