using Npgsql;

namespace Expand.Server.Lists;

/// <summary>What is looked for in a list: an empty text is nothing.</summary>
/// <param name="Key">How keys begin; of a range list a number that the range holds.</param>
/// <param name="Value">A part of the value, in any case.</param>
internal sealed record ListSearch(string Key, string Value);

/// <summary>An element of either kind of list as a page shows it.</summary>
/// <param name="Key">The key; of a range where it begins.</param>
/// <param name="To">Where a range ends; empty of a key.</param>
/// <param name="Value">The value.</param>
/// <param name="Tag">Stands for the version that is seen.</param>
internal sealed record ListRow(string Key, string To, string Value, int Tag);

/// <summary>Some of a list's elements in their order, and whether more come after them.</summary>
internal sealed record ListPage(IReadOnlyList<ListRow> Rows, bool HasMore);

/// <summary>
/// A list's elements page by page, in the order of their keys. A page begins after the last key of the one before it (no offset), so that the
/// millionth element is as near as the first.
/// </summary>
internal sealed class ListBrowsing(NpgsqlDataSource database)
{
    // In this order of characters nothing that begins with the text comes after the text and the last character of all.
    private const string Simple =
        """
        select id, key, value, version from list_elements
        where list_id = $1 and key >= $2 and key < $2 || chr(1114111) and key > $3 and ($4 = '' or position(lower($4) in lower(value)) > 0)
        order by key limit $5
        """;

    private const string Ranges =
        """
        select id, length, first, last, value, version from list_ranges
        where list_id = $1 and (length, first) > ($2, $3) and ($4 = '' or position(lower($4) in lower(value)) > 0)
        order by length, first limit $5
        """;

    // One step into the index: the last range that begins at or before the number is the only one that can hold it.
    private const string Holding =
        """
        select * from (select id, length, first, last, value, version from list_ranges
            where list_id = $1 and length = $2 and first <= $3 order by first desc limit 1) r
        where last >= $3 and ($4 = '' or position(lower($4) in lower(value)) > 0)
        """;

    private const string Overlapping =
        """
        select * from (select id, length, first, last, value, version from list_ranges
            where list_id = $1 and length = $2 and first <= $4 order by first desc limit 2) r
        where last >= $3 and first <> $5 limit 1
        """;

    /// <summary>The page after a key (null: the first one).</summary>
    public Task<ListPage> PageAsync(ValueList list, ListSearch search, string? after, int size, CancellationToken ct) =>
        list.Kind == ListKind.Simple ? SimpleAsync(list.Id, search, after ?? "", size, ct)
        : search.Key.Length > 0 ? HoldingAsync(list.Id, search, ct)
        : RangesAsync(list.Id, search, after, size, ct);

    /// <summary>A range of the list that overlaps this one, other than the one that begins at <paramref name="except"/>; null where there is none.</summary>
    public async Task<DigitRange?> OverlappedAsync(int listId, DigitRange range, string? except, CancellationToken ct)
    {
        var own = except is not null && DigitRange.TryKey(except, out var begins) && begins.Length == range.Length ? begins.First : -1;
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var command = new NpgsqlCommand(Overlapping, connection)
            .With(listId).With(range.Length).With(range.First).With(range.Last).With(own);
        await using var rows = await command.ExecuteReaderAsync(ct);
        return await rows.ReadAsync(ct) ? RangeElement.Read(rows).Range : null;
    }

    private async Task<ListPage> SimpleAsync(int listId, ListSearch search, string after, int size, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var command = new NpgsqlCommand(Simple, connection)
            .With(listId).With(search.Key).With(after).With(search.Value).With(size + 1);
        await using var rows = await command.ExecuteReaderAsync(ct);
        var found = new List<ListRow>();
        while (await rows.ReadAsync(ct)) found.Add(new ListRow(rows.GetString(1), "", rows.GetString(2), ElementTag.Of(rows.GetInt64(0), rows.GetInt32(3))));
        return Cut(found, size);
    }

    private async Task<ListPage> RangesAsync(int listId, ListSearch search, string? after, int size, CancellationToken ct)
    {
        var begin = after is not null && DigitRange.TryKey(after, out var last) ? last : default;
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var command = new NpgsqlCommand(Ranges, connection)
            .With(listId).With(begin.Length).With(begin.Length == 0 ? -1L : begin.First).With(search.Value).With(size + 1);
        return Cut(await ReadAsync(command, ct), size);
    }

    private async Task<ListPage> HoldingAsync(int listId, ListSearch search, CancellationToken ct)
    {
        if (!DigitRange.TryKey(search.Key, out var asked)) return new ListPage([], false);
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var command = new NpgsqlCommand(Holding, connection).With(listId).With(asked.Length).With(asked.First).With(search.Value);
        return new ListPage(await ReadAsync(command, ct), false);
    }

    private static async Task<List<ListRow>> ReadAsync(NpgsqlCommand command, CancellationToken ct)
    {
        var found = new List<ListRow>();
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
        {
            var element = RangeElement.Read(rows);
            found.Add(new ListRow(element.Range.From, element.Range.To, element.Value, element.Tag));
        }

        return found;
    }

    private static ListPage Cut(List<ListRow> found, int size) =>
        found.Count > size ? new ListPage(found[..size], true) : new ListPage(found, false);
}
