using Npgsql;

namespace Expand.Server.Platform.History;

/// <summary>
/// Keeps the months of the history on one host: those to come are made ahead, rows that came without one get theirs, those that are older than what is
/// kept are dropped. While somebody reads for long it waits for the next time.
/// </summary>
internal sealed class HistoryUpkeep(
    IEnumerable<MonthlyTable> tables, IEnumerable<AgedRows> aged, MonthlyPartitions partitions, NpgsqlDataSource database, Leases leases, TimeProvider clock, ILogger<HistoryUpkeep> log)
    : BackgroundService
{
    private const int MonthsAhead = 2;
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(30);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        leases.KeepAsync("history", KeepAsync, Again, (failure, reason) => log.HistoryWaits(failure, reason), stoppingToken);

    private async Task KeepAsync(CancellationToken ct)
    {
        while (true) await Task.Delay(await KeepOnceAsync(ct) ? Rest : Again, clock, ct);
    }

    /// <summary>Does what is to be done now; false where somebody reads a table for long, so that it must be tried again.</summary>
    public async Task<bool> KeepOnceAsync(CancellationToken ct)
    {
        var done = true;
        foreach (var table in tables)
        {
            try
            {
                await KeepAsync(table, ct);
            }
            catch (PostgresException read) when (read.SqlState == PostgresErrorCodes.LockNotAvailable)
            {
                log.HistoryWaits(null, $"{table.Name} is being read");
                done = false;
            }
        }

        foreach (var rows in aged.Where(r => r.KeepMonths > 0)) await RemoveAsync(rows.Name, rows.Sql, Oldest(rows.KeepMonths), ct);
        return done;
    }

    private async Task KeepAsync(MonthlyTable table, CancellationToken ct)
    {
        var months = (await partitions.MonthsAsync(table, ct)).ToHashSet();
        if (table.KeepMonths > 0) await ForgetAsync(table, months, ct);
        var present = Month.Of(clock.GetUtcNow());
        var made = false;
        foreach (var month in Enumerable.Range(0, MonthsAhead + 1).Select(present.Plus).Concat(await partitions.WaitingAsync(table, ct)).Distinct().Order().ToList())
        {
            if (!months.Add(month)) continue;
            await partitions.MakeAsync(table, month, ct);
            made |= month < present;
            log.MonthMade(table.Name, month.ToString());
        }

        if (made) await partitions.AnalyzeAsync(table, ct);
    }

    private async Task ForgetAsync(MonthlyTable table, HashSet<Month> months, CancellationToken ct)
    {
        var oldest = Oldest(table.KeepMonths);
        foreach (var month in months.Where(m => m < oldest).Order().ToList())
        {
            await partitions.DropAsync(table, month, ct);
            months.Remove(month);
            log.MonthDropped(table.Name, month.ToString());
        }

        await RemoveAsync(table.Rest, $"delete from {table.Rest} where ctid = any(array(select ctid from {table.Rest} where {table.Column} < $1 limit 10000))", oldest, ct);
    }

    private async Task RemoveAsync(string name, string sql, Month oldest, CancellationToken ct)
    {
        var all = 0L;
        while (true)
        {
            await using var command = database.CreateCommand(sql);
            command.CommandTimeout = 0;
            command.Parameters.Add(new() { Value = oldest.Start.UtcDateTime });
            var removed = await command.ExecuteNonQueryAsync(ct);
            if (removed <= 0) break;
            all += removed;
        }

        if (all > 0) log.RowsRemoved(name, all, oldest.ToString());
    }

    private Month Oldest(int keepMonths) => Month.Of(clock.GetUtcNow()).Plus(-keepMonths);
}
