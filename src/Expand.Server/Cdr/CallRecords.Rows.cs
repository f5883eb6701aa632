using System.Globalization;
using Expand.Server.Platform;
using Npgsql;

namespace Expand.Server.Cdr;

/// <summary>Which records are asked for; empty: all.</summary>
/// <param name="Number">A part of who called, of what was dialled, or of the caller ID.</param>
/// <param name="Extension">Whole: who called, what was dialled, or the phone of one of the two channels.</param>
/// <param name="Disposition">As Asterisk writes it: <c>ANSWERED</c>, <c>NO ANSWER</c>, …</param>
/// <param name="MinSeconds">Whole seconds from the start at least.</param>
internal sealed record CallFilter(string Number = "", string Extension = "", string Disposition = "", int MinSeconds = 0)
{
    public static readonly CallFilter All = new();

    public string Sql(List<object> values)
    {
        var where = "";
        if (Number.Length > 0)
            Add(Number, "(strpos(c.source, {0}) > 0 or strpos(c.destination, {0}) > 0 or strpos(c.caller_id, {0}) > 0)");
        if (Extension.Length > 0)
            Add(Extension, "(c.source = {0} or c.destination = {0} or strpos(c.channel, '/' || {0} || '-') > 0 or strpos(c.destination_channel, '/' || {0} || '-') > 0)");
        if (Disposition.Length > 0) Add(Disposition, "c.disposition = {0}");
        if (MinSeconds > 0) Add(MinSeconds, "c.duration >= {0}");
        return where;

        void Add(object value, string condition)
        {
            values.Add(value);
            where += " and " + string.Format(CultureInfo.InvariantCulture, condition, "$" + values.Count.ToString(CultureInfo.InvariantCulture));
        }
    }
}

/// <summary>Records of one result in a part of the period, counted from 0, and their seconds from the answer.</summary>
internal readonly record struct CallCount(int Part, string Disposition, long Count, long BillableSeconds);

/// <content>The records that a report shows.</content>
internal sealed partial class CallRecords
{
    private const string Custom =
        $"""
        select {Row}, c.id, c.user_field, coalesce(n.call_info, '') from cdr c left join cdr_notes n on n.unique_id = c.unique_id
        where c.call_date >= $1 and c.call_date < $2
        """;

    /// <summary>All records of the period that a filter lets through, in their order, streamed.</summary>
    public IAsyncEnumerable<CustomRow> StreamCustomAsync(CallFilter filter, DateTimeOffset from, DateTimeOffset to, CancellationToken ct)
    {
        List<object> values = [.. Period(from, to)];
        return RowsAsync($"{Custom}{filter.Sql(values)} order by c.call_date, c.id", values, ReadCustom, ct);
    }

    /// <summary>Some of them, newest first.</summary>
    public async Task<RowPage<CustomRow>> PageAsync(CallFilter filter, DateTimeOffset from, DateTimeOffset to, RowWindow window, CancellationToken ct)
    {
        List<object> values = [.. Period(from, to)];
        var sql = Custom + filter.Sql(values) + window.Sql("c.call_date", "c.id", values);
        return window.Page(await ListAsync(RowsAsync(sql, values, ReadCustom, ct), ct));
    }

    /// <summary>How many of each result there are in each part of the period; a part begins with its instant and ends with the next one's.</summary>
    public async Task<IReadOnlyList<CallCount>> CountsAsync(
        CallFilter filter, DateTimeOffset from, DateTimeOffset to, IReadOnlyList<DateTimeOffset> parts, CancellationToken ct)
    {
        List<object> values = [.. Period(from, to), parts.Select(p => p.UtcDateTime).ToArray()];
        var sql =
            $"""
            select width_bucket(c.call_date, $3::timestamptz[]) - 1, c.disposition, count(*), sum(c.billable_seconds)::bigint from cdr c
            where c.call_date >= $1 and c.call_date < $2{filter.Sql(values)} group by 1, 2
            """;
        return await ListAsync(RowsAsync(sql, values, row => new CallCount(row.GetInt32(0), row.GetString(1), row.GetInt64(2), row.GetInt64(3)), ct), ct);
    }

    /// <summary>
    /// The records of a call and of those that belong to it, such as the second one of a transfer (they have its <c>linkedid</c>), in their order.
    /// Those are looked for within a day of it: in the months of those days, and not in the index of linkedids of each month.
    /// </summary>
    public async Task<IReadOnlyList<CallRecord>> LinkedAsync(string uniqueId, CancellationToken ct)
    {
        var own = await OfCallAsync(uniqueId, ct);
        if (own.Count == 0) return own;
        const string Others = "select distinct unique_id from cdr where call_date >= $1 and call_date < $2 and linked_id = any($3) and unique_id <> $4 limit 100";
        object[] values =
        [
            own[0].CallDate.AddDays(-1).UtcDateTime, own[^1].CallDate.AddDays(1).UtcDateTime, own.Select(c => c.LinkedId).Distinct().ToArray(), uniqueId,
        ];
        var all = own.ToList();
        foreach (var other in await ListAsync(RowsAsync(Others, values, row => row.GetString(0), ct), ct)) all.AddRange(await OfCallAsync(other, ct));
        return [.. all.OrderBy(c => c.CallDate).ThenBy(c => c.Sequence)];
    }

    /// <summary>Whether there is any record at all.</summary>
    public async Task<bool> AnyAsync(CancellationToken ct) => (await ListAsync(RowsAsync("select 1 from cdr limit 1", [], row => row.GetInt32(0), ct), ct)).Count > 0;

    private static CustomRow ReadCustom(NpgsqlDataReader row) => new(row.GetInt64(13), Read(row), row.GetString(14), row.GetString(15));

    private static async Task<List<T>> ListAsync<T>(IAsyncEnumerable<T> rows, CancellationToken ct)
    {
        var list = new List<T>();
        await foreach (var row in rows.WithCancellation(ct)) list.Add(row);
        return list;
    }
}
