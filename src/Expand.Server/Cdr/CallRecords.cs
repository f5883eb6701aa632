using System.Runtime.CompilerServices;
using Expand.Server.Platform;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Expand.Server.Cdr;

/// <summary>What cdrData shows of a record.</summary>
internal readonly record struct CallRow(
    string UniqueId, string Source, string Destination, string Context, string CallerId, string Channel, string DestinationChannel,
    string LastApplication, string LastData, DateTimeOffset CallDate, int Duration, int BillableSeconds, string Disposition);

/// <summary>The same as PostgreSQL sends it, in UTF-8: what only passes through is never a string.</summary>
internal readonly record struct CallBytes(
    byte[] UniqueId, byte[] Source, byte[] Destination, byte[] Context, string CallerId, byte[] Channel, byte[] DestinationChannel,
    byte[] LastApplication, byte[] LastData, DateTimeOffset CallDate, int Duration, int BillableSeconds, byte[] Disposition);

/// <summary>What cdrCustom shows of a record: the call's fields, and the note that whoever made the call keeps with it.</summary>
internal readonly record struct CustomRow(long Id, CallRow Call, string UserField, string CallInfo);

/// <summary>The questions asked of <c>cdr</c>. Reports are streamed: they cost memory for a row, not for the answer.</summary>
internal sealed partial class CallRecords(NpgsqlDataSource database, IDbContextFactory<ExpandDb> databases)
{
    private const string Row =
        """
        c.unique_id, c.source, c.destination, c.context, c.caller_id, c.channel, c.destination_channel,
        c.last_application, c.last_data, c.call_date, c.duration, c.billable_seconds, c.disposition
        """;

    /// <summary>All records of a call, in the order they were written.</summary>
    public async Task<IReadOnlyList<CallRecord>> OfCallAsync(string uniqueId, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.Set<CallRecord>().AsNoTracking().Where(c => c.UniqueId == uniqueId).OrderBy(c => c.CallDate).ThenBy(c => c.Sequence).ToListAsync(ct);
    }

    /// <summary>The first of these Uniqueids that any record has; null: none has.</summary>
    public async Task<string?> FirstKnownAsync(IReadOnlyList<string> uniqueIds, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select unique_id from cdr where unique_id = any($1) order by array_position($1, unique_id) limit 1");
        command.Parameters.Add(new() { Value = uniqueIds.ToArray() });
        return await command.ExecuteScalarAsync(ct) as string;
    }

    /// <summary>Those of these Uniqueids that any record has.</summary>
    public async Task<IReadOnlySet<string>> KnownAsync(IReadOnlyCollection<string> uniqueIds, CancellationToken ct)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        if (uniqueIds.Count == 0) return known;
        await foreach (var id in RowsAsync("select distinct unique_id from cdr where unique_id = any($1)", [uniqueIds.ToArray()], row => row.GetString(0), ct)) known.Add(id);
        return known;
    }

    /// <summary>
    /// All Uniqueids of the call that this is one of: of the channels that called in it, before and after each transfer. Empty where no record has it.
    /// </summary>
    public async Task<IReadOnlyList<string>> IdsOfCallAsync(string uniqueId, CancellationToken ct)
    {
        const string Sql =
            """
            with recursive call(id) as (
                select $1::text
                union
                select found.id from call c cross join lateral (
                    select unique_id as id from cdr where linked_id = c.id union all select linked_id from cdr where unique_id = c.id) found
                where found.id <> '')
            select call.id, exists (select 1 from cdr r where r.unique_id = call.id) from call limit 200
            """;
        var (ids, known) = (new List<string>(), false);
        await foreach (var (id, has) in RowsAsync(Sql, [uniqueId], row => (row.GetString(0), row.GetBoolean(1)), ct))
        {
            ids.Add(id);
            known |= has;
        }

        return known ? ids : [];
    }

    /// <summary>The note that whoever made the call keeps with it; empty where there is none.</summary>
    public async Task<string> NoteAsync(string uniqueId, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select call_info from cdr_notes where unique_id = $1");
        command.Parameters.Add(new() { Value = uniqueId });
        return await command.ExecuteScalarAsync(ct) as string ?? "";
    }

    /// <summary>The rows of one call.</summary>
    public IAsyncEnumerable<CallBytes> StreamAsync(string uniqueId, CancellationToken ct) =>
        RowsAsync($"select {Row} from cdr c where c.unique_id = $1 order by c.call_date, c.sequence", [uniqueId], ReadBytes, ct);

    /// <summary>The rows of all calls that began within the period; both ends are seconds and belong to it.</summary>
    public IAsyncEnumerable<CallBytes> StreamAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken ct) =>
        RowsAsync($"select {Row} from cdr c where c.call_date >= $1 and c.call_date < $2 order by c.call_date, c.id", Period(from, to), ReadBytes, ct);

    /// <summary>The same with each call's callinfo.</summary>
    public IAsyncEnumerable<CustomRow> StreamCustomAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken ct) =>
        StreamCustomAsync(CallFilter.All, from, to, ct);

    /// <summary>The last calls with their callinfo, the newest first.</summary>
    public IAsyncEnumerable<CustomRow> LastCustomAsync(int count, CancellationToken ct) =>
        RowsAsync(
            $"""
            select {Row}, c.id, c.user_field, coalesce(n.call_info, '') from cdr c left join cdr_notes n on n.unique_id = c.unique_id
            order by c.call_date desc, c.id desc limit $1
            """,
            [count], row => new CustomRow(row.GetInt64(13), Read(row), row.GetString(14), row.GetString(15)), ct);

    private static object[] Period(DateTimeOffset from, DateTimeOffset to) => [from.UtcDateTime, to.AddSeconds(1).UtcDateTime];

    private async IAsyncEnumerable<T> RowsAsync<T>(
        string sql, IReadOnlyList<object> values, Func<NpgsqlDataReader, T> read, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct)) yield return read(rows);
    }

    private static CallRow Read(NpgsqlDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5), row.GetString(6),
        row.GetString(7), row.GetString(8), row.GetFieldValue<DateTimeOffset>(9), row.GetInt32(10), row.GetInt32(11), row.GetString(12));

    private static CallBytes ReadBytes(NpgsqlDataReader row) => new(
        Bytes(row, 0), Bytes(row, 1), Bytes(row, 2), Bytes(row, 3), row.GetString(4), Bytes(row, 5), Bytes(row, 6),
        Bytes(row, 7), Bytes(row, 8), row.GetFieldValue<DateTimeOffset>(9), row.GetInt32(10), row.GetInt32(11), Bytes(row, 12));

    private static byte[] Bytes(NpgsqlDataReader row, int column) => row.GetFieldValue<byte[]>(column);
}
