using Npgsql;
using NpgsqlTypes;

namespace Expand.Server.Activity;

/// <summary>Sessions, pauses and calls on their way into their tables: copied, and changed by one statement for all; a file that is caught up with brings tens of thousands.</summary>
internal sealed record ActivityRows(IReadOnlyList<AgentSession> Sessions, IReadOnlyList<AgentPause> Pauses, IReadOnlyList<AgentCall> Calls)
{
    /// <summary>Activities in their order: of those of one second the order of their ids is the order in which they happened.</summary>
    public static async Task InsertAsync(List<QueueActivity> activities, NpgsqlConnection connection, CancellationToken ct)
    {
        if (activities.Count == 0) return;
        await using var copy = await connection.BeginBinaryImportAsync(
            "copy queue_activities (pbx, at, queue, action, unique_id, agent, caller_id, wait_seconds, talk_seconds, destination, cause) from stdin (format binary)", ct);
        foreach (var a in activities)
        {
            await copy.StartRowAsync(ct);
            await copy.WriteAsync(a.Pbx, NpgsqlDbType.Text, ct);
            await copy.WriteAsync(a.At.UtcDateTime, NpgsqlDbType.TimestampTz, ct);
            await copy.WriteAsync(a.Queue, NpgsqlDbType.Text, ct);
            await copy.WriteAsync((short)a.Action, NpgsqlDbType.Smallint, ct);
            await copy.WriteAsync(a.UniqueId, NpgsqlDbType.Text, ct);
            await copy.WriteAsync(a.Agent, NpgsqlDbType.Text, ct);
            await copy.WriteAsync(a.CallerId, NpgsqlDbType.Text, ct);
            await WriteAsync(copy, a.WaitSeconds, ct);
            await WriteAsync(copy, a.TalkSeconds, ct);
            await WriteAsync(copy, a.Destination, ct);
            await copy.WriteAsync(a.Cause, NpgsqlDbType.Text, ct);
        }

        await copy.CompleteAsync(ct);
    }

