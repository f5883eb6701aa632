using System.Runtime.CompilerServices;
using Expand.Server.Platform;
using Npgsql;

namespace Expand.Server.Lists;

/// <summary>An element of a range list as it is now.</summary>
internal sealed record RangeElement(long Id, DigitRange Range, string Value, int Version)
{
    /// <summary>Its ETag.</summary>
    public int Tag => ElementTag.Of(Id, Version);

    /// <summary>The element of a row <c>id, length, first, last, value, version</c>.</summary>
    public static RangeElement Read(NpgsqlDataReader row) =>
        new(row.GetInt64(0), new DigitRange(row.GetInt16(1), row.GetInt64(2), row.GetInt64(3)), row.GetString(4), row.GetInt32(5));
}

/// <summary>
/// The elements of range lists, known by where they begin. Whoever changes a list has it for the transaction (<see cref="HoldAsync"/>): what is read
/// of it then is so until the change is written. That ranges never overlap is the table's own rule besides.
/// </summary>
internal sealed class RangeElements(ExpandDb db, NpgsqlDataSource database)
{
    private const string Columns = "r.id, r.length, r.first, r.last, r.value, r.version";

    // The last range that begins at or before the key is the only one that can hold it: one step into the index.
    private static readonly ListStatement Lookup = new(ListKind.Range,
        $$"""
        select {{Columns}} from value_lists l left join lateral (
            select * from list_ranges where list_id = l.id and length = $2 and first <= $3 order by first desc limit 1) r on r.last >= $3
        where {list}
        """);

    // In the same steps: a plan made while the table was empty would else be content with the constraint's index, which knows no beginnings.
    private static readonly ListStatement Find = new(ListKind.Range,
        $$"""
        select {{Columns}} from value_lists l left join lateral (
            select * from list_ranges where list_id = l.id and length = $2 and first <= $3 order by first desc limit 1) r on r.first = $3
        where {list}
        """);

    private static readonly ListStatement Hold = new(ListKind.Range, "select l.id from value_lists l where {list} for no key update");

    private const string Insert =
        $"""
        insert into list_ranges as r (list_id, length, first, last, value, version) values ($1, $2, $3, $4, $5, 1) on conflict do nothing returning {Columns}
        """;

    private const string Update =
        $"update list_ranges r set length = $2, first = $3, last = $4, value = $5, version = r.version + 1 where r.id = $1 returning {Columns}";

    // Of ranges that do not overlap each other the last that begins before the end ends last.
    private const string Overlapping =
        $"""
        select {Columns} from (
            select * from list_ranges where list_id = $1 and length = $2 and first <= $4 and id <> $5 order by first desc limit 1) r
        where r.last >= $3
        """;

    /// <summary>The element that holds a key; a key that is none is refused.</summary>
    public Task<Result<RangeElement>> LookupAsync(ListAddress list, string key, CancellationToken ct) =>
        DigitRange.TryKey(key, out var asked)
            ? OneAsync(Lookup, list, asked, () => Failure.NotFound($"an element that holds {key} in the list {list}"), ct)
            : Task.FromResult<Result<RangeElement>>(Failure.Invalid("key", $"the key takes 1 to {DigitRange.MaxDigits} digits"));

    /// <summary>The element that begins with that key.</summary>
    public Task<Result<RangeElement>> FindAsync(ListAddress list, string from, CancellationToken ct) =>
        DigitRange.TryKey(from, out var asked)
            ? OneAsync(Find, list, asked, () => Missing(list, from), ct)
            : Task.FromResult<Result<RangeElement>>(Missing(list, from));

