using Expand.Server.Pbx;

namespace Expand.Server.Calls;

/// <summary>Ends a job's call before its time: as a client asks this host, or as the mark in its row says that one asked another.</summary>
internal sealed class CallCancellation(CallRepository calls, CallTracker tracker, Pbx.Pbx pbx)
{
    /// <summary>Hangs up both sides; true where the call was not over and the PBX took it, or will be made to once there is something to hang up.</summary>
    public async Task<bool> CancelAsync(long id, CancellationToken ct)
    {
        if (tracker.Find(id) is { } job) return await CancelOwnAsync(job, ct);

        // Another host follows it: the mark tells that host why the call ends.
        if (await calls.FindAsync(id, ct) is not { EndedAt: null } stored) return false;
        if (!await calls.MarkCancelAsync(id, true, ct)) return false;
        var answer = await pbx.HangUpAsync(stored.ChannelId, ct);
        if (answer == HangUpAnswer.Done) return true;

        // Not made yet: the host that follows it reads the mark, and hangs up the moment there is a channel.
        if (answer == HangUpAnswer.NoChannel && await calls.FindAsync(id, ct) is { EndedAt: null }) return true;
        await calls.MarkCancelAsync(id, false, ct);
        return false;
    }

    /// <summary>Carries out a cancel whose mark stands in the row. One that the PBX did not take is tried again with the next look at the marks.</summary>
    public async Task CarryOutAsync(CallJob job, CancellationToken ct)
    {
        lock (job.Guard)
        {
            if (job.FinalAt is not null || job.Progress.Cancelled) return;
            job.Progress.Cancelled = true;
        }

        if (job.AskedAt is null) tracker.Conclude(job, CallStatus.HungUp);
        else if (await pbx.HangUpAsync(job.ChannelId, ct) is HangUpAnswer.Refused or HangUpAnswer.Unanswered) TakeBack(job);
    }

    private async Task<bool> CancelOwnAsync(CallJob job, CancellationToken ct)
    {
        lock (job.Guard)
        {
            if (job.FinalAt is not null || job.Progress.Cancelled) return job.Progress.Cancelled && job.FinalAt is null;
            job.Progress.Cancelled = true;
        }

        // Not asked yet, and it will not be any more (CallOrigination looks under the same lock).
        if (job.AskedAt is null)
        {
            tracker.Conclude(job, CallStatus.HungUp);
            return true;
        }

        try
        {
            await calls.MarkCancelAsync(job.Id, true, ct);
        }
        catch
        {
            // Not done, and to be asked for again.
            TakeBack(job);
            throw;
        }

        // Twice, because the channel may come to be between the PBX's "no such channel" and the look at the job.
        for (var attempt = 1; ; attempt++)
        {
            if (await pbx.HangUpAsync(job.ChannelId, ct) == HangUpAnswer.Done) return true;
            lock (job.Guard)
            {
                // Ended as a cancelled call meanwhile: CallWatch hung it up the moment it came to be.
                if (job.FinalAt is not null && job.Progress.Status == CallStatus.HungUp) return true;

                // Not made yet: CallWatch will.
                if (pbx.IsUp && !job.Progress.Born && job.FinalAt is null) return true;
                if (attempt == 1 && pbx.IsUp && job.FinalAt is null) continue;
                job.Progress.Cancelled = false;
                break;
            }
        }

        await calls.MarkCancelAsync(job.Id, false, ct);
        return false;
    }

    private static void TakeBack(CallJob job)
    {
        lock (job.Guard) job.Progress.Cancelled = false;
    }
}
