using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Expand.Server.Recordings;

/// <summary>A part of a call that its agent had recorded for a form, such as what a customer agreed to.</summary>
internal sealed class MarkedPart
{
    public long Id { get; init; }

    public required string Pbx { get; init; }

    /// <summary>The call's Uniqueid.</summary>
    public required string UniqueId { get; init; }

    /// <summary>The agent's channel in the call: the one that is recorded.</summary>
    public required string Leg { get; init; }

    public required string Queue { get; init; }

    /// <summary>The agent's number.</summary>
    public required string Agent { get; init; }

    /// <summary>The name of the form that it belongs to.</summary>
    public required string Form { get; init; }

    /// <summary>The file in Asterisk's monitor folder, without <c>.wav</c>: the entry's <c>audio_filename</c>.</summary>
    public required string File { get; init; }

    /// <summary>Names the part: the entry's <c>call_chunk</c>.</summary>
    public required string Chunk { get; init; }

    /// <summary>The channel that records: it hangs up, the recording ends.</summary>
    public required string ChannelId { get; init; }

    public DateTimeOffset AskedAt { get; init; }

    /// <summary>Since when the PBX writes; null: it has not confirmed that.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Null while it goes on.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Whether it is being written at this moment.</summary>
    public bool IsRunning => StartedAt is not null && EndedAt is null;
}

internal sealed class MarkedPartConfiguration : IEntityTypeConfiguration<MarkedPart>
{
    public void Configure(EntityTypeBuilder<MarkedPart> builder)
    {
        builder.ToTable("marked_parts").HasKey(p => p.Id);
        builder.Property(p => p.Id).UseIdentityAlwaysColumn();
        builder.Property(p => p.UniqueId).HasColumnName("uniqueid");
        builder.Ignore(p => p.IsRunning);
        builder.HasIndex(p => p.File).IsUnique();
        builder.HasIndex(p => p.ChannelId).IsUnique();
        builder.HasIndex(p => p.UniqueId);
        builder.HasIndex(p => p.Leg);
        // One at a time in a call, at whatever hosts it is asked for.
        builder.HasIndex(p => p.Leg, "ix_marked_parts_going_on").IsUnique().HasFilter("ended_at is null");
    }
}
