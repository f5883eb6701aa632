using Expand.Server.Activity;
using Npgsql;

namespace Expand.Server.Queues;

/// <summary>
/// After a start: reasons of pauses that Asterisk does not know any longer (it loses them on its own restart) are taken from the pauses
/// that were written down and last. Once, when the PBX was heard for the first time; afterwards the picture keeps them itself.
/// </summary>
internal sealed class PauseReasonsKept(
    LivePicture picture, ActivityReports reports, TimeProvider clock, ILogger<PauseReasonsKept> log) : BackgroundService
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
            var recalled = picture.RecallReasons(await reports.PauseReasonsAsync(ct));
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
