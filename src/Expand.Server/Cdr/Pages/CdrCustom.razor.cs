using Expand.Server.Access;
using Expand.Server.Platform;
using Expand.Server.Platform.Pages;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Expand.Server.Cdr.Pages;

/// <summary>Administración / Ajustes / Plantillas de cdrCustom: the installation's own fields, tried on the last calls while they are written.</summary>
public partial class CdrCustom
{
    private const int PreviewRows = 8;

    private IReadOnlyList<CustomRow>? calls;
    private IReadOnlyList<string> keys = [];
    private Draft[] drafts = [];
    private Draft current = null!;
    private bool saving;

    [CascadingParameter]
    private Actor Me { get; set; } = null!;

    /// <summary>A call's fields, and the keys that the last calls' callinfo has.</summary>
    private IEnumerable<string> FieldNames => CdrTemplate.FieldNames.Concat(keys.Select(key => "callinfo." + key));

    /// <inheritdoc />
    protected override void OnInitialized()
    {
        drafts = [.. Enum.GetValues<CdrField>().Select(field => new Draft(field, Templates[field]))];
        current = drafts[0];
    }

    /// <inheritdoc />
    protected override async Task LoadAsync(CancellationToken ct)
    {
        foreach (var draft in drafts) draft.Follow(Templates[draft.Field]);
        var last = new List<CustomRow>();
        await foreach (var row in Records.LastCustomAsync(PreviewRows, ct)) last.Add(row);
        calls = last;
        keys = [.. last.SelectMany(row => CdrTemplate.KeysOf(row.CallInfo)).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase)];
    }

    private string Meaning(string field) => Texts["field." + (field.StartsWith("callinfo.", StringComparison.Ordinal) ? "callinfo.key" : field)];

    private void Write(Draft draft, string? text)
    {
        draft.Write(text ?? "");
        draft.Wrong = ToldOf(CdrTemplates.Validate(draft.Text), draft.Text);
    }

    private void Insert(string field) => Write(current, current.Text + "{" + field + "}");

    private void Discard(Draft draft) => Write(draft, draft.InForce.Text);

    private Task SaveAsync(Draft draft) => ChangeAsync(draft, draft.Text, Texts["saved", draft.Name]);

    private async Task ResetAsync(Draft draft)
    {
        if (await Dialogs.AskAsync(Texts["reset.title"], Texts["reset.question", draft.Name, draft.InForce.Default], Texts["reset"]))
            await ChangeAsync(draft, null, Texts["reset.done", draft.Name]);
    }

    private async Task ChangeAsync(Draft draft, string? text, string done)
    {
        if (saving) return;
        saving = true;
        try
        {
            var failure = await Templates.ChangeAsync(draft.Field, text, Me, Leaving);
            draft.Wrong = ToldOf(failure, draft.Text);
            if (failure is not null) return;
            draft.Begin(Templates[draft.Field]);
            Notices.Add(done, Severity.Success);
        }
        finally
        {
            saving = false;
        }
    }

    /// <summary>The refusal in the visitor's language, with the name that is no field.</summary>
    private string? ToldOf(Failure? failure, string text) =>
        failure is null ? null
        : text.Length > CdrTemplates.Length ? Texts["wrong.length", CdrTemplates.Length].Value
        : CdrTemplate.FirstUnknown(text) is { } unknown ? Texts["wrong.unknown", unknown].Value
        : PlainText.Holds(text) ? Texts["wrong.brace"].Value : Texts["wrong.control"].Value;

    /// <summary>A template while it is edited.</summary>
    private sealed class Draft
    {
        private string begun;

        public Draft(CdrField field, TemplateInForce inForce)
        {
            (Field, InForce, begun) = (field, inForce, inForce.Text);
            Write(inForce.Text);
        }

        public CdrField Field { get; }

        public string Name => Field.ToString().ToLowerInvariant();

        public TemplateInForce InForce { get; private set; }

        public string Text { get; private set; } = "";

        public string? Wrong { get; set; }

        /// <summary>What is rendered of it; null where it is wrong.</summary>
        public CdrTemplate? Preview { get; private set; }

        public bool IsChanged => Text != InForce.Text;

        /// <summary>Whether somebody else changed it since this visitor began to write.</summary>
        public bool IsOutdated => InForce.Text != begun && IsChanged;

        public void Write(string text) => (Text, Preview) = (text, CdrTemplates.Validate(text) is null ? new CdrTemplate(text) : null);

        public void Begin(TemplateInForce inForce)
        {
            (InForce, begun, Wrong) = (inForce, inForce.Text, null);
            Write(inForce.Text);
        }

        /// <summary>What is in force may have changed elsewhere: it is shown, unless something was written here.</summary>
        public void Follow(TemplateInForce inForce)
        {
            if (Text == InForce.Text) Begin(inForce);
            else InForce = inForce;
        }
    }
}
