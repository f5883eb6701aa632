using Expand.Server.Platform;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.WebUtilities;

namespace Expand.Server.Dialer.Pages;

/// <summary>Supervisión / Campañas / a campaign / Actividad: its attempts of a period, and files of them and of the contacts.</summary>
public partial class CampanaActividad
{
    private const int PageRows = 50;

    private static readonly Dictionary<string, string> PeriodTexts = new() { ["hoy"] = "today", ["ayer"] = "yesterday", ["7dias"] = "week", ["30dias"] = "month" };

    private ActivityQuery query = new();
    private RowWindow window = new(PageRows);
    private RowPage<AttemptRow>? page;
    private AttemptRows rows = new([], new HashSet<string>());
    private IReadOnlyList<(string Number, string Name)> agents = [];
    private long total;
    private Failure? wrong;
    private bool asColumns = true;
    private string from = "";
    private string to = "";
    private string outcome = "";
    private string agent = "";
    private string number = "";

    private string Here => CampaignAddresses.Of(Id, "actividad");

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        Navigation.LocationChanged += Moved;
        Read();
        await base.OnInitializedAsync();
    }

    private protected override async Task LoadMoreAsync(CancellationToken ct)
    {
        agents = [.. Users.All.Where(u => u.IsAgent && u.AgentNumber.Length > 0).Select(u => (u.AgentNumber, u.FullName)).OrderBy(u => u.FullName, StringComparer.CurrentCulture)];
        var asked = query.Filter(Id, Time);
        wrong = asked.Failure;
        if (asked.Value is not { } filter) return;
        page = await Attempts.PageAsync(filter, window, ct);
        rows = new AttemptRows(page.Rows, await Records.KnownAsync([.. page.Rows.Select(a => a.ChannelId)], ct));
        total = (await Attempts.CountsAsync(filter, [filter.From], ct)).Sum(c => c.Count);
    }

    /// <summary>A long period is not counted every two seconds.</summary>
    protected override Task UntilNextAsync(CancellationToken ct) => Task.Delay(TimeSpan.FromSeconds(query.PeriodName == "hoy" ? 5 : 30), Clock, ct);

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        Navigation.LocationChanged -= Moved;
        base.Dispose(disposing);
    }

    private static string Mark(AttemptRow row) => new RowMark(row.ClaimedAt, row.Id).ToString();

    private string? Invalid(string field) => wrong?.Field == field ? "true" : null;

    private void Read()
    {
        var asked = QueryHelpers.ParseQuery(Navigation.ToAbsoluteUri(Navigation.Uri).Query);
        query = ActivityQuery.Read(asked);
        window = new RowWindow(PageRows, RowMark.Parse(asked.GetValueOrDefault("antes")), RowMark.Parse(asked.GetValueOrDefault("despues")));
        (from, to, outcome, agent, number) = (query.From, query.To, query.Outcome, query.Agent, query.Number);
    }

    private void Apply()
    {
        var hasDays = from.Length > 0 || to.Length > 0;
        var next = new ActivityQuery
        {
            Period = hasDays ? "" : query.Period,
            From = from.Length > 0 ? from : to,
            To = to.Length > 0 ? to : from,
            Outcome = outcome,
            Agent = agent,
            Number = number.Trim(),
        };
        Navigation.NavigateTo(next.Address(Here));
    }

    private void Moved(object? sender, LocationChangedEventArgs moved)
    {
        if (Navigation.ToAbsoluteUri(moved.Location).AbsolutePath != Here) return;
        _ = InvokeAsync(async () =>
        {
            try
            {
                Read();
                await ReloadAsync();
                StateHasChanged();
            }
#pragma warning disable CA1031 // Nobody awaits this task: what nobody planned goes where the page's other failures go, and is seen.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                await DispatchExceptionAsync(failure);
            }
        });
    }
}
