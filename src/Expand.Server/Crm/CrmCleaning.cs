using Expand.Server.Platform;
using Npgsql;

namespace Expand.Server.Crm;

/// <summary>Removes what nobody asks for any more, on one host: IVRData of calls of the day before yesterday, pushes of last month.</summary>
internal sealed class CrmCleaning(NpgsqlDataSource database, Leases leases, TimeProvider clock, ILogger<CrmCleaning> log) : BackgroundService
{
    public static readonly TimeSpan IvrDataKept = TimeSpan.FromDays(2);
    public static readonly TimeSpan PushesKept = TimeSpan.FromDays(30);
    private static readonly TimeSpan Tick = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(10);

    /// <summary>Removes what is old now.</summary>
    public async Task<int> CleanAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return await DeleteAsync("delete from ivr_data where changed_at < $1", now - IvrDataKept, ct)
            + await DeleteAsync("delete from agent_pushes where connected_at < $1 and state <> 0", now - PushesKept, ct);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => leases.KeepAsync(
        "crm:cleaning",
        async ct =>
        {
            while (true)
            {
                if (await CleanAsync(ct) is > 0 and var removed) log.Cleaned(removed);
                await Task.Delay(Tick, clock, ct);
            }
        },
        Again, (failure, reason) => log.CleaningWaits(failure, reason), stoppingToken);

    private async Task<int> DeleteAsync(string sql, DateTimeOffset before, CancellationToken ct)
    {
        await using var command = database.CreateCommand(sql);
        command.Parameters.Add(new() { Value = before.UtcDateTime });
        return await command.ExecuteNonQueryAsync(ct);
    }
}
