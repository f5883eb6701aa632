using Expand.Server.Access;
using Expand.Server.Platform;
using Expand.Server.Queues;

namespace Expand.Server.OutgoingCalls;

/// <summary>
/// Pending outgoing calls made, changed and brought to an end: by the REST API, and by what agents do with them. A change holds the call's row
/// until it is written, so of several at once each finds what the one before it made.
/// </summary>
internal sealed class PendingCalls(
    ExpandDb db, OutgoingCallRepository calls, KnownQueues queues, UserDirectory users, TimeProvider clock, ILogger<PendingCalls> log)
{
    /// <summary>A new call.</summary>
    public async Task<Result<OutgoingCall>> AddAsync(OutgoingCallForm form, CancellationToken ct)
    {
        var (details, wrong) = form.Check(queues, users);
        if (details is null) return wrong!;
        var call = new OutgoingCall(details, clock.GetUtcNow());
        await calls.AddAsync(call, ct);
        log.CallAdded(call.Id, call.Queue);
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

    /// <summary>Gives a pending call other details; one that is not pending any more is refused.</summary>
    public async Task<Result<OutgoingCall>> ReplaceAsync(long id, OutgoingCallForm form, ExpectedVersion expected, CancellationToken ct)
    {
        var (details, wrong) = form.Check(queues, users);
        if (details is null) return wrong!;
        return await ChangeAsync(id, expected, (call, now) =>
        {
            if (call.Status != OutgoingCallStatus.Pending) return Refused(call, "only a pending one can be changed");
            call.Take(details);
            call.Changed(OutgoingCallStatus.Pending, now);
            return null;
        }, ct);
    }

    /// <summary>Cancels a call: it is kept, and shown to agents no longer. One that is canceled already stays so; a completed one is refused.</summary>
    public Task<Result<OutgoingCall>> CancelAsync(long id, ExpectedVersion expected, CancellationToken ct) =>
        EndAsync(id, OutgoingCallStatus.Canceled, expected, ct);

    /// <summary>The call was made. One that is completed already stays so; a canceled one is refused, one that is expired is not.</summary>
    public Task<Result<OutgoingCall>> CompleteAsync(long id, CancellationToken ct) => EndAsync(id, OutgoingCallStatus.Completed, ExpectedVersion.Any, ct);

    /// <summary>Puts a pending or expired call off to a time to come; it is pending again, and its expiration counts from there.</summary>
    public Task<Result<OutgoingCall>> PostponeAsync(long id, DateTimeOffset callDate, CancellationToken ct) =>
        ChangeAsync(id, ExpectedVersion.Any, (call, now) =>
        {
            if (IsEnded(call)) return Refused(call, "it cannot be postponed");
            callDate = callDate.WholeSecond();
            if (callDate <= now || callDate > now.AddYears(10)) return Failure.Invalid("calldate", "takes a time to come, within ten years");
            call.PutOff(callDate);
            call.Changed(OutgoingCallStatus.Pending, now);
            return null;
        }, ct);

    /// <summary>Gives a pending or expired call to another queue or agent; an empty agent is every agent of the queue.</summary>
    public Task<Result<OutgoingCall>> AssignAsync(long id, string queue, string agent, CancellationToken ct)
    {
        if (queues.Refusal(queue, "queue") is { } unknown) return Task.FromResult<Result<OutgoingCall>>(unknown);
        var person = agent.Length == 0 ? null : users.Find(agent);
        if (agent.Length > 0 && person is not { IsAgent: true })
            return Task.FromResult<Result<OutgoingCall>>(Failure.Invalid("agent", $"there is no agent with the username {agent}"));
        return ChangeAsync(id, ExpectedVersion.Any, (call, now) =>
        {
            if (IsEnded(call)) return Refused(call, "it cannot be assigned");
            (call.Queue, call.Agent) = (queue, person?.Username ?? "");
            call.Changed(call.Status, now);
            return null;
        }, ct);
    }

    private static bool IsEnded(OutgoingCall call) => call.Status is OutgoingCallStatus.Completed or OutgoingCallStatus.Canceled;

    private static Failure Refused(OutgoingCall call, string rule) => Failure.Conflict($"outgoing call {call.Id} is {call.Status.Word()}: {rule}");

    private Task<Result<OutgoingCall>> EndAsync(long id, OutgoingCallStatus status, ExpectedVersion expected, CancellationToken ct) =>
        ChangeAsync(id, expected, (call, now) =>
        {
            if (call.Status == status) return null;
            if (!call.Status.MayBecome(status)) return Refused(call, $"it cannot become {status.Word()}");
            call.Changed(status, now);
            return null;
        }, ct);

    /// <summary>One transaction: the call is held, brought up to the moment, changed, and written where that changed it.</summary>
    private Task<Result<OutgoingCall>> ChangeAsync(
        long id, ExpectedVersion expected, Func<OutgoingCall, DateTimeOffset, Failure?> change, CancellationToken ct) =>
        db.InTransactionAsync<Result<OutgoingCall>>(async token =>
        {
            if (await calls.HoldAsync(id, token) is not { } call) return Failure.NotFound($"outgoing call {id}");
            var now = clock.GetUtcNow();
            var before = call.Settle(now).Version;
            if (expected.Refusal(before, $"outgoing call {id}") is { } changed) return changed;
            if (change(call, now) is { } failure) return failure;
            if (call.Version == before) return call;
            await calls.ChangeAsync(call, token);
            log.CallChanged(id, call.Status);
            // A change may end in the past: a date long ago with an expiration that is over.
            return call.Settle(now);
        }, ct);
}
