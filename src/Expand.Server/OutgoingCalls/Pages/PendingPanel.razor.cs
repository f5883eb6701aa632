using Expand.Server.Access;
using Expand.Server.Calls;
using Expand.Server.Platform;
using Expand.Server.Platform.Pages;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Expand.Server.OutgoingCalls.Pages;

/// <summary>The calls that an agent has to make, and what the agent does with them.</summary>
public partial class PendingPanel
{
    /// <summary>Calls shown at most.</summary>
    private const int Most = 100;

    private IReadOnlyList<OutgoingCall>? calls;
    private CallDeed? me;
    private Ongoing? ongoing;
    private DateTimeOffset now;
    private bool busy;
    private (long Call, string Why)? forbidden;

    /// <summary>The agent.</summary>
    [Parameter, EditorRequired]
    public string Username { get; set; } = "";

    /// <summary>The number of the extension that the agent is logged in at; empty: none, so nothing can be called.</summary>
    [Parameter, EditorRequired]
    public string Extension { get; set; } = "";

    [CascadingParameter]
    private Actor Me { get; set; } = null!;

    private bool CanCall => Extension.Length > 0 && !busy && ongoing is null or { IsOver: true };

    /// <inheritdoc />
    protected override async Task LoadAsync(CancellationToken ct)
    {
        me = Choices.Agent(Me, Username);
        now = Clock.GetUtcNow();
        calls = me is null ? [] : await Calls.UseAsync(use => use.OfAgentAsync(Username, me.Queues!, Most + 1, ct));
        // A page that was left while its call went on finds it again.
        if (ongoing is null && calls.FirstOrDefault(c => c.HolderAt(now) == me!.UserId && c.ClaimedJob is not null) is { } dialled)
            ongoing = new Ongoing(dialled.Id, OriginatedCall.Text(dialled.ClaimedJob!.Value), dialled.Contact, dialled.Phones[0], now) { IsFound = true };
        if (ongoing is not null) await FollowAsync(ongoing, ct);
    }

    private async Task FollowAsync(Ongoing call, CancellationToken ct)
    {
        if (!call.IsOver) call.Hear(await Calls.ClaimAsync(use => use.StatusAsync(call.Job, ct).AsTask()), now);
        // Its claim has ended, or somebody ended the call itself: nothing is left to be asked.
        if (call.IsOver && !calls!.Any(c => c.Id == call.CallId && c.HolderAt(now) == me?.UserId)) ongoing = null;
    }

    private Task<bool> CallAsync(OutgoingCall call, string phone) => DoAsync(async () =>
    {
        var (job, failure) = await Calls.ClaimAsync(use => use.CallAsync(call.Id, PhoneNumber.Dialable(phone)!, Extension, me!, CancellationToken.None));
        // What nobody may call stays told beside the call, longer than a notice is shown.
        forbidden = failure?.Fields is null ? null : (call.Id, Texts.Told(Shared, failure));
        if (job is not null) ongoing = new Ongoing(call.Id, job, call.Contact, phone, Clock.GetUtcNow());
        return failure;
    });

    private Task<bool> HangUpAsync() => DoAsync(async () =>
        ongoing is not { } call || await Calls.ClaimAsync(use => use.HangUpAsync(call.Job, CancellationToken.None)) ? null : Failure.Unavailable("the PBX did not hang up"));

    private Task<bool> TakeAsync(OutgoingCall call, bool mine) => DoAsync(async () =>
        (await Calls.ClaimAsync(use => mine ? use.ReleaseAsync(call.Id, me!, CancellationToken.None) : use.TakeAsync(call.Id, me!, CancellationToken.None))).Failure);

    private async Task CompleteAsync(OutgoingCall call)
    {
        if (await Dialogs.AskAsync(Texts["complete.title"], Texts["complete.question", call.Contact], Texts["complete"]))
            await DoAsync(() => CompletedAsync(call.Id), Texts["completed.done", call.Contact]);
    }

    private async Task DiscardAsync(OutgoingCall call)
    {
        if (await Dialogs.AskAsync(Texts["discard.title"], Texts["discard.question", call.Contact, call.Subject], Texts["discard"], Texts["discard.warning"]))
            await DoAsync(async () => (await Calls.UseAsync(use => use.CancelAsync(call.Id, me!, CancellationToken.None))).Failure, Texts["discarded.done", call.Contact]);
    }