    /// <summary>Writes them as new ones; the sessions get their ids.</summary>
    public async Task InsertAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        if (Sessions.Count > 0) await InsertSessionsAsync(connection, ct);
        if (Pauses.Count > 0) await InsertPausesAsync(connection, ct);
        if (Calls.Count > 0) await InsertCallsAsync(connection, ct);
    }

    /// <summary>Writes what can change of those that are there: ends, devices, and what a call's end tells.</summary>
    public async Task UpdateAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection) { Timeout = 0 };
        if (Sessions.Count > 0)
        {
            batch.BatchCommands.Add(Update(
                "update agent_sessions s set device = c.device, ended_at = c.ended_at from unnest($1::bigint[], $2::text[], $3::timestamptz[]) c(id, device, ended_at) where s.id = c.id",
                Sessions.Select(s => s.Id).ToArray(), Sessions.Select(s => s.Device).ToArray(), Instants(Sessions, s => s.EndedAt)));
        }

        if (Pauses.Count > 0)
        {
            batch.BatchCommands.Add(Update(
                "update agent_pauses p set ended_at = c.ended_at from unnest($1::bigint[], $2::timestamptz[]) c(id, ended_at) where p.id = c.id",
                Pauses.Select(p => p.Id).ToArray(), Instants(Pauses, p => p.EndedAt)));
        }

        if (Calls.Count > 0)
        {
            // The months that none of them is in are not asked.
            batch.BatchCommands.Add(Update(
                """
                update agent_calls a set talk_from = c.talk_from, talk_to = c.talk_to, transferred = c.transferred
                from unnest($1::bigint[], $2::timestamptz[], $3::timestamptz[], $4::timestamptz[], $5::bool[]) c(id, at, talk_from, talk_to, transferred)
                where a.id = c.id and a.at = c.at and a.at >= $6 and a.at <= $7
                """,
                Calls.Select(c => c.Id).ToArray(), Instants(Calls, c => c.At), Instants(Calls, c => c.TalkFrom), Instants(Calls, c => c.TalkTo),
                Calls.Select(c => c.Transferred).ToArray(), Calls.Min(c => c.At).UtcDateTime, Calls.Max(c => c.At).UtcDateTime));
        }

        if (batch.BatchCommands.Count > 0) await batch.ExecuteNonQueryAsync(ct);
    }

    private async Task InsertSessionsAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using (var ids = new NpgsqlCommand("select nextval(pg_get_serial_sequence('agent_sessions', 'id')) from generate_series(1, $1)", connection))
        {
            ids.Parameters.Add(new() { Value = Sessions.Count });
            await using var row = await ids.ExecuteReaderAsync(ct);
            for (var i = 0; await row.ReadAsync(ct); i++) Sessions[i].Id = row.GetInt64(0);
        }

        await using var copy = await connection.BeginBinaryImportAsync("copy agent_sessions (id, pbx, queue, agent, device, began_at, ended_at) from stdin (format binary)", ct);
        foreach (var session in Sessions)
        {
            await copy.StartRowAsync(ct);
            await copy.WriteAsync(session.Id, NpgsqlDbType.Bigint, ct);
            await copy.WriteAsync(session.Pbx, NpgsqlDbType.Text, ct);
            await copy.WriteAsync(session.Queue, NpgsqlDbType.Text, ct);
            await copy.WriteAsync(session.Agent, NpgsqlDbType.Text, ct);
            await WriteAsync(copy, session.Device, ct);
            await copy.WriteAsync(session.BeganAt.UtcDateTime, NpgsqlDbType.TimestampTz, ct);
            await WriteAsync(copy, session.EndedAt, ct);
        }

        await copy.CompleteAsync(ct);
    }

    private async Task InsertPausesAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var copy = await connection.BeginBinaryImportAsync("copy agent_pauses (session_id, queue, agent, cause, began_at, ended_at) from stdin (format binary)", ct);
        foreach (var pause in Pauses)
        {
            await copy.StartRowAsync(ct);
            await copy.WriteAsync(pause.Session.Id, NpgsqlDbType.Bigint, ct);
            await copy.WriteAsync(pause.Queue, NpgsqlDbType.Text, ct);
            await copy.WriteAsync(pause.Agent, NpgsqlDbType.Text, ct);
            await copy.WriteAsync(pause.Cause, NpgsqlDbType.Text, ct);
            await copy.WriteAsync(pause.BeganAt.UtcDateTime, NpgsqlDbType.TimestampTz, ct);
            await WriteAsync(copy, pause.EndedAt, ct);
        }

        await copy.CompleteAsync(ct);
    }

    private async Task InsertCallsAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var copy = await connection.BeginBinaryImportAsync(
            "copy agent_calls (pbx, queue, agent, unique_id, kind, at, talk_from, talk_to, transferred, from_cdr) from stdin (format binary)", ct);
        foreach (var call in Calls)
        {
            await copy.StartRowAsync(ct);
            await copy.WriteAsync(call.Pbx, NpgsqlDbType.Text, ct);
            await copy.WriteAsync(call.Queue, NpgsqlDbType.Text, ct);
            await copy.WriteAsync(call.Agent, NpgsqlDbType.Text, ct);
            await copy.WriteAsync(call.UniqueId, NpgsqlDbType.Text, ct);
            await copy.WriteAsync((short)call.Kind, NpgsqlDbType.Smallint, ct);
            await copy.WriteAsync(call.At.UtcDateTime, NpgsqlDbType.TimestampTz, ct);
            await WriteAsync(copy, call.TalkFrom, ct);
            await WriteAsync(copy, call.TalkTo, ct);
            await copy.WriteAsync(call.Transferred, NpgsqlDbType.Boolean, ct);
            await copy.WriteAsync(call.FromCdr, NpgsqlDbType.Boolean, ct);
        }

        await copy.CompleteAsync(ct);
    }

    private static NpgsqlBatchCommand Update(string sql, params ReadOnlySpan<object> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        return command;
    }

    private static DateTime?[] Instants<T>(IEnumerable<T> rows, Func<T, DateTimeOffset?> instant) => [.. rows.Select(row => instant(row)?.UtcDateTime)];

    private static Task WriteAsync(NpgsqlBinaryImporter copy, DateTimeOffset? value, CancellationToken ct) =>
        value is { } instant ? copy.WriteAsync(instant.UtcDateTime, NpgsqlDbType.TimestampTz, ct) : copy.WriteNullAsync(ct);

    private static Task WriteAsync(NpgsqlBinaryImporter copy, int? value, CancellationToken ct) =>
        value is { } number ? copy.WriteAsync(number, NpgsqlDbType.Integer, ct) : copy.WriteNullAsync(ct);

    private static Task WriteAsync(NpgsqlBinaryImporter copy, string? value, CancellationToken ct) =>
        value is null ? copy.WriteNullAsync(ct) : copy.WriteAsync(value, NpgsqlDbType.Text, ct);
}
