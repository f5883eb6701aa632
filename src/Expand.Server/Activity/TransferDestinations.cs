using Expand.Server.Cdr;
using Npgsql;

namespace Expand.Server.Activity;

/// <summary>
/// Where attended transfers went to: the queue_log does not tell. AMI does, where it was heard; else the CDR of the call by which the agent
/// asked the destination, which ends with the transfer.
/// </summary>
internal sealed class TransferDestinations(Sightings seen)
{
    /// <summary>How long the CDR may take to come; after an outage from its end on.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>CDRs are written as calls end: where one that ended so much later is there, that of the transfer would be too.</summary>
    private static readonly TimeSpan Later = TimeSpan.FromSeconds(10);

    /// <summary><c>TalkedFrom</c>: the whole second in which the agent took the call; what was dialled before is no question about it.</summary>
    private sealed record Open(long Id, DateTimeOffset At, string Queue, string UniqueId, string Agent, DateTimeOffset TalkedFrom);

    /// <summary>Fills in what has become known; where no trace can come any more, the destination stays empty.</summary>
    public async Task LearnAsync(string pbx, FeedIdle idle, NpgsqlConnection connection, CancellationToken ct)
    {
        foreach (var transfer in await OpenAsync(pbx, connection, ct))
        {
            var destination = seen.TransferredTo(transfer.UniqueId, transfer.At) ?? await AskedAsync(pbx, transfer, idle, connection, ct);
            if (destination is null) continue;
            await using var command = new NpgsqlCommand("update queue_activities set destination = $2 where id = $1 and at = $3", connection);
            command.Parameters.Add(new() { Value = transfer.Id });
            command.Parameters.Add(new() { Value = destination });
            command.Parameters.Add(new() { Value = transfer.At.UtcDateTime });
            await command.ExecuteNonQueryAsync(ct);
        }
    }

    /// <summary>What the agent's CDR tells; empty where none will, null where it may still come.</summary>
    private static async Task<string?> AskedAsync(string pbx, Open transfer, FeedIdle idle, NpgsqlConnection connection, CancellationToken ct)
    {
        // Asked first: after an outage the CDRs of the transfer and of later calls come at once, and may come between two questions.
        var isLaterThere = await DialledCalls.IsAnyEndedAfterAsync(pbx, transfer.At + Later, connection, ct);
        var device = await DeviceAsync(pbx, transfer, connection, ct)
            ?? await DialledCalls.DeviceOfPartEndingAsync(pbx, transfer.UniqueId, transfer.At, connection, ct);
        var isTimeUp = idle.HasWaited(Patience, transfer.At);
        // The question ends with the transfer. One that the agent had asked somebody else ended before, and its CDR may be there first.
        if (device is not null && await DialledCalls.DestinationOfCallEndingAsync(pbx, device, transfer.TalkedFrom, transfer.At, connection, ct) is { } asked
            && (asked.IsSurely || isLaterThere || isTimeUp)) return asked.Destination;
        if (isTimeUp) return "";
        // Who has come and gone while this host was away is in no list of members. The CDR of the call itself tells the device, but comes as late as the caller leaves.
        return device is null || !isLaterThere ? null : "";
    }

    private static async Task<List<Open>> OpenAsync(string pbx, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            """
            select id, at, queue, unique_id, agent, coalesce((select max(c.talk_from) from agent_calls c
                where c.pbx = a.pbx and c.unique_id = a.unique_id and c.agent = a.agent and c.kind = 1 and c.talk_from <= a.at and c.at >= a.at - interval '1 day'), at - interval '1 day')
            from queue_activities a where pbx = $1 and action = 8 and destination is null order by at limit 100
            """, connection);
        command.Parameters.Add(new() { Value = pbx });
        var open = new List<Open>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            open.Add(new Open(reader.GetInt64(0), reader.GetFieldValue<DateTimeOffset>(1), reader.GetString(2), reader.GetString(3), reader.GetString(4), reader.GetFieldValue<DateTimeOffset>(5)));
        return open;
    }

    private static async Task<string?> DeviceAsync(string pbx, Open transfer, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            """
            select device from agent_sessions where pbx = $1 and queue = $2 and agent = $3 and device is not null
                and tstzrange(began_at, ended_at) && tstzrange($4 - interval '1 second', $4, '(]') order by began_at desc limit 1
            """, connection);
        command.Parameters.Add(new() { Value = pbx });
        command.Parameters.Add(new() { Value = transfer.Queue });
        command.Parameters.Add(new() { Value = transfer.Agent });
        command.Parameters.Add(new() { Value = transfer.At.UtcDateTime });
        return await command.ExecuteScalarAsync(ct) as string;
    }
}
