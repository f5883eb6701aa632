using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Expand.Server.DoNotCall;

/// <summary>Whom a list speaks for. Public because components are.</summary>
public enum NumberListKind
{
    /// <summary>The installation's own: counts for every call.</summary>
    Installation,

    /// <summary>One campaign's.</summary>
    Campaign,

    /// <summary>A register that others keep and that comes as whole, dated editions.</summary>
    Registry,
}

/// <summary>A list of numbers that are not to be called.</summary>
internal sealed class NumberList
{
    /// <summary>Characters of a name at most.</summary>
    public const int NameLength = 100;

    public int Id { get; init; }

    public NumberListKind Kind { get; init; }

    /// <summary>What people call it; unique without regard to case.</summary>
    public required string Name { get; set; }

    /// <summary>The name in lower case, by PostgreSQL.</summary>
    public string NameKey { get; private set; } = "";

    /// <summary>The campaign that it is of; null of any other kind.</summary>
    public int? CampaignId { get; init; }

    /// <summary>Whether it counts.</summary>
    public bool IsInForce { get; set; } = true;

    /// <summary>
    /// Which of the numbers that were ever brought in under this list are its own: those of the same edition. Another edition takes over by this one value.
    /// </summary>
    public int Edition { get; set; }

    /// <summary>The date of a register's edition; null where none has come yet, and of any other kind.</summary>
    public DateOnly? IssuedOn { get; set; }

    /// <summary>The last day, in the installation's time zone, that the edition may be called by.</summary>
    public DateOnly? ValidUntil { get; set; }

    /// <summary>How many numbers it has: counted with every change, in its transaction.</summary>
    public long Numbers { get; set; }

    public DateTimeOffset AddedAt { get; init; }

    public required string AddedBy { get; init; }

    /// <summary>When its numbers came or were last changed; null where they never were.</summary>
    public DateTimeOffset? ChangedAt { get; set; }
}

internal sealed class NumberListConfiguration : IEntityTypeConfiguration<NumberList>
{
    public void Configure(EntityTypeBuilder<NumberList> builder)
    {
        builder.ToTable("dnc_lists").HasKey(l => l.Id);
        builder.Property(l => l.Id).UseIdentityAlwaysColumn();
        builder.Property(l => l.Name).HasMaxLength(NumberList.NameLength);
        builder.Property(l => l.NameKey).HasComputedColumnSql("lower(name)", stored: true);
        builder.HasIndex(l => l.NameKey).IsUnique();
    }
}

/// <summary>A number of a list.</summary>
internal sealed class ListedNumber
{
    /// <summary>Characters of a note at most.</summary>
    public const int NoteLength = 500;

    public int ListId { get; init; }

    public int Edition { get; init; }

    /// <summary>In its canonical spelling.</summary>
    public required string Number { get; init; }

    public DateTimeOffset AddedAt { get; init; }

    /// <summary>Who added it; null in a register, which comes as a whole.</summary>
    public string? AddedBy { get; init; }

    public string? Note { get; init; }
}

internal sealed class ListedNumberConfiguration : IEntityTypeConfiguration<ListedNumber>
{
    public void Configure(EntityTypeBuilder<ListedNumber> builder)
    {
        // No foreign key: a list goes, or gets another edition, at once, and its million numbers go bit by bit (OldNumbers).
        builder.ToTable("dnc_numbers").HasKey(n => new { n.ListId, n.Edition, n.Number });
        builder.Property(n => n.Number).HasMaxLength(CanonicalNumber.MostDigits).UseCollation("C");
        builder.Property(n => n.Note).HasMaxLength(ListedNumber.NoteLength);
    }
}

/// <summary>Numbers that are no list's any more and wait to be deleted.</summary>
internal sealed class OldEdition
{
    public int ListId { get; init; }

    public int Edition { get; init; }
}

internal sealed class OldEditionConfiguration : IEntityTypeConfiguration<OldEdition>
{
    public void Configure(EntityTypeBuilder<OldEdition> builder) => builder.ToTable("dnc_old_editions").HasKey(e => new { e.ListId, e.Edition });
}
