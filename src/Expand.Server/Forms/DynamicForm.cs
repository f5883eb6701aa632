using Expand.Server.Platform;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Expand.Server.Forms;

/// <summary>A form that agents fill in while they talk (contract, rest.md "Agent forms").</summary>
internal sealed class DynamicForm
{
    public int Id { get; init; }

    /// <summary>What the API knows it by; never digits only.</summary>
    public required string Name { get; init; }

    /// <summary>What agents read above it.</summary>
    public required string Title { get; set; }

    /// <summary>Its fields in their order, as a JSON list of <see cref="FormField"/>.</summary>
    public required string Fields { get; set; }

    /// <summary>The queues whose calls it can be filled in for.</summary>
    public required string[] Queues { get; set; }

    /// <summary>Its fields in their order.</summary>
    public IReadOnlyList<FormField> FieldList => StoredJson.Read<List<FormField>>(Fields);
}

internal sealed class DynamicFormConfiguration : IEntityTypeConfiguration<DynamicForm>
{
    public void Configure(EntityTypeBuilder<DynamicForm> builder)
    {
        builder.ToTable("dynamic_forms").HasKey(f => f.Id);
        builder.Property(f => f.Id).UseIdentityAlwaysColumn();
        builder.Property(f => f.Fields).HasColumnType("json");
        builder.Ignore(f => f.FieldList);
        builder.HasIndex(f => f.Name).IsUnique();
    }
}
