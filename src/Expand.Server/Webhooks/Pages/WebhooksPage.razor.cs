using System.Globalization;
using Expand.Server.Access;
using Expand.Server.Access.Pages;
using Expand.Server.Platform;
using Expand.Server.Platform.Pages;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Expand.Server.Webhooks.Pages;

/// <summary>Configuración / Sistema / Webhooks: who is told what happens, and how the receivers do.</summary>
public partial class WebhooksPage
{
    private IReadOnlyList<WebhookRow>? rows;
    private bool testing;

    [CascadingParameter]
    private Actor Me { get; set; } = null!;

    /// <inheritdoc />
    protected override async Task LoadAsync(CancellationToken ct) => rows = await Deliveries.WebhooksAsync(ct);

    private static string Count(int count) =>
        count >= WebhookRow.Counted ? WebhookRow.Counted.ToString("N0", CultureInfo.CurrentCulture) + "+" : count.ToString("N0", CultureInfo.CurrentCulture);

    /// <summary>Without its query, which may hold a secret of the receiver's.</summary>
    private static string Shown(string url) => new Uri(url) is var uri && uri.Query.Length > 0 ? uri.GetLeftPart(UriPartial.Path) + "?…" : url;

    private string Events(WebhookRow hook) => hook.EventTypes.Length switch
    {
        0 => Texts["events.all"],
        <= 2 => string.Join(", ", hook.EventTypes),
        var many => Texts["events.count", many],
    };

    private string State(WebhookRow hook) => Texts[hook switch
    {
        { GoneAt: not null } => "state.gone",
        { Enabled: false } => "state.off",
        { PausedUntil: { } until } when until > Time.Now => "state.paused",
        { Failures: > 0 } => "state.failing",
        { LastSuccessAt: not null } => "state.fine",
        _ => "state.new",
    }];

    private string? Detail(WebhookRow hook) => hook switch
    {
        { GoneAt: { } gone } => Texts["detail.gone", Time.Format(gone)].Value,
        { Enabled: false } => null,
        { Failures: > 0 } => Texts["detail.failing", hook.Failures, Last(hook), hook.LastSuccessAt is { } at ? Time.Format(at) : Shared["never"].Value].Value,
        { LastSuccessAt: { } last } => Texts["detail.fine", Time.Format(last)].Value,
        _ => Texts["detail.new"].Value,
    };

    private string Last(WebhookRow hook) =>
        hook.LastFailure is { } last && Texts["end." + last] is { ResourceNotFound: false } words ? words.Value : hook.LastFailure ?? "";

    private static bool IsBad(WebhookRow hook) => hook.GoneAt is not null || (hook.Enabled && hook.Failures > 0);

    private async Task CreateAsync()
    {
        if (await EditAsync(Texts["new"], null, new WebhookInput()) is not { } secret) return;
        await SecretDialog.ShowAsync(Dialogs, Texts["secret.title"], secret, Texts["secret"], Texts["secret.use"]);
    }

    private async Task ChangeAsync(WebhookRow hook)
    {
        if (await EditAsync(Texts["edit.title"], hook.Id, WebhookInput.Of(hook.Form)) is not null) Notices.Add(Texts["changed", hook.Name], Severity.Success);
    }

    /// <summary>The dialog's answer: the new webhook's secret, an empty text for one that was changed; null where nothing was.</summary>
    private async Task<string?> EditAsync(string title, int? id, WebhookInput input)
    {
        var parameters = new DialogParameters<WebhookDialog> { { d => d.Input, input }, { d => d.WebhookId, id } };
        var dialog = await Dialogs.ShowAsync<WebhookDialog>(title, parameters, Asking.Form with { MaxWidth = MaxWidth.Medium });
        var result = await dialog.Result;
        await ReloadAsync();
        return result is { Canceled: false } ? (string?)result.Data : null;
    }

    private async Task SettingsAsync() => await Dialogs.ShowAsync<WebhookSettingsDialog>(Texts["settings.title"], Asking.Form);

    private async Task RotateAsync(WebhookRow hook)
    {
        if (!await Dialogs.AskAsync(Texts["rotate.title"], Texts["rotate.question", hook.Name], Texts["rotate"])) return;
        var made = await Register.RotateAsync(hook.Id, Me, CancellationToken.None);
        if (made.Failure is { } failure) Tell(failure);
        else await SecretDialog.ShowAsync(Dialogs, Texts["secret.title"], made.Value!, Texts["secret"], Texts["secret.use"]);
        await ReloadAsync();
    }

    private async Task SwitchAsync(WebhookRow hook)
    {
        if (hook.Enabled && !await Dialogs.AskAsync(Texts["disable.title"], Texts["disable.question", hook.Name], Texts["disable"], Texts["disable.warning"])) return;
        var failure = hook.Enabled ? await Register.DisableAsync(hook.Id, Me, CancellationToken.None) : await Register.EnableAsync(hook.Id, Me, CancellationToken.None);
        if (failure is not null) Tell(failure);
        else Notices.Add(Texts[hook.Enabled ? "disabled.done" : "enabled.done", hook.Name], Severity.Success);
        await ReloadAsync();
    }

    private async Task DeleteAsync(WebhookRow hook)
    {
        if (!await Dialogs.AskAsync(Texts["delete.title"], Texts["delete.question", hook.Name], Shared["delete"], Texts["delete.warning"])) return;
        if (await Register.DeleteAsync(hook.Id, Me, CancellationToken.None) is { } failure) Tell(failure);
        else Notices.Add(Texts["deleted.done", hook.Name], Severity.Success);
        await ReloadAsync();
    }

    private async Task TestAsync(WebhookRow hook)
    {
        if (testing) return;
        testing = true;
        try
        {
            var sent = await Deliveries.TestAsync(hook.Id, Me, Leaving);
            if (sent.Failure is { } failure)
            {
                Tell(failure);
                return;
            }

            var parameters = new DialogParameters<TestDialog> { { d => d.Answer, sent.Value! } };
            await Dialogs.ShowAsync<TestDialog>(Texts["test.title", hook.Name], parameters, Asking.Form with { BackdropClick = true, DefaultFocus = DefaultFocus.FirstChild });
        }
        catch (OperationCanceledException)
        {
            // The page was left.
        }
        finally
        {
            testing = false;
        }

        await ReloadAsync();
    }

    private async Task ReplayAsync(WebhookRow hook)
    {
        var parameters = new DialogParameters<ReplayDialog> { { d => d.WebhookId, hook.Id }, { d => d.Name, hook.Name } };
        var dialog = await Dialogs.ShowAsync<ReplayDialog>(Texts["replay.title", hook.Name], parameters, Asking.Form);
        if (await dialog.Result is { Canceled: false, Data: int count }) Notices.Add(Texts["replay.done", count.ToString("N0", CultureInfo.CurrentCulture)], Severity.Success);
        await ReloadAsync();
    }

    private void Tell(Failure failure) => Notices.Add(new FormRefusal(Texts, Shared).Told(failure), Severity.Error);
}
