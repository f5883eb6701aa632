using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Expand.Server.Forms;

/// <summary>A form as an agent filled it in for a call.</summary>
internal sealed class FormEntry
{
    /// <summary>24 hex digits (<see cref="EntryIds"/>).</summary>
    public required string Id { get; init; }

    public int FormId { get; init; }

    /// <summary>The agent's number when the form was filled in.</summary>
    public required string AgentNumber { get; init; }

    public required string AgentUsername { get; init; }

    /// <summary>The recording of what the customer agreed to; empty where there is none.</summary>
    public required string AudioFilename { get; init; }

    /// <summary>The part of the call that it was filled in for; empty where nothing tells.</summary>
    public required string CallChunk { get; init; }

    /// <summary>By field name a list of <see cref="FormValue"/>, as JSON.</summary>
    public required string Data { get; set; }

    /// <summary>The agent's device, such as <c>SIP/303</c>.</summary>
    public required string Extension { get; init; }

    /// <summary>The contract's idcall; several entries may have one.</summary>
    public long IncomingCallId { get; init; }

    /// <summary>When it was last corrected; of one that never was, <see cref="Timestamp"/>.</summary>
    public DateTimeOffset LastModified { get; set; }

    public required string Queue { get; init; }

    /// <summary>The agent's session.</summary>
    public required string SessionId { get; init; }

    /// <summary>When it was filled in.</summary>
    public DateTimeOffset Timestamp { get; init; }

    /// <summary>The call's Uniqueid in the PBX.</summary>
    public required string UniqueId { get; init; }

    /// <summary>Counts the corrections.</summary>
    public int Version { get; set; } = 1;
}

internal sealed class FormEntryConfiguration : IEntityTypeConfiguration<FormEntry>
{
    public void Configure(EntityTypeBuilder<FormEntry> builder)
    {
        builder.ToTable("form_entries").HasKey(e => e.Id);
        builder.Property(e => e.Id).HasMaxLength(EntryIds.Length).IsFixedLength();
        builder.Property(e => e.IncomingCallId).HasColumnName("incomingcall_id");
        builder.Property(e => e.UniqueId).HasColumnName("uniqueid");
        // Not jsonb: it would sort the fields.
        builder.Property(e => e.Data).HasColumnType("json");
        builder.Property(e => e.Version).IsConcurrencyToken();
        builder.HasOne<DynamicForm>().WithMany().HasForeignKey(e => e.FormId).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(e => e.UniqueId);
        builder.HasIndex(e => new { e.FormId, e.Timestamp, e.Id });
        builder.HasIndex(e => new { e.FormId, e.IncomingCallId, e.Timestamp });
    }
}
