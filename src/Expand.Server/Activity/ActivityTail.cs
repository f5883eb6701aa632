using Npgsql;

namespace Expand.Server.Activity;

/// <summary>Follows what is written down into <see cref="ActivityCounters"/>, on every host. While the database is away the figures stay as they were.</summary>
internal sealed class ActivityTail(NpgsqlDataSource database, ActivityCounters counters, TimeProvider clock, ILogger<ActivityTail> log) : BackgroundService
{
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(200);
    private const int Batch = 10_000;

    /// <summary>Every agent that something is written down of, from one entry of the index to the next.</summary>
    private const string Agents =
        """
        with recursive agents(agent) as (
            (select min(agent) from queue_activities where agent > '')
            union all
            select (select min(a.agent) from queue_activities a where a.agent > agents.agent) from agents where agents.agent is not null)

        """;

    /// <summary>Three are enough for a warning.</summary>
    private const string LastOffers = Agents +
        """
        select o.queue, o.agent, o.action, o.at from agents cross join lateral (
            select id, queue, agent, action, at from queue_activities a
            where a.agent = agents.agent and action in (3, 4, 5) order by at desc, id desc limit 3) o
        order by o.id
        """;

    private const string LastRejections = Agents +
        """
        select r.queue, r.agent, 5::smallint, r.at from agents cross join lateral (
            select queue, agent, at from agent_calls c where c.agent = agents.agent and kind = 3 order by at desc limit 1) r
        """;

    private long last = -1;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var rest = Rest;
            try
            {
                if (last < 0) await BeginAsync(stoppingToken);
                while (await FollowAsync(stoppingToken) == Batch)
                {
                    // There is more.
                }
            }
#pragma warning disable CA1031 // A database that is away words it in many ways, and counters that stopped would end the server.
            catch (Exception failure) when (failure is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                log.CountersWait(failure.Message);
                rest = TimeSpan.FromSeconds(1);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }

            await Task.Delay(rest, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>What the figures of today, of the last hour and of the agents' last offers rest on; then from the newest id on.</summary>
    private async Task BeginAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, ct);
        await using var newest = new NpgsqlCommand("select coalesce(max(id), 0) from queue_activities", connection);
        var id = (long)(await newest.ExecuteScalarAsync(ct))!;
        // Read to the end before anything is counted: a failure in between begins anew.
        var ended = await ReadAsync(connection, "select queue, agent, action, at from queue_activities where at >= $1 and action in (6, 7, 8, 9) order by id", ct, counters.Since());
        var offers = await ReadAsync(connection, LastOffers, ct);
        var rejections = await ReadAsync(connection, LastRejections, ct);
        foreach (var (queue, agent, action, at) in ended.Concat(offers)) counters.Count(queue, agent, action, at);
        foreach (var (_, agent, _, at) in rejections) counters.Recall(agent, at);
        last = id;
    }

    private static async Task<List<(string Queue, string Agent, QueueAction Action, DateTimeOffset At)>> ReadAsync(
        NpgsqlConnection connection, string sql, CancellationToken ct, DateTimeOffset? since = null)
    {
        // A large history may take its time: nobody waits for it.
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        if (since is { } from) command.Parameters.Add(new() { Value = from.UtcDateTime });
        var rows = new List<(string, string, QueueAction, DateTimeOffset)>();
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct)) rows.Add((row.GetString(0), row.GetString(1), (QueueAction)row.GetInt16(2), row.GetFieldValue<DateTimeOffset>(3)));
        return rows;
    }

    private async Task<int> FollowAsync(CancellationToken ct)
    {
        await using var command = database.CreateCommand("select id, queue, agent, action, at from queue_activities where id > $1 order by id limit $2");
        command.Parameters.Add(new() { Value = last });
        command.Parameters.Add(new() { Value = Batch });
        var count = 0;
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            counters.Count(row.GetString(1), row.GetString(2), (QueueAction)row.GetInt16(3), row.GetFieldValue<DateTimeOffset>(4));
            last = row.GetInt64(0);
            count++;
        }

        return count;
    }
}
