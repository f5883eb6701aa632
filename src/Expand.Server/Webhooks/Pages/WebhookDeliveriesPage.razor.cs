using Expand.Server.Access;
using Expand.Server.Platform.Pages;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Expand.Server.Webhooks.Pages;

/// <summary>Configuración / Sistema / Webhooks / Entregas: what was sent, to whom, and how it went. What is asked for stands in the address.</summary>
public partial class WebhookDeliveriesPage
{
    /// <summary>Where the page is.</summary>
    internal const string Address = "/configuracion/sistema/webhooks/entregas";

    private const int Count = 50;

    /// <summary>Where each page that was turned ended; empty on the first one.</summary>
    private readonly Stack<DeliveryPlace> places = [];
    private IReadOnlyList<WebhookRow>? hooks;
    private IReadOnlyList<DeliveryRow>? rows;
    private DeliveryFilter? shown;
    private bool hasOlder;

    /// <summary>The webhook's number.</summary>
    [SupplyParameterFromQuery(Name = "webhook")]
    public int? Webhook { get; set; }

    /// <summary>The event's type.</summary>
    [SupplyParameterFromQuery(Name = "evento")]
    public string? Type { get; set; }

    /// <summary>The delivery's state, in a word of the address.</summary>
    [SupplyParameterFromQuery(Name = "estado")]
    public string? State { get; set; }

    /// <summary>First day.</summary>
    [SupplyParameterFromQuery(Name = "desde")]
    public string? From { get; set; }

    /// <summary>Last day.</summary>
    [SupplyParameterFromQuery(Name = "hasta")]
    public string? To { get; set; }

    [CascadingParameter]
    private Actor Me { get; set; } = null!;

    private DeliveryFilter Filter => new()
    {
        Webhook = Webhook,
        Type = string.IsNullOrEmpty(Type) ? null : Type,
        State = StateOf(State),
        From = Time.Start(From ?? ""),
        Before = Time.End(To ?? "")?.AddSeconds(1),
    };

    private bool IsNarrowed => Filter != new DeliveryFilter();

    internal static string AddressOf(int webhook, DeliveryState? state) =>
        FormattableString.Invariant($"{Address}?webhook={webhook}") + (state is { } one ? "&estado=" + Word(one) : "");

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (shown is null || shown == Filter) return;
        places.Clear();
        await ReloadAsync();
    }

    /// <inheritdoc />
    protected override async Task LoadAsync(CancellationToken ct)
    {
        shown = Filter;
        hooks = await Deliveries.WebhooksAsync(ct);
        // One more than is shown tells whether there are more.
        var found = await Deliveries.PageAsync(shown, places.TryPeek(out var place) ? place : null, Count + 1, ct);
        (rows, hasOlder) = ([.. found.Take(Count)], found.Count > Count);
    }

    private static string Word(DeliveryState state) => state switch
    {
        DeliveryState.Waiting => "en-espera",
        DeliveryState.Delivered => "entregada",
        _ => "fallida",
    };

    private static DeliveryState? StateOf(string? word) => Enum.GetValues<DeliveryState>().Where(s => Word(s) == word).Select(s => (DeliveryState?)s).FirstOrDefault();

    private string LastAnswer(DeliveryRow row) => row.Status switch
    {
        null => "",
        0 => Texts["no-answer"],
        { } status => $"HTTP {status}",
    };

    private void Search(string name, string? value) =>
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameter(name, string.IsNullOrWhiteSpace(value) ? null : value.Trim()), replace: true);

    private Task OlderAsync()
    {
        places.Push(rows![^1].Place);
        return ReloadAsync();
    }

    private Task NewerAsync()
    {
        places.Pop();
        return ReloadAsync();
    }

    private async Task ShowAsync(DeliveryRow row)
    {
        var parameters = new DialogParameters<DeliveryDialog> { { d => d.DeliveryId, row.Id } };
        var dialog = await Dialogs.ShowAsync<DeliveryDialog>(row.Type, parameters, Asking.Form with { BackdropClick = true, MaxWidth = MaxWidth.Medium, DefaultFocus = DefaultFocus.FirstChild });
        if (await dialog.Result is not { Canceled: false, Data: true }) return;
        var failure = await Deliveries.ReplayAsync(row.Id, Me, CancellationToken.None);
        Notices.Add(failure is null ? Texts["replay.one.done"] : new FormRefusal(Texts, Shared).Told(failure), failure is null ? Severity.Success : Severity.Error);
        await ReloadAsync();
    }
}
