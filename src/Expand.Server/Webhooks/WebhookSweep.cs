using Expand.Server.Access.Settings;
using Expand.Server.Platform;
using Npgsql;

namespace Expand.Server.Webhooks;

/// <summary>Gives up what has waited too long, and forgets deliveries that are past their days; one host does.</summary>
internal sealed class WebhookSweep(
    Leases leases, NpgsqlDataSource database, Settings<WebhookSettings> settings, TimeProvider clock, ILogger<WebhookSweep> log) : BackgroundService
{
    private const int Portion = 5000;
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    /// <summary>Does what is due; returns how many deliveries were forgotten.</summary>
    public async Task<int> SweepAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await RunAsync(
            """
            update webhook_deliveries d set state = 2, ended_at = $1 from webhooks w
            where d.state = 0 and d.series_at < $2 and w.id = d.webhook_id and w.enabled
            """, ct, now.UtcDateTime, (now - DeliveryPlan.GivenUpAfter).UtcDateTime);
        var forgotten = 0;
        for (var last = Portion; last == Portion; forgotten += last)
        {
            last = await RunAsync(
                """
                delete from webhook_deliveries where id in (
                    (select id from webhook_deliveries where state = 1 and ended_at < $1 limit $3)
                    union all (select id from webhook_deliveries where state = 2 and ended_at < $2 limit $3)
                    union all (select id from webhook_deliveries where state = 0 and series_at < $2 limit $3)
                    limit $3)
                """, ct, now.AddDays(-settings.Value.KeepDays).UtcDateTime, now.AddDays(-settings.Value.KeepFailedDays).UtcDateTime, Portion);
        }

        return forgotten;
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => leases.KeepAsync(
        "webhooks:sweep", FollowAsync, Every, (failure, reason) => log.SweepWaits(failure, reason), stoppingToken);

    private async Task FollowAsync(CancellationToken ct)
    {
        while (true)
        {
            await SweepAsync(ct);
            await Task.Delay(Every, clock, ct);
        }
    }

    private async Task<int> RunAsync(string sql, CancellationToken ct, params object[] values)
    {
        await using var command = database.CreateCommand(sql);
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        return await command.ExecuteNonQueryAsync(ct);
    }
}
