using Npgsql;

namespace Expand.Server.Cdr;

/// <summary>
/// A record as whoever counts calls needs it.
/// <c>Dialled</c>: whether somebody was dialled. <c>Answered</c>: whether whom was dialled took the call.
/// <c>ConnectedAt</c>: since when both sides of an originated call talked, where the dialplan noted it.
/// </summary>
internal sealed record DialRecord(
    long Id, string UniqueId, string LinkedId, DateTimeOffset BeganAt, DateTimeOffset EndedAt, string Destination,
    string Channel, string DestinationChannel, bool Dialled, bool Answered, int BillableSeconds, DateTimeOffset? ConnectedAt);

/// <summary>Questions asked of <c>cdr</c> within somebody else's transaction: what is counted, and how far, is saved together.</summary>
internal static class DialledCalls
{
    /// <summary>The records of a PBX behind the one with that id, in the order in which they were written.</summary>
    public static async Task<IReadOnlyList<DialRecord>> AfterAsync(string pbx, long id, int most, NpgsqlConnection connection, CancellationToken ct)
    {
        // The dialplan notes a cause after a dial only; a call that reached no device has no other trace of having been dialled.
        await using var command = new NpgsqlCommand(
            """
            select c.id, c.unique_id, c.linked_id, c.call_date, coalesce(c.ended_at, c.call_date + make_interval(secs => c.duration)), c.destination,
                c.channel, c.destination_channel,
                c.last_application = 'Dial' or c.hangup_cause is not null, c.disposition = 'ANSWERED' and c.last_application = 'Dial', c.billable_seconds,
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
                row.GetString(5), row.GetString(6), row.GetString(7), row.GetBoolean(8), row.GetBoolean(9), row.GetInt32(10),
                row.IsDBNull(11) ? null : row.GetFieldValue<DateTimeOffset>(11)));
        }

        return records;
    }

    /// <summary>What that device dialled in the call of its own that ended nearest to an instant, three seconds away at most; null where there is none.</summary>
    public static async Task<string?> DestinationOfCallEndingAsync(
        string pbx, string device, DateTimeOffset at, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            """
            select c.destination from cdr c
            where c.pbx = $1 and left(c.channel, length($2) + 1) = $2 || '-'
                and c.call_date > $3::timestamptz - interval '1 day' and c.call_date < $3::timestamptz + interval '1 second'
                and c.last_application = 'Dial' and c.unique_id = c.linked_id
                and c.ended_at between $3::timestamptz - interval '3 seconds' and $3::timestamptz + interval '3 seconds'
            order by abs(extract(epoch from c.ended_at - $3)) limit 1
            """, connection);
        foreach (var value in new object[] { pbx, device, at.UtcDateTime }) command.Parameters.Add(new() { Value = value });
        return await command.ExecuteScalarAsync(ct) as string;
    }
}
