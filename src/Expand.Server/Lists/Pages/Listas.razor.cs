using System.Globalization;
using Expand.Server.Access;
using Expand.Server.Platform.Pages;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Expand.Server.Lists.Pages;

/// <summary>Configuración / Listas: the lists with their sizes, made, changed and removed.</summary>
public partial class Listas
{
    private IReadOnlyList<ValueList>? rows;
    private IReadOnlyDictionary<int, long> sizes = new Dictionary<int, long>();
    private string filter = "";

    [CascadingParameter]
    private Actor Me { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    private IEnumerable<ValueList> Shown => rows!.Where(list => Matches(list, filter.Trim())).OrderBy(list => list.Alias, StringComparer.CurrentCultureIgnoreCase);

    /// <inheritdoc />
    protected override async Task LoadAsync(CancellationToken ct)
    {
        sizes = await Sizes.AllAsync(anew: false, ct);
        rows = await Lists.AllAsync(null, ct);
    }

    private static bool Matches(ValueList list, string text) =>
        text.Length == 0
        || new[] { list.Name, list.Alias, list.Description }.Any(said => said.Contains(text, StringComparison.CurrentCultureIgnoreCase));

    private long SizeOf(ValueList list) => sizes.GetValueOrDefault(list.Id);

    private async Task CreateAsync()
    {
        var form = new ListForm();
        if (!await AskAsync(Texts["new"], form)) return;
        if ((await Lists.FindAsync(form.Kind, new ListAddress(form.Name.Trim()), Leaving)).Value is { } made) Navigation.NavigateTo(ListAddresses.Of(made));
    }

    private async Task EditAsync(ValueList list)
    {
        if (await AskAsync(Texts["edit.title"], ListForm.Of(list))) Notices.Add(Texts["changed", list.Name], Severity.Success);
        await ReloadAsync();
    }

    private async Task RemoveAsync(ValueList list)
    {
        // What is lost is named as it is now.
        sizes = await Sizes.AllAsync(anew: true, Leaving);
        var question = Texts["remove.question", list.Alias, list.Name, SizeOf(list).ToString("N0", CultureInfo.CurrentCulture)];
        if (!await Dialogs.AskAsync(Texts["remove.title"], question, Shared["delete"], Texts["remove.warning"])) return;
        var failure = await Lists.RemoveAsync(list.Kind, new ListAddress($"{list.Id}"), Me, CancellationToken.None);
        if (failure is null) Notices.Add(Texts["removed", list.Name], Severity.Success);
        else Notices.Add(new FormRefusal(Texts, Shared).Told(failure), Severity.Error);
        await ReloadAsync();
    }

    private async Task<bool> AskAsync(string title, ListForm form)
    {
        var dialog = await Dialogs.ShowAsync<ListDialog>(title, new DialogParameters<ListDialog> { { d => d.Form, form } }, Asking.Form);
        return await dialog.Result is { Canceled: false };
    }
}
