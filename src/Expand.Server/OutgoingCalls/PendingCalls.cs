using Expand.Server.Access;
using Expand.Server.Platform;
using Expand.Server.Platform.Announcements;
using Expand.Server.Queues;

namespace Expand.Server.OutgoingCalls;

/// <summary>Pending outgoing calls made, changed and brought to an end: by the REST API, by supervisors, and by what agents do with them.</summary>
internal sealed class PendingCalls(
    ExpandDb db, OutgoingCallRepository calls, CallChanges changes, CallsChanged changed, KnownQueues queues, UserDirectory users, AnnouncementsWanted wanted,
    TimeProvider clock, ILogger<PendingCalls> log)
{
    /// <summary>How long agents are shown that a call has expired.</summary>
    private static readonly TimeSpan ExpiredShown = TimeSpan.FromHours(24);

    /// <summary>A new call.</summary>
    public Task<Result<OutgoingCall>> AddAsync(OutgoingCallForm form, CancellationToken ct) => AddAsync(form, null, ct);

    /// <summary>A new call that somebody makes who is signed in.</summary>
    public async Task<Result<OutgoingCall>> AddAsync(OutgoingCallForm form, CallDeed? by, CancellationToken ct)
    {
        var (details, wrong) = form.Check(queues, users);
        if (details is null) return wrong!;
        var call = new OutgoingCall(details, clock.GetUtcNow());
        if (by is null && !wanted.Contains(OutgoingAnnouncements.Created)) await calls.AddAsync(call, ct);
        else await db.InTransactionAsync(token => AddToldAsync(call, by?.By, token), ct);
        log.CallAdded(call.Id, call.Queue);
        changed.Raise();
        return call.Settle(clock.GetUtcNow());
    }

    /// <summary>The call as it is now; null where there is none of that id.</summary>
    public async Task<OutgoingCall?> FindAsync(long id, CancellationToken ct) => (await calls.FindAsync(id, ct))?.Settle(clock.GetUtcNow());

    /// <summary>The calls of a filter as they are now, ordered by id, read from the database while they are taken.</summary>
    public IAsyncEnumerable<OutgoingCall> List(OutgoingCallFilter filter)
    {
        var now = clock.GetUtcNow();
        return calls.List(filter, now).Select(call => call.Settle(now));
    }

    /// <summary>The agent's own calls and those of every agent of these queues, by their hour; those that expired of late after them.</summary>
    public async Task<IReadOnlyList<OutgoingCall>> OfAgentAsync(string username, IReadOnlyCollection<string> ofQueues, int most, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var found = await calls.OfAgentAsync(username, ofQueues, now, now - ExpiredShown, most, ct);
        return [.. found.Select(call => call.Settle(now))];
    }

    /// <summary>A page of the calls of a filter, by their hour.</summary>
    public async Task<IReadOnlyList<OutgoingCall>> PageAsync(OutgoingCallFilter filter, CallPlace? after, int most, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return [.. (await calls.PageAsync(filter, after, most, now, ct)).Select(call => call.Settle(now))];
    }

    /// <summary>All calls of a filter in the order of the pages, read from the database while they are taken.</summary>
    public IAsyncEnumerable<OutgoingCall> InOrder(OutgoingCallFilter filter)
    {
        var now = clock.GetUtcNow();
        return calls.InOrder(filter, now).Select(call => call.Settle(now));
    }

    /// <summary>How many calls a filter finds; counts no further than <paramref name="most"/>.</summary>
    public Task<int> CountAsync(OutgoingCallFilter filter, int most, CancellationToken ct) => calls.CountAsync(filter, clock.GetUtcNow(), most, ct);

    /// <summary>Gives a pending call other details; one that is not pending any more is refused.</summary>
    public async Task<Result<OutgoingCall>> ReplaceAsync(long id, OutgoingCallForm form, CallTerms terms, CancellationToken ct)
    {
        var (details, wrong) = form.Check(queues, users);
        if (details is null) return wrong!;
        return await changes.MakeAsync(id, terms, "outgoing-call.changed", (call, now) =>
        {
            if (call.Status != OutgoingCallStatus.Pending) return Refused(call, "only a pending one can be changed");
            call.Take(details);
            call.Changed(OutgoingCallStatus.Pending, now);
            return null;
        }, ct);
    }

    /// <summary>Cancels a call: it is kept, and shown to agents no longer. One that is canceled already stays so; a completed one is refused.</summary>
    public Task<Result<OutgoingCall>> CancelAsync(long id, CallTerms terms, CancellationToken ct) =>
        EndAsync(id, OutgoingCallStatus.Canceled, terms, "outgoing-call.canceled", ct);

    /// <summary>The call was made. One that is completed already stays so; a canceled one is refused, one that is expired is not.</summary>
    public Task<Result<OutgoingCall>> CompleteAsync(long id, CallTerms terms, CancellationToken ct) =>
        EndAsync(id, OutgoingCallStatus.Completed, terms, "outgoing-call.completed", ct);

    /// <summary>Puts a pending or expired call off to a time to come; it is pending again, and its expiration counts from there.</summary>
    public Task<Result<OutgoingCall>> PostponeAsync(long id, DateTimeOffset callDate, CallTerms terms, CancellationToken ct) =>
        changes.MakeAsync(id, terms, "outgoing-call.postponed", (call, now) =>
        {
            if (call.IsOver) return Refused(call, "it cannot be postponed");
            callDate = callDate.WholeSecond();
            if (callDate <= now || callDate > now.AddYears(10)) return Failure.Invalid("calldate", "takes a time to come, within ten years");
            call.PutOff(callDate);
            call.Release();
            call.Changed(OutgoingCallStatus.Pending, now);
            return null;
        }, ct);

    /// <summary>Gives a pending or expired call to another queue or agent; an empty agent is every agent of the queue.</summary>
    public Task<Result<OutgoingCall>> AssignAsync(long id, string queue, string agent, CallTerms terms, CancellationToken ct)
    {
        if (queues.Refusal(queue, "queue") is { } unknown) return Task.FromResult<Result<OutgoingCall>>(unknown);
        var person = agent.Length == 0 ? null : users.Find(agent);
        if (agent.Length > 0 && person is not { IsAgent: true })
            return Task.FromResult<Result<OutgoingCall>>(Failure.Invalid("agent", $"there is no agent with the username {agent}"));
        return changes.MakeAsync(id, terms, "outgoing-call.assigned", (call, now) =>
        {
            if (call.IsOver) return Refused(call, "it cannot be assigned");
            call.Assign(queue, person?.Username ?? "", person?.Id);
            call.Release();
            call.Changed(call.Status, now);
            return null;
        }, ct);
    }

    private async Task<OutgoingCall> AddToldAsync(OutgoingCall call, Actor? by, CancellationToken ct)
    {
        await calls.AddAsync(call, ct);
        if (wanted.Contains(OutgoingAnnouncements.Created)) db.Add(OutgoingAnnouncements.Make(OutgoingAnnouncements.Created, call.CreatedAt, call, by?.Name));
        if (by is not null) db.Add(AuditEntry.Of(clock.GetUtcNow(), by, "outgoing-call.created", $"outgoing call {call.Id}", $"{call.Contact}; queue {call.Queue}"));
        await db.SaveChangesAsync(ct);
        return call;
    }

    private static Failure Refused(OutgoingCall call, string rule) => Failure.Conflict($"outgoing call {call.Id} is {call.Status.Word()}: {rule}");

    private Task<Result<OutgoingCall>> EndAsync(long id, OutgoingCallStatus status, CallTerms terms, string action, CancellationToken ct) =>
        changes.MakeAsync(id, terms, action, (call, now) =>
        {
            if (call.Status == status) return null;
            if (!call.Status.MayBecome(status)) return Refused(call, $"it cannot become {status.Word()}");
            call.Release();
            call.Changed(status, now);
            return null;
        }, ct);
}
