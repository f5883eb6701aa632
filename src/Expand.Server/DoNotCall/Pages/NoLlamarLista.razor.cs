using Expand.Server.Access;
using Expand.Server.Platform.Pages;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using MudBlazor;

namespace Expand.Server.DoNotCall.Pages;

/// <summary>Supervisión / No llamar / a list: its numbers.</summary>
public partial class NoLlamarLista
{
    private const int PageSize = 50;

    /// <summary>After which number each page begins that was turned, the one that is shown on top.</summary>
    private readonly Stack<string> places = new();

    private NumberList? list;
    private List<ListedNumber> rows = [];
    private string search = "";
    private bool loaded;
    private bool isAdministrator;

    /// <summary>The list.</summary>
    [Parameter]
    public int Id { get; set; }

    [CascadingParameter]
    private Actor Me { get; set; } = null!;

    [CascadingParameter]
    private Task<AuthenticationState> Visitor { get; set; } = null!;

    private bool IsRegister => list!.Kind == NumberListKind.Registry;

    private bool MayImport => isAdministrator || !IsRegister;

    /// <inheritdoc />
    protected override async Task LoadAsync(CancellationToken ct)
    {
        isAdministrator = await Visitor.IsAdministratorAsync();
        list = await Catalog.FindAsync(Id, ct);
        if (list is not null) rows = await Numbers.PageAsync(list, Begins(), places.TryPeek(out var after) ? after : null, PageSize + 1, ct);
        loaded = true;
    }

    /// <summary>Whole numbers are looked for as they are kept; of a beginning its digits.</summary>
    private string Begins()
    {
        if (search.Length == 0) return "";
        var digits = string.Concat(search.Where(char.IsAsciiDigit));
        return Numbers.Read(search).Value ?? (digits.Length > 0 ? digits : "-");
    }

    private Task SearchAsync(string? text)
    {
        search = text?.Trim() ?? "";
        places.Clear();
        return ReloadAsync();
    }

    private Task OnAsync()
    {
        places.Push(rows[PageSize - 1].Number);
        return ReloadAsync();
    }

    private Task BackAsync()
    {
        places.Pop();
        return ReloadAsync();
    }

    private async Task AddAsync()
    {
        var dialog = await Dialogs.ShowAsync<NumberDialog>(Texts["number.new"], new DialogParameters<NumberDialog> { { d => d.ListId, Id } }, Asking.Form);
        if (await dialog.Result is { Canceled: false, Data: NumberDialog.Added added })
            Notices.Add(Texts[added.IsNew ? "number.added" : "number.known", added.Number], added.IsNew ? Severity.Success : Severity.Info);
        await ReloadAsync();
    }

    private async Task RemoveAsync(ListedNumber row)
    {
        if (!await Dialogs.AskAsync(Texts["number.remove.title"], Texts["number.remove.question", row.Number, list!.Name], Shared["remove"], Texts["number.remove.warning"])) return;
        if ((await Numbers.RemoveAsync(Id, row.Number, Me, CancellationToken.None)).Failure is { } failure) Notices.Add(new FormRefusal(Texts, Shared).Told(failure), Severity.Error);
        else Notices.Add(Texts["number.removed", row.Number], Severity.Success);
        await ReloadAsync();
    }
}
