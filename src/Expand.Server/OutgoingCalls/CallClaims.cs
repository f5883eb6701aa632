using System.Globalization;
using Expand.Server.Access;
using Expand.Server.Calls;
using Expand.Server.DoNotCall;
using Expand.Server.Platform;
using Microsoft.Extensions.Options;

namespace Expand.Server.OutgoingCalls;

/// <summary>
/// Whose turn it is to make a call: an agent takes it before dialling, and nobody else makes, completes, postpones, assigns or discards it until
/// the claim is given back, ends by itself, or the call has its outcome. It stands in the call's row only, so it outlives any host.
/// </summary>
internal sealed class CallClaims(
    CallChanges changes, CallOrigination origination, DoNotCallGate gate, ExpandDb db, UserDirectory users, IOptions<CallOptions> options, TimeProvider clock)
{
    /// <summary>How long a claim lasts that nobody dials.</summary>
    public static readonly TimeSpan Lasts = TimeSpan.FromMinutes(2);

    /// <summary>How long it lasts after its call was last seen to go on (<see cref="OutgoingCallExpiry"/>): the time to say how the call went.</summary>
    public static readonly TimeSpan LastsAfterCall = TimeSpan.FromMinutes(5);

    /// <summary>Takes a call to make it. Refused where somebody else has it, and where it is over. Taking it again renews the claim.</summary>
    public Task<Result<OutgoingCall>> TakeAsync(long id, CallDeed by, CancellationToken ct) =>
        changes.MakeAsync(id, by, null, (call, now) =>
        {
            if (call.IsOver) return Failure.Conflict($"outgoing call {id} is {call.Status.Word()}: it cannot be taken");
            var until = now + Lasts;
            call.Claim(by.UserId, call.HolderAt(now) == by.UserId && call.ClaimedUntil > until ? call.ClaimedUntil.Value : until);
            return null;
        }, ct);

    /// <summary>Gives a call back; one that nobody has is no failure.</summary>
    public Task<Result<OutgoingCall>> ReleaseAsync(long id, CallDeed by, CancellationToken ct) =>
        changes.MakeAsync(id, by, null, (call, _) =>
        {
            call.Release();
            return null;
        }, ct);

    /// <summary>Takes a call away from whoever has it: a supervisor's deed.</summary>
    public Task<Result<OutgoingCall>> TakeAwayAsync(long id, CallDeed by, CancellationToken ct) =>
        changes.MakeAsync(id, CallTerms.Any with { By = by with { Overrules = true } }, "outgoing-call.released", (call, _) =>
        {
            call.Release();
            return null;
        }, ct);

    /// <summary>
    /// Takes the call and dials one of its numbers from the agent's extension: the job's id. Never dials without the claim, nor while an earlier
    /// call of this claim goes on, nor a number that is not to be called. Where the agent's own phone is in use nobody was called, and there is nothing to
    /// be asked afterwards.
    /// </summary>
    public async Task<Result<string>> CallAsync(long id, string number, string extension, CallDeed by, CancellationToken ct)
    {
        if (extension.Length == 0) return Failure.Conflict($"{by.By.Name} is logged in at no extension");
        var (call, failure) = await TakeAsync(id, by, ct);
        if (call is null) return failure!;
        if (!call.Numbers.Contains(number)) return Failure.Invalid("number", $"outgoing call {id} has no number {number}");
        if (call.ClaimedJob is { } earlier && await GoesOnAsync(OriginatedCall.Text(earlier), ct)) return Failure.Conflict($"outgoing call {id} is being made");

        if (await ForbiddenAsync(id, number, ct) is { } forbidden) return forbidden;
        var name = users.Find(by.UserId)?.FullName ?? by.By.Name;
        var note = string.Create(CultureInfo.InvariantCulture, $"outgoing call {id}: {call.Subject}");
        var request = new CallRequest(
            extension, CallRequest.Displayable(name), number, CallRequest.Displayable(call.Contact), options.Value.DefaultRingSeconds, note);
        var job = await origination.RequestAsync(request, ct);

        // From here on the phone rings: what is written down must not depend on a page that is left.
        var status = await origination.StatusAsync(job, CancellationToken.None);
        if (status == CallStatus.OffHook) return new Failure(FailureKind.Conflict, $"the extension {extension} is in use", "extension");
        if (status is CallStatus.Ringing or CallStatus.Answer) await DialledAsync(id, by, OriginatedCall.Parse(job)!.Value);
        return job;
    }

    /// <summary>How the call of a claim stands.</summary>
    public ValueTask<CallStatus> StatusAsync(string job, CancellationToken ct) => origination.StatusAsync(job, ct);

    /// <summary>Hangs up the call of a claim.</summary>
    public Task<bool> HangUpAsync(string job, CancellationToken ct) => origination.CancelAsync(job, ct);

    /// <summary>Why the number is not to be called; the evidence stands in the database before the PBX is asked.</summary>
    private async Task<Failure?> ForbiddenAsync(long id, string number, CancellationToken ct)
    {
        var question = new DoNotCallQuestion([number], CheckPurpose.OutgoingCall, id.ToString(CultureInfo.InvariantCulture));
        var verdict = (await gate.CheckAsync(question, db, ct))[0];
        if (verdict.MayBeCalled) return null;
        var rule = verdict.Result == CheckResult.Listed
            ? $"the number {number} is not to be called: the list {verdict.List} has it"
            : $"nobody may be called: the register {verdict.List} has expired";
        return new Failure(FailureKind.Conflict, rule, "number", new Dictionary<string, string[]> { ["number"] = [rule], [verdict.Result.ToString()] = [verdict.List!] });
    }

    private async Task<bool> GoesOnAsync(string job, CancellationToken ct) =>
        await origination.StatusAsync(job, ct) is CallStatus.Ringing or CallStatus.Answer;

    private Task<Result<OutgoingCall>> DialledAsync(long id, CallDeed by, long job) =>
        changes.MakeAsync(id, by, null, (call, now) =>
        {
            if (call.HolderAt(now) == by.UserId) call.Dialled(job, clock.GetUtcNow() + LastsAfterCall);
            return null;
        }, CancellationToken.None);
}
