using Expand.Server.Platform;
using Npgsql;

namespace Expand.Server.Sms;

/// <summary>A message that this host has claimed for one recipient: nobody else asks a gateway to send it.</summary>
internal sealed record SmsClaim(
    long Id, int MessageId, int Attempt, int Tries, string Number, string Text, string Sender, SmsEncoding Encoding, int Segments, Guid Token);

/// <summary>
/// What waits, in PostgreSQL. Claims are written before a gateway is asked, so that one that has no outcome is known for what it is; and no faster than
/// the gateway may be given messages, over all hosts.
/// </summary>
internal sealed class SmsQueue(NpgsqlDataSource database, HostPresence host, TimeProvider clock)
{
    /// <summary>The rate's row in <c>sms_rates</c>.</summary>
    public const string SendRate = "send";

    /// <summary>How much of a second's messages may leave at once.</summary>
    private const double Burst = 0.25;

    internal const string ClaimSql =
        """
        with due as (select id from sms_recipients where state = 0 and next_at <= $1 order by state, next_at, id limit $2 for update skip locked)
        update sms_recipients r set state = 1, state_at = $1, claimed_by = $3, claimed_at = $1, is_reported = $4, attempts = r.attempts + 1, tries = r.tries + 1
        from due, sms_messages m where r.id = due.id and m.id = r.message_id
        returning r.id, r.message_id, r.attempts, r.tries, r.number, m.text, m.sender, m.encoding, m.segments, r.token
        """;

    /// <summary>Whether something waits whose time has come.</summary>
    public async Task<bool> HasDueAsync(CancellationToken ct)
    {
        await using var command = database.CreateCommand("select exists (select from sms_recipients where state = 0 and next_at <= $1)");
        command.Parameters.Add(new() { Value = clock.GetUtcNow().UtcDateTime });
        return (bool)(await command.ExecuteScalarAsync(ct))!;
    }

    /// <summary>Claims some messages, as many as the rate lets.</summary>
    /// <param name="most">How many at most.</param>
    /// <param name="perSecond">Messages a second over all hosts.</param>
    /// <param name="isReported">Whether the gateway that they go to reports the fate of every message.</param>
    /// <param name="ct">Ends the claiming.</param>
    public async Task<List<SmsClaim>> ClaimAsync(int most, int perSecond, bool isReported, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        // The row is held until the claim is written: hosts claim one after the other, each for as long as a statement takes.
        var tokens = await TokensAsync(connection, Math.Max(1, perSecond * Burst), perSecond, ct);
        var count = Math.Min(most, (int)tokens);
        if (count == 0) return [];
        var claims = new List<SmsClaim>(count);
        await using (var command = new NpgsqlCommand(ClaimSql, connection))
        {
            command.Parameters.Add(new() { Value = clock.GetUtcNow().UtcDateTime });
            command.Parameters.Add(new() { Value = count });
            command.Parameters.Add(new() { Value = host.Id });
            command.Parameters.Add(new() { Value = isReported });
            await using var rows = await command.ExecuteReaderAsync(ct);
            while (await rows.ReadAsync(ct)) claims.Add(Claim(rows));
        }

        await using (var spend = new NpgsqlCommand("update sms_rates set tokens = $1, at = clock_timestamp() where name = $2", connection))
        {
            spend.Parameters.Add(new() { Value = tokens - claims.Count });
            spend.Parameters.Add(new() { Value = SendRate });
            await spend.ExecuteNonQueryAsync(ct);
        }

        await transaction.CommitAsync(ct);
        return claims;
    }

    /// <summary>The tokens there are now, their row held until the transaction's end.</summary>
    private static async Task<double> TokensAsync(NpgsqlConnection connection, double most, int perSecond, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into sms_rates as r (name, tokens, at) values ($1, $2, clock_timestamp()) on conflict (name) do update
            set tokens = least($2, r.tokens + greatest(0, extract(epoch from clock_timestamp() - r.at)) * $3), at = clock_timestamp() returning tokens
            """, connection);
        command.Parameters.Add(new() { Value = SendRate });
        command.Parameters.Add(new() { Value = most });
        command.Parameters.Add(new() { Value = (double)perSecond });
        return (double)(await command.ExecuteScalarAsync(ct))!;
    }

    private static SmsClaim Claim(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetInt32(1), row.GetInt32(2), row.GetInt32(3), row.GetString(4), row.GetString(5), row.GetString(6),
        (SmsEncoding)row.GetInt32(7), row.GetInt32(8), row.GetGuid(9));
}
