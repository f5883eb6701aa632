using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Npgsql;

namespace Expand.Server.Forms;

/// <summary>
/// The contract's <c>idcall</c>: a call's own number, small and never given twice. Asterisk has none (its Uniqueid is text, and unique only within one
/// PBX), so a call gets its number when an agent first has a form before it, and keeps it for whoever takes the call after a transfer.
/// </summary>
internal sealed class NumberedCall
{
    public long Id { get; init; }

    public required string Pbx { get; init; }

    public required string UniqueId { get; init; }

    public DateTimeOffset NumberedAt { get; init; }
}

internal sealed class NumberedCallConfiguration : IEntityTypeConfiguration<NumberedCall>
{
    public void Configure(EntityTypeBuilder<NumberedCall> builder)
    {
        builder.ToTable("numbered_calls").HasKey(c => c.Id);
        builder.Property(c => c.Id).UseIdentityAlwaysColumn();
        builder.Property(c => c.UniqueId).HasColumnName("uniqueid");
        builder.Property(c => c.NumberedAt).HasDefaultValueSql("now()");
        builder.HasIndex(c => new { c.Pbx, c.UniqueId }).IsUnique();
    }
}

/// <summary>Gives calls their numbers.</summary>
internal sealed class CallNumbers(NpgsqlDataSource database)
{
    /// <summary>The call's number, given now where it has none; the same for every host and agent.</summary>
    public async Task<long> OfAsync(string pbx, string uniqueId, CancellationToken ct)
    {
        // The insert waits for another one of the same call, and then finds what that one made.
        await using var command = database.CreateCommand(
            """
            with known as (select id from numbered_calls where pbx = $1 and uniqueid = $2),
                made as (
                    insert into numbered_calls (pbx, uniqueid) select $1, $2 where not exists (select from known)
                    on conflict (pbx, uniqueid) do update set uniqueid = excluded.uniqueid returning id)
            select id from known union all select id from made
            """);
        command.Parameters.Add(new() { Value = pbx });
        command.Parameters.Add(new() { Value = uniqueId });
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }
}
