using Expand.Server.Access;
using Expand.Server.Access.Settings;
using Expand.Server.Platform.Pages;
using Expand.Server.Sms.Gateways;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Expand.Server.Sms.Pages;

/// <summary>Configuración / Sistema / SMS: the gateway, its reports, the pace; and a message to try it.</summary>
public partial class AjustesSms
{
    private SettingsInForce<SmsSettings> inForce = null!;
    private SmsSettingsForm form = null!;
    private FormRefusal refusal = null!;
    private FormRefusal testRefusal = null!;
    private GatewayAnswer? answer;
    private string testNumber = "";
    private bool busy;
    private bool testing;
    private bool outdated;

    [CascadingParameter]
    private Actor Me { get; set; } = null!;

    /// <inheritdoc />
    protected override void OnInitialized()
    {
        (refusal, testRefusal) = (new FormRefusal(Texts, Shared), new FormRefusal(Texts, Shared));
        Begin();
    }

    /// <summary>What others change is shown, and nothing that is being written here is lost.</summary>
    protected override Task LoadAsync(CancellationToken ct)
    {
        if (Stored.InForce.ChangedAt == inForce.ChangedAt) return Task.CompletedTask;
        if (form.Filled(inForce.Value) == inForce.Value) Begin();
        else outdated = true;
        return Task.CompletedTask;
    }

    private void Begin()
    {
        inForce = Stored.InForce;
        form = SmsSettingsForm.Of(inForce.Value);
        (outdated, refusal.Failure) = (false, null);
    }

    private string Secret(string kept) => Texts[kept.Length > 0 ? "secret.kept" : "secret.none"];

    private Task SaveAsync() => ChangeAsync(form.Filled(inForce.Value), Shared["saved"]);

    private async Task ResetAsync()
    {
        if (await Dialogs.AskAsync(Texts["reset.title"], Texts["reset.question"], Texts["reset"])) await ChangeAsync(null, Texts["reset.done"]);
    }

    private async Task ChangeAsync(SmsSettings? value, string done)
    {
        if (busy) return;
        busy = true;
        try
        {
            refusal.Failure = form.Wrong ?? await Stored.ChangeAsync(value, inForce.ChangedAt, Me, CancellationToken.None);
            if (refusal.Failure is not null) return;
            Begin();
            Notices.Add(done, Severity.Success);
        }
        finally
        {
            busy = false;
        }
    }

    private async Task TestAsync()
    {
        if (busy) return;
        (busy, testing, answer) = (true, true, null);
        try
        {
            (answer, testRefusal.Failure) = await Test.SendAsync(form.Filled(inForce.Value), testNumber, Texts["test.message"], Me, Leaving);
        }
        finally
        {
            (busy, testing) = (false, false);
        }
    }
}
