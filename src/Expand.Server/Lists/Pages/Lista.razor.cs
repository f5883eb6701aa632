using Expand.Server.Access;
using Expand.Server.Platform.Pages;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Expand.Server.Lists.Pages;

/// <summary>Configuración / Listas / a list: its elements page by page, found by key or value, added, changed and removed.</summary>
public partial class Lista
{
    private const int PageSize = 50;

    /// <summary>What each page begins after; of the first one nothing.</summary>
    private readonly Stack<string?> begins = new([null]);

    private ValueList? list;
    private bool loaded;
    private bool searching;
    private IReadOnlyList<ListRow> rows = [];
    private bool hasMore;
    private long size;
    private bool isStaleSize;
    private string key = "";
    private string value = "";

    /// <summary>What kind of list: <c>simples</c> or <c>rangos</c>.</summary>
    [Parameter]
    public string Kind { get; set; } = "";

    /// <summary>The list's name or id.</summary>
    [Parameter]
    public string Name { get; set; } = "";

    [CascadingParameter]
    private Actor Me { get; set; } = null!;

    private bool IsRange => list?.Kind == ListKind.Range;

    private bool IsSearch => key.Length > 0 || value.Length > 0;

    private string KeyPrompt => IsRange ? Texts["search.number"] : Texts["search.key"];

    private int page => begins.Count;

    /// <inheritdoc />
    protected override async Task LoadAsync(CancellationToken ct)
    {
        list = await Lists.FindAsync(Kind, Name, ct);
        if (list is not null)
        {
            var found = await Browsing.PageAsync(list, new ListSearch(IsRange ? key.Trim() : key, value.Trim()), begins.Peek(), PageSize, ct);
            (rows, hasMore) = (found.Rows, found.HasMore);
            size = (await Sizes.AllAsync(isStaleSize, ct)).GetValueOrDefault(list.Id);
            isStaleSize = false;
        }

        loaded = true;
    }

    /// <summary>A part of a value is looked for in every element: not every two seconds anew.</summary>
    protected override Task UntilNextAsync(CancellationToken ct) =>
        Task.Delay(TimeSpan.FromSeconds(value.Length == 0 ? 2 : 30), Clock, ct);

    private static string Told(ListRow row) => row.To.Length == 0 ? row.Key : $"{row.Key}-{row.To}";

    private async Task SearchAsync(string newKey, string newValue)
    {
        (key, value) = (newKey ?? "", newValue ?? "");
        begins.Clear();
        begins.Push(null);
        await TurnAsync();
    }

    private Task NextAsync()
    {
        if (rows.Count > 0) begins.Push(rows[^1].Key);
        return TurnAsync();
    }

    private Task PreviousAsync()
    {
        if (begins.Count > 1) begins.Pop();
        return TurnAsync();
    }

    private async Task TurnAsync()
    {
        searching = true;
        await ReloadAsync();
        searching = false;
    }

    private async Task AddAsync()
    {
        var form = ElementForm.Of(list!);
        if (await AskAsync(Texts["element.new"], form)) Notices.Add(Texts["element.added", form.Draft.Key], Severity.Success);
    }

    private async Task EditAsync(ListRow row)
    {
        if (await AskAsync(Texts["element.edit"], ElementForm.Of(list!, row))) Notices.Add(Texts["element.changed", Told(row)], Severity.Success);
    }

    private async Task RemoveAsync(ListRow row)
    {
        if (!await Dialogs.AskAsync(Texts["element.remove.title"], Texts["element.remove.question", Told(row), row.Value], Shared["delete"])) return;
        var failure = await Editing.RemoveAsync(list!, row, Me, CancellationToken.None);
        if (failure is null) Notices.Add(Texts["element.removed", Told(row)], Severity.Success);
        else Notices.Add(new FormRefusal(Texts, Shared).Told(failure), Severity.Error);
        isStaleSize = true;
        await ReloadAsync();
    }

    private async Task<bool> AskAsync(string title, ElementForm form)
    {
        var dialog = await Dialogs.ShowAsync<ElementDialog>(title, new DialogParameters<ElementDialog> { { d => d.Form, form } }, Asking.Form);
        var result = await dialog.Result;
        isStaleSize = true;
        await ReloadAsync();
        return result is { Canceled: false };
    }
}
