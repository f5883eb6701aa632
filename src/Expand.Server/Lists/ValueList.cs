using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Expand.Server.Lists;

/// <summary>What a list's keys are.</summary>
internal enum ListKind
{
    /// <summary>Each key has a value.</summary>
    Simple,

    /// <summary>Each range of keys has a value.</summary>
    Range,
}

/// <summary>A list of keys with values, which other systems keep and dialplans and agents read.</summary>
internal sealed class ValueList
{
    /// <summary>Characters of an alias at most.</summary>
    public const int AliasLength = 100;

    /// <summary>Characters of a description at most.</summary>
    public const int DescriptionLength = 500;

    public int Id { get; init; }

    public ListKind Kind { get; init; }

    /// <summary>What the API calls it; unique among the lists of its kind without regard to case, and never digits alone: those are an id.</summary>
    public required string Name { get; set; }

    /// <summary>The name in lower case, by PostgreSQL.</summary>
    public string NameKey { get; private set; } = "";

    /// <summary>What people call it.</summary>
    public required string Alias { get; set; }

    public required string Description { get; set; }
}

internal static class ListKindNames
{
    /// <summary>The word of the API and of the table.</summary>
    public static string Word(this ListKind kind) => kind == ListKind.Simple ? "simple" : "range";
}

internal sealed class ValueListConfiguration : IEntityTypeConfiguration<ValueList>
{
    public void Configure(EntityTypeBuilder<ValueList> builder)
    {
        builder.ToTable("value_lists").HasKey(l => l.Id);
        builder.Property(l => l.Id).UseIdentityAlwaysColumn();
        builder.Property(l => l.Kind).HasConversion(kind => kind.Word(), word => word == "simple" ? ListKind.Simple : ListKind.Range);
        // Names are ASCII; another collation might know letters of its own (the Turkish i).
        builder.Property(l => l.NameKey).HasComputedColumnSql("lower(name collate \"C\")", stored: true);
        builder.HasIndex(l => new { l.Kind, l.NameKey }).IsUnique();
    }
}
