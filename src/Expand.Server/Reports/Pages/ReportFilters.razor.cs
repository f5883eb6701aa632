using System.Globalization;
using Expand.Server.Activity;
using Expand.Server.Queues;
using Microsoft.AspNetCore.Components;

namespace Expand.Server.Reports.Pages;

/// <summary>What a report is asked for.</summary>
public partial class ReportFilters
{
    private const string Local = "yyyy-MM-dd'T'HH:mm";
    private static readonly IReadOnlyList<string> Actions = [.. Enum.GetValues<QueueAction>().Select(QueuesSoap.WordOf)];
    private IReadOnlyList<(string Number, string Name)> agents = [];
    private ReportFilter? shown;
    private ReportFilter draft = new();
    private string from = "";
    private string to = "";
    private (string From, string To) asked;

    /// <summary>What is asked for now.</summary>
    [Parameter, EditorRequired]
    public ReportFilter Filter { get; set; } = new();

    /// <summary>The page.</summary>
    [Parameter, EditorRequired]
    public string Path { get; set; } = "";

    /// <summary>Which fields it has beside the period, by their names in the address.</summary>
    [Parameter]
    public string Fields { get; set; } = "";

    /// <summary>The queues that can be chosen: name and description.</summary>
    [Parameter]
    public IReadOnlyList<(string Name, string Description)> Queues { get; set; } = [];

    /// <summary>The field that is wrong; null: none.</summary>
    [Parameter]
    public string? Wrong { get; set; }

    private string WrongText => Wrong is null ? "" : Texts["wrong." + Wrong];

    /// <inheritdoc />
    protected override void OnInitialized() => agents = Names.Agents();

    /// <inheritdoc />
    protected override void OnParametersSet()
    {
        if (Filter == shown) return;
        (shown, draft) = (Filter, Filter with { });
        if (Filter.Check(Time).Value is { } period)
            (from, to) = (Text(period.From), Text(period.To));
        else
            (from, to) = (Filter.From, Filter.To);
        asked = (from, to);
    }

    private string Text(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, Time.Zone).ToString(Local, CultureInfo.InvariantCulture);

    private bool IsNow(string name) => (Filter.Period.Length == 0 && Filter.From.Length == 0 && Filter.To.Length == 0 ? ReportPeriod.Today : Filter.Period) == name;

    private string Quick(string name) => (Filter with { Period = name, From = "", To = "" }).Address(Path);

    private bool Has(string field) => Fields.Split(' ').Contains(field);

    private string? Invalid(string field) => Wrong == field ? "true" : null;

    /// <summary>A period that has a name keeps it as long as its ends stay: a report of yesterday is one of yesterday tomorrow, too.</summary>
    private void Apply()
    {
        if (asked != (from, to)) draft = draft with { Period = "", From = from, To = to };
        draft = draft with { Number = draft.Number.Trim(), Call = draft.Call.Trim(), Extension = draft.Extension.Trim() };
        Navigation.NavigateTo(draft.Address(Path));
    }
}
