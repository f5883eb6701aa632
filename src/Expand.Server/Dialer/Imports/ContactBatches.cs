using Expand.Server.Platform;
using Microsoft.EntityFrameworkCore;
using NpgsqlTypes;

namespace Expand.Server.Dialer.Imports;

/// <summary>Writes some thousand contacts at once, each time in a transaction of its own, and looks up what would become of them.</summary>
internal sealed class ContactBatches(IDbContextFactory<ExpandDb> databases, TimeProvider clock)
{
    /// <summary>Rows that are written at once: the campaign is held for less than a second.</summary>
    public const int Rows = 2_000;

    /// <summary>Writes the rows for good, or says why the campaign takes none. What is not written does not count.</summary>
    public async Task<Failure?> WriteAsync(ContactImport import, List<GoodRow> rows, ImportCounts counts, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var table = new ContactTable(db);
        var (campaign, mode) = (import.Plan.Campaign, import.Plan.Mode);
        if (await table.HoldCampaignAsync(campaign, ct) is not { } held) return Contacts.NoCampaign(campaign);
        if (held.Life.HasEnded) return Failure.Conflict($"campaign {campaign} is {held.State}: it takes no contacts");
        var keys = Keys(rows);
        if (keys.Length > 0) await table.TakeTurnAsync(campaign, ct);
        var before = await table.LockAsync(campaign, [], keys, ct);
        var portion = new ContactPortion(held, before, clock.GetUtcNow().WholeSecond()) { Source = Transitions.Imported };
        var ids = new Queue<long>(await table.NewIdsAsync(rows.Count(r => r.Form.ExternalId is not { } key || !portion.HasKey(key)), ct));
        var refused = new List<RefusedRow>();
        var (added, updated, same) = (0, 0, 0);
        // A file without additional data says nothing of them.
        var kept = import.Plan.Columns.Any(c => c.Use == ColumnUse.Info) ? [] : before.ToDictionary(c => c.ExternalId!, c => c.Info, StringComparer.Ordinal);
        foreach (var row in rows)
        {
            if (mode == ImportMode.AddOnly && row.Form.ExternalId is { } known && portion.HasKey(known))
            {
                same++;
                continue;
            }

            var form = row.Form.ExternalId is { } own && kept.TryGetValue(own, out var info) ? row.Form with { Info = info } : row.Form;
            var outcome = portion.Apply(new ContactRow(null, form), ids.Dequeue);
            if (outcome.Failure is not null) refused.Add(new RefusedRow(row.Line, ImportRule.Kept, null, $"{row.Form.Name} {row.Form.Numcall}"));
            else if (outcome.IsNew) added++;
            else updated++;
        }

        await table.UpdateAsync(portion.Changed, ct);
        await table.InsertAsync(portion.Added, ct);
        // From here on it is done, whatever is wished: a commit that is cut off may have happened.
        await transaction.CommitAsync(CancellationToken.None);
        foreach (var row in refused) import.Refuse(row);
        counts.Added += added;
        counts.Changed += portion.Changed.Count;
        counts.Same += same + updated - portion.Changed.Count;
        counts.Refused += refused.Count;
        return null;
    }

    /// <summary>Counts what would become of the rows.</summary>
    public async Task CheckAsync(ContactImport import, List<GoodRow> rows, ImportCounts counts, CancellationToken ct)
    {
        var (keys, known) = (Keys(rows), 0L);
        if (keys.Length > 0)
        {
            await using var db = await databases.CreateDbContextAsync(ct);
            await using var command = await db.CommandAsync("select count(*) from contacts where campaign = $1 and external_id = any($2)", ct);
            command.Add(NpgsqlDbType.Integer, import.Plan.Campaign);
            command.Add(NpgsqlDbType.Array | NpgsqlDbType.Text, keys);
            known = (long)(await command.ExecuteScalarAsync(ct))!;
        }

        counts.Added += rows.Count - known;
        if (import.Plan.Mode == ImportMode.AlsoChange) counts.Changed += known;
        else counts.Same += known;
    }

    private static string[] Keys(List<GoodRow> rows) => [.. rows.Select(r => r.Form.ExternalId).OfType<string>()];
}
