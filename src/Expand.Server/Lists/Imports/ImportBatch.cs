using Npgsql;

namespace Expand.Server.Lists.Imports;

/// <summary>A row that is good by itself: its line, what it says, and its text for the report.</summary>
internal readonly record struct GoodRow(long Line, string Key, DigitRange Range, string Value);

/// <summary>Writes some thousand rows at once, in their order, in the transaction that the connection has open and in which the list is held.</summary>
internal static class ImportBatch
{
    private const string Upsert =
        """
        with written as (
            insert into list_elements as e (list_id, key, value, version)
            select $1, r.key, r.value, 1 from unnest($2, $3) with ordinality as r (key, value, n) order by r.n
            on conflict (list_id, key) do update set value = excluded.value, version = e.version + 1 where e.value <> excluded.value
            returning e.version = 1 as added)
        select count(*) filter (where added), count(*) filter (where not added) from written
        """;

    private const string Add =
        """
        with written as (
            insert into list_elements (list_id, key, value, version)
            select $1, r.key, r.value, 1 from unnest($2, $3) with ordinality as r (key, value, n) order by r.n
            on conflict (list_id, key) do nothing returning 1)
        select count(*), 0::bigint from written
        """;

    /// <summary>Writes keys. Of a key that stands several times the last row counts, or the first where known keys stay as they are.</summary>
    public static async Task WriteKeysAsync(NpgsqlConnection connection, int listId, List<GoodRow> rows, bool overwrite, ImportCounts counts, CancellationToken ct)
    {
        var once = new Dictionary<string, string>(rows.Count, StringComparer.Ordinal);
        foreach (var row in rows)
        {
            if (overwrite) once[row.Key] = row.Value;
            else once.TryAdd(row.Key, row.Value);
        }

        await using var command = new NpgsqlCommand(overwrite ? Upsert : Add, connection).With(listId).With(once.Keys.ToArray()).With(once.Values.ToArray());
        await using var written = await command.ExecuteReaderAsync(ct);
        await written.ReadAsync(ct);
        var (added, changed) = (written.GetInt64(0), written.GetInt64(1));
        counts.Added += added;
        counts.Changed += changed;
        counts.Same += rows.Count - added - changed;
    }

    /// <summary>Writes ranges; one that overlaps another is refused.</summary>
    public static async Task WriteRangesAsync(
        NpgsqlConnection connection, int listId, List<GoodRow> rows, bool overwrite, ImportCounts counts, Action<RefusedRow> refuse, CancellationToken ct,
        string table = "list_ranges")
    {
        var tried = await RangeElementRows.PutAsync(connection, listId, [.. rows.Select(r => (new Platform.Result<DigitRange>(r.Range, null), r.Value))], overwrite, ct, table);
        for (var i = 0; i < tried.Count; i++)
        {
            if (tried[i].Overlapped is { } other)
            {
                counts.Refused++;
                refuse(new RefusedRow(rows[i].Line, ImportRule.Overlap, other.ToString(), $"{rows[i].Range} {rows[i].Value}"));
            }
            else if (tried[i].IsNew) counts.Added++;
            else if (tried[i].IsChanged) counts.Changed++;
            else counts.Same++;
        }
    }
}
