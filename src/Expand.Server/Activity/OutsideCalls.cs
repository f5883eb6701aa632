using Expand.Server.Calls;
using Expand.Server.Cdr;
using Expand.Server.Pbx;
using Npgsql;

namespace Expand.Server.Activity;

/// <summary>
/// Calls of agents that no queue handed them, from their CDRs: those they dialled (DIALOUT, DIALOUTEND) and those they took straight at their
/// extension. Each counts for one queue: of those the agent was logged in to when it began, the one logged in to first. A call that an agent
/// dials while talking on a queue's call (to ask somebody, to hand it on) is a part of that one.
/// </summary>
internal sealed class OutsideCalls(CallRepository originated)
{
    /// <summary>A CDR is read when it is written; the lines of the same second may come a little later.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(1.5);

    /// <summary>How long what this server knows of a call of its own is waited for: changes wait while PostgreSQL is away, and a host that died is replaced.</summary>
    private static readonly TimeSpan JobPatience = TimeSpan.FromSeconds(30);
    private const int Batch = 1_000;

    private sealed record Session(string Queue, string Agent);

    /// <summary>Takes the CDRs that were not yet, up to the first that is too fresh.</summary>
    public async Task TakeAsync(string pbx, DateTimeOffset caughtUpAt, NpgsqlConnection connection, CancellationToken ct)
    {
        if (await TakenToAsync(pbx, connection, ct) is not { } takenTo) return;
        var rows = await DialledCalls.AfterAsync(pbx, takenTo, Batch, connection, ct);
        if (rows.Count == 0) return;
        await ActivityLedger.TakeTurnAsync(connection, ct);
        var taken = 0L;
        foreach (var row in rows)
        {
            if (row.EndedAt > caughtUpAt - Settled) break;
            var job = row is { Dialled: true, Answered: true, ConnectedAt: null } ? await originated.TalkOfAsync(row.UniqueId, ct) : null;
            if (job is { IsFinal: false } && row.EndedAt > caughtUpAt - JobPatience) break;
            if (row.Dialled) await TakeAsync(pbx, row, job, connection, ct);
            taken = row.Id;
        }

        if (taken == 0) return;
        await using var command = new NpgsqlCommand("update pbx_life set calls_taken_to = $2 where pbx = $1", connection);
        command.Parameters.Add(new() { Value = pbx });
        command.Parameters.Add(new() { Value = taken });
        await command.ExecuteNonQueryAsync(ct);
    }

    private static async Task TakeAsync(string pbx, DialRecord row, JobTalk? job, NpgsqlConnection connection, CancellationToken ct)
    {
        if (row.UniqueId == row.LinkedId && await SessionAsync(pbx, ChannelName.DeviceOf(row.Channel), row.BeganAt, connection, ct) is { } dialler)
            await DialledAsync(pbx, row, TalkOf(row, job), dialler, connection, ct);
        if (row is { Answered: true, DestinationChannel.Length: > 0 } && await SessionAsync(pbx, ChannelName.DeviceOf(row.DestinationChannel), row.BeganAt, connection, ct) is { } taker)
            await DirectAsync(pbx, row, taker, connection, ct);
    }

    private static async Task DialledAsync(string pbx, DialRecord row, int talk, Session session, NpgsqlConnection connection, CancellationToken ct)
    {
        var (began, ended) = (Sightings.WholeSecond(row.BeganAt), Sightings.WholeSecond(row.EndedAt));
        if (await IsConsultOrKnownAsync(pbx, session.Agent, row, connection, ct)) return;
        await using var batch = new NpgsqlBatch(connection);
        AddActivity(batch, pbx, began, session, QueueAction.DialOut, row.UniqueId, null, row.Destination);
        AddActivity(batch, pbx, ended, session, QueueAction.DialOutEnd, row.UniqueId, talk, "");
        AddCall(batch, pbx, session, row.UniqueId, AgentCallKind.Outgoing, began, talk > 0 ? ended.AddSeconds(-talk) : null, talk > 0 ? ended : null);
        await batch.ExecuteNonQueryAsync(ct);
    }

    private static async Task DirectAsync(string pbx, DialRecord row, Session session, NpgsqlConnection connection, CancellationToken ct)
    {
        var ended = Sightings.WholeSecond(row.EndedAt);
        await using var batch = new NpgsqlBatch(connection);
        AddCall(batch, pbx, session, row.UniqueId, AgentCallKind.Direct, Sightings.WholeSecond(row.BeganAt), ended.AddSeconds(-row.BillableSeconds), ended);
        await batch.ExecuteNonQueryAsync(ct);
    }

