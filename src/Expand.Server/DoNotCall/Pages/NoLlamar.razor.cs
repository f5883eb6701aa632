using Expand.Server.Access;
using Expand.Server.Platform;
using Expand.Server.Platform.Pages;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using MudBlazor;

namespace Expand.Server.DoNotCall.Pages;

/// <summary>Supervisión / No llamar: whether a number may be called, and the lists by which it may not.</summary>
public partial class NoLlamar
{
    private IReadOnlyList<NumberList>? rows;
    private bool isAdministrator;

    [CascadingParameter]
    private Actor Me { get; set; } = null!;

    [CascadingParameter]
    private Task<AuthenticationState> Visitor { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    /// <inheritdoc />
    protected override async Task LoadAsync(CancellationToken ct)
    {
        isAdministrator = await Visitor.IsAdministratorAsync();
        rows = await Catalog.AllAsync(ct);
    }

    private bool MayChange(NumberList list) => isAdministrator || list.Kind != NumberListKind.Registry;

    private async Task CreateAsync()
    {
        var input = new NumberListInput();
        if (!await EditAsync(Texts["new"], input)) return;
        Notices.Add(Texts["added", input.Name.Trim()], Severity.Success);
        if (await Catalog.FindAsync(input.Name, Leaving) is { } made) Navigation.NavigateTo(made.Kind == NumberListKind.Registry ? DoNotCallPages.ImportOf(made) : DoNotCallPages.Of(made));
    }

    private async Task RenameAsync(NumberList list)
    {
        var input = NumberListInput.Of(list);
        if (await EditAsync(Texts["rename.title"], input)) Notices.Add(Texts["renamed", input.Name.Trim()], Severity.Success);
    }

    private async Task SwitchAsync(NumberList list)
    {
        if (list.IsInForce && !await Dialogs.AskAsync(Texts["switch-off.title"], Texts["switch-off.question", list.Name, list.Numbers.Count()], Texts["switch-off"], Texts["switch-off.warning"])) return;
        await DoAsync(() => Catalog.SwitchAsync(list.Id, !list.IsInForce, Me, CancellationToken.None), Texts[list.IsInForce ? "switched-off" : "switched-on", list.Name]);
    }

    private async Task RemoveAsync(NumberList list)
    {
        if (!await Dialogs.AskAsync(Texts["remove.title"], Texts["remove.question", list.Name, list.Numbers.Count()], Shared["delete"], Texts["remove.warning"])) return;
        await DoAsync(() => Catalog.RemoveAsync(list.Id, Me, CancellationToken.None), Texts["removed", list.Name]);
    }

    private async Task DoAsync(Func<Task<Failure?>> deed, string done)
    {
        if (await deed() is { } failure) Notices.Add(new FormRefusal(Texts, Shared).Told(failure), Severity.Error);
        else Notices.Add(done, Severity.Success);
        await ReloadAsync();
    }

    private async Task<bool> EditAsync(string title, NumberListInput input)
    {
        var parameters = new DialogParameters<NumberListDialog> { { d => d.Input, input }, { d => d.WithRegisters, isAdministrator } };
        var dialog = await Dialogs.ShowAsync<NumberListDialog>(title, parameters, Asking.Form);
        var changed = await dialog.Result is { Canceled: false };
        await ReloadAsync();
        return changed;
    }
}
