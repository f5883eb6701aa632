using Expand.Server.Access;
using Expand.Server.Platform;
using Expand.Server.Platform.Pages;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using MudBlazor;

namespace Expand.Server.Forms.Pages;

/// <summary>Administración / Ajustes / Formularios / a form: its title, queues and fields, with a preview to try.</summary>
public partial class FormularioEditor
{
    private readonly Dictionary<FieldDraft, FieldEditor> editors = [];
    private readonly Dictionary<string, List<string>> tried = [];
    private IReadOnlyDictionary<string, string> triedErrors = new Dictionary<string, string>();
    private bool? triedWell;
    private FormDraft? draft;
    private DynamicForm? seen;
    private string saved = "";
    private bool isMissing;
    private bool isChanged;
    private FormRefusal? refusal;
    private bool taken;
    private bool saving;
    private bool isNamed;
    private string moved = "";
    private ElementReference summary;
    private Func<Task>? afterRender;

    /// <summary>The form to edit; null: a new one is made.</summary>
    [Parameter]
    public string? Name { get; set; }

    [CascadingParameter]
    private Actor Me { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    private FormRefusal Refusal => refusal ??= new FormRefusal(Texts, Shared);

    /// <summary>The queues that there are, and those that the form has.</summary>
    private IReadOnlyList<string> Queues =>
        [.. Catalog.All.Select(q => q.Name).Concat(Picture.Queues).Concat(draft!.Queues).Distinct().OrderBy(Catalog.DescriptionOf, StringComparer.CurrentCultureIgnoreCase)];

    private IReadOnlyList<FormField> Shown => [.. draft!.Fields.Select(f => f.Field)];

    private bool IsDirty => draft is not null && saved != Text(draft);

    /// <inheritdoc />
    protected override async Task LoadAsync(CancellationToken ct)
    {
        if (Name is null)
        {
            if (draft is null) Begin(new FormDraft());
            return;
        }

        var now = await Forms.FindAsync(Name, ct);
        isMissing = now is null || (seen is not null && seen.Id != now.Id);
        if (draft is null && now is not null) Take(now);
        else isChanged = !isMissing && seen is not null && !FormDefinitions.IsSame(seen, now!);
    }

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        await base.OnAfterRenderAsync(firstRender);
        if (afterRender is not { } focus) return;
        afterRender = null;
        await focus();
    }

    private static string Text(FormDraft draft) => StoredJson.Write(draft.Definition);

    private void Begin(FormDraft begun)
    {
        draft = begun;
        saved = Text(begun);
        editors.Clear();
    }

    private void Take(DynamicForm form)
    {
        seen = form;
        Begin(FormDraft.Of(form));
    }

    private Task TakeNewAsync()
    {
        (draft, seen, Refusal.Failure) = (null, null, null);
        return ReloadAsync();
    }

    /// <summary>A form's name is proposed as a field's is.</summary>
    private void TitleChanged(string title)
    {
        draft!.Title = title;
        if (seen is null && !isNamed) draft.Name = new FormDraft().NameFor(new FieldDraft { Label = title });
    }

    private void NameChanged() => isNamed = draft!.Name.Length > 0;

    private void Tick(string queue, bool on) => draft!.Queues = on ? [.. draft.Queues, queue] : [.. draft.Queues.Where(q => q != queue)];

    private void Propose(FieldDraft field)
    {
        if (!field.IsNamed) field.Name = draft!.NameFor(field);
    }

    private void Add()
    {
        var field = new FieldDraft();
        draft!.Fields.Add(field);
        afterRender = () => editors[field].FocusLabelAsync();
    }

    private void Move(FieldDraft field, bool up)
    {
        var at = draft!.Fields.IndexOf(field);
        var to = up ? at - 1 : at + 1;
        if (to < 0 || to >= draft.Fields.Count) return;
        (draft.Fields[at], draft.Fields[to]) = (draft.Fields[to], draft.Fields[at]);
        // What was wrong was wrong at another place.
        Refusal.Failure = null;
        moved = Texts["field.moved", field.Label, to + 1, draft.Fields.Count];
        afterRender = () => editors[field].FocusMoveAsync(up);
    }

    private void Remove(FieldDraft field)
    {
        draft!.Fields.Remove(field);
        editors.Remove(field);
        Refusal.Failure = null;
    }

    /// <summary>Fills the preview in as an agent would: the same rules say what is wrong.</summary>
    private void Try()
    {
        var values = Shown.Where(f => f.Name!.Length > 0).DistinctBy(f => f.Name)
            .ToDictionary(f => f.Name!, f => (IReadOnlyList<string>)(tried.GetValueOrDefault(f.Name!) ?? []));
        var fields = Shown.Where(f => f.Name!.Length > 0).DistinctBy(f => f.Name).ToList();
        var failure = FormData.Write(fields, values).Failure;
        triedErrors = failure?.Fields?.ToDictionary(f => f.Key, f => f.Value[0]) ?? [];
        triedWell = failure is null;
    }

    private void Untry() => (triedErrors, triedWell) = (new Dictionary<string, string>(), null);

    private async Task SaveAsync()
    {
        if (saving) return;
        saving = true;
        try
        {
            var failure = await Forms.DefineAsync(draft!.Definition, new SeenForm(seen), Me, CancellationToken.None);
            taken = failure is { Kind: FailureKind.Conflict };
            Refusal.Failure = taken ? Failure.Invalid("name", failure!.Message) : failure;
            if (failure is null)
            {
                saved = Text(draft);
                Notices.Add(Texts["saved", draft.Title], Severity.Success);
                Navigation.NavigateTo(FormAddresses.All);
            }
            else
            {
                afterRender = async () => await summary.FocusAsync();
            }
        }
        finally
        {
            saving = false;
        }
    }

    private async Task LeaveAsync(LocationChangingContext leaving)
    {
        if (IsDirty && !await Dialogs.AskAsync(Texts["leave.title"], Texts["leave.question"], Texts["leave.answer"])) leaving.PreventNavigation();
    }
}
