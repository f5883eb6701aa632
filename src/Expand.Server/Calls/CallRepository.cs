using Expand.Server.Pbx;
using Expand.Server.Platform.Announcements;
using Npgsql;

namespace Expand.Server.Calls;

/// <summary>What the rows say of a call that is not followed in memory.</summary>
internal sealed record StoredCall(CallStatus Status, DateTimeOffset? EndedAt, string ChannelId);

/// <summary>Since when both sides of a job talk; null where they did not, or nobody heard it. <c>IsFinal</c>: nothing more will be known.</summary>
internal sealed record JobTalk(DateTimeOffset? ConnectedAt, bool IsFinal);

/// <summary>A change of a call on its way to its row.</summary>
internal sealed record CallChange(long Id, CallStatus Status, DateTimeOffset? AnsweredAt, DateTimeOffset? EndedAt);

/// <summary>What became of a job's row on its way into the table.</summary>
internal enum RowAnswer
{
    Added,

    /// <summary>Draw another id.</summary>
    IdTaken,

    /// <summary>An open job has the extension.</summary>
    ExtensionTaken,
}

/// <summary>The questions asked of <c>originated_calls</c>. SQL where it is on a request's path.</summary>
internal sealed class CallRepository(NpgsqlDataSource database, AnnouncementsWanted? wanted = null)
{
    /// <summary>Adds the job and what is to be kept with it, both or neither.</summary>
    public async Task<RowAnswer> AddAsync(OriginatedCall call, NpgsqlBatchCommand? note, CancellationToken ct)
    {
        var job = new NpgsqlBatchCommand(
            """
            insert into originated_calls (id, channel_id, pbx, owner, source, extension, source_name, destination, destination_name, ring_seconds,
                status, refusal, requested_at, ended_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
            """);
        foreach (var value in new object?[]
        {
            call.Id, call.ChannelId, call.Pbx, call.Owner, call.Source, call.Extension, call.SourceName, call.Destination, call.DestinationName,
            call.RingSeconds, (short)call.Status, call.Refusal, call.RequestedAt.UtcDateTime, call.EndedAt?.UtcDateTime,
        })
        {
            job.Parameters.Add(new() { Value = value ?? DBNull.Value });
        }

        // Without a transaction of its own a batch is one: a round trip for both.
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(job);
        if (note is not null) batch.BatchCommands.Add(note);
        if (CallAnnouncements.OfNew(call, wanted) is { } told) batch.BatchCommands.Add(told);
        try
        {
            await batch.ExecuteNonQueryAsync(ct);
            return RowAnswer.Added;
        }
        catch (PostgresException taken) when (taken.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return taken.ConstraintName == OriginatedCallConfiguration.OpenExtensions ? RowAnswer.ExtensionTaken : RowAnswer.IdTaken;
        }
    }

    /// <summary>The open job that has the extension; null where none has it any more.</summary>
    public async Task<long?> HolderAsync(string pbx, string extension, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select id from originated_calls where pbx = $1 and extension = $2 and ended_at is null");
        command.Parameters.Add(new() { Value = pbx });
        command.Parameters.Add(new() { Value = extension });
        return await command.ExecuteScalarAsync(ct) as long?;
    }

    /// <summary>Leaves the extension of an open job to the next one: its channel is gone, only how it ended is not known yet.</summary>
    public async Task FreeExtensionAsync(long id, CancellationToken ct)
    {
        await using var command = database.CreateCommand("update originated_calls set extension = null where id = $1 and ended_at is null");
        command.Parameters.Add(new() { Value = id });
        await command.ExecuteNonQueryAsync(ct);
    }

    public async Task<StoredCall?> FindAsync(long id, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select status, ended_at, channel_id from originated_calls where id = $1");
        command.Parameters.Add(new() { Value = id });
        await using var row = await command.ExecuteReaderAsync(ct);
        if (!await row.ReadAsync(ct)) return null;
        return new StoredCall((CallStatus)row.GetInt16(0), row.IsDBNull(1) ? null : row.GetFieldValue<DateTimeOffset>(1), row.GetString(2));
    }

    /// <summary>When both sides of the job with that channel were connected and whether that is its last word; null where the channel is no job's.</summary>
    public async Task<JobTalk?> TalkOfAsync(string channelId, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select answered_at, ended_at is not null from originated_calls where channel_id = $1");
        command.Parameters.Add(new() { Value = channelId });
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? new JobTalk(row.IsDBNull(0) ? null : row.GetFieldValue<DateTimeOffset>(0), row.GetBoolean(1)) : null;
    }

