using Expand.Server.Platform;
using Npgsql;

namespace Expand.Server.Lists;

/// <summary>Many elements of a simple list at once, added or changed by key.</summary>
internal sealed class SimpleElementRows(NpgsqlDataSource database)
{
    private static readonly ListStatement Hold = new(ListKind.Simple, "select l.id from value_lists l where {list} for no key update");

    private const string Upsert =
        """
        insert into list_elements as e (list_id, key, value, version)
        select $1, r.key, r.value, 1 from unnest($2, $3) with ordinality as r (key, value, n) order by r.n
        on conflict (list_id, key) do update set value = excluded.value, version = e.version + 1 where e.value <> excluded.value
        returning e.id, e.key, e.version = 1
        """;

    // What the statement before left as it was, it has locked all the same: none of them can be gone.
    private const string Unchanged = "select id, key from list_elements where list_id = $1 and key = any ($2)";

    /// <summary>Writes the rows in one transaction, in their order, and says what became of each.</summary>
    public async Task<IReadOnlyList<RowOutcome>> UpsertAsync(ListAddress list, IReadOnlyList<(string Key, string Value)> rows, CancellationToken ct)
    {
        var outcomes = new RowOutcome[rows.Count];
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using var hold = Hold.About(list, connection);
        if (await hold.ExecuteScalarAsync(ct) is not int listId)
        {
            Array.Fill(outcomes, ValueLists.Missing(ListKind.Simple, list));
            return outcomes;
        }

        foreach (var round in Rounds(rows, outcomes)) await WriteAsync(connection, listId, rows, round, outcomes, ct);
        await transaction.CommitAsync(ct);
        return outcomes;
    }

    /// <summary>The first row of each key, then the second of those that have two: a statement can write a key once only.</summary>
    private static List<List<int>> Rounds(IReadOnlyList<(string Key, string Value)> rows, RowOutcome[] outcomes)
    {
        var (rounds, seen) = (new List<List<int>>(), new Dictionary<string, int>(StringComparer.Ordinal));
        for (var i = 0; i < rows.Count; i++)
        {
            if (SimpleElements.WrongKey(rows[i].Key) is { } wrong)
            {
                outcomes[i] = wrong;
                continue;
            }

            var turn = seen.GetValueOrDefault(rows[i].Key);
            seen[rows[i].Key] = turn + 1;
            if (turn == rounds.Count) rounds.Add([]);
            rounds[turn].Add(i);
        }

        return rounds;
    }

    private static async Task WriteAsync(
        NpgsqlConnection connection, int listId, IReadOnlyList<(string Key, string Value)> rows, List<int> round, RowOutcome[] outcomes, CancellationToken ct)
    {
        var open = round.ToDictionary(i => rows[i].Key, StringComparer.Ordinal);
        await using (var upsert = new NpgsqlCommand(Upsert, connection).With(listId)
            .With(round.Select(i => rows[i].Key).ToArray()).With(round.Select(i => rows[i].Value).ToArray()))
        await using (var written = await upsert.ExecuteReaderAsync(ct))
        {
            while (await written.ReadAsync(ct))
            {
                open.Remove(written.GetString(1), out var row);
                outcomes[row] = written.GetBoolean(2) ? RowOutcome.Added(written.GetInt64(0)) : RowOutcome.Updated(written.GetInt64(0));
            }
        }

        if (open.Count == 0) return;
        await using var same = new NpgsqlCommand(Unchanged, connection).With(listId).With(open.Keys.ToArray());
        await using var left = await same.ExecuteReaderAsync(ct);
        while (await left.ReadAsync(ct)) outcomes[open[left.GetString(1)]] = RowOutcome.Updated(left.GetInt64(0));
    }
}
