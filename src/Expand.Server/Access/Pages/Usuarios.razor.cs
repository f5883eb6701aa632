using Expand.Server.Platform;
using Expand.Server.Platform.Pages;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Expand.Server.Access.Pages;

/// <summary>Configuración / Sistema / Usuarios y perfiles: people made, changed, let in and kept out.</summary>
public partial class Usuarios
{
    private IReadOnlyList<UserRow>? rows;
    private string filter = "";
    private string profile = "";

    [CascadingParameter]
    private Actor Me { get; set; } = null!;

    private List<string> Profiles => [.. rows!.Select(r => r.Profile).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.CurrentCultureIgnoreCase)];

    private IEnumerable<UserRow> Shown => rows!.Where(user =>
        (profile.Length == 0 || user.Profile.Equals(profile, StringComparison.OrdinalIgnoreCase)) && Matches(user, filter.Trim()));

    /// <inheritdoc />
    protected override async Task LoadAsync(CancellationToken ct) => rows = await Users.ListAsync(ct);

    private static bool Matches(UserRow user, string text) =>
        text.Length == 0
        || user.FullName.Contains(text, StringComparison.CurrentCultureIgnoreCase)
        || user.Username.Contains(text, StringComparison.OrdinalIgnoreCase)
        || user.Email.Contains(text, StringComparison.OrdinalIgnoreCase)
        || user.AgentNumber.StartsWith(text, StringComparison.Ordinal);

    /// <summary>The lines of the audit log about the user.</summary>
    private static string History(UserRow user) =>
        $"{Auditoria.Address}?{Auditoria.TextParameter}={Uri.EscapeDataString($"user {user.Id} (")}";

    private IEnumerable<string> PartsOf(UserRow user)
    {
        if (user.Role == Roles.Administrator) yield return Texts["part.administrator"];
        if (user.IsSupervisor) yield return Texts["part.supervisor"];
        if (user.IsAgent) yield return Texts["part.agent.number", user.AgentNumber];
    }

    private async Task CreateAsync()
    {
        var input = new UserInput();
        if (await EditAsync(Texts["new"], null, input) is { } password) await DoneAsync(password, Texts["created.done", input.FullName.Trim()], input.FullName.Trim());
    }

    private async Task ChangeAsync(UserRow user)
    {
        if (await EditAsync(Texts["edit.title"], user.Id, UserInput.Of(user)) is not null) Notices.Add(Texts["saved.done", user.FullName], Severity.Success);
    }

    private async Task SetPasswordAsync(UserRow user)
    {
        var parameters = new DialogParameters<PasswordDialog> { { d => d.UserId, user.Id } };
        var dialog = await Dialogs.ShowAsync<PasswordDialog>(Texts["set-password.title", user.FullName], parameters, Asking.Form);
        var result = await dialog.Result;
        await ReloadAsync();
        if (result is { Canceled: false }) await DoneAsync((string)result.Data!, Texts["password.done", user.FullName], user.FullName);
    }

    private Task RemovePasswordAsync(UserRow user) =>
        AskAsync("remove-password", user, Texts["remove-password.done", user.FullName], () => Users.SetPasswordAsync(user.Id, null, Me, Leaving));

    private Task RemoveFactorAsync(UserRow user) =>
        AskAsync("remove-factor", user, Texts["remove-factor.done", user.FullName], () => Users.RemoveSecondFactorAsync(user.Id, Me, Leaving));

    private Task UnlockAsync(UserRow user) => DoAsync(Texts["unlocked", user.FullName], () => Users.UnlockAsync(user.Id, Me, Leaving));

    private async Task DeleteAsync(UserRow user)
    {
        if (await Dialogs.AskAsync(Texts["delete.title"], Texts["delete.question", user.FullName, user.Username], Shared["delete"], Texts["delete.warning"]))
            await DoAsync(Texts["deleted", user.FullName], () => Users.DeleteAsync(user.Id, Me, Leaving));
    }

    private async Task AskAsync(string what, UserRow user, string done, Func<Task<Failure?>> act)
    {
        if (await Dialogs.AskAsync(Texts[what + ".title"], Texts[what + ".question", user.FullName], Texts[what], Texts[what + ".warning"])) await DoAsync(done, act);
    }

    private async Task DoAsync(string done, Func<Task<Failure?>> act)
    {
        if (await act() is { } failure) Notices.Add(new UserRefusal(Texts, Shared).Told(failure), Severity.Error);
        else Notices.Add(done, Severity.Success);
        await ReloadAsync();
    }

    /// <summary>A password that was made here is shown; where there is none to show, what was done is said.</summary>
    private async Task DoneAsync(string password, string done, string name)
    {
        if (password.Length == 0) Notices.Add(done, Severity.Success);
        else await SecretDialog.ShowAsync(Dialogs, Texts["secret.title"], password, Texts["secret"], Texts["secret.use", name]);
    }

    /// <summary>The dialog's answer: the password that was made, or an empty text where there is none to show; null where nothing was changed.</summary>
    private async Task<string?> EditAsync(string title, int? id, UserInput input)
    {
        var parameters = new DialogParameters<UserDialog> { { d => d.Input, input }, { d => d.UserId, id }, { d => d.Profiles, Profiles } };
        var dialog = await Dialogs.ShowAsync<UserDialog>(title, parameters, Asking.Form);
        var result = await dialog.Result;
        await ReloadAsync();
        return result is { Canceled: false } ? (string?)result.Data : null;
    }

    private void ShowAll() => (filter, profile) = ("", "");
}
