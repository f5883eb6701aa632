using System.Runtime.CompilerServices;
using Expand.Server.Platform;
using Npgsql;

namespace Expand.Server.Lists;

/// <summary>An element of a simple list as it is now.</summary>
internal sealed record SimpleElement(long Id, string Key, string Value, int Version)
{
    /// <summary>Its ETag.</summary>
    public int Tag => ElementTag.Of(Id, Version);
}

/// <summary>
/// The elements of simple lists, one statement for each change: clients who come at the same time are told what became of their own.
/// </summary>
internal sealed class SimpleElements(ExpandDb db, NpgsqlDataSource database)
{
    private static readonly ListStatement Find = new(ListKind.Simple,
        "select e.id, e.key, e.value, e.version from value_lists l left join list_elements e on e.list_id = l.id and e.key = $2 where {list}");

    // The list is held: the foreign key would fail of one that is being removed.
    private static readonly ListStatement Add = new(ListKind.Simple,
        """
        with found as materialized (select l.id from value_lists l where {list} for key share),
        added as (insert into list_elements (list_id, key, value, version) select id, $2, $3, 1 from found on conflict (list_id, key) do nothing returning *)
        select added.id, added.key, added.value, added.version from found left join added on true
        """);

    private static readonly ListStatement Change = new(ListKind.Simple,
        """
        with found as (select l.id from value_lists l where {list}),
        changed as (
            update list_elements e set value = $3, version = e.version + 1 from found
            where e.list_id = found.id and e.key = $2 and ($4 = 0 or (e.id = $4 and e.version = $5)) returning e.*)
        select changed.id, changed.key, changed.value, changed.version from found left join changed on true
        """);

    // Whoever writes two keys of a list takes turns with whoever writes many (SimpleElementRows): they would wait for each other.
    private static readonly ListStatement Rename = new(ListKind.Simple,
        """
        with found as materialized (select l.id from value_lists l where {list} for no key update),
        changed as (
            update list_elements e set value = $3, key = $6, version = e.version + 1 from found
            where e.list_id = found.id and e.key = $2 and ($4 = 0 or (e.id = $4 and e.version = $5)) returning e.*)
        select changed.id, changed.key, changed.value, changed.version from found left join changed on true
        """);

    private static readonly ListStatement Remove = new(ListKind.Simple,
        """
        with found as (select l.id from value_lists l where {list}),
        removed as (
            delete from list_elements e using found
            where e.list_id = found.id and e.key = $2 and ($3 = 0 or (e.id = $3 and e.version = $4)) returning e.*)
        select removed.id, removed.key, removed.value, removed.version from found left join removed on true
        """);

    /// <summary>The element of that key, by a connection that is open. The statement stays prepared on it: to plan it takes longer than to run it.</summary>
    public static async Task<Result<SimpleElement>> FindAsync(NpgsqlConnection connection, ListAddress list, string key, CancellationToken ct)
    {
        var command = Find.About(list, connection).With(key);
        await command.PrepareAsync(ct);
        return await OneAsync(command, list, () => Missing(list, key), ct);
    }

