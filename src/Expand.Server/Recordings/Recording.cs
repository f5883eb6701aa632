using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Expand.Server.Recordings;

/// <summary>How a recording stands.</summary>
internal enum RecordingState
{
    /// <summary>The PBX is writing it.</summary>
    Writing,

    /// <summary>It can be listened to.</summary>
    Ready,

    /// <summary>It is no sound: cut off, empty, or something else.</summary>
    Broken,

    /// <summary>Its file is gone, and it was not this server that deleted it.</summary>
    Missing,

    /// <summary>It was deleted because of its age.</summary>
    Deleted,

    /// <summary>It holds no sound: Asterisk makes a file also of a call that nobody answers.</summary>
    Empty,
}

/// <summary>A file of the recordings' folder: what is known of it, and of its call.</summary>
internal sealed class Recording
{
    public long Id { get; init; }

    public required string Pbx { get; init; }

    /// <summary>Where it is in the folder of recordings, with <c>/</c> between its parts.</summary>
    public required string Path { get; init; }

    /// <summary>The part of <see cref="Path"/> before its name; empty for the folder itself.</summary>
    public required string Folder { get; init; }

    /// <summary>The Uniqueid that its name holds; empty where it holds none.</summary>
    public required string UniqueId { get; set; }

    /// <summary>Whether it is a part of a call that an agent marked (<see cref="MarkedPart"/>).</summary>
    public bool IsPart { get; set; }

    public RecordingState State { get; set; }

    /// <summary>When it began: its last change less its length.</summary>
    public DateTimeOffset BeganAt { get; set; }

    /// <summary>The file's last change.</summary>
    public DateTimeOffset ChangedAt { get; set; }

    public long Bytes { get; set; }

    public double Seconds { get; set; }

    /// <summary>Who called, as the call's record has it; empty: not known (yet).</summary>
    public string Source { get; set; } = "";

    public string Destination { get; set; } = "";

    /// <summary>The queues that the call was in.</summary>
    public string[] Queues { get; set; } = [];

    /// <summary>The numbers of the agents that it was with.</summary>
    public string[] Agents { get; set; } = [];

    /// <summary>When it is to be looked at again, while it is written or its call's record has not come; null: it is settled.</summary>
    public DateTimeOffset? LookAt { get; set; }

    public DateTimeOffset? DeletedAt { get; set; }

    /// <summary>The age that it was deleted for.</summary>
    public int? KeptDays { get; set; }

    /// <summary>Its WAV could not be deleted.</summary>
    public bool IsLeft { get; set; }

    /// <summary>When no MP3 could be made of it; null: nothing failed.</summary>
    public DateTimeOffset? Mp3FailedAt { get; set; }

    public string? Mp3Failure { get; set; }
}

internal sealed class RecordingConfiguration : IEntityTypeConfiguration<Recording>
{
    public void Configure(EntityTypeBuilder<Recording> builder)
    {
        builder.ToTable("recordings").HasKey(r => r.Id);
        builder.Property(r => r.Id).UseIdentityAlwaysColumn();
        builder.Property(r => r.UniqueId).HasColumnName("uniqueid");
        builder.HasIndex(r => new { r.Pbx, r.Path }).IsUnique();
        builder.HasIndex(r => new { r.Pbx, r.Folder });
        builder.HasIndex(r => r.UniqueId);
        builder.HasIndex(r => new { r.BeganAt, r.Id });
        builder.HasIndex(r => r.LookAt).HasFilter("look_at is not null");
        builder.HasIndex(r => r.ChangedAt);
    }
}
