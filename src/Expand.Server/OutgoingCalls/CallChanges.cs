using Expand.Server.Access;
using Expand.Server.Platform;
using Expand.Server.Platform.Announcements;

namespace Expand.Server.OutgoingCalls;

/// <summary>
/// How every change of a call is made: the call's row is held until it is written, so of several at once each finds what the one before it made.
/// </summary>
internal sealed class CallChanges(
    ExpandDb db, OutgoingCallRepository calls, UserDirectory users, CallsChanged changed, AnnouncementsWanted wanted, TimeProvider clock, ILogger<CallChanges> log)
{
    /// <summary>One transaction: the call is held, brought up to the moment, changed, and written with its audit line where that changed it.</summary>
    /// <param name="id">The call.</param>
    /// <param name="terms">On what terms.</param>
    /// <param name="action">What it is called in the audit log; null: not audited.</param>
    /// <param name="change">Changes it, or says why not.</param>
    /// <param name="ct">Ends the change.</param>
    public async Task<Result<OutgoingCall>> MakeAsync(
        long id, CallTerms terms, string? action, Func<OutgoingCall, DateTimeOffset, Failure?> change, CancellationToken ct)
    {
        var result = await db.InTransactionAsync(token => MakeHeldAsync(id, terms, action, change, token), ct);
        if (result.Failure is null) changed.Raise();
        return result;
    }

    private async Task<Result<OutgoingCall>> MakeHeldAsync(
        long id, CallTerms terms, string? action, Func<OutgoingCall, DateTimeOffset, Failure?> change, CancellationToken ct)
    {
        if (await calls.HoldAsync(id, ct) is not { } call) return Failure.NotFound($"outgoing call {id}");
        var now = clock.GetUtcNow();
        var stored = call.Status;
        var before = call.Settle(now).Version;
        var wasExpired = stored != call.Status ? OutgoingAnnouncements.Make(OutgoingAnnouncements.Expired, call.StatusAt, call, null) : null;
        var holder = call.HolderAt(now);
        var claim = (call.ClaimedBy, call.ClaimedUntil, call.ClaimedJob);
        if (terms.Expected.Refusal(before, $"outgoing call {id}") is { } outdated) return outdated;
        if (terms.By?.Refusal(call, users, now) is { } refused) return refused;
        if (change(call, now) is { } failure) return failure;
        if (call.Version == before && claim == (call.ClaimedBy, call.ClaimedUntil, call.ClaimedJob)) return call;
        if (terms.By is { } deed && action is not null) db.Add(AuditEntry.Of(now, deed.By, action, $"outgoing call {id}", Told(call)));
        // What the clock did to it is written down by this change, and would be told by nobody else.
        if (wasExpired is not null && wanted.Contains(OutgoingAnnouncements.Expired)) db.Add(wasExpired);
        if (OutgoingAnnouncements.Of(action, holder, call.HolderAt(now)) is { } told && wanted.Contains(told))
            db.Add(OutgoingAnnouncements.Make(told, now, call, terms.By?.By.Name));
        await calls.ChangeAsync(call, ct);
        if (call.Version != before) log.CallChanged(id, call.Status);
        // A change may end in the past: a date long ago with an expiration that is over.
        return call.Settle(now);
    }

    private static string Told(OutgoingCall call) =>
        FormattableString.Invariant($"{call.Contact}; queue {call.Queue}; agent {(call.Agent.Length > 0 ? call.Agent : "-")}; {call.CallDate:yyyy-MM-dd HH:mm}Z; {call.Status.Word()}");
}
