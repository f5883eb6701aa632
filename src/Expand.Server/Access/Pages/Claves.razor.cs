using Expand.Server.Platform.Pages;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Expand.Server.Access.Pages;

/// <summary>Configuración / Sistema / Claves: authorizedKeys made, listed, limited and revoked.</summary>
public partial class Claves
{
    private IReadOnlyList<KeyRow>? rows;
    private string filter = "";
    private bool withRevoked = true;

    [CascadingParameter]
    private Actor Me { get; set; } = null!;

    private IEnumerable<KeyRow> Shown => rows!.Where(key => (withRevoked || key.RevokedAt is null) && Matches(key, filter.Trim()));

    /// <inheritdoc />
    protected override async Task LoadAsync(CancellationToken ct) => rows = await Keys.ListAsync(ct);

    private static bool Matches(KeyRow key, string text) =>
        text.Length == 0
        || key.Description.Contains(text, StringComparison.CurrentCultureIgnoreCase)
        || key.Prefix.StartsWith(text, StringComparison.OrdinalIgnoreCase)
        || key.Operations.Concat(key.Addresses).Any(limit => limit.Contains(text, StringComparison.OrdinalIgnoreCase));

    private string? Operated(KeyRow key) => key.Operations switch
    {
        [] => null,
        { Length: <= 2 } few => string.Join(", ", few),
        var many => Texts["operations.count", many.Length],
    };

    private async Task CreateAsync()
    {
        var secret = await EditAsync(Texts["new"], null, new KeyForm());
        if (secret is null) return;
        await SecretDialog.ShowAsync(Dialogs, Texts["secret.title"], secret, Texts["secret"], Texts["secret.use"]);
    }

    private async Task LimitAsync(KeyRow key)
    {
        if (await EditAsync(Texts["limit.title"], key.Id, KeyForm.Of(key)) is not null) Notices.Add(Texts["limited", key.Description], Severity.Success);
    }

    private async Task RevokeAsync(KeyRow key)
    {
        if (!await Dialogs.AskAsync(Texts["revoke.title"], Texts["revoke.question", key.Description, key.Prefix], Texts["revoke"], Texts["revoke.warning"])) return;
        if (await Keys.RevokeAsync(key.Id, Me, Leaving) is { } failure) Notices.Add(new FormRefusal(Texts, Shared).Told(failure), Severity.Error);
        else Notices.Add(Texts["revoked.done", key.Description], Severity.Success);
        await ReloadAsync();
    }

    /// <summary>The dialog's answer: the new key's secret, or an empty text for one that was limited; null where nothing was changed.</summary>
    private async Task<string?> EditAsync(string title, int? id, KeyForm form)
    {
        var parameters = new DialogParameters<KeyDialog> { { d => d.Form, form }, { d => d.OperationNames, [.. Operations.All] }, { d => d.KeyId, id } };
        var dialog = await Dialogs.ShowAsync<KeyDialog>(title, parameters, Asking.Form);
        var result = await dialog.Result;
        await ReloadAsync();
        return result is { Canceled: false } ? (string?)result.Data : null;
    }

    private void ShowAll() => (filter, withRevoked) = ("", true);
}
