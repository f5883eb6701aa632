using Expand.Server.Platform;
using Npgsql;

namespace Expand.Server.Lists;

/// <summary>A row of a bulk request: a range and its value.</summary>
internal readonly record struct RangeRow(string From, string To, string Value);

/// <summary>
/// Many elements of a range list at once, added or changed by where they begin. The ranges in question are read, the rows are tried on them in their order,
/// and what came of it is written: three statements, whatever the rows do to each other.
/// </summary>
internal sealed class RangeElementRows(NpgsqlDataSource database)
{
    private const string Table = "list_ranges";

    // Two steps into the index of beginnings for each row, and in its order: a plan that was made while the table was empty, and is kept, would else
    // take any index that begins with the list, and compare each row with every range of it.
    private const string Touched =
        """
        select distinct r.id, r.length, r.first, r.last, r.value, r.version from unnest($2, $3, $4) as asked (length, first, last) cross join lateral (
            (select * from list_ranges where list_id = $1 and length = asked.length and first <= asked.first order by first desc limit 1)
            union all
            (select * from list_ranges where list_id = $1 and length = asked.length and first > asked.first and first <= asked.last order by first)) r
        where r.last >= asked.first
        """;

    // In any order: where ranges begin does not change here, so that one which grows meets none that is there, only what another gave up.
    private const string Update =
        """
        update list_ranges r set last = w.last, value = w.value, version = r.version + w.changes
        from unnest($1, $2, $3, $4) as w (id, last, value, changes) where r.id = w.id
        """;

    private const string Insert =
        """
        insert into list_ranges as r (list_id, length, first, last, value, version)
        select $1, w.length, w.first, w.last, w.value, w.version
        from unnest($2, $3, $4, $5, $6) with ordinality as w (length, first, last, value, version, n) order by w.n
        returning r.id, r.length, r.first
        """;

    /// <summary>Writes the rows in one transaction, in their order, and says what became of each.</summary>
    public async Task<IReadOnlyList<RowOutcome>> UpsertAsync(ListAddress list, IReadOnlyList<RangeRow> rows, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (await RangeElements.HoldAsync(list, connection, ct) is not { } listId)
            return [.. Enumerable.Repeat<RowOutcome>(ValueLists.Missing(ListKind.Range, list), rows.Count)];

        var tried = await PutAsync(connection, listId, [.. rows.Select(r => (DigitRange.Between(r.From, r.To), r.Value))], overwrite: true, ct);
        await transaction.CommitAsync(ct);
        return [.. tried.Select(t => t.Outcome)];
    }

    /// <summary>Writes the rows in the transaction that the connection has open, in which the list is held.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="listId">The list.</param>
    /// <param name="rows">Ranges, or why they are none, with their values.</param>
    /// <param name="overwrite">Whether a range that is there is changed.</param>
    /// <param name="ct">Ends the writing.</param>
    /// <param name="table">Where to: a table like that of all ranges.</param>
    public static async Task<IReadOnlyList<Tried>> PutAsync(
        NpgsqlConnection connection, int listId, IReadOnlyList<(Result<DigitRange> Asked, string Value)> rows, bool overwrite, CancellationToken ct,
        string table = Table)
    {
        // Where the list's rows are not in the table's statistics yet, any index seems good enough, and one that does not know where ranges begin
        // compares each row with every range. What has to come in their order, and may not be sorted, comes from the index that has it.
        await using (var ordered = new NpgsqlCommand("set local enable_sort = off; set local enable_seqscan = off", connection)) await ordered.ExecuteNonQueryAsync(ct);
        var trial = new RangeTrial(await TouchedAsync(connection, table, listId, [.. rows.Where(r => r.Asked.Failure is null).Select(r => r.Asked.Value)], ct));
        var tried = rows.Select(r => r.Asked.Failure is { } wrong ? new Tried(null, wrong) : trial.Put(r.Asked.Value, r.Value, overwrite)).ToList();
        await UpdateAsync(connection, table, [.. trial.Changed], ct);
        await InsertAsync(connection, table, listId, [.. trial.Added], ct);
        return tried;
    }

    private static string In(string table, string statement) => table == Table ? statement : statement.Replace(Table, table, StringComparison.Ordinal);

    private static async Task<List<RangeElement>> TouchedAsync(NpgsqlConnection connection, string table, int listId, DigitRange[] asked, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(In(table, Touched), connection).With(listId)
            .With(asked.Select(a => a.Length).ToArray()).With(asked.Select(a => a.First).ToArray()).With(asked.Select(a => a.Last).ToArray());
        var touched = new List<RangeElement>();
        await using var found = await command.ExecuteReaderAsync(ct);
        while (await found.ReadAsync(ct)) touched.Add(RangeElement.Read(found));
        return touched;
    }

    private static async Task UpdateAsync(NpgsqlConnection connection, string table, TriedRange[] changed, CancellationToken ct)
    {
        if (changed.Length == 0) return;
        await using var command = new NpgsqlCommand(In(table, Update), connection)
            .With(changed.Select(c => c.Id).ToArray()).With(changed.Select(c => c.Range.Last).ToArray())
            .With(changed.Select(c => c.Value).ToArray()).With(changed.Select(c => c.Changes).ToArray());
        await command.ExecuteNonQueryAsync(ct);
    }

    private static async Task InsertAsync(NpgsqlConnection connection, string table, int listId, TriedRange[] added, CancellationToken ct)
    {
        if (added.Length == 0) return;
        var byFirst = added.ToDictionary(a => (a.Range.Length, a.Range.First));
        await using var command = new NpgsqlCommand(In(table, Insert), connection).With(listId)
            .With(added.Select(a => a.Range.Length).ToArray()).With(added.Select(a => a.Range.First).ToArray())
            .With(added.Select(a => a.Range.Last).ToArray()).With(added.Select(a => a.Value).ToArray()).With(added.Select(a => a.Changes).ToArray());
        await using var ids = await command.ExecuteReaderAsync(ct);
        while (await ids.ReadAsync(ct)) byFirst[(ids.GetInt16(1), ids.GetInt64(2))].Id = ids.GetInt64(0);
    }
}