    /// <summary>
    /// Whole seconds that both sides talked. Of a call that we originated Asterisk counts from when the source picked up; when the destination
    /// did is in the record, where the dialplan notes it, or else known to who followed the call. Where neither tells, the longer time counts.
    /// </summary>
    private static int TalkOf(DialRecord row, JobTalk? job)
    {
        if (!row.Answered) return 0;
        if (row.ConnectedAt is { } noted) return Math.Max(0, (int)(Sightings.WholeSecond(row.EndedAt) - noted).TotalSeconds);
        if (job?.ConnectedAt is { } heard) return Math.Max(0, (int)Math.Round((row.EndedAt - heard).TotalSeconds));
        return job is null || row.DestinationChannel.Length > 0 ? row.BillableSeconds : 0;
    }

    /// <summary>Null before the position has a row: nothing is taken whose position could not be kept.</summary>
    private static async Task<long?> TakenToAsync(string pbx, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select calls_taken_to from pbx_life where pbx = $1", connection);
        command.Parameters.Add(new() { Value = pbx });
        return await command.ExecuteScalarAsync(ct) as long?;
    }

    private static async Task<Session?> SessionAsync(string pbx, string device, DateTimeOffset at, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            """
            select queue, agent from agent_sessions where pbx = $1 and device = $2 and began_at <= $3 and (ended_at is null or ended_at > $3)
            order by began_at, queue limit 1
            """, connection);
        command.Parameters.Add(new() { Value = pbx });
        command.Parameters.Add(new() { Value = device });
        command.Parameters.Add(new() { Value = at.UtcDateTime });
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? new Session(reader.GetString(0), reader.GetString(1)) : null;
    }

    /// <summary>
    /// Whether it is a question asked while talking on a queue's call, or counted already. A talk's ends are cut to the second: where it ended in
    /// the very second in which the agent dialled, it is a question only if the call was handed on to whom was dialled; where it began in the second
    /// in which the agent's own call both began and ended, that one came before. And a call may
    /// have several CDRs, and who writes DIALOUT into the queue_log itself has said it already.
    /// </summary>
    private static async Task<bool> IsConsultOrKnownAsync(string pbx, string agent, DialRecord row, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            """
            select exists (select 1 from agent_calls where unique_id = $3 and kind = 5 and pbx = $1)
                or exists (select 1 from agent_calls c where pbx = $1 and agent = $2 and kind = 1 and at <= $4
                    and at < date_trunc('second', $6::timestamptz) and at > $4 - interval '1 day'
                    and (talk_to is null or talk_to > $4 or (transferred and talk_to = date_trunc('second', $4::timestamptz)
                        and exists (select 1 from queue_activities a where a.unique_id = c.unique_id and a.action = 8 and coalesce(a.destination, $5) = $5))))
            """, connection);
        command.Parameters.Add(new() { Value = pbx });
        command.Parameters.Add(new() { Value = agent });
        command.Parameters.Add(new() { Value = row.UniqueId });
        command.Parameters.Add(new() { Value = row.BeganAt.UtcDateTime });
        command.Parameters.Add(new() { Value = row.Destination });
        command.Parameters.Add(new() { Value = row.EndedAt.UtcDateTime });
        return (bool)(await command.ExecuteScalarAsync(ct))!;
    }

    private static void AddActivity(
        NpgsqlBatch batch, string pbx, DateTimeOffset at, Session session, QueueAction action, string uniqueId, int? talk, string destination)
    {
        var command = new NpgsqlBatchCommand(
            """
            insert into queue_activities (pbx, at, queue, action, unique_id, agent, caller_id, talk_seconds, destination, cause)
            values ($1, $2, $3, $4, $5, $6, '', $7, $8, '')
            """);
        foreach (var value in new object?[] { pbx, at.UtcDateTime, session.Queue, (short)action, uniqueId, session.Agent, talk, destination })
            command.Parameters.Add(new() { Value = value ?? DBNull.Value });
        batch.BatchCommands.Add(command);
    }

    private static void AddCall(
        NpgsqlBatch batch, string pbx, Session session, string uniqueId, AgentCallKind kind, DateTimeOffset at, DateTimeOffset? talkFrom, DateTimeOffset? talkTo)
    {
        var command = new NpgsqlBatchCommand(
            """
            insert into agent_calls (pbx, queue, agent, unique_id, kind, at, talk_from, talk_to, transferred)
            values ($1, $2, $3, $4, $5, $6, $7, $8, false)
            """);
        foreach (var value in new object?[] { pbx, session.Queue, session.Agent, uniqueId, (short)kind, at.UtcDateTime, talkFrom?.UtcDateTime, talkTo?.UtcDateTime })
            command.Parameters.Add(new() { Value = value ?? DBNull.Value });
        batch.BatchCommands.Add(command);
    }
}
