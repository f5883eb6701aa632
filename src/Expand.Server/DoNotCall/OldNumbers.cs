using Expand.Server.Access.Settings;
using Expand.Server.Platform;
using Npgsql;

namespace Expand.Server.DoNotCall;

/// <summary>Deletes in portions what nothing looks at any more: numbers of editions that another took the place of, and evidence past its days. One host does.</summary>
internal sealed class OldNumbers(
    NpgsqlDataSource database, Leases leases, Settings<DoNotCallSettings> settings, TimeProvider clock, ILogger<OldNumbers> log) : BackgroundService
{
    private const int Portion = 5_000;
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(20);

    /// <summary>Deletes all that is due; how many numbers, and how many checks.</summary>
    internal async Task<(long Numbers, long Checks)> CleanAsync(CancellationToken ct)
    {
        long numbers = 0, checks = 0;
        while (await PortionAsync(ct) is { } deleted) numbers += deleted;
        var before = clock.GetUtcNow().AddDays(-settings.Value.EvidenceDays);
        for (var last = Portion; last == Portion; checks += last)
        {
            last = await RunAsync("delete from dnc_checks where id in (select id from dnc_checks where at < $1 order by at, id limit $2)", ct, before.UtcDateTime, Portion);
            if (last == Portion) await Task.Delay(Breath, ct);
        }

        return (numbers, checks);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => leases.KeepAsync(
        "donotcall:clean", FollowAsync, Every, (failure, reason) => log.CleaningWaits(failure, reason), stoppingToken);

    private async Task FollowAsync(CancellationToken ct)
    {
        while (true)
        {
            var (numbers, checks) = await CleanAsync(ct);
            if (numbers + checks > 0) log.Cleaned(numbers, checks);
            await Task.Delay(Every, clock, ct);
        }
    }

    /// <summary>A portion of one old edition; null where there is none left.</summary>
    private async Task<int?> PortionAsync(CancellationToken ct)
    {
        (int List, int Edition)? old = null;
        await using (var asked = database.CreateCommand("select list_id, edition from dnc_old_editions order by list_id, edition limit 1"))
        {
            await using var row = await asked.ExecuteReaderAsync(ct);
            if (await row.ReadAsync(ct)) old = (row.GetInt32(0), row.GetInt32(1));
        }

        if (old is not { } edition) return null;
        var deleted = await RunAsync(
            """
            delete from dnc_numbers where list_id = $1 and edition = $2 and number in (
                select number from dnc_numbers where list_id = $1 and edition = $2 order by number limit $3)
            """, ct, edition.List, edition.Edition, Portion);
        if (deleted == 0) await RunAsync("delete from dnc_old_editions where list_id = $1 and edition = $2", ct, edition.List, edition.Edition);
        else await Task.Delay(Breath, ct);
        return deleted;
    }

    private async Task<int> RunAsync(string sql, CancellationToken ct, params object[] values)
    {
        await using var command = database.CreateCommand(sql);
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        return await command.ExecuteNonQueryAsync(ct);
    }
}
