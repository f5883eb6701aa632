using Expand.Server.Platform;
using Npgsql;

namespace Expand.Server.Activity;

/// <summary>
/// Makes the sums of days from before they were kept, the newest first, on one host: after an upgrade, and when the time zone has changed. Reports of days
/// that have none yet are made of the rows themselves. And has the sums of months that are over lie as reports read them.
/// </summary>
internal sealed class AgentDaysUpkeep(AgentDays days, LocalTime time, NpgsqlDataSource database, Leases leases, TimeProvider clock, ILogger<AgentDaysUpkeep> log)
    : BackgroundService
{
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(5);

    /// <summary>Lines of the queue_log come in between.</summary>
    private static readonly TimeSpan BetweenDays = TimeSpan.FromMilliseconds(20);

    /// <summary>The first day of which anything is written down, as last seen.</summary>
    private DateOnly? first;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        leases.KeepAsync("agent days", KeepAsync, Again, (failure, reason) => log.SumsWait(failure, reason), stoppingToken);

    private async Task KeepAsync(CancellationToken ct)
    {
        while (true)
        {
            await CompleteAsync(BetweenDays, ct);
            await Task.Delay(Rest, clock, ct);
        }
    }

    /// <summary>Makes all that is missing.</summary>
    public async Task CompleteAsync(TimeSpan betweenDays, CancellationToken ct)
    {
        var made = 0;
        while (await StepAsync(ct))
        {
            made++;
            if (betweenDays > TimeSpan.Zero) await Task.Delay(betweenDays, clock, ct);
        }

        if (made > 1) log.SumsMade(made);
        while (await OrderAsync(ct))
        {
            if (betweenDays > TimeSpan.Zero) await Task.Delay(betweenDays, clock, ct);
        }
    }

    /// <summary>One month more; false where none is left that is over.</summary>
    private async Task<bool> OrderAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await ActivityLedger.TakeTurnAsync(connection, ct);
        if (!await days.OrderMonthAsync(connection, ct)) return false;
        await transaction.CommitAsync(ct);
        return true;
    }

    /// <summary>One day more; false where none is missing.</summary>
    private async Task<bool> StepAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (await SinceAsync(connection, ct) is { } reached && reached == DateOnly.MinValue) return false;
        // Read again: who writes has the turn, and may have begun anew.
        await ActivityLedger.TakeTurnAsync(connection, ct);
        var since = await SinceAsync(connection, ct);
        if (since is null)
        {
            await days.BeginAsync(connection, ct);
        }
        else
        {
            var day = since.Value.AddDays(-1);
            // To look for it reads many rows: it is looked for again where it would be the end.
            if (first is null || first > day) first = await FirstAsync(connection, ct);
            if (first <= day)
            {
                await days.SumDayAsync(day, connection, ct);
                await SetSinceAsync(day, connection, ct);
            }
            else
            {
                // Nothing is from before: whatever still comes is summed up by who writes it.
                await SetSinceAsync(DateOnly.MinValue, connection, ct);
            }
        }

        await transaction.CommitAsync(ct);
        return true;
    }

    /// <summary>Null: there are none, or they are of another time zone.</summary>
    private async Task<DateOnly?> SinceAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select since from agent_days_reach where id = 1 and zone = $1", connection);
        command.Parameters.Add(new() { Value = days.Zone });
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? row.GetFieldValue<DateOnly>(0) : null;
    }

    private static async Task SetSinceAsync(DateOnly day, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("update agent_days_reach set since = $1 where id = 1", connection);
        command.Parameters.Add(new() { Value = day });
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>The first day of which anything is written down; null where nothing is.</summary>
    private async Task<DateOnly?> FirstAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            """
            select min(at) from (
                select min(began_at) as at from agent_sessions
                union all select min(least(at, talk_from)) from (select at, talk_from from agent_calls order by at limit 100) c
                union all select min(at) from queue_activities) f
            """, connection);
        return await command.ExecuteScalarAsync(ct) is DateTime at ? time.DayOf(new DateTimeOffset(at, TimeSpan.Zero)) : null;
    }
}
