using System.Globalization;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Expand.Server.Calls;

/// <summary>
/// A job of <c>originateCall</c>. It is in the database before the PBX is asked, so that whatever restarts, its client finds it.
/// Its callinfo is a note on the call's CDRs.
/// </summary>
internal sealed class OriginatedCall
{
    /// <summary>The job's id, 32 random bits; clients see it as 8 hex digits.</summary>
    public long Id { get; init; }

    /// <summary>The Uniqueid of the source's channel, of the whole call (Linkedid) and of its CDRs.</summary>
    public required string ChannelId { get; init; }

    /// <summary>The PBX that was asked.</summary>
    public required string Pbx { get; init; }

    /// <summary>The host that follows the call; another one takes over where it dies.</summary>
    public required string Owner { get; set; }

    public required string Source { get; init; }

    /// <summary>
    /// The source where it is an extension: while the job is open, no other one of any host may ring it. Taken away where its channel is gone
    /// before its end is known.
    /// </summary>
    public string? Extension { get; init; }

    public required string SourceName { get; init; }

    public required string Destination { get; init; }

    public required string DestinationName { get; init; }

    public int RingSeconds { get; init; }

    public CallStatus Status { get; set; }

    /// <summary>Why it was refused before the PBX was asked; null where it was not.</summary>
    public string? Refusal { get; set; }

    public DateTimeOffset RequestedAt { get; init; }

    public DateTimeOffset? CancelRequestedAt { get; set; }

    /// <summary>When both sides were connected.</summary>
    public DateTimeOffset? AnsweredAt { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>A new id: eight hex digits that never begin with a zero, so that the decimal form has its full length.</summary>
    public static long NewId() => RandomNumberGenerator.GetInt32(0x1000_0000, int.MaxValue) + (RandomNumberGenerator.GetInt32(2) * 0x8000_0000L);

    /// <summary>The id as clients know it, like <c>e68af1aa</c>.</summary>
    public static string Text(long id) => id.ToString("x8", CultureInfo.InvariantCulture);

    /// <summary>Reads a client's id; null where it can be none.</summary>
    public static long? Parse(string text) =>
        text.Trim() is { Length: 8 } hex && long.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id) ? id : null;

    /// <summary>
    /// The Uniqueid follows from the job: seconds, a dot and the id in decimal, the form that every Uniqueid has. Asterisk counts its own
    /// from 0 at each start and does not get to 2^28.
    /// </summary>
    public static string ChannelIdOf(long id, DateTimeOffset requestedAt) =>
        string.Create(CultureInfo.InvariantCulture, $"{requestedAt.ToUnixTimeSeconds()}.{id}");
}

internal sealed class OriginatedCallConfiguration : IEntityTypeConfiguration<OriginatedCall>
{
    /// <summary>The index that lets one open job have an extension.</summary>
    public const string OpenExtensions = "ix_originated_calls_extension";

    public void Configure(EntityTypeBuilder<OriginatedCall> builder)
    {
        builder.ToTable("originated_calls").HasKey(c => c.Id);
        builder.Property(c => c.Id).ValueGeneratedNever();
        builder.HasIndex(c => c.ChannelId).IsUnique();
        builder.HasIndex(c => c.Owner).HasFilter("ended_at is null").HasDatabaseName("ix_originated_calls_open");
        builder.HasIndex(c => new { c.Pbx, c.Extension }).IsUnique().HasFilter("ended_at is null").HasDatabaseName(OpenExtensions);
    }
}
