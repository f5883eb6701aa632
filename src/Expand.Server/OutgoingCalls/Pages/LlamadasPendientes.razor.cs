using System.Globalization;
using Expand.Server.Access;
using Expand.Server.Platform;
using Expand.Server.Platform.Pages;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Expand.Server.OutgoingCalls.Pages;

/// <summary>Supervisión / Llamadas pendientes: all of them, found, made, changed, assigned, canceled and exported.</summary>
public partial class LlamadasPendientes
{
    private const int PageSize = 50;

    /// <summary>Counted no further: what is more is only "more than".</summary>
    private const int CountedMost = 10_000;

    private readonly HashSet<long> picked = [];

    /// <summary>After which call each page begins that was turned, the one that is shown on top.</summary>
    private readonly Stack<CallPlace> places = new();

    private IReadOnlyList<CallChoice> states = [];
    private PendingSearch search = new();
    private IReadOnlyList<OutgoingCall>? rows;
    private DateTimeOffset now;
    private int count;

    [CascadingParameter]
    private Actor Me { get; set; } = null!;

    private CallDeed By => Choices.Supervisor(Me);

    private string Counted => count > CountedMost ? Texts["count.more", Number(CountedMost)] : count == 1 ? Texts["count.one"] : Texts["count", Number(count)];

    private IEnumerable<OutgoingCall> Pickable => rows!.Take(PageSize).Where(call => !call.IsOver);

    private bool AllPicked => Pickable.Any() && Pickable.All(call => picked.Contains(call.Id));

    /// <inheritdoc />
    protected override void OnInitialized()
    {
        base.OnInitialized();
        states = [new CallChoice(PendingSearch.All, Shared["all"]), .. Enum.GetValues<OutgoingCallStatus>().Select(s => new CallChoice(s.Word(), Texts["status." + s]))];
    }

    /// <inheritdoc />
    protected override async Task LoadAsync(CancellationToken ct)
    {
        var filter = search.Filter(Time);
        CallPlace? after = places.TryPeek(out var place) ? place : null;
        var found = await Calls.UseAsync(use => use.PageAsync(filter, after, PageSize + 1, ct));
        count = await Calls.UseAsync(use => use.CountAsync(filter, CountedMost + 1, ct));
        (rows, now) = (found, Clock.GetUtcNow());
    }

    private static string Number(int number) => number.ToString("N0", CultureInfo.CurrentCulture);

    private Task SearchAsync(PendingSearch other)
    {
        search = other;
        places.Clear();
        picked.Clear();
        return ReloadAsync();
    }

    private Task OnAsync()
    {
        places.Push(CallPlace.Of(rows![PageSize - 1]));
        return ReloadAsync();
    }

    private Task BackAsync()
    {
        places.Pop();
        return ReloadAsync();
    }

    private void Pick(long id, bool on) => _ = on ? picked.Add(id) : picked.Remove(id);

    private void PickAll(bool on)
    {
        foreach (var call in Pickable) Pick(call.Id, on);
    }

    private Task CreateAsync() => EditAsync(Texts["new"], PendingForm.New(Time), true, Texts["created.done"], form =>
        Calls.UseAsync(use => use.AddAsync(form.Filled(Time), By, CancellationToken.None)));

    private Task EditAsync(OutgoingCall call) => EditAsync(Texts["edit.title"], PendingForm.Of(call, Time), false, Shared["saved"], form =>
        Calls.UseAsync(use => use.ReplaceAsync(call.Id, form.Filled(Time), new CallTerms(ExpectedVersion.OneOf([call.Version]), By), CancellationToken.None)));

    private async Task EditAsync(string title, PendingForm form, bool isNew, string done, Func<PendingForm, Task<Result<OutgoingCall>>> save)
    {
        var deed = new DialogDeed<PendingForm>(async filled => (await save(filled)).Failure);
        var parameters = new DialogParameters<PendingDialog> { { d => d.Form, form }, { d => d.IsNew, isNew }, { d => d.Deed, deed } };
        await ShowAsync<PendingDialog>(title, parameters, done);
    }

    private Task PostponeAsync(OutgoingCall call)
    {
        var deed = new DialogDeed<DateTimeOffset>(async at => (await Calls.UseAsync(use => use.PostponeAsync(call.Id, at, By, CancellationToken.None))).Failure);
        var parameters = new DialogParameters<PostponeDialog> { { d => d.Contact, call.Contact }, { d => d.Deed, deed } };
        return ShowAsync<PostponeDialog>(Texts["postpone.title"], parameters, Texts["postponed.done", call.Contact]);
    }

    private async Task AssignPickedAsync()
    {
        var owner = rows!.FirstOrDefault(c => picked.Contains(c.Id)) is { } first ? new CallOwner(first.Queue, first.Agent) : new CallOwner("", "");
        var parameters = new DialogParameters<AssignDialog>
        {
            { d => d.About, Texts["assign.about", picked.Count] }, { d => d.Owner, owner }, { d => d.Deed, new DialogDeed<CallOwner>(AssignAllAsync) },
        };
        await ShowAsync<AssignDialog>(Texts["assign.title"], parameters, null);
    }

    /// <summary>Each for itself: one that an agent has just taken keeps none of the others from being assigned, and stays picked.</summary>
    private async Task<Failure?> AssignAllAsync(CallOwner to)
    {
        var done = 0;
        foreach (var id in picked.ToList())
        {
            var failure = (await Calls.UseAsync(use => use.AssignAsync(id, to.Queue, to.Agent, By, CancellationToken.None))).Failure;
            if (failure is { Field: "queue" or "agent" } or { Kind: FailureKind.Unavailable }) return failure;
            if (failure is not null) continue;
            picked.Remove(id);
            done++;
        }

        Notices.Add(picked.Count == 0 ? Texts["assign.all-done", done] : Texts["assign.some-done", done, picked.Count], picked.Count == 0 ? Severity.Success : Severity.Warning);
        return null;
    }

    private async Task CancelAsync(OutgoingCall call)
    {
        if (!await Dialogs.AskAsync(Texts["discard.title"], Texts["discard.question", call.Contact, call.Subject], Texts["discard"], Texts["discard.warning"])) return;
        await ToldAsync((await Calls.UseAsync(use => use.CancelAsync(call.Id, By, CancellationToken.None))).Failure, Texts["discarded.done", call.Contact]);
    }

    private async Task ReleaseAsync(OutgoingCall call)
    {
        var holder = Choices.HolderName(call, now) ?? "";
        if (!await Dialogs.AskAsync(Texts["free.title"], Texts["free.question", holder, call.Contact], Texts["free"], Texts["free.warning"])) return;
        await ToldAsync((await Calls.ClaimAsync(use => use.TakeAwayAsync(call.Id, By, CancellationToken.None))).Failure, Texts["free.done", call.Contact]);
    }

    private async Task ToldAsync(Failure? failure, string done)
    {
        Notices.Add(failure is null ? done : Texts.Told(Shared, failure), failure is null ? Severity.Success : Severity.Error);
        await ReloadAsync();
    }

    private async Task ShowAsync<TDialog>(string title, DialogParameters parameters, string? done)
        where TDialog : IComponent
    {
        var dialog = await Dialogs.ShowAsync<TDialog>(title, parameters, Asking.Form);
        if (await dialog.Result is { Canceled: false } && done is not null) Notices.Add(done, Severity.Success);
        await ReloadAsync();
    }
}
