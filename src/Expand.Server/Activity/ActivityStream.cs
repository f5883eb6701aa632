using System.Runtime.CompilerServices;
using Npgsql;

namespace Expand.Server.Activity;

/// <summary>
/// Activities in the order in which they were written down, for whoever passes them on: one after another by id, none missed and none twice
/// (<see cref="ActivityLedger.TakeTurnAsync"/>: ids are in the order in which they can be seen).
/// </summary>
internal sealed class ActivityStream(NpgsqlDataSource database)
{
    /// <summary>The last activity there is; 0 where there is none.</summary>
    public async Task<long> LastAsync(CancellationToken ct)
    {
        await using var command = database.CreateCommand("select coalesce(max(id), 0) from queue_activities");
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    /// <summary>Those after that one, <paramref name="most"/> of them at most.</summary>
    public async IAsyncEnumerable<QueueActivity> AfterAsync(long id, int most, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            """
            select id, pbx, at, queue, action, unique_id, agent, caller_id, wait_seconds, talk_seconds, destination, cause
            from queue_activities where id > $1 order by id limit $2
            """);
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = most });
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct)) yield return Read(row);
    }

    private static QueueActivity Read(NpgsqlDataReader row) => new()
    {
        Id = row.GetInt64(0),
        Pbx = row.GetString(1),
        At = row.GetFieldValue<DateTimeOffset>(2),
        Queue = row.GetString(3),
        Action = (QueueAction)row.GetInt16(4),
        UniqueId = row.GetString(5),
        Agent = row.GetString(6),
        CallerId = row.GetString(7),
        WaitSeconds = row.IsDBNull(8) ? null : row.GetInt32(8),
        TalkSeconds = row.IsDBNull(9) ? null : row.GetInt32(9),
        Destination = row.IsDBNull(10) ? null : row.GetString(10),
        Cause = row.GetString(11),
    };
}
