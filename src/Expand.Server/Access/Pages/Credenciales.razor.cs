using Expand.Server.Platform.Pages;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Expand.Server.Access.Pages;

/// <summary>Configuración / Sistema / Credenciales API: made, listed, changed, given another password and revoked.</summary>
public partial class Credenciales
{
    private IReadOnlyList<CredentialRow>? rows;
    private string filter = "";
    private bool withRevoked = true;

    [CascadingParameter]
    private Actor Me { get; set; } = null!;

    private IEnumerable<CredentialRow> Shown => rows!.Where(row => (withRevoked || row.RevokedAt is null) && Matches(row, filter.Trim()));

    /// <inheritdoc />
    protected override async Task LoadAsync(CancellationToken ct) => rows = await Credentials.ListAsync(ct);

    private bool Matches(CredentialRow row, string text) =>
        text.Length == 0
        || row.Username.Contains(text, StringComparison.OrdinalIgnoreCase)
        || row.Description.Contains(text, StringComparison.CurrentCultureIgnoreCase)
        || row.Scopes.Any(s => s.Contains(text, StringComparison.OrdinalIgnoreCase) || Texts["scope." + s].Value.Contains(text, StringComparison.CurrentCultureIgnoreCase))
        || row.Addresses.Any(a => a.Contains(text, StringComparison.OrdinalIgnoreCase));

    private async Task CreateAsync()
    {
        var input = new CredentialInput();
        if (await EditAsync(Texts["new"], null, input) is { } password) await ShowAsync(input.Username.Trim(), password);
    }

    private async Task ChangeAsync(CredentialRow row)
    {
        if (await EditAsync(Texts["change.title"], row.Id, CredentialInput.Of(row)) is not null) Notices.Add(Texts["changed", row.Username], Severity.Success);
    }

    private async Task RenewAsync(CredentialRow row)
    {
        if (!await Dialogs.AskAsync(Texts["renew.title"], Texts["renew.question", row.Username], Texts["renew"], Texts["renew.warning"])) return;
        var made = await Credentials.NewPasswordAsync(row.Id, Me, Leaving);
        if (made.Failure is { } failure) Notices.Add(new FormRefusal(Texts, Shared).Told(failure), Severity.Error);
        else await ShowAsync(row.Username, made.Value!);
        await ReloadAsync();
    }

    private async Task RevokeAsync(CredentialRow row)
    {
        if (!await Dialogs.AskAsync(Texts["revoke.title"], Texts["revoke.question", row.Username, row.Description], Texts["revoke"], Texts["revoke.warning"])) return;
        if (await Credentials.RevokeAsync(row.Id, Me, Leaving) is { } failure) Notices.Add(new FormRefusal(Texts, Shared).Told(failure), Severity.Error);
        else Notices.Add(Texts["revoked.done", row.Username], Severity.Success);
        await ReloadAsync();
    }

    private Task ShowAsync(string username, string password) =>
        SecretDialog.ShowAsync(Dialogs, Texts["secret.title"], password, Texts["secret"], Texts["secret.use", username]);

    /// <summary>The dialog's answer: the new credential's password, or an empty text for one that was changed; null where nothing was.</summary>
    private async Task<string?> EditAsync(string title, int? id, CredentialInput input)
    {
        var parameters = new DialogParameters<CredentialDialog> { { d => d.Input, input }, { d => d.CredentialId, id } };
        var dialog = await Dialogs.ShowAsync<CredentialDialog>(title, parameters, Asking.Form);
        var result = await dialog.Result;
        await ReloadAsync();
        return result is { Canceled: false } ? (string?)result.Data : null;
    }

    private void ShowAll() => (filter, withRevoked) = ("", true);
}