    private Task<bool> PostponeAsync(OutgoingCall call) => PostponeAsync(call.Id, call.Contact);

    private async Task<bool> PostponeAsync(long id, string contact)
    {
        var deed = new DialogDeed<DateTimeOffset>(async at => (await Calls.UseAsync(use => use.PostponeAsync(id, at, me!, CancellationToken.None))).Failure);
        var parameters = new DialogParameters<PostponeDialog> { { d => d.Contact, contact }, { d => d.Deed, deed } };
        return await ShowAsync<PostponeDialog>(Texts["postpone.title"], parameters, Texts["postponed.done", contact]);
    }

    private async Task AssignAsync(OutgoingCall call)
    {
        var deed = new DialogDeed<CallOwner>(async to => (await Calls.UseAsync(use => use.AssignAsync(call.Id, to.Queue, to.Agent, me!, CancellationToken.None))).Failure);
        var parameters = new DialogParameters<AssignDialog>
        {
            { d => d.About, call.Contact }, { d => d.Owner, new CallOwner(call.Queue, call.Agent) }, { d => d.Deed, deed },
        };
        await ShowAsync<AssignDialog>(Texts["assign.title"], parameters, Texts["assigned.done", call.Contact]);
    }

    private async Task CompleteOngoingAsync()
    {
        if (ongoing is not { } call) return;
        if (await DoAsync(() => CompletedAsync(call.CallId), Texts["completed.done", call.Contact])) ongoing = null;
    }

    private async Task PostponeOngoingAsync()
    {
        if (ongoing is { } call && await PostponeAsync(call.CallId, call.Contact)) ongoing = null;
    }

    /// <summary>It stays pending, for whoever takes it next.</summary>
    private async Task LeaveAsync()
    {
        if (ongoing is not { } call) return;
        if (await DoAsync(async () => (await Calls.ClaimAsync(use => use.ReleaseAsync(call.CallId, me!, CancellationToken.None))).Failure)) ongoing = null;
    }

    private async Task<Failure?> CompletedAsync(long id) => (await Calls.UseAsync(use => use.CompleteAsync(id, me!, CancellationToken.None))).Failure;

    private async Task<bool> ShowAsync<TDialog>(string title, DialogParameters parameters, string done)
        where TDialog : IComponent
    {
        var dialog = await Dialogs.ShowAsync<TDialog>(title, parameters, Asking.Form);
        var closed = await dialog.Result is { Canceled: false };
        if (closed) Notices.Add(done, Severity.Success);
        await ReloadAsync();
        return closed;
    }

    /// <summary>One deed at a time; true where it was not refused.</summary>
    private async Task<bool> DoAsync(Func<Task<Failure?>> deed, string? done = null)
    {
        if (busy || me is null) return false;
        busy = true;
        try
        {
            var failure = await deed();
            if (failure is not null) Notices.Add(Texts.Told(Shared, failure), Severity.Error);
            else if (done is not null) Notices.Add(done, Severity.Success);
            await ReloadAsync();
            return failure is null;
        }
        finally
        {
            busy = false;
        }
    }

    private string Word(CallStatus status) => Texts["job." + status];

    /// <summary>The call that was dialled here.</summary>
    private sealed class Ongoing(long callId, string job, string contact, string number, DateTimeOffset since)
    {
        public long CallId => callId;

        public string Job => job;

        public string Contact => contact;

        public string Number => IsFound ? "" : number;

        /// <summary>Found again, so that nobody knows which number it was.</summary>
        public bool IsFound { get; init; }

        public CallStatus Status { get; private set; } = CallStatus.Ringing;

        public DateTimeOffset Since { get; private set; } = since;

        /// <summary>A job that is not known any more is one that ended a while ago.</summary>
        public bool IsOver => Status is not (CallStatus.Ringing or CallStatus.Answer);

        public void Hear(CallStatus status, DateTimeOffset at)
        {
            if (status != Status) (Status, Since) = (status, at);
        }
    }
}
