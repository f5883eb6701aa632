using Expand.Server.Pbx;
using Npgsql;

namespace Expand.Server.Cdr;

/// <summary>
/// A record as whoever counts calls needs it.
/// <c>CallBeganAt</c>: when the first dial of the same call began, of those written so far.
/// <c>Dialled</c>: whether somebody was dialled. <c>IsDial</c>: whether it is the record of the dial itself, not of what the dialplan did after it.
/// <c>Answered</c>: whether whom was dialled took the call.
/// <c>ConnectedAt</c>: since when both sides of an originated call talked, where the dialplan noted it.
/// </summary>
internal sealed record DialRecord(
    long Id, string UniqueId, string LinkedId, DateTimeOffset CallBeganAt, DateTimeOffset BeganAt, DateTimeOffset EndedAt, string Destination,
    string Channel, string DestinationChannel, bool Dialled, bool IsDial, bool Answered, int BillableSeconds, DateTimeOffset? ConnectedAt);

/// <summary>When the last record of a call ended, and the seconds talked on what it dialled.</summary>
internal readonly record struct CallEnd(DateTimeOffset At, int BillableSeconds);

/// <summary>Questions asked of <c>cdr</c> within somebody else's transaction: what is counted, and how far, is saved together.</summary>
internal static class DialledCalls
{
    /// <summary>The records of a PBX behind the one with that id, in the order in which they were written.</summary>
    public static async Task<IReadOnlyList<DialRecord>> AfterAsync(string pbx, long id, int most, NpgsqlConnection connection, CancellationToken ct)
    {
        // "offset 0": the least date is one of a few, and not to be looked for from the first of the day on.
        // The dialplan notes a cause after a dial only; a call that reached no device has no other trace of having been dialled.
        await using var command = new NpgsqlCommand(
            """
            select c.id, c.unique_id, c.linked_id,
                coalesce((select min(f.call_date) from (
                    select call_date from cdr f where f.unique_id = c.unique_id and f.pbx = c.pbx
                        and f.call_date >= c.call_date - interval '1 day' and f.call_date <= c.call_date + interval '1 day'
                        and (f.last_application = 'Dial' or f.hangup_cause is not null) offset 0) f), c.call_date),
                c.call_date, coalesce(c.ended_at, c.call_date + make_interval(secs => c.duration)), c.destination, c.channel, c.destination_channel,
                c.last_application = 'Dial' or c.hangup_cause is not null, c.last_application = 'Dial',
                c.disposition = 'ANSWERED' and c.last_application = 'Dial', c.billable_seconds,
                case when c.destination_channel <> '' then c.connected_at end
            from cdr c where c.pbx = $1 and c.id > $2 order by c.id limit $3
            """, connection);
        foreach (var value in new object[] { pbx, id, most }) command.Parameters.Add(new() { Value = value });
        var records = new List<DialRecord>();
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            records.Add(new DialRecord(
                row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetFieldValue<DateTimeOffset>(3), row.GetFieldValue<DateTimeOffset>(4),
                row.GetFieldValue<DateTimeOffset>(5), row.GetString(6), row.GetString(7), row.GetString(8), row.GetBoolean(9), row.GetBoolean(10),
                row.GetBoolean(11), row.GetInt32(12), row.IsDBNull(13) ? null : row.GetFieldValue<DateTimeOffset>(13)));
        }

        return records;
    }

    /// <summary>
    /// The ends of those of the calls that are over, of calls that began within two days before an instant or after it: Asterisk writes a call's records when
    /// its channel is gone.
    /// </summary>
    public static async Task<IReadOnlyDictionary<string, CallEnd>> EndsAsync(
        string pbx, string[] uniqueIds, DateTimeOffset since, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            """
            select c.unique_id, max(coalesce(c.ended_at, c.call_date + make_interval(secs => c.duration))),
                coalesce(sum(c.billable_seconds) filter (where c.disposition = 'ANSWERED' and c.last_application = 'Dial'), 0)::int
            from cdr c where c.pbx = $1 and c.unique_id = any($2) and c.call_date >= $3 group by c.unique_id
            """, connection);
        foreach (var value in new object[] { pbx, uniqueIds, since.AddDays(-2).UtcDateTime }) command.Parameters.Add(new() { Value = value });
        var ends = new Dictionary<string, CallEnd>(StringComparer.Ordinal);
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct)) ends[row.GetString(0)] = new CallEnd(row.GetFieldValue<DateTimeOffset>(1), row.GetInt32(2));
        return ends;
    }

    /// <summary>Whether a call that ended after an instant, and had begun a day before it at the earliest, is written.</summary>
    public static async Task<bool> IsAnyEndedAfterAsync(string pbx, DateTimeOffset instant, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select exists (select 1 from cdr where pbx = $1 and ended_at > $2 and call_date > $3)", connection);
        foreach (var value in new object[] { pbx, instant.UtcDateTime, instant.AddDays(-1).UtcDateTime }) command.Parameters.Add(new() { Value = value });
        return (bool)(await command.ExecuteScalarAsync(ct))!;
    }

    /// <summary>
    /// What that device dialled, from an instant on, in the call of its own that ended nearest to a whole second, three seconds away at most; null
    /// where there is none. <c>IsSurely</c>: whether it did not end before that second, as a call that the same device had dialled earlier may have.
    /// </summary>
    public static async Task<(string Destination, bool IsSurely)?> DestinationOfCallEndingAsync(
        string pbx, string device, DateTimeOffset since, DateTimeOffset at, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            """
            select c.destination, c.ended_at >= $3::timestamptz from cdr c
            where c.pbx = $1 and c.ended_at between $3::timestamptz - interval '3 seconds' and $3::timestamptz + interval '3 seconds'
                and left(c.channel, length($2) + 1) = $2 || '-' and c.call_date >= $4::timestamptz and c.call_date < $3::timestamptz + interval '1 second'
                and c.last_application = 'Dial' and c.unique_id = c.linked_id
            order by date_trunc('second', c.ended_at) <> $3, abs(extract(epoch from c.ended_at - $3)), c.id limit 1
            """, connection);
        foreach (var value in new object[] { pbx, device, at.UtcDateTime, since.UtcDateTime }) command.Parameters.Add(new() { Value = value });
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? (row.GetString(0), row.GetBoolean(1)) : null;
    }

    /// <summary>The device that talked in the part of a call which ended nearest to an instant, three seconds away at most; null where there is none.</summary>
    public static async Task<string?> DeviceOfPartEndingAsync(
        string pbx, string uniqueId, DateTimeOffset at, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            """
            select c.destination_channel from cdr c
            where c.pbx = $1 and c.unique_id = $2 and c.destination_channel <> '' and c.last_application = 'Queue'
                and c.call_date > $4 and c.call_date < $5
                and c.ended_at between $3::timestamptz - interval '3 seconds' and $3::timestamptz + interval '3 seconds'
            order by abs(extract(epoch from c.ended_at - $3)), c.id limit 1
            """, connection);
        foreach (var value in new object[] { pbx, uniqueId, at.UtcDateTime, at.AddDays(-1).UtcDateTime, at.AddSeconds(3).UtcDateTime }) command.Parameters.Add(new() { Value = value });
        return await command.ExecuteScalarAsync(ct) is string channel ? ChannelName.DeviceOf(channel) : null;
    }
}
