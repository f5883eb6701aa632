using Expand.Server.Platform;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Npgsql;

namespace Expand.Server.Forms;

/// <summary>
/// What an agent typed into a form and has not saved yet: kept as it is typed, so that a lost connection, another browser or a restart of the server
/// loses none of it.
/// </summary>
internal sealed class FormDraft
{
    public int UserId { get; init; }

    /// <summary>The agent's channel in the call: a call that comes back to the agent is another one.</summary>
    public required string Leg { get; init; }

    public int FormId { get; init; }

    /// <summary>The call as the page shows it, as JSON: after a reload it is over and nobody else knows it.</summary>
    public required string Call { get; init; }

    /// <summary>Values by field name, as JSON.</summary>
    public required string Values { get; init; }

    public DateTimeOffset ChangedAt { get; init; }
}

internal sealed class FormDraftConfiguration : IEntityTypeConfiguration<FormDraft>
{
    public void Configure(EntityTypeBuilder<FormDraft> builder)
    {
        builder.ToTable("form_drafts").HasKey(d => new { d.UserId, d.Leg, d.FormId });
        builder.Property(d => d.Call).HasColumnType("json");
        builder.Property(d => d.Values).HasColumnType("json");
        builder.HasOne<DynamicForm>().WithMany().HasForeignKey(d => d.FormId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(d => d.ChangedAt);
    }
}

/// <summary>Keeps what agents typed until it is saved or thrown away.</summary>
internal sealed class FormDrafts(NpgsqlDataSource database, IDbContextFactory<ExpandDb> databases, TimeProvider clock)
{
    /// <summary>Characters of a draft at most: what no entry could hold is no draft either.</summary>
    private const int Longest = 1_000_000;

    /// <summary>A draft that nobody came back to in this time is thrown away.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(3);

    /// <summary>The drafts of a user, of the newest call first.</summary>
    public async Task<IReadOnlyList<FormDraft>> OfAsync(int userId, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.Set<FormDraft>().AsNoTracking().Where(d => d.UserId == userId).OrderByDescending(d => d.ChangedAt).ToListAsync(ct);
    }

    /// <summary>Keeps what is typed now in the place of what was.</summary>
    public async Task KeepAsync(int userId, string leg, int formId, string call, IReadOnlyDictionary<string, IReadOnlyList<string>> values, CancellationToken ct)
    {
        // PostgreSQL takes no NUL; nothing else of what somebody types is refused before it is saved.
        var json = StoredJson.Write(values.ToDictionary(v => v.Key, v => v.Value.Select(text => text.Replace("\0", "", StringComparison.Ordinal))));
        if (json.Length > Longest) return;
        var now = clock.GetUtcNow().UtcDateTime;
        await using var command = database.CreateCommand(
            """
            with old as (delete from form_drafts where changed_at < $7 and (user_id, leg, form_id) <> ($1, $2, $3))
            insert into form_drafts (user_id, leg, form_id, call, values, changed_at) values ($1, $2, $3, $4::json, $5::json, $6)
            on conflict (user_id, leg, form_id) do update set call = excluded.call, values = excluded.values, changed_at = excluded.changed_at
            """);
        foreach (var value in new object[] { userId, leg, formId, call, json, now, now - Kept }) command.Parameters.Add(new() { Value = value });
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Throws away a form's draft: it is saved.</summary>
    public Task DropAsync(int userId, string leg, int formId, CancellationToken ct) => DropAsync(d => d.UserId == userId && d.Leg == leg && d.FormId == formId, ct);

    /// <summary>Throws away the drafts of a call: the agent closed it.</summary>
    public Task DropAsync(int userId, string leg, CancellationToken ct) => DropAsync(d => d.UserId == userId && d.Leg == leg, ct);

    private async Task DropAsync(System.Linq.Expressions.Expression<Func<FormDraft, bool>> which, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        await db.Set<FormDraft>().Where(which).ExecuteDeleteAsync(ct);
    }
}
