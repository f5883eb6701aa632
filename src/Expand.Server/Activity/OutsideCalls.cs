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
internal sealed class OutsideCalls(CallRepository originated, AgentDays days)
{
    /// <summary>A CDR is read when it is written; the lines of the same second may come a little later.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(1.5);

    /// <summary>How long what this server knows of a call of its own is waited for: changes wait while PostgreSQL is away, and a host that died is replaced.</summary>
    private static readonly TimeSpan JobPatience = TimeSpan.FromSeconds(30);

    /// <summary>How long it is waited for the PBX to tell who is logged in where: it may start later than this server.</summary>
    private static readonly TimeSpan MembersPatience = TimeSpan.FromMinutes(2);
    private const int Batch = 1_000;

    /// <summary>Takes the CDRs that were not yet, up to the first that is too fresh.</summary>
    public async Task TakeAsync(string pbx, FeedIdle idle, NpgsqlConnection connection, CancellationToken ct)
    {
        if (await TakenToAsync(pbx, connection, ct) is not { } before || (await DialledCalls.AfterAsync(pbx, before, 1, connection, ct)).Count == 0) return;
        await ActivityLedger.TakeTurnAsync(connection, ct);
        // Read again: who had the turn before may have taken them.
        if (await TakenToAsync(pbx, connection, ct) is not { } takenTo) return;
        var (taken, touched) = (takenTo, days.Touched());
        foreach (var row in await DialledCalls.AfterAsync(pbx, takenTo, Batch, connection, ct))
        {
            if (row.EndedAt > idle.CaughtUpAt - Settled) break;
            var job = row is { Dialled: true, Answered: true, ConnectedAt: null } ? await originated.TalkOfAsync(row.UniqueId, ct) : null;
            if (job is { IsFinal: false } && !idle.HasWaited(JobPatience, row.EndedAt)) break;
            if (row.Dialled && !idle.HasWaited(MembersPatience, row.EndedAt) && await IsWhoseUnknownAsync(pbx, row, idle, connection, ct)) break;
            if (row.Dialled) await TakeAsync(pbx, row, TalkOf(row, job), touched, connection, ct);
            taken = row.Id;
        }

        await days.SumAsync(touched, connection, ct);
        if (taken > takenTo) await SetTakenToAsync(pbx, taken, connection, ct);
    }

    private static async Task TakeAsync(string pbx, DialRecord row, int talk, TouchedDays touched, NpgsqlConnection connection, CancellationToken ct)
    {
        if (row.UniqueId == row.LinkedId && await AgentTables.SessionAtAsync(pbx, ChannelName.DeviceOf(row.Channel), row.CallBeganAt, connection, ct) is { } dialler)
            await DialledAsync(pbx, row, talk, dialler, touched, connection, ct);
        if (row is { Answered: true, DestinationChannel.Length: > 0 } && await AgentTables.SessionAtAsync(pbx, ChannelName.DeviceOf(row.DestinationChannel), row.BeganAt, connection, ct) is { } taker)
        {
            await AgentTables.AddDirectAsync(pbx, taker, row, connection, ct);
            touched.Add(taker.Agent, row.BeganAt, row.EndedAt);
        }
    }

    /// <summary>A call has a CDR for each dial: where the first route failed, the next one is what was talked on, and it is one call all the same.</summary>
    private static async Task DialledAsync(
        string pbx, DialRecord row, int talk, SessionName session, TouchedDays touched, NpgsqlConnection connection, CancellationToken ct)
    {
        if (row.IsDial && await AgentTables.AddDialAsync(pbx, row, talk, touched, connection, ct)) return;
        if (await IsConsultOrKnownAsync(pbx, session.Agent, row, connection, ct)) return;
        await AgentTables.AddOutgoingAsync(pbx, session, row, talk, connection, ct);
        // Talked on for longer than it lasted, it would have begun before.
        touched.Add(session.Agent, Earlier(row.CallBeganAt, row.EndedAt.AddSeconds(-talk - 1)), row.EndedAt);
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    /// <summary>
    /// Whether it may be the call of an agent of whom is not known yet at which device: the PBX's list tells, and what it kept over its restart.
    /// </summary>
    private static async Task<bool> IsWhoseUnknownAsync(string pbx, DialRecord row, FeedIdle idle, NpgsqlConnection connection, CancellationToken ct)
    {
        string[] devices = [ChannelName.DeviceOf(row.Channel), ChannelName.DeviceOf(row.DestinationChannel)];
        return !idle.MembersKnown && await AgentTables.IsAnySessionWithoutDeviceAsync(pbx, row.CallBeganAt, connection, ct)
            || await AgentTables.IsAnyDoubtAsync(pbx, devices, row.BeganAt, connection, ct);
    }

    /// <summary>
    /// Whole seconds that both sides talked. Of a call that we originated Asterisk counts from when the source picked up; when the destination
    /// did is in the record, where the dialplan notes it, or else known to who followed the call. Where neither tells, the longer time counts.
    /// </summary>
    private static int TalkOf(DialRecord row, JobTalk? job)
    {
        if (!row.Answered) return 0;
        // Connected before this dial: on an earlier one, whose record has that time.
        if (row.ConnectedAt is { } noted) return Math.Max(0, (int)(Sightings.WholeSecond(row.EndedAt) - Later(noted, Sightings.WholeSecond(row.BeganAt))).TotalSeconds);
        if (job?.ConnectedAt is { } heard) return Math.Max(0, (int)Math.Round((row.EndedAt - Later(heard, row.BeganAt)).TotalSeconds));
        return job is null || row.DestinationChannel.Length > 0 ? row.BillableSeconds : 0;
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    /// <summary>Null before the position has a row: nothing is taken whose position could not be kept.</summary>
    private static async Task<long?> TakenToAsync(string pbx, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select calls_taken_to from pbx_life where pbx = $1", connection);
        command.Parameters.Add(new() { Value = pbx });
        return await command.ExecuteScalarAsync(ct) as long?;
    }

    private static async Task SetTakenToAsync(string pbx, long taken, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("update pbx_life set calls_taken_to = $2 where pbx = $1", connection);
        command.Parameters.Add(new() { Value = pbx });
        command.Parameters.Add(new() { Value = taken });
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>
    /// Whether it is a question asked while talking on a queue's call, or counted already. A talk's ends are cut to the second: where it ended in
    /// the very second in which the agent dialled, it is a question only if the call was handed on to whom was dialled; where it began in the second
    /// in which the agent's own call both began and ended, that one came before. And who writes DIALOUT into the queue_log itself has said it already.
    /// </summary>
    private static async Task<bool> IsConsultOrKnownAsync(string pbx, string agent, DialRecord row, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            """
            select exists (select 1 from agent_calls where unique_id = $3 and kind = 5 and pbx = $1 and at > $7)
                or exists (select 1 from agent_calls c where pbx = $1 and agent = $2 and kind = 1 and at <= $4
                    and at < date_trunc('second', $6::timestamptz) and at > $7
                    and (talk_to is null or talk_to > $4 or (transferred and talk_to = date_trunc('second', $4::timestamptz)
                        and exists (select 1 from queue_activities a where a.unique_id = c.unique_id and a.at > $7 and a.action = 8 and coalesce(a.destination, $5) = $5))))
            """, connection);
        foreach (var value in new object[] { pbx, agent, row.UniqueId, row.CallBeganAt.UtcDateTime, row.Destination, row.EndedAt.UtcDateTime, row.CallBeganAt.AddDays(-1).UtcDateTime })
            command.Parameters.Add(new() { Value = value });
        return (bool)(await command.ExecuteScalarAsync(ct))!;
    }
}
