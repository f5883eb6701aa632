using Expand.Server.Activity;

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
#pragma warning disable CA1031 // Whatever it is, a reason that is not known yet must not end the host: it is tried again.
        catch (Exception failure) when (failure is not OperationCanceledException || !ct.IsCancellationRequested)
#pragma warning restore CA1031
        {
            log.PauseReasonsWait(failure.Message);
            return false;
        }
    }
}
