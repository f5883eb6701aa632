using Npgsql;

namespace Expand.Server.Activity;

/// <summary>What became of a call, as whoever answers the number again wants to know it.</summary>
internal enum KnownOutcome
{
    /// <summary>Somebody talked.</summary>
    Answered,

    /// <summary>The caller left the queue before anybody took the call.</summary>
    Abandoned,

    /// <summary>Nobody took it.</summary>
    Unanswered,
}

/// <summary>
/// A call of a number before.
/// <c>IsIncoming</c>: whether the number called.
/// <c>Queue</c>: empty where none had it. <c>Agent</c>: the number of the agent who talked, or else empty. <c>Device</c>: the phone that was reached last.
/// </summary>
internal sealed record KnownCall(
    string UniqueId, DateTimeOffset At, bool IsIncoming, string Other, string Queue, string Agent, string Device, int TalkSeconds, KnownOutcome Outcome);

/// <summary>What is known of a number: its last calls, from the call records and from what happened in the queues.</summary>
internal sealed class CallsOfNumber(NpgsqlDataSource database)
{
    /// <summary>The number's last calls, the newest first, without the one that goes on; none of an empty number.</summary>
    public async Task<IReadOnlyList<KnownCall>> LastAsync(string number, string without, int most, CancellationToken ct)
    {
        if (number.Length == 0) return [];
        // A call has a record for each dial; those of a number are found by index, from either side. What a queue did is written in its activities
        // (1 RINGING ...: QueueAction): a queue answers before anybody talks, so its calls' records do not tell.
        await using var command = database.CreateCommand(
            """
            with found as (
                (select * from cdr where source = $1 order by call_date desc limit 100)
                union all
                (select * from cdr where destination = $1 and source <> $1 order by call_date desc limit 100)),
            calls as (
                select unique_id, min(call_date) as at, bool_or(source = $1) as incoming, max(case when source = $1 then destination else source end) as other,
                    coalesce(sum(billable_seconds) filter (where disposition = 'ANSWERED' and destination_channel <> ''), 0)::int as talked,
                    coalesce((array_agg(destination_channel order by sequence desc) filter (where destination_channel <> ''))[1], '') as reached,
                    coalesce((array_agg(channel order by sequence))[1], '') as channel
                from found where unique_id <> $2 group by unique_id order by at desc limit $3)
            select c.unique_id, c.at, c.incoming, c.other, c.talked, case when c.incoming then c.reached else c.channel end,
                coalesce(q.queue, ''), coalesce(q.agent, ''), coalesce(q.talked, 0)::int, coalesce(q.connected, false), coalesce(q.abandoned, false), q.entered is not null
            from calls c left join lateral (
                select (array_agg(queue order by at desc, id desc))[1] as queue,
                    (array_agg(agent order by at desc, id desc) filter (where action = any($4)))[1] as agent,
                    sum(talk_seconds) as talked, bool_or(action = any($4)) as connected, bool_or(action = $5) as abandoned,
                    min(at) filter (where action = $6) as entered
                from queue_activities a where a.unique_id = c.unique_id) q on true
            order by c.at desc
            """);
        command.Parameters.Add(new() { Value = number });
        command.Parameters.Add(new() { Value = without });
        command.Parameters.Add(new() { Value = most });
        command.Parameters.Add(new() { Value = new[] { (short)QueueAction.Connect, (short)QueueAction.DialOut } });
        command.Parameters.Add(new() { Value = (short)QueueAction.Abandon });
        command.Parameters.Add(new() { Value = (short)QueueAction.EnterQueue });
        var known = new List<KnownCall>();
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct)) known.Add(Read(row));
        return known;
    }

    private static KnownCall Read(NpgsqlDataReader row)
    {
        var incoming = row.GetBoolean(2);
        var queued = row.GetBoolean(11);
        var talked = queued ? row.GetInt32(8) : row.GetInt32(4);
        var outcome = (queued ? row.GetBoolean(9) : talked > 0) ? KnownOutcome.Answered
            : row.GetBoolean(10) ? KnownOutcome.Abandoned : KnownOutcome.Unanswered;
        return new KnownCall(
            row.GetString(0), row.GetFieldValue<DateTimeOffset>(1), incoming, row.GetString(3), row.GetString(6), row.GetString(7),
            Pbx.ChannelName.DeviceOf(row.GetString(5)), talked, outcome);
    }
}
