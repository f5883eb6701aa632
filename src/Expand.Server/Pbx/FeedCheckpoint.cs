using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Expand.Server.Pbx;

/// <summary>How far a feed has read. It is saved in the transaction of the rows that were read: each line counts exactly once.</summary>
internal sealed class FeedCheckpoint
{
    /// <summary>The PBX's name.</summary>
    public required string Pbx { get; init; }

    /// <summary>Which file: <c>cdr</c> or <c>queue_log</c>.</summary>
    public required string Feed { get; init; }

    /// <summary>Hash of the file's first line: the file is known by what it holds, since rotation renames it and inodes are used again.</summary>
    public required string File { get; set; }

    /// <summary>Bytes of that file that are done; always the start of a line.</summary>
    public long Offset { get; set; }

    public DateTimeOffset At { get; set; }
}

internal sealed class FeedCheckpointConfiguration : IEntityTypeConfiguration<FeedCheckpoint>
{
    public void Configure(EntityTypeBuilder<FeedCheckpoint> builder) => builder.ToTable("feed_checkpoints").HasKey(c => new { c.Pbx, c.Feed });
}

/// <summary>
/// How far one file of a feed was read. It outlives the file: where one is met again (restored, copied, unpacked), its lines are known.
/// </summary>
internal sealed class FeedFile
{
    public required string Pbx { get; init; }

    public required string Feed { get; init; }

    /// <summary>Hash of the file's first line.</summary>
    public required string File { get; init; }

    /// <summary>Bytes of that file that are done.</summary>
    public long Offset { get; set; }

    /// <summary>When the file was last written, as it was read so far: what is older was written before.</summary>
    public DateTimeOffset At { get; set; }
}

internal sealed class FeedFileConfiguration : IEntityTypeConfiguration<FeedFile>
{
    public void Configure(EntityTypeBuilder<FeedFile> builder) => builder.ToTable("feed_files").HasKey(f => new { f.Pbx, f.Feed, f.File });
}

/// <summary>A line that no reader understood, kept so that nothing is lost.</summary>
internal sealed class FeedReject
{
    public long Id { get; init; }

    public required string Pbx { get; init; }

    public required string Feed { get; init; }

    public required string Line { get; init; }

    public required string Reason { get; init; }

    public DateTimeOffset At { get; init; }
}

internal sealed class FeedRejectConfiguration : IEntityTypeConfiguration<FeedReject>
{
    public void Configure(EntityTypeBuilder<FeedReject> builder)
    {
        builder.ToTable("feed_rejects").HasKey(r => r.Id);
        builder.Property(r => r.Id).UseIdentityAlwaysColumn();
    }
}
