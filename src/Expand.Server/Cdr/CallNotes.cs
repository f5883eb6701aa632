using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Npgsql;

namespace Expand.Server.Cdr;

/// <summary>What whoever makes a call wants to find again in its records: the contract's <c>callinfo</c>.</summary>
internal sealed class CallNote
{
    /// <summary>The call's Uniqueid, known before it is made.</summary>
    public required string UniqueId { get; init; }

    public required string CallInfo { get; init; }
}

internal sealed class CallNoteConfiguration : IEntityTypeConfiguration<CallNote>
{
    public void Configure(EntityTypeBuilder<CallNote> builder) => builder.ToTable("cdr_notes").HasKey(n => n.UniqueId);
}

/// <summary>
/// Keeps notes on calls. They stay out of the dialplan: a comma there starts another variable, and what a client writes is none of Asterisk's
/// business.
/// </summary>
internal static class CallNotes
{
    /// <summary>Keeps a note, together with whatever else the batch writes.</summary>
    public static NpgsqlBatchCommand Keep(string uniqueId, string callInfo)
    {
        var command = new NpgsqlBatchCommand(
            "insert into cdr_notes (unique_id, call_info) values ($1, $2) on conflict (unique_id) do update set call_info = excluded.call_info");
        command.Parameters.Add(new() { Value = uniqueId });
        command.Parameters.Add(new() { Value = callInfo });
        return command;
    }
}
