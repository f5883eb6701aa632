using Expand.Server.Access;
using Expand.Server.Platform;
using Expand.Server.Platform.Pages;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Expand.Server.Forms.Pages;

/// <summary>The forms of a call's queue: filled in, kept as drafts, saved, corrected.</summary>
public partial class CallForms : LivePage
{
    private List<OpenForm>? forms;
    private int user;

    [CascadingParameter]
    private Actor Me { get; set; } = null!;

    /// <summary>The call.</summary>
    [Parameter, EditorRequired]
    public FormCall Call { get; set; } = null!;

    /// <summary>What stands above a form: whatever records a part of the call for it. It is given the form (<see cref="IFormOfCall"/>).</summary>
    [Parameter]
    public RenderFragment<IFormOfCall>? Recorder { get; set; }

    /// <summary>The part that was recorded for the form of that name; what an entry names.</summary>
    [Parameter]
    public Func<string, Task<FormPart>>? PartOf { get; set; }

    /// <summary>Something was typed, saved or thrown away: whether anything typed is not saved now.</summary>
    [Parameter]
    public EventCallback<bool> UnsavedChanged { get; set; }

    /// <inheritdoc />
    protected override async Task LoadAsync(CancellationToken ct)
    {
        if (forms is not null)
        {
            // What is typed here is nobody else's; only where the database was away there is something to catch up with.
            return;
        }

        user = Users.Find(Me.Name)?.Id ?? 0;
        var open = (await Definitions.OfQueueAsync(Call.Queue, ct)).Select(f => new OpenForm(f)).ToList();
        var filed = await Entries.OfCallsAsync([Call.UniqueId], ct);
        var drafts = (await Drafts.OfAsync(user, ct)).Where(d => d.Leg == Call.Leg).ToDictionary(d => d.FormId);
        foreach (var one in open)
        {
            one.Entry = filed.FirstOrDefault(f => f.Entry.FormId == one.Form.Id && f.Entry.AgentUsername == Me.Name)?.Entry;
            if (!drafts.TryGetValue(one.Form.Id, out var draft)) continue;
            one.Values = StoredJson.Read<Dictionary<string, List<string>>>(draft.Values);
            (one.Recovered, one.Correcting) = (true, one.Entry is not null);
        }

        forms = open;
        await TellAsync();
    }

    private Task TellAsync() => UnsavedChanged.InvokeAsync(forms!.Any(f => f.IsOpen && f.Values.Values.Any(v => v.Any(text => text.Trim().Length > 0))));

    /// <summary>A draft that cannot be kept now is kept at the next change; the page goes on.</summary>
    private async Task KeepAsync(OpenForm one)
    {
        one.Recovered = false;
        try
        {
            await Drafts.KeepAsync(user, Call.Leg, one.Form.Id, Call.Kept, one.Given, CancellationToken.None);
        }
        catch (Exception away) when (away is System.Data.Common.DbException or TimeoutException)
        {
            one.Failure = Failure.Unavailable("the draft is not kept");
        }

        await TellAsync();
    }

    private async Task SaveAsync(OpenForm one)
    {
        if (one.Saving) return;
        one.Saving = true;
        try
        {
            var saved = one.Entry is { } entry
                ? await Entries.CorrectAsync(entry.Id, entry.Version, one.Given, CancellationToken.None)
                : await Entries.FillInAsync(await DraftAsync(one), CancellationToken.None);
            if (saved.Failure is { } failure)
            {
                one.Refuse(failure);
                return;
            }

            (one.Entry, one.Correcting, one.Recovered, one.Failure) = (saved.Value, false, false, null);
            one.Errors = new Dictionary<string, string>();
            await Drafts.DropAsync(user, Call.Leg, one.Form.Id, CancellationToken.None);
            Notices.Add(Shared["saved"], Severity.Success);
            await TellAsync();
        }
        catch (Exception away) when (away is System.Data.Common.DbException or TimeoutException or InvalidOperationException { InnerException: System.Data.Common.DbException })
        {
            one.Failure = Failure.Unavailable("the database does not answer");
        }
        finally
        {
            one.Saving = false;
        }
    }

    private async Task<FormEntryDraft> DraftAsync(OpenForm one)
    {
        var part = PartOf is null ? FormPart.None : await PartOf(one.Form.Name);
        return new FormEntryDraft(
            one.Form.Name, Me.Name, Call.Queue, Call.Number, Call.UniqueId, Call.Device, Call.SessionId, part.Chunk, part.File, one.Given);
    }

    private static void Correct(OpenForm one) => one.Correct();

    /// <summary>Goes on without the correction.</summary>
    private async Task LeaveAsync(OpenForm one)
    {
        (one.Correcting, one.Failure, one.Errors) = (false, null, new Dictionary<string, string>());
        await Drafts.DropAsync(user, Call.Leg, one.Form.Id, CancellationToken.None);
        await TellAsync();
    }

    /// <summary>Somebody else corrected the entry: it is read as it is now, and what was typed here stays to be compared.</summary>
    private async Task ReadAgainAsync(OpenForm one)
    {
        var filed = await Entries.OfCallsAsync([Call.UniqueId], CancellationToken.None);
        one.Entry = filed.FirstOrDefault(f => f.Entry.Id == one.Entry?.Id)?.Entry ?? one.Entry;
        one.Correct();
    }

    private string Told(Failure failure)
    {
        var own = Texts["failure." + failure.Kind];
        return own.ResourceNotFound ? Shared["failure." + failure.Kind] : own;
    }
}
