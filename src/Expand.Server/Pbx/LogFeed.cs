using Expand.Server.Platform;
using Npgsql;

namespace Expand.Server.Pbx;

/// <summary>
/// A durable inlet: the file that Asterisk itself writes, tailed into the database. Rows and the position reached are one transaction,
/// so neither a restart of ours, of PostgreSQL or of Asterisk loses or doubles a line. One host holds the lease and reads.
/// </summary>
internal sealed class LogFeed(
    string pbx, string path, IFeedConsumer consumer, NpgsqlDataSource database, Leases leases, TimeProvider clock, ILogger<LogFeed> log)
    : BackgroundService
{
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan BetweenIdles = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromMilliseconds(500);

    /// <summary>A chunk of so many bytes: there is more in the file than what was written since it was read last.</summary>
    private const int Behind = 64 * 1024;
    private long caughtUpAt;
    private volatile string? problem;

    /// <summary>Which feed this is.</summary>
    public string Feed => consumer.Feed;

    /// <summary>When this host last saw that nothing was left to read; null where another host reads, or before the first time.</summary>
    public DateTimeOffset? CaughtUpAt => Interlocked.Read(ref caughtUpAt) is var ticks and not 0 ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <summary>Why it waits; null while it does not, and where another host reads.</summary>
    public string? Problem => problem;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => leases.KeepAsync(
        $"feed:{pbx}:{Feed}", FollowAsync, AfterFailure, (failure, reason) =>
        {
            problem = reason;
            log.FeedWaits(failure, Feed, pbx, reason);
        }, stoppingToken);

    private async Task FollowAsync(CancellationToken ct)
    {
        using var tail = new LogTail(path);
        tail.FileGone += at => log.FileGone(Feed, pbx, Path.GetDirectoryName(Path.GetFullPath(path))!, at.Offset);
        tail.FileUnreadable += reason => log.FileUnreadable(Feed, pbx, reason);
        var start = await PositionAsync(ct);
        tail.Seek(start, await FilesAsync(ct));
        var lastIdle = clock.GetTimestamp() - clock.TimestampFrequency;
        log.FeedOpened(Feed, pbx, path, start.Offset);
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            var before = clock.GetUtcNow();
            if (tail.Read() is { } chunk)
            {
                await SaveAsync(chunk, start, ct);
                start = chunk.Position;
                // What is written meanwhile comes in one transaction, not in one for each line: most of what it costs does not depend on how many there are.
                if (chunk.Lines.Length < Behind) await Task.Delay(Idle, clock, ct);
                continue;
            }

            Interlocked.Exchange(ref caughtUpAt, before.UtcTicks);
            problem = null;
            if (clock.GetElapsedTime(lastIdle) >= BetweenIdles)
            {
                lastIdle = clock.GetTimestamp();
                await TellIdleAsync(before, ct);
            }

            await Task.Delay(Idle, clock, ct);
        }
    }

    private async Task<TailPosition> PositionAsync(CancellationToken ct)
    {
        await using var command = database.CreateCommand("select file, \"offset\" from feed_checkpoints where pbx = $1 and feed = $2");
        command.Parameters.Add(new() { Value = pbx });
        command.Parameters.Add(new() { Value = Feed });
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? new TailPosition(row.GetString(0), row.GetInt64(1)) : new TailPosition("", 0);
    }

    private async Task<Dictionary<string, FileMark>> FilesAsync(CancellationToken ct)
    {
        await using var command = database.CreateCommand("select file, \"offset\", at from feed_files where pbx = $1 and feed = $2");
        command.Parameters.Add(new() { Value = pbx });
        command.Parameters.Add(new() { Value = Feed });
        await using var row = await command.ExecuteReaderAsync(ct);
        var files = new Dictionary<string, FileMark>();
        while (await row.ReadAsync(ct)) files[row.GetString(0)] = new FileMark(row.GetInt64(1), row.GetFieldValue<DateTimeOffset>(2));
        return files;
    }

    /// <summary>
    /// A host that lost its lease without knowing yet may still be writing: whoever finds the position moved begins anew from there.
    /// </summary>
    private async Task HoldPositionAsync(TailPosition expected, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var turn = new NpgsqlCommand("select pg_advisory_xact_lock(hashtext('feed:' || $1 || ':' || $2))", connection);
        await using var position = new NpgsqlCommand("select file, \"offset\" from feed_checkpoints where pbx = $1 and feed = $2", connection);
        foreach (var command in new[] { turn, position })
        {
            command.Parameters.Add(new() { Value = pbx });
            command.Parameters.Add(new() { Value = Feed });
        }

        await turn.ExecuteNonQueryAsync(ct);
        await using var row = await position.ExecuteReaderAsync(ct);
        var found = await row.ReadAsync(ct) ? new TailPosition(row.GetString(0), row.GetInt64(1)) : new TailPosition("", 0);
        if (found != expected) throw new IOException($"the position moved meanwhile: another host follows {Feed}");
    }

    private async Task TellIdleAsync(DateTimeOffset caughtUp, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await consumer.IdleAsync(pbx, caughtUp, connection, ct);
        await transaction.CommitAsync(ct);
    }

    private async Task SaveAsync(TailChunk chunk, TailPosition after, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await HoldPositionAsync(after, connection, ct);
        var rejected = await consumer.TakeAsync(pbx, chunk.Lines, connection, ct);
        await using var batch = new NpgsqlBatch(connection, transaction);
        foreach (var (line, reason) in rejected)
        {
            log.LineRejected(Feed, pbx, chunk.Path, reason);
            batch.BatchCommands.Add(Command("insert into feed_rejects (pbx, feed, line, reason, at) values ($1, $2, $3, $4, now())", pbx, Feed, line, reason));
        }

        batch.BatchCommands.Add(Command(
            """
            insert into feed_checkpoints (pbx, feed, file, "offset", at) values ($1, $2, $3, $4, now())
            on conflict (pbx, feed) do update set file = excluded.file, "offset" = excluded."offset", at = excluded.at
            """,
            pbx, Feed, chunk.Position.File, chunk.Position.Offset));
        batch.BatchCommands.Add(Command(
            """
            insert into feed_files (pbx, feed, file, "offset", at) values ($1, $2, $3, $4, $5)
            on conflict (pbx, feed, file) do update set "offset" = excluded."offset", at = excluded.at
            """,
            pbx, Feed, chunk.Position.File, chunk.Position.Offset, chunk.WrittenAt.ToUniversalTime()));
        await batch.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
        consumer.Saved();
    }

    private static NpgsqlBatchCommand Command(string sql, params ReadOnlySpan<object> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        return command;
    }
}
