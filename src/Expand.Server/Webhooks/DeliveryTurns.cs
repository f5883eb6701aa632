using Expand.Server.Platform;
using Expand.Server.Platform.Outbound;
using Npgsql;
using NpgsqlTypes;

namespace Expand.Server.Webhooks;

/// <summary>A delivery that is due.</summary>
internal sealed record DueDelivery(long Id, string EventId, string Type, string Body, int Attempts);

/// <summary>What became of an attempt.</summary>
/// <param name="State">Where the delivery stands now.</param>
/// <param name="NextAt">When it is tried again, where it is.</param>
internal sealed record AttemptOutcome(DeliveryState State, DateTimeOffset NextAt);

/// <summary>The questions asked of deliveries that are due, and what is written of their attempts. A webhook is told by one host at a time.</summary>
internal sealed class DeliveryTurns(NpgsqlDataSource database, HostPresence host)
{
    /// <summary>Turns of an earlier life of this host end now.</summary>
    public async Task TakeBackAsync(CancellationToken ct)
    {
        await using var command = database.CreateCommand("update webhook_health set turn_owner = null, turn_until = null where turn_owner = $1");
        command.Parameters.Add(new() { Value = host.Id });
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Takes the turns of webhooks that have something due, and that no other living host tells at this moment.</summary>
    public async Task<IReadOnlyList<int>> TakeAsync(IReadOnlyCollection<int> own, int most, DateTimeOffset now, DateTimeOffset until, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            """
            update webhook_health set turn_owner = $1, turn_until = $2 where webhook_id in (
                select h.webhook_id from webhook_health h join webhooks w on w.id = h.webhook_id and w.enabled
                where (h.paused_until is null or h.paused_until <= $3) and not h.webhook_id = any($4)
                  and (h.turn_until is null or h.turn_until <= $3
                    or not exists (select from hosts s where s.id = h.turn_owner and s.seen_at > now() - interval '10 seconds'))
                  and exists (select from webhook_deliveries d where d.webhook_id = h.webhook_id and d.state = 0 and d.next_at <= $3)
                limit $5 for update of h skip locked)
            returning webhook_id
            """);
        Add(command, host.Id, until.UtcDateTime, now.UtcDateTime, own.ToArray(), most);
        var taken = new List<int>();
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct)) taken.Add(row.GetInt32(0));
        return taken;
    }

    /// <summary>Keeps the turn; false where it is this host's no longer, or nothing may be sent at this moment.</summary>
    public async Task<bool> KeepAsync(int webhook, DateTimeOffset now, DateTimeOffset until, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            """
            update webhook_health h set turn_until = $3 from webhooks w
            where h.webhook_id = $1 and w.id = h.webhook_id and w.enabled and h.turn_owner = $2 and (h.paused_until is null or h.paused_until <= $4)
            """);
        Add(command, webhook, host.Id, until.UtcDateTime, now.UtcDateTime);
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }

    /// <summary>Gives the turn back.</summary>
    public async Task ReleaseAsync(int webhook, CancellationToken ct)
    {
        await using var command = database.CreateCommand("update webhook_health set turn_owner = null, turn_until = null where webhook_id = $1 and turn_owner = $2");
        Add(command, webhook, host.Id);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>What is due, as it came; of a receiver that fails, one to try it with.</summary>
    public async Task<IReadOnlyList<DueDelivery>> DueAsync(int webhook, DateTimeOffset now, int most, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            """
            select id, event_id, type, body, attempts from webhook_deliveries where webhook_id = $1 and state = 0 and next_at <= $2
            order by next_at, id
            limit (select case when failures >= $4 then 1 else $3 end from webhook_health where webhook_id = $1)
            """);
        Add(command, webhook, now.UtcDateTime, most, DeliveryPlan.FailuresBorne);
        var due = new List<DueDelivery>();
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct)) due.Add(new DueDelivery(row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetInt32(4)));
        return due;
    }

    /// <summary>Writes down an attempt and what came of it, together. Returns how many attempts in a row have failed.</summary>
    public async Task<int> WriteAsync(
        int webhook, DueDelivery delivery, DateTimeOffset at, OutboundAnswer answer, AttemptOutcome outcome, bool countsForHealth, CancellationToken ct)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(Command(
            "insert into webhook_attempts (delivery_id, at, status, milliseconds, answer) select id, $2, $3, $4, $5 from webhook_deliveries where id = $1",
            delivery.Id, at.UtcDateTime, answer.Status, (int)answer.Took.TotalMilliseconds, Beginning(answer)));
        batch.BatchCommands.Add(Command(
            "update webhook_deliveries set state = $2, attempts = attempts + 1, next_at = $3, ended_at = $4 where id = $1 and attempts = $5",
            delivery.Id, (short)outcome.State, outcome.NextAt.UtcDateTime, outcome.State == DeliveryState.Waiting ? null : at.UtcDateTime, delivery.Attempts));
        if (countsForHealth || answer.IsSuccess)
        {
            batch.BatchCommands.Add(answer.IsSuccess
                ? Command("update webhook_health set last_success_at = $2, failures = 0, paused_until = null where webhook_id = $1 returning failures", webhook, at.UtcDateTime)
                : Command(
                    "update webhook_health set last_failure_at = $2, last_failure = $3, failures = failures + 1 where webhook_id = $1 returning failures",
                    webhook, at.UtcDateTime, answer.Status > 0 ? FormattableString.Invariant($"HTTP {answer.Status}") : answer.End.ToString()));
        }

        return await batch.ExecuteScalarAsync(ct) as int? ?? 0;
    }

    /// <summary>Sends nothing until then.</summary>
    public async Task PauseAsync(int webhook, DateTimeOffset until, CancellationToken ct)
    {
        await using var command = database.CreateCommand("update webhook_health set paused_until = greatest(paused_until, $2) where webhook_id = $1");
        Add(command, webhook, until.UtcDateTime);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>The first KiB of what the receiver answered, or why it did not. PostgreSQL's texts hold no NUL.</summary>
    private static string Beginning(OutboundAnswer answer)
    {
        var text = (answer.Reason ?? answer.Body).Replace('\0', '\uFFFD');
        if (text.Length <= DeliveryAttempt.AnswerLength) return text;
        return text[..(char.IsHighSurrogate(text[DeliveryAttempt.AnswerLength - 1]) ? DeliveryAttempt.AnswerLength - 1 : DeliveryAttempt.AnswerLength)];
    }

    private static void Add(NpgsqlCommand command, params ReadOnlySpan<object> values)
    {
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
    }

    private static NpgsqlBatchCommand Command(string sql, params ReadOnlySpan<object?> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(value is null ? new() { Value = DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz } : new() { Value = value });
        return command;
    }
}
