using Expand.Server.Cdr;
using Expand.Server.Pbx;
using Expand.Server.Platform;
using Npgsql;

namespace Expand.Server.Calls;

/// <summary>
/// What no event brings about: destinations that ring too long, ends whose last fact does not come, calls that ended while nobody
/// listened (settled from Asterisk's own CDRs), cancels that another host was asked for, and calls whose host is gone.
/// </summary>
internal sealed class CallWatch(
    CallTracker tracker, CallJournal journal, CallRepository calls, CallCancellation cancellation, CallRecords records, Pbx.Pbx pbx, HostPresence host,
    TimeProvider clock, ILogger<CallWatch> log)
    : BackgroundService
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);

    /// <summary>Asterisk's own ring time ends first where the dialplan honours it; this is for dialplans that do not.</summary>
    private static readonly TimeSpan RingGrace = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan RingEndRest = TimeSpan.FromSeconds(2);

    /// <summary>Facts of one call come within milliseconds of each other.</summary>
    private static readonly TimeSpan LastFactGrace = TimeSpan.FromSeconds(1);

    /// <summary>How much later than the failure of its Originate a channel may still be announced.</summary>
    private static readonly TimeSpan ChannelGrace = TimeSpan.FromSeconds(2);

    /// <summary>How long a CDR may take to be written and read before a call without one counts as never made.</summary>
    private static readonly TimeSpan CdrGrace = TimeSpan.FromSeconds(8);

    private static readonly TimeSpan CdrRest = TimeSpan.FromSeconds(1.5);

    /// <summary>
    /// A row is written a moment before its call is followed. One that is not followed after this time never will be: the answer of the insert
    /// was lost.
    /// </summary>
    private static readonly TimeSpan RowWithoutCall = TimeSpan.FromSeconds(30);

    /// <summary>What is older was asked for in an earlier life of this host.</summary>
    private readonly DateTimeOffset born = clock.GetUtcNow();
    private DateTimeOffset lastCompared;
    private DateTimeOffset lastRowLook;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        tracker.CancelDue += job => _ = HangUpAsync(job, stoppingToken);
        journal.EndedByCancel += tracker.EndedByCancel;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await LookAsync(clock.GetUtcNow(), stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // Whatever nobody planned: a watch that stopped would end the server, and leave every call without its end.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                // EF Core wraps a database that is away in an InvalidOperationException.
                log.WatchWaits(failure is NpgsqlException or TimeoutException or InvalidOperationException { InnerException: NpgsqlException } ? null : failure, failure.Message);
            }

            await Task.Delay(Tick, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>What needs the database comes last: while it is away the rest goes on.</summary>
    private async Task LookAsync(DateTimeOffset now, CancellationToken ct)
    {
        foreach (var job in tracker.Open.ToList())
        {
            if (now - job.EndedAt > (job.Progress.FailedUnborn ? ChannelGrace : LastFactGrace)) tracker.Conclude(job, job.Progress.Outcome());
            else await EndRingingAsync(job, now, ct);
        }

        await CompareAsync(now, ct);
        tracker.Forget();
        if (now - lastRowLook > TimeSpan.FromSeconds(1))
        {
            lastRowLook = now;
            await CarryOutCancelsAsync(ct);
            await TakeOverAsync(now, ct);
        }

        foreach (var job in tracker.Open.ToList())
        {
            if (job.MissingSince is { } since) await SettleAsync(job, since, now, ct);
        }
    }

    /// <summary>Hangs up where the destination rings for too long. A call that the PBX does not hang up goes on as if nobody had tried, and is tried again.</summary>
    private async Task EndRingingAsync(CallJob job, DateTimeOffset now, CancellationToken ct)
    {
        lock (job.Guard)
        {
            var ring = TimeSpan.FromSeconds(job.Order.RingSeconds) + RingGrace;
            if (job.Progress.RangOut || !(now - job.Progress.DestinationRingsSince > ring) || now - job.RingEndTriedAt < RingEndRest) return;
            job.Progress.RangOut = true;
            job.RingEndTriedAt = now;
        }

        if (await pbx.HangUpAsync(job.ChannelId, ct) == HangUpAnswer.Done) return;
        lock (job.Guard) job.Progress.RangOut = false;
    }

    /// <summary>The channel is gone and nobody heard it go: Asterisk's CDR says how the call ended; no CDR, no call.</summary>
    private async Task SettleAsync(CallJob job, DateTimeOffset since, DateTimeOffset now, CancellationToken ct)
    {
        // A call may have a second row, written and read a moment after the first.
        if (now - since < CdrRest) return;
        var rows = await records.OfCallAsync(job.ChannelId, ct);
        var overdue = pbx.IsUp && now - since > CdrGrace;
        if (rows.Count == 0 && !overdue) return;
        var status = CdrOutcome.Of(rows, job.Order.RingSeconds, job.AnsweredAt is not null, job.Progress.Cancelled);
        log.CallSettled(OriginatedCall.Text(job.Id), status, rows.Count);
        tracker.Conclude(job, status);
    }

    /// <summary>Every so often all open calls that should have had news are held against the PBX's channels.</summary>
    private async Task CompareAsync(DateTimeOffset now, CancellationToken ct)
    {
        if (now - lastCompared < TimeSpan.FromSeconds(10) || !pbx.IsUp) return;
        lastCompared = now;
        if (!tracker.Open.Any(job => job.AskedAt < now.AddSeconds(-10) && job.MissingSince is null)) return;
        if (await pbx.ChannelsAsync(ct) is { } channels) tracker.Compare(channels, now);
    }

    private async Task CarryOutCancelsAsync(CancellationToken ct)
    {
        foreach (var id in await calls.CancelsAsync(host.Id, ct))
        {
            if (tracker.Find(id) is { } job) await cancellation.CarryOutAsync(job, ct);
        }
    }

    private async Task TakeOverAsync(DateTimeOffset now, CancellationToken ct)
    {
        var lostBefore = now - RowWithoutCall > born ? now - RowWithoutCall : born;
        var taken = await calls.TakeOverAsync(host.Id, lostBefore, host.CanJudgeOthers, tracker.Ids, ct);
        if (taken.Count == 0) return;
        foreach (var (job, cancelled, answered) in taken)
        {
            // It may have been asked for or not: from here on its channel or its CDR tells.
            job.AskedAt = job.RequestedAt;
            job.Progress.Cancelled = cancelled;
            if (answered)
            {
                job.AnsweredAt = job.RequestedAt;
                job.Progress.Conclude(CallStatus.Answer);
            }

            tracker.Follow(job);
            log.CallTakenOver(OriginatedCall.Text(job.Id), job.ChannelId);
        }

        // Asked after they are followed: what ends from now on is heard. Where the PBX is away its return brings the list.
        if (await pbx.ChannelsAsync(ct) is { } channels) tracker.Compare(channels, clock.GetUtcNow());
    }

    private async Task HangUpAsync(CallJob job, CancellationToken ct)
    {
        try
        {
            await pbx.HangUpAsync(job.ChannelId, ct);
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }
}
