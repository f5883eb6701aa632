using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Expand.Server.Cdr;

/// <summary>
/// A call detail record as Asterisk wrote it, one for each dial of a call: <see cref="UniqueId"/> is not unique, (uniqueid, sequence) is,
/// until Asterisk starts again.
/// </summary>
internal sealed class CallRecord
{
    public long Id { get; init; }

    public required string Pbx { get; init; }

    public required string UniqueId { get; init; }

    /// <summary>Counts the records of one life of Asterisk.</summary>
    public int Sequence { get; init; }

    public required string LinkedId { get; init; }

    /// <summary>When the call began.</summary>
    public DateTimeOffset CallDate { get; init; }

    public DateTimeOffset? AnsweredAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public required string CallerId { get; init; }

    public required string Source { get; init; }

    public required string Destination { get; init; }

    public required string Context { get; init; }

    public required string Channel { get; init; }

    public required string DestinationChannel { get; init; }

    public required string LastApplication { get; init; }

    public required string LastData { get; init; }

    /// <summary>Whole seconds from the start, ringing included.</summary>
    public int Duration { get; init; }

    /// <summary>Whole seconds from the answer.</summary>
    public int BillableSeconds { get; init; }

    public required string Disposition { get; init; }

    public required string UserField { get; init; }

    /// <summary>The Q.850 cause that our dialplan notes after a dial; null where it did not.</summary>
    public int? HangupCause { get; init; }

    /// <summary>
    /// Since when both sides of an originated call talked, as our dialplan notes it, whole seconds; null where it did not. (Asterisk counts such
    /// a call's <see cref="AnsweredAt"/> from the side that was rung first.) Without a <see cref="DestinationChannel"/> it says nothing.
    /// </summary>
    public DateTimeOffset? ConnectedAt { get; init; }
}

internal sealed class CallRecordConfiguration : IEntityTypeConfiguration<CallRecord>
{
    public void Configure(EntityTypeBuilder<CallRecord> builder)
    {
        // In partitions by month: a key holds the instant.
        builder.ToTable("cdr").HasKey(c => new { c.Id, c.CallDate });
        builder.Property(c => c.Id).UseIdentityAlwaysColumn();
        // The line again is the row again: whoever reads a file twice adds nothing.
        builder.HasIndex(c => new { c.UniqueId, c.Sequence, c.CallDate, c.Pbx }).IsUnique();
        builder.HasIndex(c => new { c.CallDate, c.Id });
        builder.HasIndex(c => new { c.Pbx, c.EndedAt });
        // The records of one call.
        builder.HasIndex(c => c.LinkedId);
        // The calls of a number, from it and to it.
        builder.HasIndex(c => new { c.Source, c.CallDate });
        builder.HasIndex(c => new { c.Destination, c.CallDate });
    }
}
