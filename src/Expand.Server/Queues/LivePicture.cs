using Expand.Server.Activity;
using Expand.Server.Pbx;
using Microsoft.Extensions.Options;

namespace Expand.Server.Queues;

/// <summary>
/// Queues, members, callers and agents as they are now, in memory: moved by the PBX's facts, never asked of the PBX or the database.
/// Facts come on one thread; it is read on any.
/// </summary>
internal sealed class LivePicture : IPbxListener
{
    private readonly Lock gate = new();
    private readonly LiveModel model = new();
    private readonly LiveMoves moves;
    private readonly LiveResync resync;
    private readonly LiveHistory history;
    private readonly TimeProvider clock;
    private readonly ILogger<LivePicture> log;
    private bool known;
    private DateTimeOffset? staleSince;
    private LiveView? view;

    /// <summary>Completes at the next change, for whoever waits; null while nobody does.</summary>
    private TaskCompletionSource? changed;

    public LivePicture(IOptions<QueueOptions> options, TimeProvider clock, ILogger<LivePicture> log)
    {
        (this.clock, this.log) = (clock, log);
        moves = new LiveMoves(model);
        resync = new LiveResync(model, moves, log);
        history = new LiveHistory(options.Value.EventsKept);
        staleSince = clock.GetUtcNow();
    }

    /// <summary>Since when the picture is not up to date; null while it is.</summary>
    public DateTimeOffset? StaleSince
    {
        get { lock (gate) return staleSince; }
    }

    /// <summary>Whether the PBX's queues were ever read: until then an empty picture means nothing.</summary>
    public bool IsKnown
    {
        get { lock (gate) return known; }
    }

    /// <summary>The PBX's queues by name.</summary>
    public IReadOnlyCollection<string> Queues
    {
        get { lock (gate) return [.. model.Queues.Keys.Order(StringComparer.Ordinal)]; }
    }

    /// <summary>Where that agent is logged in now, ordered by queue.</summary>
    public IReadOnlyList<LiveMember> MembershipsOf(string agent)
    {
        lock (gate) return model.Agents.GetValueOrDefault(agent) is { } entry ? Ordered(entry.Members) : [];
    }

    /// <summary>Who is logged in at that device now, ordered by queue.</summary>
    public IReadOnlyList<LiveMember> MembershipsAt(string device)
    {
        lock (gate) return Ordered(model.AtDevice(device));
    }

    /// <summary>The whole picture of this moment.</summary>
    public LiveView View()
    {
        lock (gate) return view ??= Draw();
    }

    /// <summary>Completes when the picture satisfies the condition (true), or the time is over (false; never with an infinite one).</summary>
    public async Task<bool> WaitUntilAsync(Func<LivePicture, bool> condition, TimeSpan patience, CancellationToken ct)
    {
        var began = clock.GetTimestamp();
        while (true)
        {
            var next = NextChange();
            if (condition(this)) return true;
            var left = patience == Timeout.InfiniteTimeSpan ? patience : patience - clock.GetElapsedTime(began);
            if (left <= TimeSpan.Zero && left != Timeout.InfiniteTimeSpan) return false;
            try
            {
                await next.WaitAsync(left, clock, ct);
            }
            catch (TimeoutException)
            {
                return condition(this);
            }
        }
    }

    /// <summary>
    /// What happened after the cursor, <paramref name="most"/> events at most; where that is not known here any longer (or the cursor is of
    /// another life of the host, or null) the whole picture as one event.
    /// </summary>
    public IReadOnlyList<LiveEvent> EventsAfter(LiveCursor? cursor, int most)
    {
        lock (gate)
        {
            if (cursor is { } from && history.After(from, most) is { } events) return events;
            var now = view ??= Draw();
            return [new(now.Stream, now.Number, clock.GetUtcNow(), LiveEventKind.Snapshot, "", "", "", null, now)];
        }
    }

