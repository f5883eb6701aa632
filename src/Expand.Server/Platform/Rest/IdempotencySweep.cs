using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Platform.Rest;

/// <summary>Forgets answers that are kept no longer, once an hour. Deleting twice does no harm, so every host does it.</summary>
internal sealed class IdempotencySweep(IDbContextFactory<ExpandDb> databases, TimeProvider clock, ILogger<IdempotencySweep> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await TrySweepAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    /// <summary>Deletes what is past its time; returns how many.</summary>
    public async Task<int> SweepAsync(CancellationToken ct)
    {
        var past = clock.GetUtcNow() - Idempotency.Kept;
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.Set<IdempotencyKey>().Where(k => k.CreatedAt <= past).ExecuteDeleteAsync(ct);
    }

    private async Task TrySweepAsync(CancellationToken ct)
    {
        try
        {
            await SweepAsync(ct);
        }
#pragma warning disable CA1031 // Whatever the database says, the next hour tries again.
        catch (Exception failure) when (!ct.IsCancellationRequested)
#pragma warning restore CA1031
        {
            log.SweepFailed(failure.GetBaseException().Message);
        }
    }
}
