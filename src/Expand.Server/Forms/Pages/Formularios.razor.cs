using System.Globalization;
using Expand.Server.Access;
using Expand.Server.Platform;
using Expand.Server.Platform.Pages;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Expand.Server.Forms.Pages;

/// <summary>Administración / Ajustes / Formularios: the forms, removed or taken from their queues.</summary>
public partial class Formularios
{
    private IReadOnlyList<FormInfo>? rows;
    private string filter = "";

    [CascadingParameter]
    private Actor Me { get; set; } = null!;

    private IEnumerable<FormInfo> Shown => rows!.Where(row => Matches(row.Form, filter.Trim()));

    /// <inheritdoc />
    protected override async Task LoadAsync(CancellationToken ct) => rows = await Forms.AllAsync(ct);

    private bool Matches(DynamicForm form, string text) =>
        text.Length == 0
        || form.Queues.Concat(form.Queues.Select(Catalog.DescriptionOf)).Append(form.Name).Append(form.Title)
            .Any(said => said.Contains(text, StringComparison.CurrentCultureIgnoreCase));

    private async Task RemoveAsync(FormInfo row)
    {
        if (!await Dialogs.AskAsync(Texts["remove.title"], Texts["remove.question", row.Form.Title, row.Form.Name], Shared["delete"], Texts["remove.warning"])) return;
        var failure = await Forms.RemoveAsync(row.Form.Name, Me, CancellationToken.None);
        if (failure is null) Notices.Add(Texts["removed", row.Form.Title], Severity.Success);
        else if (failure.Kind == FailureKind.Conflict) Notices.Add(Texts["remove.filled"], Severity.Error);
        else Notices.Add(new FormRefusal(Texts, Shared).Told(failure), Severity.Error);
        await ReloadAsync();
    }

    private async Task WithdrawAsync(FormInfo row)
    {
        var queues = string.Join(", ", row.Form.Queues.Select(Catalog.DescriptionOf));
        var question = Texts["withdraw.question", row.Form.Title, queues, row.Entries.ToString("N0", CultureInfo.CurrentCulture)];
        if (!await Dialogs.AskAsync(Texts["withdraw.title"], question, Texts["withdraw"])) return;
        var definition = FormDraft.Of(row.Form).Definition with { Queues = [] };
        var failure = await Forms.DefineAsync(definition, new SeenForm(row.Form), Me, CancellationToken.None);
        if (failure is null) Notices.Add(Texts["withdrawn", row.Form.Title], Severity.Success);
        else Notices.Add(new FormRefusal(Texts, Shared).Told(failure), Severity.Error);
        await ReloadAsync();
    }
}
