using System.Collections.Concurrent;
using Expand.Server.Cdr;
using Expand.Server.Pbx;
using Expand.Server.Platform;
using Microsoft.Extensions.Options;

namespace Expand.Server.Calls;

/// <summary>
/// The main job: ring the source, then the destination, connect them; tell how it stands; cancel. The job is a row before the PBX is
/// asked, and the PBX is asked once.
/// </summary>
internal sealed class CallOrigination(
    CallRepository calls, CallNotes notes, CallTracker tracker, Pbx.Pbx pbx, ExtensionDirectory extensions, HostPresence host,
    IOptions<CallOptions> options, IHostApplicationLifetime life, TimeProvider clock, ILogger<CallOrigination> log)
{
    /// <summary>Sources whose job is on its way to its row: two requests at the same time may not both find the source free.</summary>
    private readonly ConcurrentDictionary<string, bool> arriving = new(StringComparer.Ordinal);

    /// <summary>
    /// Takes a request and answers its job's id. A request that may not reach the PBX gets a job too, whose status is 6, so that no client
    /// breaks on a code it does not know.
    /// </summary>
    public async Task<string> RequestAsync(CallRequest request, CancellationToken ct)
    {
        var refusal = request.Refusal();
        var arrives = refusal is null && arriving.TryAdd(request.Source, true);
        CallJob job;
        CallStatus status;
        try
        {
            status = refusal is not null ? CallStatus.Congestion : await IsOffHookAsync(request.Source, !arrives, ct) ? CallStatus.OffHook : CallStatus.Ringing;
            job = await AddAsync(request, status, refusal, ct);
            tracker.Follow(job);
        }
        finally
        {
            if (arrives) arriving.TryRemove(request.Source, out _);
        }

        if (refusal is not null) log.CallRefused(OriginatedCall.Text(job.Id), refusal);
        if (status == CallStatus.Ringing)
        {
            log.CallRequested(OriginatedCall.Text(job.Id), job.ChannelId, request.Source, request.Destination);
            _ = AskAsync(job);
        }

        return OriginatedCall.Text(job.Id);
    }

    /// <summary>How the job stands; <see cref="CallStatus.None"/> where there is none, or its time to be known is over.</summary>
    public async ValueTask<CallStatus> StatusAsync(string jobId, CancellationToken ct)
    {
        if (OriginatedCall.Parse(jobId) is not { } id) return CallStatus.None;
        var (status, endedAt) = tracker.Find(id) is { } job
            ? (job.Progress.Status, job.FinalAt)
            : await calls.FindAsync(id, ct) is { } stored ? (stored.Status, stored.EndedAt) : (CallStatus.None, null);
        return endedAt is { } end && end.AddSeconds(options.Value.KnownAfterEndSeconds) < clock.GetUtcNow() ? CallStatus.None : status;
    }

    /// <summary>Hangs up both sides; true where the call was not over and the PBX took it.</summary>
    public async Task<bool> CancelAsync(string jobId, CancellationToken ct)
    {
        if (OriginatedCall.Parse(jobId) is not { } id) return false;
        if (tracker.Find(id) is { } job) return await CancelOwnAsync(job, ct);

        // Another host follows it: the mark tells that host why the call ends.
        if (await calls.FindAsync(id, ct) is not { EndedAt: null } stored) return false;
        if (!await calls.MarkCancelAsync(id, true, ct)) return false;
        if (await pbx.HangUpAsync(stored.ChannelId, ct)) return true;
        await calls.MarkCancelAsync(id, false, ct);
        return false;
    }

    private async Task<bool> CancelOwnAsync(CallJob job, CancellationToken ct)
    {
        lock (job.Guard)
        {
            if (job.FinalAt is not null || job.Progress.Cancelled) return job.Progress.Cancelled && job.FinalAt is null;
            job.Progress.Cancelled = true;
        }

        // Not asked yet, and it will not be any more (AskAsync looks under the same lock).
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
            lock (job.Guard) job.Progress.Cancelled = false;
            throw;
        }

        // Twice, because the channel may come to be between the PBX's "no such channel" and the look at the job.
        for (var attempt = 1; ; attempt++)
        {
            if (await pbx.HangUpAsync(job.ChannelId, ct)) return true;
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

    /// <summary>
    /// A source that is in a call, or that another job rings, is not rung again: nothing in SIP would refuse it. Device states come a moment
    /// after the calls that they tell of: a phone that seems busy and has no channel any more has just hung up.
    /// </summary>
    private async Task<bool> IsOffHookAsync(string source, bool anotherArrives, CancellationToken ct)
    {
        if (extensions.Find(source) is not { } extension) return false;
        if (anotherArrives || tracker.IsEngaged(source)) return true;
        if (extensions.StateOf(extension.Channel) is not (DeviceState.InUse or DeviceState.Busy or DeviceState.RingInUse or DeviceState.OnHold)) return false;
        try
        {
            // A PBX that hangs must not hang a CRM.
            return await pbx.ChannelsAsync(ct).WaitAsync(TimeSpan.FromSeconds(1), clock, ct) is not { } channels
                || channels.Any(channel => channel.Name.StartsWith(extension.Channel + "-", StringComparison.OrdinalIgnoreCase));
        }
        catch (TimeoutException)
        {
            return true;
        }
    }

    private async Task<CallJob> AddAsync(CallRequest request, CallStatus status, string? refusal, CancellationToken ct)
    {
        while (true)
        {
            var now = clock.GetUtcNow();
            var id = OriginatedCall.NewId();
            // A refused request is kept for the record; what it held may not even fit a column.
            var row = new OriginatedCall
            {
                Id = id,
                ChannelId = OriginatedCall.ChannelIdOf(id, now),
                Pbx = pbx.Name,
                Owner = host.Id,
                Source = Storable(request.Source, 64),
                SourceName = CallRequest.Displayable(request.SourceName),
                Destination = Storable(request.Destination, 64),
                DestinationName = CallRequest.Displayable(request.DestinationName),
                RingSeconds = request.RingSeconds,
                Status = status,
                Refusal = refusal,
                RequestedAt = now,
                EndedAt = status == CallStatus.Ringing ? null : now,
            };
            if (!await calls.AddAsync(row, ct)) continue;
            if (refusal is null && request.CallInfo.Length > 0) await notes.KeepAsync(row.ChannelId, request.CallInfo, ct);
            var job = new CallJob(id, new CallOrder(row.ChannelId, row.Source, row.SourceName, row.Destination, row.DestinationName, row.RingSeconds), now)
            {
                FinalAt = row.EndedAt,
            };
            job.Progress.Conclude(status);
            return job;
        }
    }

    private async Task AskAsync(CallJob job)
    {
        try
        {
            lock (job.Guard)
            {
                if (job.FinalAt is not null || job.Progress.Cancelled) return;
                job.AskedAt = clock.GetUtcNow();
            }

            var answer = await pbx.OriginateAsync(job.Order, life.ApplicationStopping);
            if (answer is OrderAnswer.Refused or OrderAnswer.Unreachable) tracker.Conclude(job, CallStatus.Congestion);
        }
        catch (OperationCanceledException)
        {
            // The host stops before its turn came; the next life settles it.
        }
#pragma warning disable CA1031 // Nobody awaits this task: whatever happens, the job gets its end.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            log.CallFailed(failure, OriginatedCall.Text(job.Id));
            tracker.Conclude(job, CallStatus.Congestion);
        }
    }

    private static string Storable(string text, int length)
    {
        var clean = text.Replace("\0", "\\0", StringComparison.Ordinal);
        return clean.Length <= length ? clean : clean[..length];
    }
}
