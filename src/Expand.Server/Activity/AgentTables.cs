using Expand.Server.Cdr;
using Npgsql;

namespace Expand.Server.Activity;

/// <summary>Which session: whose, and in which queue.</summary>
internal sealed record SessionName(string Queue, string Agent);

/// <summary>What <see cref="OutsideCalls"/> asks of the sessions and writes to calls and activities, on the connection and within the transaction of the feed.</summary>
internal static class AgentTables
{
    /// <summary>The session at that device at an instant; of several the one that began first.</summary>
    public static async Task<SessionName?> SessionAtAsync(string pbx, string device, DateTimeOffset at, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = Command(
            """
            select queue, agent from agent_sessions where pbx = $1 and device = $2 and tstzrange(began_at, ended_at) @> $3::timestamptz
            order by began_at, queue collate "C" limit 1
            """, connection, pbx, device, at.UtcDateTime);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? new SessionName(reader.GetString(0), reader.GetString(1)) : null;
    }

    /// <summary>Whether somebody was logged in at that instant of whom is not known where.</summary>
    public static Task<bool> IsAnySessionWithoutDeviceAsync(string pbx, DateTimeOffset at, NpgsqlConnection connection, CancellationToken ct) =>
        IsAnyAsync("select exists (select 1 from agent_sessions where pbx = $1 and device is null and tstzrange(began_at, ended_at) @> $2::timestamptz)",
            connection, ct, pbx, at.UtcDateTime);

    /// <summary>Whether it is open if somebody was still logged in at one of these devices at that instant, after a restart of the PBX.</summary>
    public static Task<bool> IsAnyDoubtAsync(string pbx, string[] devices, DateTimeOffset at, NpgsqlConnection connection, CancellationToken ct) =>
        IsAnyAsync("select exists (select 1 from session_doubts where pbx = $1 and (device is null or device = any($2)) and since <= $3)",
            connection, ct, pbx, devices, at.UtcDateTime);

    /// <summary>A call that an agent made.</summary>
    public static async Task AddOutgoingAsync(
        string pbx, SessionName session, DialRecord row, int talk, NpgsqlConnection connection, CancellationToken ct)
    {
        var (began, ended) = (Sightings.WholeSecond(row.CallBeganAt), Sightings.WholeSecond(row.EndedAt));
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(Activity(pbx, began, session, QueueAction.DialOut, row.UniqueId, null, row.Destination));
        batch.BatchCommands.Add(Activity(pbx, ended, session, QueueAction.DialOutEnd, row.UniqueId, talk, ""));
        batch.BatchCommands.Add(new NpgsqlBatchCommand($"{InsertCall} values ($1, $2, $3, $4, 5, $5, $6, $7, false, true)")
        {
            Parameters =
            {
                Of(pbx), Of(session.Queue), Of(session.Agent), Of(row.UniqueId), Of(began.UtcDateTime),
                Of(talk > 0 ? ended.AddSeconds(-talk).UtcDateTime : null), Of(talk > 0 ? ended.UtcDateTime : null),
            },
        });
        await batch.ExecuteNonQueryAsync(ct);
    }

    /// <summary>A further dial of an outgoing call that is known from CDRs: from the earliest beginning to the latest end, talked on in all of them. False: it is none.</summary>
    public static async Task<bool> AddDialAsync(string pbx, DialRecord row, int talk, TouchedDays touched, NpgsqlConnection connection, CancellationToken ct)
    {
        // A day around it is more than enough, and spares the months that cannot have it.
        await using var command = Command(
            """
            with before as (
                select min(talk_from) as talk_from from agent_calls
                where pbx = $1 and unique_id = $2 and at >= $6 and at <= $7 and kind = 5 and from_cdr),
            call as (
                update agent_calls set at = least(at, $3),
                    talk_from = case when $5 = 0 then talk_from
                        else greatest(talk_to, $4) - make_interval(secs => $5) - coalesce(talk_to - talk_from, interval '0') end,
                    talk_to = case when $5 = 0 then talk_to else greatest(talk_to, $4) end
                where pbx = $1 and unique_id = $2 and at >= $6 and at <= $7 and kind = 5 and from_cdr
                returning agent, at, talk_from, talk_to),
            began as (update queue_activities set at = least(at, $3)
                where pbx = $1 and unique_id = $2 and at >= $6 and at <= $7 and action = 10 and exists (select 1 from call)),
            ended as (update queue_activities set at = greatest(at, $4), talk_seconds = talk_seconds + $5
                where pbx = $1 and unique_id = $2 and at >= $6 and at <= $7 and action = 11 and exists (select 1 from call))
            select call.agent, least(call.at, call.talk_from, before.talk_from), greatest(call.at, call.talk_to) from call, before
            """, connection, pbx, row.UniqueId, Sightings.WholeSecond(row.CallBeganAt).UtcDateTime, Sightings.WholeSecond(row.EndedAt).UtcDateTime, talk,
            row.CallBeganAt.AddDays(-1).UtcDateTime, row.EndedAt.AddDays(1).UtcDateTime);
        var any = false;
        await using var changed = await command.ExecuteReaderAsync(ct);
        while (await changed.ReadAsync(ct))
        {
            touched.Add(changed.GetString(0), changed.GetFieldValue<DateTimeOffset>(1), changed.GetFieldValue<DateTimeOffset>(2));
            any = true;
        }

        return any;
    }

    /// <summary>A call that an agent took straight at the extension; once, however often it was put through.</summary>
    public static async Task AddDirectAsync(string pbx, SessionName session, DialRecord row, NpgsqlConnection connection, CancellationToken ct)
    {
        var ended = Sightings.WholeSecond(row.EndedAt);
        await using var command = Command(
            $"""
            {InsertCall} select $1, $2, $3, $4, 6, $5, $6, $7, false, true
            where not exists (
                select 1 from agent_calls where unique_id = $4 and at >= $8 and at <= $9 and kind = 6 and pbx = $1 and agent = $3)
            """, connection, pbx, session.Queue, session.Agent, row.UniqueId,
            Sightings.WholeSecond(row.BeganAt).UtcDateTime, ended.AddSeconds(-row.BillableSeconds).UtcDateTime, ended.UtcDateTime,
            row.BeganAt.AddDays(-1).UtcDateTime, row.EndedAt.AddDays(1).UtcDateTime);
        await command.ExecuteNonQueryAsync(ct);
    }

    private const string InsertCall = "insert into agent_calls (pbx, queue, agent, unique_id, kind, at, talk_from, talk_to, transferred, from_cdr)";

    private static NpgsqlBatchCommand Activity(
        string pbx, DateTimeOffset at, SessionName session, QueueAction action, string uniqueId, int? talk, string destination) =>
        new("""
            insert into queue_activities (pbx, at, queue, action, unique_id, agent, caller_id, talk_seconds, destination, cause)
            values ($1, $2, $3, $4, $5, $6, '', $7, $8, '')
            """)
        {
            Parameters = { Of(pbx), Of(at.UtcDateTime), Of(session.Queue), Of((short)action), Of(uniqueId), Of(session.Agent), Of(talk), Of(destination) },
        };

    private static async Task<bool> IsAnyAsync(string sql, NpgsqlConnection connection, CancellationToken ct, params object[] values)
    {
        await using var command = Command(sql, connection, values);
        return (bool)(await command.ExecuteScalarAsync(ct))!;
    }

    private static NpgsqlCommand Command(string sql, NpgsqlConnection connection, params object[] values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values) command.Parameters.Add(Of(value));
        return command;
    }

    private static NpgsqlParameter Of(object? value) => new() { Value = value ?? DBNull.Value };
}