    /// <summary>A list's elements by id, read while they are answered.</summary>
    public async IAsyncEnumerable<SimpleElement> ReadAsync(int listId, int start, int? limit, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var command = new NpgsqlCommand(
            "select id, key, value, version from list_elements where list_id = $1 order by id offset $2 limit $3", connection)
            .With(listId).With((long)start).With(limit ?? long.MaxValue);
        // A client reads as slowly as it likes.
        command.CommandTimeout = 0;
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct)) yield return Read(rows);
    }

    /// <summary>Adds an element; a conflict where the key is there. A part of the transaction that the request may have open.</summary>
    public async Task<Result<SimpleElement>> AddAsync(ListAddress list, string key, string value, CancellationToken ct)
    {
        if (WrongKey(key) is { } wrong) return wrong;
        return await OneAsync(Add.About(list, await db.OpenAsync(ct)).With(key).With(value), list, () => Taken(list, key), ct);
    }

    /// <summary>Gives an element another value, and another key where one is given; a conflict where that one is there.</summary>
    public Task<Result<SimpleElement>> ChangeAsync(
        ListAddress list, string key, string? newKey, string value, ExpectedVersion expected, CancellationToken ct)
    {
        if (newKey is not null && WrongKey(newKey) is { } wrong) return Task.FromResult<Result<SimpleElement>>(wrong);
        var isRenamed = newKey is not null && newKey != key;
        return WhereMatchedAsync(list, key, expected, async (connection, id, version) =>
        {
            var command = (isRenamed ? Rename : Change).About(list, connection).With(key).With(value).With(id).With(version);
            if (isRenamed) command.With(newKey!);
            try
            {
                return await OneAsync(command, list, () => Missing(list, key), ct);
            }
            catch (PostgresException taken) when (taken.SqlState == PostgresErrorCodes.UniqueViolation)
            {
                return Taken(list, newKey!);
            }
        }, ct);
    }

    /// <summary>Removes an element and answers what it was.</summary>
    public Task<Result<SimpleElement>> RemoveAsync(ListAddress list, string key, ExpectedVersion expected, CancellationToken ct) =>
        WhereMatchedAsync(list, key, expected, (connection, id, version) =>
            OneAsync(Remove.About(list, connection).With(key).With(id).With(version), list, () => Missing(list, key), ct), ct);

    /// <summary>Why it is no key of a list: an address holds it, and "." and ".." there are steps of a path.</summary>
    public static Failure? WrongKey(string key) => IsKey(key) ? null
        : Failure.Invalid("key", $"the key takes 1 to {ListElement.KeyLength} characters, none of them a control character, and neither . nor ..");

    /// <summary>Whether an element can have that key.</summary>
    public static bool IsKey(string key) => key.Length is > 0 and <= ListElement.KeyLength && key is not ("." or "..") && PlainText.Holds(key);

    /// <summary>
    /// Without a condition the change is made as it is. With one it is made of the version that was compared; where somebody was faster the next one is compared.
    /// </summary>
    private async Task<Result<SimpleElement>> WhereMatchedAsync(
        ListAddress list, string key, ExpectedVersion expected, Func<NpgsqlConnection, long, int, Task<Result<SimpleElement>>> change, CancellationToken ct)
    {
        if (!IsKey(key)) return Missing(list, key);
        // A part of the transaction that whoever asks may have open.
        var connection = await db.OpenAsync(ct);
        if (expected.IsAny) return await change(connection, 0, 0);
        while (true)
        {
            var found = await FindAsync(connection, list, key, ct);
            if (found.Value is not { } now) return found;
            if (expected.Refusal(now.Tag, $"the element {key}") is { } refused) return refused;
            var changed = await change(connection, now.Id, now.Version);
            if (changed.Failure is not { Kind: FailureKind.NotFound }) return changed;
        }
    }

    /// <summary>The element that a statement answers: no row where there is no list, a row of nulls where there is no such element.</summary>
    private static async Task<Result<SimpleElement>> OneAsync(NpgsqlCommand command, ListAddress list, Func<Failure> none, CancellationToken ct)
    {
        await using (command)
        {
            await using var rows = await command.ExecuteReaderAsync(ct);
            if (!await rows.ReadAsync(ct)) return ValueLists.Missing(ListKind.Simple, list);
            return rows.IsDBNull(0) ? none() : Read(rows);
        }
    }

    private static SimpleElement Read(NpgsqlDataReader row) => new(row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetInt32(3));

    /// <summary>That there is no such element.</summary>
    public static Failure Missing(ListAddress list, string key) => Failure.NotFound($"the element {key} of the list {list}");

    private static Failure Taken(ListAddress list, string key) => Failure.Conflict($"the list {list} has an element {key} already");
}