    /// <summary>Completes when the picture changes next.</summary>
    public Task NextChange()
    {
        lock (gate) return (changed ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
    }

    public void Heard(PbxFact fact)
    {
        lock (gate)
        {
            switch (fact)
            {
                case QueuesSnapshot snapshot:
                    Read(snapshot);
                    break;
                case PbxLost lost:
                    if (staleSince is not null) return;
                    log.PictureStale();
                    MarkFresh(lost.At);
                    Settle(lost.At);
                    break;
                default:
                    moves.Move(fact);
                    Settle(fact.At);
                    break;
            }
        }
    }

    /// <summary>
    /// Members who are paused without a reason, as Asterisk shows them after it lost it, get the one that was written down of this pause.
    /// </summary>
    public int RecallReasons(IReadOnlyDictionary<(string Queue, string Agent), KeptPause> pauses)
    {
        lock (gate)
        {
            var forgotten = Unexplained()
                .Where(m => pauses.TryGetValue((m.Queue, m.Agent), out var kept) && !LiveMoves.IsAnotherPause(m.PausedAt, m.LoginAt, kept.BeganAt)).ToList();
            foreach (var member in forgotten) model.Put(member with { PauseReason = pauses[(member.Queue, member.Agent)].Reason });
            Settle(clock.GetUtcNow());
            return forgotten.Count;
        }
    }

    /// <summary>Whether anybody is paused without a reason.</summary>
    public bool HasUnexplainedPauses
    {
        get { lock (gate) return Unexplained().Any(); }
    }

    private static LiveMember[] Ordered(IEnumerable<LiveMember> members) => [.. members.OrderBy(m => m.Queue, StringComparer.Ordinal).ThenBy(m => m.Agent, StringComparer.Ordinal)];

    private IEnumerable<LiveMember> Unexplained() => model.Queues.Values.SelectMany(q => q.Members.Values).Where(m => m is { Paused: true, PauseReason: "" });

    private void Read(QueuesSnapshot snapshot)
    {
        var differences = resync.Apply(snapshot, first: !known);
        known = true;
        log.PictureRead(snapshot.Queues.Count, snapshot.Members.Count, snapshot.Waiting.Count, differences);
        MarkFresh(null);
        // Somebody who was never seen here is what he is since the last thing that the PBX remembers of him.
        var last = snapshot.Members.ToLookup(m => m.Agent, m => new[] { m.LoginAt, m.Paused ? m.PausedAt : null, m.LastCallAt }.Max(), StringComparer.Ordinal);
        Settle(snapshot.At, agent => last[agent].Max());
    }

    private void MarkFresh(DateTimeOffset? since)
    {
        if (staleSince == since) return;
        model.Tell(since is null ? LiveEventKind.Fresh : LiveEventKind.Stale, new LiveFreshness(staleSince), new LiveFreshness(since));
        staleSince = since;
    }

    private void Settle(DateTimeOffset at, Func<string, DateTimeOffset?>? first = null)
    {
        var changes = model.Settle(at, first);
        if (changes.Count == 0) return;
        history.Add(changes, at);
        view = null;
        var waiters = changed;
        changed = null;
        waiters?.SetResult();
    }

    private LiveView Draw()
    {
        var talking = model.Connected.Values.Concat(model.Outgoing.Values).ToLookup(c => c.Queue, StringComparer.Ordinal);
        return new LiveView(
            history.Stream, history.Last, staleSince,
            [.. model.Queues.OrderBy(q => q.Key, StringComparer.Ordinal).Select(q => Draw(q.Key, q.Value, talking[q.Key]))],
            model.Agents.Where(a => a.Value.Now is not null).ToDictionary(a => a.Key, a => a.Value.Now!, StringComparer.Ordinal),
            [.. model.Offers.Values.OrderBy(o => o.At).ThenBy(o => o.RingId, StringComparer.Ordinal)]);
    }

    private static LiveQueue Draw(string name, LiveQueueEntry queue, IEnumerable<LiveCall> talking) => new(
        name, queue.CountOf(name), Ordered(queue.Members.Values),
        [.. queue.Waiting.Values.Concat(talking).OrderBy(c => c.EnteredAt).ThenBy(c => c.UniqueId, StringComparer.Ordinal)]);
}