    /// <summary>Marks the cancel before the PBX is asked for it: whoever follows the call, and after whatever crash, knows why it ended.</summary>
    public async Task<bool> MarkCancelAsync(long id, bool cancelled, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            "update originated_calls set cancel_requested_at = case when $2 then now() end where id = $1 and ended_at is null");
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = cancelled });
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }

    /// <summary>Open jobs of the host that somebody, perhaps at another host, wants cancelled.</summary>
    public async Task<IReadOnlyList<long>> CancelsAsync(string owner, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            "select id from originated_calls where owner = $1 and ended_at is null and cancel_requested_at is not null");
        command.Parameters.Add(new() { Value = owner });
        var marked = new List<long>();
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct)) marked.Add(rows.GetInt64(0));
        return marked;
    }

    /// <summary>
    /// Writes changes, each only forward: a row that has ended stays as it is. Answers those whose end another host's cancel decides.
    /// </summary>
    public async Task<IReadOnlyList<long>> WriteAsync(IReadOnlyList<CallChange> changes, CancellationToken ct)
    {
        var told = CallAnnouncements.Changes(wanted);
        await using var command = database.CreateCommand(told.Length > 0 ? CallAnnouncements.ChangeSql :
            """
            update originated_calls c set
                status = case when n.ended_at is not null and c.cancel_requested_at is not null then 3 else n.status end,
                answered_at = coalesce(c.answered_at, n.answered_at), ended_at = n.ended_at
            from unnest($1, $2, $3, $4) as n(id, status, answered_at, ended_at)
            where c.id = n.id and c.ended_at is null
            returning c.id, c.cancel_requested_at is not null and c.ended_at is not null
            """);
        command.Parameters.Add(new() { Value = changes.Select(c => c.Id).ToArray() });
        command.Parameters.Add(new() { Value = changes.Select(c => (short)c.Status).ToArray() });
        command.Parameters.Add(new() { Value = changes.Select(c => c.AnsweredAt?.UtcDateTime).ToArray() });
        command.Parameters.Add(new() { Value = changes.Select(c => c.EndedAt?.UtcDateTime).ToArray() });
        if (told.Length > 0) command.Parameters.Add(new() { Value = told });
        var cancelled = new List<long>();
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
        {
            if (rows.GetBoolean(1)) cancelled.Add(rows.GetInt64(0));
        }

        return cancelled;
    }

    /// <summary>
    /// Open calls that this host has lost sight of (its own of before <paramref name="lostBefore"/>) or, where <paramref name="ofOthers"/>, of hosts
    /// that are not heard of any more, taken over by it. Calls that it follows already (<paramref name="followed"/>) are left out.
    /// </summary>
    public async Task<IReadOnlyList<(CallJob Job, bool Cancelled, bool Answered)>> TakeOverAsync(
        string owner, DateTimeOffset lostBefore, bool ofOthers, IReadOnlyCollection<long> followed, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            """
            update originated_calls set owner = $1
            where ended_at is null and not id = any($2)
              and case when owner = $1 then requested_at < $3
                  else $4 and not exists (select from hosts h where h.id = owner and h.seen_at > now() - interval '5 seconds') end
            returning id, channel_id, source, source_name, destination, destination_name, ring_seconds, requested_at,
                cancel_requested_at is not null, answered_at is not null
            """);
        command.Parameters.Add(new() { Value = owner });
        command.Parameters.Add(new() { Value = followed.ToArray() });
        command.Parameters.Add(new() { Value = lostBefore.UtcDateTime });
        command.Parameters.Add(new() { Value = ofOthers });
        var taken = new List<(CallJob, bool, bool)>();
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
        {
            var order = new CallOrder(rows.GetString(1), rows.GetString(2), rows.GetString(3), rows.GetString(4), rows.GetString(5), rows.GetInt32(6));
            var job = new CallJob(rows.GetInt64(0), order, rows.GetFieldValue<DateTimeOffset>(7)) { IsTakenOver = true };
            taken.Add((job, rows.GetBoolean(8), rows.GetBoolean(9)));
        }

        return taken;
    }
}
