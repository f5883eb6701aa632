using System.Globalization;
using Expand.Server.Access.Inspector;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Expand.Server.Access.Pages;

/// <summary>Configuración / Sistema / Inspector: what applications sent, how it was understood, and what they were answered.</summary>
public partial class Inspector
{
    private const string Everybody = "*";
    private const string Nobody = "";

    private IReadOnlyList<InspectedRow>? rows;
    private IReadOnlyList<InspectedCaller> callers = [];
    private string text = "";
    private bool onlyFailed;

    /// <summary>Whose requests are shown, as the address says: a link from another page can name a key.</summary>
    [SupplyParameterFromQuery(Name = "de")]
    public string? Of { get; set; }

    [Inject]
    private IDialogService Dialogs { get; set; } = null!;

    private string Caller { get; set; } = Everybody;

    private bool IsFiltered => text.Trim().Length > 0 || onlyFailed;

    /// <summary>The call that an integrator can try at once.</summary>
    private string FirstCall =>
        $"""
        curl -s {Navigation.BaseUri.TrimEnd('/')}/apiws/2/apiws.php \
          -H 'Content-Type: text/xml; charset=utf-8' \
          -d '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>
            <extensionPbx><authorizedKey>{Texts["your-key"]}</authorizedKey></extensionPbx>
          </e:Body></e:Envelope>'
        """;

    /// <inheritdoc />
    protected override void OnInitialized() => Caller = Of ?? Everybody;

    /// <inheritdoc />
    protected override Task UntilNextAsync(CancellationToken ct) => Task.Delay(TimeSpan.FromSeconds(1), Clock, ct);

    /// <inheritdoc />
    protected override async Task LoadAsync(CancellationToken ct)
    {
        if (!Requests.Kept.Enabled) return;
        callers = await Requests.CallersAsync(ct);
        rows = await Requests.ListAsync(new InspectedFilter(Caller == Everybody ? null : Caller, text, onlyFailed), ct);
    }

    private string Named(string? caller) => caller switch
    {
        null or Everybody => Texts["everybody"],
        Nobody => Texts["nobody"],
        _ when callers.FirstOrDefault(c => c.Id == caller) is { } known => $"{known.Description} ({(known.IsKey ? Texts["key"] : Texts["credential"])} {known.Mark})",
        _ => Texts["revoked"],
    };

    private static string Cut(string outcome) => outcome.Length <= 90 ? outcome : outcome[..90] + "…";

    private static string Told(int microseconds) =>
        microseconds < 1_000_000 ? (microseconds / 1000.0).ToString("N1", CultureInfo.CurrentCulture) + " ms" : (microseconds / 1_000_000.0).ToString("N2", CultureInfo.CurrentCulture) + " s";

    private Task ChooseAsync(string caller)
    {
        Caller = caller;
        return ReloadAsync();
    }

    private Task SearchAsync(string wanted)
    {
        text = wanted ?? "";
        return ReloadAsync();
    }

    private Task OnlyFailedAsync(bool only)
    {
        onlyFailed = only;
        return ReloadAsync();
    }

    private Task ShowAllAsync()
    {
        (text, onlyFailed) = ("", false);
        return ReloadAsync();
    }

    private async Task OpenAsync(InspectedRow row)
    {
        var parameters = new DialogParameters<RequestDialog> { { d => d.Id, row.Id }, { d => d.Who, Named(row.Caller) } };
        var dialog = await Dialogs.ShowAsync<RequestDialog>(row.Operation, parameters, new DialogOptions
        {
            MaxWidth = MaxWidth.ExtraLarge,
            FullWidth = true,
            CloseButton = true,
            DefaultFocus = DefaultFocus.FirstChild,
        });
        await dialog.Result;
    }
}
