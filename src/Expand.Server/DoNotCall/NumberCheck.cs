using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Expand.Server.DoNotCall;

/// <summary>What a number was to be called for. Public because components are.</summary>
public enum CheckPurpose
{
    /// <summary>A call of the dialer's.</summary>
    Campaign,

    /// <summary>A call that an agent makes.</summary>
    OutgoingCall,

    /// <summary>A text message that is promotional.</summary>
    Sms,
}

/// <summary>Whether a number may be called. Public because components are.</summary>
public enum CheckResult
{
    /// <summary>No list has it.</summary>
    Clear,

    /// <summary>A list has it, and it may be called all the same.</summary>
    Exempt,

    /// <summary>A list has it.</summary>
    Listed,

    /// <summary>Nobody knows: a register in force has expired, by which nobody may be called.</summary>
    RegisterExpired,
}

/// <summary>The evidence of a check: what was looked at before a number was called, or was not.</summary>
internal sealed class NumberCheck
{
    public long Id { get; init; }

    public DateTimeOffset At { get; init; }

    /// <summary>In its canonical spelling; as it was asked for where that is empty.</summary>
    public required string Number { get; init; }

    public CheckPurpose Purpose { get; init; }

    /// <summary>The id of what it was to be called for.</summary>
    public required string PurposeId { get; init; }

    /// <summary>The campaign whose lists were looked at; null: none.</summary>
    public int? CampaignId { get; init; }

    /// <summary>The host that asked.</summary>
    public required string Host { get; init; }

    /// <summary>The lists that were looked at, with their editions (<see cref="LookedAt"/>), as JSON.</summary>
    public required string Lists { get; init; }

    public CheckResult Result { get; init; }

    /// <summary>The list that has the number, or the register that has expired.</summary>
    public int? ListId { get; init; }

    public string? ListName { get; init; }

    /// <summary>The exemption by which it may be called.</summary>
    public long? ExemptionId { get; init; }

    /// <summary>That exemption's reason.</summary>
    public string? Reason { get; init; }
}

/// <summary>A list as it was looked at.</summary>
/// <param name="Id">The list.</param>
/// <param name="Name">Its name.</param>
/// <param name="Edition">Its edition.</param>
/// <param name="IssuedOn">The date of a register's edition.</param>
/// <param name="ValidUntil">Until when that may be called by.</param>
internal sealed record LookedAt(int Id, string Name, int Edition, DateOnly? IssuedOn, DateOnly? ValidUntil);

internal sealed class NumberCheckConfiguration : IEntityTypeConfiguration<NumberCheck>
{
    public void Configure(EntityTypeBuilder<NumberCheck> builder)
    {
        builder.ToTable("dnc_checks").HasKey(c => c.Id);
        builder.Property(c => c.Id).UseIdentityAlwaysColumn();
        builder.Property(c => c.Number).UseCollation("C");
        builder.Property(c => c.Lists).HasColumnType("jsonb");
        builder.HasIndex(c => new { c.At, c.Id });
        builder.HasIndex(c => new { c.Number, c.At, c.Id });
        builder.HasIndex(c => new { c.Result, c.At, c.Id }).HasFilter("result <> 0");
    }
}