    /// <summary>A list's elements by id, read while they are answered.</summary>
    public async IAsyncEnumerable<RangeElement> ReadAsync(int listId, int start, int? limit, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var command = new NpgsqlCommand(
            $"select {Columns} from list_ranges r where r.list_id = $1 order by r.id offset $2 limit $3", connection)
            .With(listId).With((long)start).With(limit ?? long.MaxValue);
        // A client reads as slowly as it likes.
        command.CommandTimeout = 0;
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct)) yield return RangeElement.Read(rows);
    }

    /// <summary>Adds an element; a conflict that names the range in the way. A part of the transaction that the request may have open.</summary>
    public async Task<Result<RangeElement>> AddAsync(ListAddress list, string from, string to, string value, CancellationToken ct)
    {
        var between = DigitRange.Between(from, to);
        if (between.Failure is { } wrong) return wrong;
        return await db.InTransactionAsync<Result<RangeElement>>(async inside =>
        {
            var connection = await db.OpenAsync(inside);
            if (await HoldAsync(list, connection, inside) is not { } listId) return ValueLists.Missing(ListKind.Range, list);
            return await AskAsync(With(new NpgsqlCommand(Insert, connection).With(listId), between.Value).With(value), inside) is { } added ? added
                : await InTheWayAsync(connection, listId, between.Value, 0, inside) is { } other ? InTheWay(other.Range)
                : throw new InvalidOperationException("a range was refused that nothing is in the way of");
        }, ct);
    }

    /// <summary>Gives an element another value, and other ends where they are given; a conflict that names the range in the way.</summary>
    public Task<Result<RangeElement>> ChangeAsync(
        ListAddress list, string from, string? newFrom, string? newTo, string value, ExpectedVersion expected, CancellationToken ct) =>
        HeldAsync(list, from, expected, async (connection, listId, now) =>
        {
            var between = DigitRange.Between(newFrom ?? now.Range.From, newTo ?? now.Range.To);
            if (between.Failure is { } wrong) return wrong;
            if (between.Value != now.Range && await InTheWayAsync(connection, listId, between.Value, now.Id, ct) is { } other) return InTheWay(other.Range);
            return (await AskAsync(With(new NpgsqlCommand(Update, connection).With(now.Id), between.Value).With(value), ct))!;
        }, ct);

    /// <summary>Removes an element and answers what it was.</summary>
    public Task<Result<RangeElement>> RemoveAsync(ListAddress list, string from, ExpectedVersion expected, CancellationToken ct) =>
        HeldAsync(list, from, expected, async (connection, _, now) =>
        {
            await using var remove = new NpgsqlCommand("delete from list_ranges where id = $1", connection).With(now.Id);
            await remove.ExecuteNonQueryAsync(ct);
            return now;
        }, ct);

    /// <summary>The list's id, and nobody else changes its elements until the transaction ends; null where there is no such list.</summary>
    public static async Task<int?> HoldAsync(ListAddress list, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var hold = Hold.About(list, connection);
        return await hold.ExecuteScalarAsync(ct) as int?;
    }

    /// <summary>What is told of a range that overlaps another.</summary>
    public static Failure InTheWay(DigitRange other) => Failure.Conflict($"the range {other} of the list is in the way");

    private Task<Result<RangeElement>> HeldAsync(
        ListAddress list, string from, ExpectedVersion expected, Func<NpgsqlConnection, int, RangeElement, Task<Result<RangeElement>>> change, CancellationToken ct) =>
        db.InTransactionAsync<Result<RangeElement>>(async inside =>
        {
            var connection = await db.OpenAsync(inside);
            if (await HoldAsync(list, connection, inside) is not { } listId) return ValueLists.Missing(ListKind.Range, list);
            if (!DigitRange.TryKey(from, out var asked)) return Missing(list, from);
            var now = await AskAsync(Find.About(list, connection).With(asked.Length).With(asked.First), inside);
            if (now is null) return Missing(list, from);
            return expected.Refusal(now.Tag, $"the element {now.Range}") is { } changed ? changed : await change(connection, listId, now);
        }, ct);

    private async Task<Result<RangeElement>> OneAsync(ListStatement statement, ListAddress list, DigitRange asked, Func<Failure> none, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var command = statement.About(list, connection).With(asked.Length).With(asked.First);
        await using var rows = await command.ExecuteReaderAsync(ct);
        if (!await rows.ReadAsync(ct)) return ValueLists.Missing(ListKind.Range, list);
        return rows.IsDBNull(0) ? none() : RangeElement.Read(rows);
    }

    private static Task<RangeElement?> InTheWayAsync(NpgsqlConnection connection, int listId, DigitRange range, long exceptId, CancellationToken ct) =>
        AskAsync(With(new NpgsqlCommand(Overlapping, connection).With(listId), range).With(exceptId), ct);

    private static NpgsqlCommand With(NpgsqlCommand command, DigitRange range) => command.With(range.Length).With(range.First).With(range.Last);

    private static async Task<RangeElement?> AskAsync(NpgsqlCommand command, CancellationToken ct)
    {
        await using (command)
        {
            await using var rows = await command.ExecuteReaderAsync(ct);
            return await rows.ReadAsync(ct) && !rows.IsDBNull(0) ? RangeElement.Read(rows) : null;
        }
    }

    private static Failure Missing(ListAddress list, string from) => Failure.NotFound($"an element from {from} in the list {list}");
}
