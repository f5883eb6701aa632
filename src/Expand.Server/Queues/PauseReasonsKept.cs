using Expand.Server.Activity;
using Expand.Server.Platform;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Expand.Server.Queues;

/// <summary>
/// After a start: reasons of pauses that Asterisk does not know any longer (it loses them on its own restart) are taken from the pauses
/// that were written down and last. Once, when the PBX was heard for the first time; afterwards the picture keeps them itself.
/// </summary>
internal sealed class PauseReasonsKept(
    LivePicture picture, IDbContextFactory<ExpandDb> databases, TimeProvider clock, ILogger<PauseReasonsKept> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await picture.WaitUntilAsync(p => p.StaleSince is null, Timeout.InfiniteTimeSpan, stoppingToken);
            while (picture.HasUnexplainedPauses && !await TryRecallAsync(stoppingToken)) await Task.Delay(Pause, clock, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task<bool> TryRecallAsync(CancellationToken ct)
    {
        try
        {
            await using var db = await databases.CreateDbContextAsync(ct);
            var open = await db.Set<AgentPause>().Where(p => p.EndedAt == null && p.Cause != "").Select(p => new { p.Queue, p.Agent, p.Cause }).ToListAsync(ct);
            var recalled = picture.RecallReasons(open.GroupBy(p => (p.Queue, p.Agent)).ToDictionary(g => g.Key, g => g.First().Cause));
            if (recalled > 0) log.PauseReasonsRecalled(recalled);
            return true;
        }
        catch (Exception failure) when (failure is NpgsqlException or TimeoutException or InvalidOperationException)
        {
            log.PauseReasonsWait(failure.Message);
            return false;
        }
    }
}
