using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Expand.Server.Lists;

/// <summary>A key of a simple list and its value.</summary>
internal sealed class ListElement
{
    /// <summary>Characters of a key at most.</summary>
    public const int KeyLength = 200;

    /// <summary>Characters of a value at most.</summary>
    public const int ValueLength = 4000;

    public long Id { get; init; }

    public int ListId { get; init; }

    /// <summary>Compared character by character: case, accents and spaces count.</summary>
    public required string Key { get; init; }

    public required string Value { get; init; }

    /// <summary>Counts the changes, from 1.</summary>
    public int Version { get; init; }
}

/// <summary>A range of a range list and its value.</summary>
internal sealed class ListRange
{
    public long Id { get; init; }

    public int ListId { get; init; }

    /// <summary>How many digits its keys have: 05 is no key of a range from 1 to 9.</summary>
    public short Length { get; init; }

    /// <summary>The first key, as a number.</summary>
    public long First { get; init; }

    /// <summary>The last key, as a number.</summary>
    public long Last { get; init; }

    public required string Value { get; init; }

    /// <summary>Counts the changes, from 1.</summary>
    public int Version { get; init; }
}

internal sealed class ListElementConfiguration : IEntityTypeConfiguration<ListElement>
{
    public void Configure(EntityTypeBuilder<ListElement> builder)
    {
        builder.ToTable("list_elements").HasKey(e => e.Id);
        builder.Property(e => e.Id).UseIdentityAlwaysColumn();
        builder.Property(e => e.Key).UseCollation("C");
        builder.HasOne<ValueList>().WithMany().HasForeignKey(e => e.ListId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(e => new { e.ListId, e.Key }).IsUnique();
        // Listings go by id.
        builder.HasIndex(e => new { e.ListId, e.Id });
    }
}

internal sealed class ListRangeConfiguration : IEntityTypeConfiguration<ListRange>
{
    public void Configure(EntityTypeBuilder<ListRange> builder)
    {
        // That ranges of a list do not overlap is an exclusion constraint, which the model has no word for: see the migration.
        builder.ToTable("list_ranges", table => table.HasCheckConstraint("ck_list_ranges_first_last", "first between 0 and last")).HasKey(r => r.Id);
        builder.Property(r => r.Id).UseIdentityAlwaysColumn();
        builder.HasOne<ValueList>().WithMany().HasForeignKey(r => r.ListId).OnDelete(DeleteBehavior.Cascade);
        // Ranges that do not overlap are found by where they begin: the last that begins at or before a key is the only one that can hold it.
        builder.HasIndex(r => new { r.ListId, r.Length, r.First }).IsUnique();
        builder.HasIndex(r => new { r.ListId, r.Id });
    }
}
