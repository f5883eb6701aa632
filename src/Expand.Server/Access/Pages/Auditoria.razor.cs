using Expand.Server.Platform.Pages;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Expand.Server.Access.Pages;

/// <summary>Configuración / Sistema / Auditoría: who did what, newest first. What is asked for stands in the address.</summary>
public partial class Auditoria
{
    /// <summary>Where the page is.</summary>
    internal const string Address = "/configuracion/sistema/auditoria";

    /// <summary>The query parameter that says which text is looked for.</summary>
    internal const string TextParameter = "texto";
    private const int Count = 50;

    /// <summary>A text is looked for line by line: not every two seconds.</summary>
    private static readonly TimeSpan TextEvery = TimeSpan.FromSeconds(15);

    /// <summary>Where each page that was turned ended; empty on the first one.</summary>
    private readonly Stack<AuditPlace> places = [];
    private AuditPage? page;
    private bool loaded;

    /// <summary>First day.</summary>
    [SupplyParameterFromQuery(Name = "desde")]
    public string? From { get; set; }

    /// <summary>Last day.</summary>
    [SupplyParameterFromQuery(Name = "hasta")]
    public string? To { get; set; }

    /// <summary>Whose deeds.</summary>
    [SupplyParameterFromQuery(Name = "quien")]
    public string? Who { get; set; }

    /// <summary>Which deeds.</summary>
    [SupplyParameterFromQuery(Name = "que")]
    public string? What { get; set; }

    /// <summary>Part of the subject, the detail or the address.</summary>
    [SupplyParameterFromQuery(Name = TextParameter)]
    public string? Text { get; set; }

    private AuditQuery Asked { get; set; } = null!;

    private AuditWords Words => new(Texts);

    /// <inheritdoc />
    protected override void OnInitialized() => Ask();

    /// <summary>The address has changed, by the visitor's search or by the browser's way back.</summary>
    protected override async Task OnParametersSetAsync()
    {
        if (!loaded || Asked.Query == new AuditQuery(Time, From, To, Who, What, Text).Query)
        {
            loaded = true;
            return;
        }

        Ask();
        await ReloadAsync();
    }

    /// <inheritdoc />
    protected override async Task LoadAsync(CancellationToken ct)
    {
        if (Asked.IsFromWrong || Asked.IsToWrong) return;
        page = await Log.SearchAsync(Asked.Search, places.TryPeek(out var place) ? place : null, Count, ct);
    }

    /// <summary>Older lines stand still: nobody wants them to move away while reading.</summary>
    protected override Task UntilNextAsync(CancellationToken ct) =>
        places.Count > 0 || !string.IsNullOrWhiteSpace(Text) ? Task.Delay(TextEvery, Clock, ct) : base.UntilNextAsync(ct);

    private void Ask()
    {
        places.Clear();
        Asked = new AuditQuery(Time, From, To, Who, What, Text);
    }

    private void Search(string name, string? value) =>
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameter(name, string.IsNullOrWhiteSpace(value) ? null : value.Trim()), replace: true);

    private void Clear() => Navigation.NavigateTo(Address, replace: true);

    private Task OlderAsync()
    {
        places.Push(page!.Rows[^1].Place);
        return ReloadAsync();
    }

    private Task NewerAsync()
    {
        places.Pop();
        return ReloadAsync();
    }

    private Task NewestAsync()
    {
        places.Clear();
        return ReloadAsync();
    }

    private async Task<IEnumerable<string>> ActorsAsync(string? typed, CancellationToken ct) =>
        (await Log.ActorsAsync(ct)).Where(a => Has(a, typed) || Has(Words.Actor(a), typed)).OrderBy(Words.Actor, StringComparer.CurrentCultureIgnoreCase);

    private async Task<IEnumerable<string>> ActionsAsync(string? typed, CancellationToken ct) =>
        (await Log.ActionsAsync(ct)).Where(a => Has(a, typed) || Has(Words.Action(a), typed)).OrderBy(Words.Action, StringComparer.CurrentCultureIgnoreCase);

    /// <summary>What stands in the field already is no narrowing: the list is opened to choose another.</summary>
    private static bool Has(string text, string? typed) => string.IsNullOrWhiteSpace(typed) || text.Contains(typed.Trim(), StringComparison.CurrentCultureIgnoreCase);

    private async Task ShowAsync(AuditRow row)
    {
        var parameters = new DialogParameters<AuditDialog> { { d => d.Line, row } };
        await Dialogs.ShowAsync<AuditDialog>(Words.Action(row.Action), parameters, Asking.Form with { BackdropClick = true, DefaultFocus = DefaultFocus.FirstChild });
    }
}
