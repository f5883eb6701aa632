using Npgsql;

namespace Expand.Server.Activity;

/// <summary>From which wait on a call is late, and up to which one an abandoned call does not count; whole seconds, both inclusive.</summary>
/// <param name="Threshold">An answered call that waited this long or less is in time.</param>
/// <param name="ShortAbandon">An abandoned call that waited this long or less is a short one, which nobody could have answered; below 0 none is.</param>
internal sealed record ServiceTarget(int Threshold = 20, int ShortAbandon = 5);

/// <summary>
/// The figures of a queue, or of several, in a period. What is counted are the activities of queueData in it, each at its own instant:
/// <c>Answered</c>: CONNECT. <c>InTime</c>: of these, those whose wait is the threshold or less.
/// <c>Abandoned</c>: ABANDON, which is every call that left the queue unanswered: given up, timed out, sent on because nobody was there, or left by a key.
/// <c>ShortlyAbandoned</c>: of these, those whose wait is the short one or less.
/// <c>Wait</c>: all waits of the answered calls. <c>LongestWait</c>: of answered and abandoned calls.
/// <c>Ended</c>: COMPLETECALLER, COMPLETEAGENT and COMPLETETRANSFER; <c>Talk</c>: all their talk times.
/// A call that waits still at the period's end is in the next one. A call that enters a queue twice, or two queues, is offered twice.
/// </summary>
internal sealed record ServiceFigures(int Answered, int InTime, int Abandoned, int ShortlyAbandoned, long Wait, int LongestWait, int Ended, long Talk)
{
    public static readonly ServiceFigures None = new(0, 0, 0, 0, 0, 0, 0, 0);

    /// <summary>Answered and abandoned calls.</summary>
    public int Offered => Answered + Abandoned;

    /// <summary>Those by which a queue is judged: offered without the shortly abandoned ones.</summary>
    public int Counted => Offered - ShortlyAbandoned;

    /// <summary>Answered calls after the threshold.</summary>
    public int Late => Answered - InTime;

    /// <summary>In percent, how many of the counted calls were answered in time; null where none counts.</summary>
    public double? Level => Percent(InTime, Counted);

    /// <summary>In percent, how many of the counted calls were abandoned; null where none counts.</summary>
    public double? AbandonRate => Percent(Abandoned - ShortlyAbandoned, Counted);

    /// <summary>Mean wait of the answered calls in seconds; null of none.</summary>
    public double? MeanWait => Answered == 0 ? null : (double)Wait / Answered;

    /// <summary>Mean talk of the ended calls in seconds; null of none.</summary>
    public double? MeanTalk => Ended == 0 ? null : (double)Talk / Ended;

    private static double? Percent(int part, int of) => of == 0 ? null : 100.0 * part / of;
}

/// <summary>The figures of all queues together, of each one, and of the parts of the period, counted from 0; who is missing has none.</summary>
internal sealed record ServiceReport(ServiceFigures Total, IReadOnlyDictionary<string, ServiceFigures> Queues, IReadOnlyDictionary<int, ServiceFigures> Parts);

/// <summary>How well callers were served, from the same activities as queueData's.</summary>
internal sealed class ServiceLevels(NpgsqlDataSource database)
{
    /// <summary>Reads the activities of the period once. It holds both of its ends; an empty queue means all; a part begins with its instant and ends with the next one's.</summary>
    public async Task<ServiceReport> OfAsync(
        string queue, DateTimeOffset from, DateTimeOffset to, ServiceTarget target, IReadOnlyList<DateTimeOffset> parts, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var command = new NpgsqlCommand(
            $"""
            select grouping(queue, part), queue, part,
                count(*) filter (where action = 3)::int, count(*) filter (where action = 3 and wait_seconds <= $3)::int,
                count(*) filter (where action = 9)::int, count(*) filter (where action = 9 and wait_seconds <= $4)::int,
                coalesce(sum(wait_seconds) filter (where action = 3), 0)::bigint, coalesce(max(wait_seconds), 0),
                count(*) filter (where action in (6, 7, 8))::int, coalesce(sum(talk_seconds) filter (where action in (6, 7, 8)), 0)::bigint
            from (
                select queue, action, wait_seconds, talk_seconds, width_bucket(at, $5::timestamptz[]) - 1 as part from queue_activities
                where at >= $1 and at < $2 and action in (3, 6, 7, 8, 9){(queue.Length == 0 ? "" : " and queue = $6")}) counted
            group by grouping sets ((queue), (part), ())
            """, connection)
        { CommandTimeout = 0 };
        foreach (var value in new object[] { from.UtcDateTime, to.AddSeconds(1).UtcDateTime, target.Threshold, target.ShortAbandon, parts.Select(p => p.UtcDateTime).ToArray() })
            command.Parameters.Add(new() { Value = value });
        if (queue.Length > 0) command.Parameters.Add(new() { Value = queue });
        return await ReadAsync(command, ct);
    }

    private static async Task<ServiceReport> ReadAsync(NpgsqlCommand command, CancellationToken ct)
    {
        var (total, queues, parts) = (ServiceFigures.None, new SortedDictionary<string, ServiceFigures>(StringComparer.Ordinal), new Dictionary<int, ServiceFigures>());
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            var figures = new ServiceFigures(
                row.GetInt32(3), row.GetInt32(4), row.GetInt32(5), row.GetInt32(6), row.GetInt64(7), row.GetInt32(8), row.GetInt32(9), row.GetInt64(10));
            // Which of the two are summed up: none of queue and part is both 0.
            switch (row.GetInt32(0))
            {
                case 1:
                    queues[row.GetString(1)] = figures;
                    break;
                case 2:
                    parts[row.GetInt32(2)] = figures;
                    break;
                default:
                    total = figures;
                    break;
            }
        }

        return new ServiceReport(total, queues, parts);
    }
}
