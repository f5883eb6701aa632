using System.Data.Common;
using Expand.Server.Platform;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using MudBlazor;

namespace Expand.Server.Access.Pages;

/// <summary>Configuración / Sistema / Claves: authorizedKeys made, listed, limited and revoked.</summary>
public partial class Claves
{
    private static readonly TimeSpan RefreshEvery = TimeSpan.FromSeconds(2);
    private static readonly DialogOptions FormOptions = new() { MaxWidth = MaxWidth.Small, FullWidth = true, BackdropClick = false, DefaultFocus = DefaultFocus.None };
    private static readonly DialogOptions AskOptions = new() { MaxWidth = MaxWidth.ExtraSmall, FullWidth = true, DefaultFocus = DefaultFocus.FirstChild };

    /// <summary>The secret is shown once: no stray click or key closes it.</summary>
    private static readonly DialogOptions SecretOptions = FormOptions with { CloseOnEscapeKey = false, DefaultFocus = DefaultFocus.FirstChild };

    private readonly CancellationTokenSource leaving = new();
    private IReadOnlyList<KeyRow>? rows;
    private DateTimeOffset? staleSince;
    private DateTimeOffset loadedAt;
    private string filter = "";
    private bool withRevoked = true;

    [CascadingParameter]
    private Task<AuthenticationState> Visitor { get; set; } = null!;

    [CascadingParameter(Name = "ClientAddress")]
    private string? ClientAddress { get; set; }

    private IEnumerable<KeyRow> Shown => rows!.Where(key => (withRevoked || key.RevokedAt is null) && Matches(key, filter.Trim()));

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        loadedAt = Clock.GetUtcNow();
        await LoadAsync();
    }

    /// <inheritdoc />
    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender) _ = RefreshAsync();
    }

    /// <summary>Ends the refreshing.</summary>
    public void Dispose()
    {
        leaving.Cancel();
        leaving.Dispose();
        GC.SuppressFinalize(this);
    }

    private static bool Matches(KeyRow key, string text) =>
        text.Length == 0
        || key.Description.Contains(text, StringComparison.CurrentCultureIgnoreCase)
        || key.Prefix.StartsWith(text, StringComparison.OrdinalIgnoreCase)
        || key.Operations.Concat(key.Addresses).Any(limit => limit.Contains(text, StringComparison.OrdinalIgnoreCase));

    /// <summary>Shows what other sessions, the command line and callers change; runs until the page is left.</summary>
    private async Task RefreshAsync()
    {
        var ct = leaving.Token;
        try
        {
            using var timer = new PeriodicTimer(RefreshEvery, Clock);
            while (await timer.WaitForNextTickAsync(ct))
            {
                await LoadAsync();
                await InvokeAsync(StateHasChanged);
            }
        }
        catch (Exception left) when (left is OperationCanceledException or ObjectDisposedException)
        {
            // The page was left.
        }
    }

    /// <summary>Without the database what is shown stays, and says since when it is not fresh.</summary>
    private async Task LoadAsync()
    {
        try
        {
            rows = await Keys.ListAsync(leaving.Token);
            (loadedAt, staleSince) = (Clock.GetUtcNow(), null);
        }
        catch (Exception away) when (away is DbException or TimeoutException or InvalidOperationException { InnerException: DbException })
        {
            staleSince = loadedAt;
        }
    }

    private async Task CreateAsync()
    {
        var secret = await EditAsync(Texts["new"], null, new KeyForm());
        if (secret is null) return;
        var shown = await Dialogs.ShowAsync<SecretDialog>(Texts["secret.title"], new DialogParameters<SecretDialog> { { d => d.Secret, secret } }, SecretOptions);
        await shown.Result;
    }

    private async Task LimitAsync(KeyRow key)
    {
        if (await EditAsync(Texts["limit.title"], key.Id, KeyForm.Of(key)) is not null) Notices.Add(Texts["limited", key.Description], Severity.Success);
    }

    private async Task RevokeAsync(KeyRow key)
    {
        var asked = await Dialogs.ShowAsync<RevokeDialog>(
            Texts["revoke.title"], new DialogParameters<RevokeDialog> { { d => d.Description, key.Description }, { d => d.Prefix, key.Prefix } }, AskOptions);
        if (await asked.Result is not { Canceled: false }) return;
        if (await Keys.RevokeAsync(key.Id, await ActorAsync(), leaving.Token) is { } failure) Notices.Add(Told(failure), Severity.Error);
        else Notices.Add(Texts["revoked.done", key.Description], Severity.Success);
        await LoadAsync();
    }

    /// <summary>The dialog's answer: the new key's secret, or an empty text for one that was limited; null where nothing was changed.</summary>
    private async Task<string?> EditAsync(string title, int? id, KeyForm form)
    {
        var parameters = new DialogParameters<KeyDialog> { { d => d.Form, form }, { d => d.OperationNames, [.. Operations.All] }, { d => d.KeyId, id } };
        var dialog = await Dialogs.ShowAsync<KeyDialog>(title, parameters, FormOptions);
        var result = await dialog.Result;
        await LoadAsync();
        return result is { Canceled: false } ? (string?)result.Data : null;
    }

    private void ShowAll() => (filter, withRevoked) = ("", true);

    private async Task<Actor> ActorAsync() => new((await Visitor).User.Identity?.Name ?? "-", ClientAddress);

    private string Told(Failure failure) => Texts["failure." + failure.Kind];
}
