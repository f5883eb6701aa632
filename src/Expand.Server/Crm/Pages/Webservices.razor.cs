using Expand.Server.Access;
using Expand.Server.Platform.Pages;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Expand.Server.Crm.Pages;

/// <summary>Configuración / Sistema / Webservices externos: the services of the customer's CRM, tried here, and what became of each pushAgentInfo.</summary>
public partial class Webservices
{
    private CrmSettings value = new();
    private AgiState door = new(null, false, false, null, 0, 0);
    private IReadOnlyList<PushRow>? pushes;
    private PushState? filter;

    [CascadingParameter]
    private Actor Me { get; set; } = null!;

    private string Dialplan => $$"""
        [globals](+)
        EXPAND_AGI = {{door.Wanted?.ToString() ?? Texts["dialplan.host"].Value}}

        ; {{Texts["dialplan.name"]}}
         same => n,AGI(agi://${EXPAND_AGI}/callerid-name)
        ; {{Texts["dialplan.code"]}}
         same => n,Read(OPCION,menu,1)
         same => n,AGI(agi://${EXPAND_AGI}/ivr-code?code=menu&data=${OPCION})
        """;

    /// <inheritdoc />
    protected override async Task LoadAsync(CancellationToken ct)
    {
        (value, door) = (Settings.Value, Agi.State);
        pushes = await Pushes.ListAsync(filter, ct);
    }

    private static string Mark(CrmServiceSettings service, CrmLineState state) =>
        !service.Enabled ? "none" : state.OpenUntil is null ? "good" : "bad";

    private static string Icon(CrmServiceSettings service, CrmLineState state) =>
        !service.Enabled ? Icons.Material.Rounded.RemoveCircleOutline : state.OpenUntil is null ? Icons.Material.Rounded.CheckCircle : Icons.Material.Rounded.Error;

    private static string Icon(PushState state) => state switch
    {
        PushState.Waiting => Icons.Material.Rounded.Schedule,
        PushState.Taken => Icons.Material.Rounded.CheckCircle,
        PushState.NotTaken => Icons.Material.Rounded.DoNotDisturbOn,
        _ => Icons.Material.Rounded.Error,
    };

    private string Told(CrmServiceSettings service, CrmLineState state) =>
        !service.Enabled ? Texts["off"]
        : state.OpenUntil is not { } until ? Texts["on"]
        : state.IsProbing ? Texts["probing"]
        : Texts["open", Time.Format(until)[11..]];

    private string Fate(PushRow push)
    {
        var tries = push.Attempts == 1 ? Texts["attempts.one"].Value : Texts["attempts.count", push.Attempts].Value;
        return push.Problem == CrmProblem.None ? tries : $"{tries}. {CrmWords.Problem(Texts, push.Problem, push.Detail)}";
    }

    private Task ShowAsync(PushState? state)
    {
        filter = state;
        return ReloadAsync();
    }

    private async Task EditAsync(CrmOperation operation)
    {
        var inForce = Settings.InForce;
        var parameters = new DialogParameters<ServiceDialog>
        {
            { d => d.Form, ServiceForm.Of(inForce.Value.Of(operation)) }, { d => d.Operation, operation.Name }, { d => d.ReadAt, inForce.ChangedAt },
        };
        var dialog = await Dialogs.ShowAsync<ServiceDialog>(operation.Name, parameters, Asking.Form);
        await FinishAsync(dialog);
    }

    private async Task EditCommonAsync()
    {
        var inForce = Settings.InForce;
        var parameters = new DialogParameters<CommonDialog> { { d => d.Form, CommonForm.Of(inForce.Value) }, { d => d.ReadAt, inForce.ChangedAt } };
        var dialog = await Dialogs.ShowAsync<CommonDialog>(Texts["common"], parameters, Asking.Form);
        await FinishAsync(dialog);
    }

    private async Task FinishAsync(IDialogReference dialog)
    {
        if (await dialog.Result is { Canceled: false }) Notices.Add(Shared["saved"], Severity.Success);
        await ReloadAsync();
    }

    private async Task TryAsync(CrmOperation operation)
    {
        var parameters = new DialogParameters<TrialDialog> { { d => d.Operation, operation.Name } };
        await Dialogs.ShowAsync<TrialDialog>(Texts["try.of", operation.Name], parameters, Asking.Form);
    }

    private async Task ShowAttemptsAsync(PushRow push)
    {
        var parameters = new DialogParameters<PushDialog> { { d => d.PushId, push.Id } };
        await Dialogs.ShowAsync<PushDialog>(Texts["attempts.of", push.UniqueId], parameters, Asking.Question);
    }

    private async Task ReplayAsync(PushRow push)
    {
        if (await Pushes.ReplayAsync(push.Id, Me, Leaving) is { } failure) Notices.Add(new FormRefusal(Texts, Shared).Told(failure), Severity.Error);
        else Notices.Add(Texts["replayed"], Severity.Success);
        await ReloadAsync();
    }
}
