using Expand.Server.Platform;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Expand.Server.Access.Inspector;

/// <summary>Forgets requests beyond the last ones of their caller, and those that are past their days; one host does. So it does where nothing is kept any more.</summary>
internal sealed class InspectorSweep(
    Leases leases, NpgsqlDataSource database, IOptions<InspectorOptions> options, TimeProvider clock, ILogger<InspectorSweep> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => leases.KeepAsync(
        "inspector", FollowAsync, Every, (failure, reason) => log.InspectionsUnswept(failure, reason), stoppingToken);

    /// <summary>Deletes what is kept no longer; returns how many.</summary>
    public async Task<int> SweepAsync(CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            """
            delete from inspected_requests r using (
                select id, row_number() over (partition by caller order by id desc) as place from inspected_requests) p
            where p.id = r.id and (p.place > $1 or r.at < $2)
            """);
        command.Parameters.Add(new() { Value = options.Value.Enabled ? (long)options.Value.PerCaller : 0L });
        command.Parameters.Add(new() { Value = clock.GetUtcNow().AddDays(-options.Value.Days).UtcDateTime });
        return await command.ExecuteNonQueryAsync(ct);
    }

    private async Task FollowAsync(CancellationToken ct)
    {
        while (true)
        {
            await SweepAsync(ct);
            await Task.Delay(Every, clock, ct);
        }
    }
}
