using Expand.Server.Platform;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Expand.Server.Activity;

/// <summary>
/// A queue's calls since 00:00 local time.
/// <c>InTime</c>: of those answered, the ones that waited no longer than the service level's seconds.
/// </summary>
internal sealed record QueueDay(int Answered, int InTime, int Abandoned)
{
    /// <summary>The service level: calls answered in time in percent of all answered and abandoned ones; null where there were none.</summary>
    public int? Level => Answered + Abandoned == 0 ? null : (int)Math.Round(100.0 * InTime / (Answered + Abandoned), MidpointRounding.AwayFromZero);
}

/// <summary>
/// The day's figures of all queues, asked of what was written down at most every few seconds for all who look, and never waited for: whoever looks
/// gets the last ones. While the database is away they stay as they were.
/// </summary>
internal sealed class DayFigures(NpgsqlDataSource database, LocalTime time, IOptions<ActivityOptions> options, ILogger<DayFigures> log)
{
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(5);
    private static readonly QueueDay None = new(0, 0, 0);
    private volatile Known known = new(null, null, DateTimeOffset.MinValue);
    private int asking;

    /// <summary>Since when the database does not tell; null while it does.</summary>
    public DateTimeOffset? StaleSince => known.StaleSince;

    /// <summary>The seconds within which a call is to be answered.</summary>
    public int LevelSeconds => options.Value.ServiceLevelSeconds;

    /// <summary>The figures of a queue; null before they were read.</summary>
    public QueueDay? Of(string queue) => known.Queues is { } queues ? queues.GetValueOrDefault(queue, None) : null;

    /// <summary>Has them read where they are not fresh.</summary>
    public void Look()
    {
        if (time.Now - known.ReadAt < FreshFor || Interlocked.Exchange(ref asking, 1) == 1) return;
        _ = AskAsync();
    }

    private async Task AskAsync()
    {
        var before = known;
        try
        {
            known = new Known(await ReadAsync(), null, time.Now);
        }
#pragma warning disable CA1031 // A database that is away words it in many ways, and nobody awaits this.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            if (before.StaleSince is null) log.DayWaits(failure.Message);
            known = before with { StaleSince = before.StaleSince ?? (before.Queues is null ? time.Now : before.ReadAt), ReadAt = time.Now };
        }
        finally
        {
            Volatile.Write(ref asking, 0);
        }
    }

    private async Task<Dictionary<string, QueueDay>> ReadAsync()
    {
        await using var command = database.CreateCommand(
            """
            select queue, count(*) filter (where action = 3)::int, count(*) filter (where action = 3 and wait_seconds <= $2)::int,
                count(*) filter (where action = 9)::int
            from queue_activities where at >= $1 and action in (3, 9) group by queue
            """);
        command.CommandTimeout = 10;
        command.Parameters.Add(new() { Value = QueueTally.Midnight(time).UtcDateTime });
        command.Parameters.Add(new() { Value = LevelSeconds });
        var days = new Dictionary<string, QueueDay>(StringComparer.Ordinal);
        await using var row = await command.ExecuteReaderAsync();
        while (await row.ReadAsync()) days[row.GetString(0)] = new QueueDay(row.GetInt32(1), row.GetInt32(2), row.GetInt32(3));
        return days;
    }

    private sealed record Known(IReadOnlyDictionary<string, QueueDay>? Queues, DateTimeOffset? StaleSince, DateTimeOffset ReadAt);
}
