using Npgsql;

namespace Expand.Server.Cdr;

/// <summary>A record with its id and the note that whoever made the call keeps with it.</summary>
internal sealed record NotedRecord(CallRecord Record, string CallInfo);

/// <summary>
/// Records in the order in which they were written down, for whoever passes them on: one after another by id, none missed and none twice (the feed's
/// writers take turns, so ids are in the order in which they can be seen).
/// </summary>
internal sealed class CallRecordStream(NpgsqlDataSource database)
{
    /// <summary>The last record there is; 0 where there is none.</summary>
    public async Task<long> LastAsync(CancellationToken ct)
    {
        await using var command = database.CreateCommand("select coalesce(max(id), 0) from cdr");
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    /// <summary>Those after that one, <paramref name="most"/> of them at most.</summary>
    public async Task<IReadOnlyList<NotedRecord>> AfterAsync(long id, int most, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            """
            select c.id, c.pbx, c.unique_id, c.sequence, c.linked_id, c.call_date, c.answered_at, c.ended_at, c.caller_id, c.source, c.destination, c.context,
                c.channel, c.destination_channel, c.last_application, c.last_data, c.duration, c.billable_seconds, c.disposition, c.user_field,
                coalesce(n.call_info, '')
            from cdr c left join cdr_notes n on n.unique_id = c.unique_id where c.id > $1 order by c.id limit $2
            """);
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = most });
        var found = new List<NotedRecord>();
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct)) found.Add(new NotedRecord(Read(row), row.GetString(20)));
        return found;
    }

    private static CallRecord Read(NpgsqlDataReader row) => new()
    {
        Id = row.GetInt64(0),
        Pbx = row.GetString(1),
        UniqueId = row.GetString(2),
        Sequence = row.GetInt32(3),
        LinkedId = row.GetString(4),
        CallDate = row.GetFieldValue<DateTimeOffset>(5),
        AnsweredAt = row.IsDBNull(6) ? null : row.GetFieldValue<DateTimeOffset>(6),
        EndedAt = row.IsDBNull(7) ? null : row.GetFieldValue<DateTimeOffset>(7),
        CallerId = row.GetString(8),
        Source = row.GetString(9),
        Destination = row.GetString(10),
        Context = row.GetString(11),
        Channel = row.GetString(12),
        DestinationChannel = row.GetString(13),
        LastApplication = row.GetString(14),
        LastData = row.GetString(15),
        Duration = row.GetInt32(16),
        BillableSeconds = row.GetInt32(17),
        Disposition = row.GetString(18),
        UserField = row.GetString(19),
    };
}
