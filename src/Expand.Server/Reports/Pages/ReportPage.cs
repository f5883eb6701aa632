using Expand.Server.Platform;
using Expand.Server.Platform.Pages;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.WebUtilities;

namespace Expand.Server.Reports.Pages;

/// <summary>
/// A report: asked for by its address and asked again when that changes; a question that nobody waits for any more is taken back. It does not
/// load anew by itself, but for as long as the database cannot be asked.
/// </summary>
public abstract class ReportPage : LivePage
{
    /// <summary>Rows of a page.</summary>
    protected const int PageRows = 50;

    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(2);
    private CancellationTokenSource? asking;
    private string address = "";

    /// <summary>What is asked for.</summary>
    protected ReportFilter Filter { get; private set; } = new();

    /// <summary>Whether what is shown is about to be replaced.</summary>
    protected bool Loading { get; private set; }

    /// <summary>What is wrong with what is asked for; null: nothing.</summary>
    private protected Failure? Wrong { get; private set; }

    /// <summary>The time that is asked for.</summary>
    private protected ReportPeriod? Period { get; private set; }

    /// <summary>Which rows are asked for.</summary>
    private protected RowWindow Window { get; private set; } = new(PageRows);

    [Inject]
    private protected LocalTime Time { get; set; } = null!;

    /// <summary>Where the browser is.</summary>
    [Inject]
    protected NavigationManager Navigation { get; set; } = null!;

    /// <summary>Asks what the page shows; not asked where what is asked for is refused.</summary>
    private protected abstract Task AskAsync(ReportPeriod period, CancellationToken ct);

    /// <summary>The address of another report on what is asked for here.</summary>
    protected string Address(string path, Action<ReportFilter>? but = null)
    {
        var other = Filter with { };
        but?.Invoke(other);
        return other.Address(path);
    }

    /// <summary>The address of the rows before or after a mark.</summary>
    protected string PageAddress(string path, string name, string mark) => Filter.Address(path, (name, mark));

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        address = Navigation.ToAbsoluteUri(Navigation.Uri).AbsolutePath;
        Navigation.LocationChanged += Moved;
        Read();
        await base.OnInitializedAsync();
    }

    /// <inheritdoc />
    protected sealed override async Task LoadAsync(CancellationToken ct)
    {
        using var mine = CancellationTokenSource.CreateLinkedTokenSource(ct);
        asking = mine;
        // "Today" is another day after midnight.
        var asked = Filter.Check(Time);
        (Period, Wrong) = (asked.Value, asked.Failure);
        try
        {
            if (Period is { } period) await AskAsync(period, mine.Token);
        }
        catch (OperationCanceledException) when (mine.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            // Something else was asked for meanwhile; it is loaded next.
        }
        finally
        {
            if (asking == mine) asking = null;
        }
    }

    /// <inheritdoc />
    protected override async Task UntilNextAsync(CancellationToken ct)
    {
        do await Task.Delay(Retry, Clock, ct);
        while (StaleSince is null);
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        Navigation.LocationChanged -= Moved;
        base.Dispose(disposing);
    }

    /// <summary>The same once more.</summary>
    protected async Task RefreshAsync()
    {
        asking?.Cancel();
        Loading = true;
        StateHasChanged();
        await ReloadAsync();
        Loading = false;
    }

    private void Read()
    {
        var query = QueryHelpers.ParseQuery(Navigation.ToAbsoluteUri(Navigation.Uri).Query);
        Filter = ReportFilter.Read(query);
        Window = new RowWindow(PageRows, RowMark.Parse(query.GetValueOrDefault("antes")), RowMark.Parse(query.GetValueOrDefault("despues")));
    }

    private void Moved(object? sender, LocationChangedEventArgs moved)
    {
        if (Navigation.ToAbsoluteUri(moved.Location).AbsolutePath != address) return;
        _ = InvokeAsync(async () =>
        {
            try
            {
                Read();
                await RefreshAsync();
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
