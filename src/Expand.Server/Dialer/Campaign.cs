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

    /// <summary>The extension that answered calls go to instead of a queue; empty: to the queue.</summary>
    public string Extension { get; set; } = "";

    /// <summary>1 to 10; of campaigns that share agents those of a higher one come first.</summary>
    public int Priority { get; set; } = CampaignForm.DefaultPriority;

    /// <summary>Calls at once at most.</summary>
    public int MaxCalls { get; set; } = CampaignForm.DefaultMaxCalls;

    /// <summary>How long a contact's phone rings at most, seconds.</summary>
    public int RingSeconds { get; set; } = CampaignForm.DefaultRingSeconds;

    /// <summary>What contacts see as the caller; empty: the installation's.</summary>
    public string CallerId { get; set; } = "";

    /// <summary>The way out, by its name in the settings; empty: the first.</summary>
    public string Trunk { get; set; } = "";

    /// <summary>Of a hundred contacts who answer, how many may find no agent.</summary>
    public double AbandonmentCap { get; set; } = CampaignForm.DefaultAbandonmentCap;

    /// <summary>Whether it is listened for answering machines.</summary>
    public bool MachineDetection { get; set; }

    /// <summary>Whether it rests on public holidays.</summary>
    public bool Holidays { get; set; } = true;

    /// <summary>Whether it calls nobody whom a register has (such as a national one), and nobody at all by one that has expired.</summary>
    public bool Registers { get; set; } = true;

    /// <summary>Counts every change; the ETag.</summary>
    public int Version { get; set; } = 1;

    /// <summary>State and pause as the state machine sees them.</summary>
    public CampaignLife Life
    {
        get => new(State, Paused);
        set => (State, Paused) = (value.State, value.Paused);
    }

    /// <summary>The fields, as the contract names them, that must be set before it can begin.</summary>
    public IReadOnlyList<string> Lacks =>
    [
        .. Queue.Length + Extension.Length == 0 ? ["queue"] : Array.Empty<string>(),
        .. StartDate is null ? ["startdate"] : Array.Empty<string>(),
        .. EndDate is null ? ["enddate"] : Array.Empty<string>(),
        .. Schedule.Count == 0 ? ["schedule"] : Array.Empty<string>(),
    ];

    /// <summary>Whether its last day is over.</summary>
    public bool HasPassed(DateTimeOffset now) =>
        EndDate < DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, TimeZoneInfo.FindSystemTimeZoneById(TimeZone)).DateTime);

    public RedialPlan Redialling => new(RedialRules, MaxAttempts);
}

internal sealed class CampaignConfiguration : IEntityTypeConfiguration<Campaign>
{
    public void Configure(EntityTypeBuilder<Campaign> builder)
    {
        builder.ToTable("campaigns").HasKey(c => c.Id);
        builder.Property(c => c.Id).UseIdentityAlwaysColumn();
        builder.Property(c => c.Name).UseCollation(ContactConfiguration.NameCollation);
        builder.Ignore(c => c.Life).Ignore(c => c.Redialling).Ignore(c => c.Lacks);
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
