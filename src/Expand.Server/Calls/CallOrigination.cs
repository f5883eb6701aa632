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
    CallRepository calls, CallJournal journal, CallTracker tracker, CallCancellation cancellation, Pbx.Pbx pbx, ExtensionDirectory extensions,
    HostPresence host, IOptions<CallOptions> options, IHostApplicationLifetime life, TimeProvider clock, ILogger<CallOrigination> log)
{
    /// <summary>A call's end stands in its row within milliseconds after its host knows of it.</summary>
    private static readonly TimeSpan EndOnItsWay = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Takes a request and answers its job's id. A request that may not reach the PBX gets a job too, whose status is 6, so that no client
    /// breaks on a code it does not know.
    /// </summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="ct">Ends the wait for the source's state.</param>
    /// <param name="beforeAsked">Told the call's Uniqueid when its job is written and before the PBX is asked; where it says no, the PBX is not asked.</param>
    public async Task<string> RequestAsync(CallRequest request, CancellationToken ct, Func<string, Task<bool>>? beforeAsked = null)
    {
        var refusal = request.Refusal();
        var status = refusal is not null ? CallStatus.Congestion : await IsOffHookAsync(request.Source, ct) ? CallStatus.OffHook : CallStatus.Ringing;
        var job = await AddAsync(request, status, refusal, ct);
        tracker.Follow(job);
        if (refusal is not null) log.CallRefused(OriginatedCall.Text(job.Id), refusal);
        if (job.FinalAt is null && beforeAsked is not null && !await MayAskAsync(job, beforeAsked)) tracker.Conclude(job, CallStatus.Congestion);
        if (job.FinalAt is null)
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
    public async Task<bool> CancelAsync(string jobId, CancellationToken ct) =>
        OriginatedCall.Parse(jobId) is { } id && await cancellation.CancelAsync(id, ct);

    /// <summary>
    /// A source that is in a call, or that another job rings, is not rung again: nothing in SIP would refuse it. Device states come a moment
    /// after the calls that they tell of: a phone that seems busy and has no channel any more has just hung up.
    /// </summary>
    private async Task<bool> IsOffHookAsync(string source, CancellationToken ct)
    {
        if (extensions.Find(source) is not { } extension) return false;
        if (tracker.IsEngaged(source)) return true;
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

    /// <summary>
    /// The insert decides which of several jobs gets an extension, at whatever hosts they arrive. Once it is sent nothing stops it, a client
    /// that goes away least of all: a row that nobody follows would stay open.
    /// </summary>
    private async Task<CallJob> AddAsync(CallRequest request, CallStatus status, string? refusal, CancellationToken ct)
    {
        for (var looks = 0; ;)
        {
            var row = Row(request, status, refusal);
            var note = refusal is null && request.CallInfo.Length > 0 ? CallNotes.Keep(row.ChannelId, request.CallInfo) : null;
            switch (await calls.AddAsync(row, note, CancellationToken.None))
            {
                case RowAnswer.Added:
                    var order = new CallOrder(row.ChannelId, row.Source, row.SourceName, row.Destination, row.DestinationName, row.RingSeconds);
                    var job = new CallJob(row.Id, order, row.RequestedAt) { FinalAt = row.EndedAt };
                    job.Progress.Conclude(status);
                    return job;
                case RowAnswer.ExtensionTaken when await IsHeldAsync(row.Extension!, looks++ == 0, ct):
                    status = CallStatus.OffHook;
                    break;
            }
        }
    }

    /// <summary>
    /// Whether the row that has the extension is of a call that goes on. The call may be over and its end on the way to the row, or its channel
    /// gone: of one of ours that is known, and written now; another host's is looked at a second time.
    /// </summary>
    private async Task<bool> IsHeldAsync(string extension, bool isFirstLook, CancellationToken ct)
    {
        if (await calls.HolderAsync(pbx.Name, extension, ct) is not { } holder) return false;
        if (tracker.Find(holder) is { } own)
        {
            if (own.HoldsSource) return true;
            if (own.FinalAt is null) await calls.FreeExtensionAsync(holder, ct);
            else await journal.WriteNowAsync([own.Change()], ct);
            return false;
        }

        if (!isFirstLook) return true;
        await Task.Delay(EndOnItsWay, clock, ct);
        return false;
    }

    private OriginatedCall Row(CallRequest request, CallStatus status, string? refusal)
    {
        var now = clock.GetUtcNow();
        var id = OriginatedCall.NewId();
        // A refused request is kept for the record; what it held may not even fit a column.
        var source = Storable(request.Source, 64);
        return new OriginatedCall
        {
            Id = id,
            ChannelId = OriginatedCall.ChannelIdOf(id, now),
            Pbx = pbx.Name,
            Owner = host.Id,
            Source = source,
            Extension = extensions.Find(source)?.Number,
            SourceName = CallRequest.Displayable(request.SourceName),
            Destination = Storable(request.Destination, 64),
            DestinationName = CallRequest.Displayable(request.DestinationName),
            RingSeconds = request.RingSeconds,
            Status = status,
            Refusal = refusal,
            RequestedAt = now,
            EndedAt = status == CallStatus.Ringing ? null : now,
        };
    }

    /// <summary>Where it cannot be told, the PBX is not asked.</summary>
    private async Task<bool> MayAskAsync(CallJob job, Func<string, Task<bool>> beforeAsked)
    {
        try
        {
            return await beforeAsked(job.ChannelId);
        }
#pragma warning disable CA1031 // Whatever it is, the job gets its end.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            log.CallFailed(failure, OriginatedCall.Text(job.Id));
            return false;
        }
    }

    private async Task AskAsync(CallJob job)
    {
        try
        {
            // Its time begins with its turn: until then there is nothing to miss at the PBX, and a cancel is the end of it.
            await pbx.TakeTurnAsync(life.ApplicationStopping);
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
