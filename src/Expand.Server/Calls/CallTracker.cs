using System.Collections.Concurrent;
using Expand.Server.Pbx;
using Microsoft.Extensions.Options;

namespace Expand.Server.Calls;

/// <summary>
/// The calls that this host follows, moved by the PBX's facts. Memory is the truth for their status; every change goes to the journal and
/// from there to the row. Finished ones are kept for as long as their status may be asked.
/// </summary>
internal sealed class CallTracker(IOptions<CallOptions> options, CallJournal journal, TimeProvider clock, ILogger<CallTracker> log) : IPbxListener
{
    private readonly ConcurrentDictionary<long, CallJob> jobs = new();
    private readonly ConcurrentDictionary<string, CallJob> byChannel = new(StringComparer.Ordinal);

    /// <summary>Those of them that have not ended: a few, where the others are all of the last minute.</summary>
    private readonly ConcurrentDictionary<long, CallJob> open = new();

    /// <summary>A channel of a call that was cancelled before the PBX had made it: it must be hung up now.</summary>
    public event Action<CallJob>? CancelDue;

    public IEnumerable<CallJob> Open => open.Select(pair => pair.Value).Where(job => job.FinalAt is null);

    public IReadOnlyCollection<long> Ids => [.. jobs.Keys];

    public CallJob? Find(long id) => jobs.GetValueOrDefault(id);

    /// <summary>Whether a call rings or holds that source.</summary>
    public bool IsEngaged(string source) => Open.Any(job => job.Order.Source == source && job.HoldsSource);

    /// <summary>Follows a call from now on. Before the PBX is asked, so that no fact comes too early.</summary>
    public void Follow(CallJob job)
    {
        jobs[job.Id] = job;
        if (job.FinalAt is null) open[job.Id] = job;
        byChannel[job.ChannelId] = job;
    }

    public void Heard(PbxFact fact)
    {
        switch (fact)
        {
            case PbxSnapshot snapshot:
                Compare(snapshot.Channels, snapshot.At);
                break;
            case ChannelStarted started:
                Move(started.UniqueId, fact);
                break;
            case DialStarted dial:
                Move(dial.LinkedId, fact);
                break;
            case DialEnded dial:
                Move(dial.LinkedId, fact);
                break;
            case ChannelEnded ended:
                Move(ended.LinkedId, fact);
                if (ended.UniqueId != ended.LinkedId) Move(ended.UniqueId, fact);
                break;
            case OriginateEnded ended:
                Move(ended.UniqueId, fact);
                break;
        }
    }

    /// <summary>Holds the open calls against all channels that exist: fills in what nobody heard, and marks those whose channel is gone.</summary>
    public void Compare(IReadOnlyList<LiveChannel> channels, DateTimeOffset takenAt)
    {
        foreach (var job in Open)
        {
            var cancelDue = false;
            lock (job.Guard)
            {
                // A call that was asked for a moment ago may not have its channel yet.
                if (job.FinalAt is not null || job.AskedAt is not { } asked || asked > takenAt.AddSeconds(-2)) continue;
                var before = job.Progress.Status;
                if (job.Progress.Compare(channels, takenAt))
                {
                    job.MissingSince = null;
                    cancelDue = job.Progress.Cancelled;
                    Moved(job, before, takenAt);
                }
                else
                {
                    job.MissingSince ??= takenAt;
                }
            }

            if (cancelDue) CancelDue?.Invoke(job);
        }
    }

    /// <summary>Ends a call with a status that was found out otherwise.</summary>
    public void Conclude(CallJob job, CallStatus status)
    {
        lock (job.Guard)
        {
            if (job.FinalAt is not null) return;
            var before = job.Progress.Status;
            job.Progress.Conclude(status);
            Moved(job, before, clock.GetUtcNow());
        }
    }

    /// <summary>Another host cancelled the call and its end is written as such: memory says the same.</summary>
    public void EndedByCancel(long id)
    {
        if (Find(id) is not { } job) return;
        lock (job.Guard) job.Progress.Conclude(CallStatus.HungUp);
    }

    /// <summary>Drops what nobody can ask for any more.</summary>
    public void Forget()
    {
        var old = clock.GetUtcNow().AddSeconds(-options.Value.KnownAfterEndSeconds);
        foreach (var job in jobs.Select(pair => pair.Value).Where(job => job.FinalAt < old))
        {
            jobs.TryRemove(job.Id, out _);
            open.TryRemove(job.Id, out _);
            byChannel.TryRemove(job.ChannelId, out _);
        }
    }

    private void Move(string channelId, PbxFact fact)
    {
        if (!byChannel.TryGetValue(channelId, out var job)) return;
        var cancelDue = false;
        lock (job.Guard)
        {
            if (job.FinalAt is not null) return;
            var (before, wasBorn) = (job.Progress.Status, job.Progress.Born);
            job.Progress.Hear(fact);
            job.MissingSince = null;
            job.EndedAt = job.Progress.Ended || job.Progress.FailedUnborn ? job.EndedAt ?? fact.At : null;
            cancelDue = job.Progress is { Cancelled: true, Born: true, Ended: false } && !wasBorn;
            Moved(job, before, fact.At);
        }

        if (cancelDue) CancelDue?.Invoke(job);
    }

    private void Moved(CallJob job, CallStatus before, DateTimeOffset at)
    {
        var now = job.Progress.Status;
        if (now == before) return;
        if (now == CallStatus.Answer) job.AnsweredAt = at;
        if (job.Progress.IsFinal)
        {
            job.FinalAt = at;
            open.TryRemove(job.Id, out _);
        }

        log.CallMoved(OriginatedCall.Text(job.Id), job.ChannelId, now);
        journal.Write(job.Change());
    }
}
