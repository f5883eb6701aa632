using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Expand.Server.Dialer;

/// <summary>A campaign of calls to contacts.</summary>
internal sealed class Campaign
{
    public int Id { get; init; }

    public required string Name { get; set; }

    public string Description { get; set; } = "";

    public CampaignState State { get; private set; }

    public bool Paused { get; private set; }

    /// <summary>The queue that answered calls go to; empty while none is set.</summary>
    public string Queue { get; set; } = "";

    public DialingMode Mode { get; set; }

    /// <summary>The first day of operation, in <see cref="TimeZone"/>; null while none is set.</summary>
    public DateOnly? StartDate { get; set; }

    /// <summary>The last day of operation.</summary>
    public DateOnly? EndDate { get; set; }

    /// <summary>IANA name of the zone that dates and hours are in.</summary>
    public required string TimeZone { get; set; }

    public IReadOnlyList<OperationHours> Schedule { get; set; } = [];

    public IReadOnlyList<RedialRule> RedialRules { get; set; } = [];

    public int MaxAttempts { get; set; }

    /// <summary>Counts every change; the ETag.</summary>
    public int Version { get; set; } = 1;

    /// <summary>State and pause as the state machine sees them.</summary>
    public CampaignLife Life
    {
        get => new(State, Paused);
        set => (State, Paused) = (value.State, value.Paused);
    }

    public RedialPlan Redialling => new(RedialRules, MaxAttempts);
}

internal sealed class CampaignConfiguration : IEntityTypeConfiguration<Campaign>
{
    public void Configure(EntityTypeBuilder<Campaign> builder)
    {
        builder.ToTable("campaigns").HasKey(c => c.Id);
        builder.Property(c => c.Id).UseIdentityAlwaysColumn();
        builder.Property(c => c.Name).UseCollation(ContactConfiguration.NameCollation);
        builder.Ignore(c => c.Life).Ignore(c => c.Redialling);
        Listed(builder.Property(c => c.Schedule));
        Listed(builder.Property(c => c.RedialRules));
    }

    /// <summary>A list that is replaced as a whole.</summary>
    private static void Listed<T>(PropertyBuilder<IReadOnlyList<T>> property) =>
        property.HasColumnType("jsonb").HasConversion(
            list => JsonSerializer.Serialize(list, JsonSerializerOptions.Default),
            text => JsonSerializer.Deserialize<List<T>>(text, JsonSerializerOptions.Default)!,
            new ValueComparer<IReadOnlyList<T>>((a, b) => a!.SequenceEqual(b!), list => list.Count, list => list));
}
