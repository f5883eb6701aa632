using System.Data.Common;
using Microsoft.AspNetCore.Components;

namespace Expand.Server.Platform.Pages;

/// <summary>
/// A page (or a part of one) that shows what changes while it is open: it loads when it is opened, and again at every change or beat until it is
/// left. Where the database cannot be asked, what is shown stays, and <see cref="StaleSince"/> says since when it is not fresh.
/// </summary>
public abstract class LivePage : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource leaving = new();
    private readonly SemaphoreSlim turn = new(1, 1);
    private DateTimeOffset loadedAt;
    private bool left;

    /// <summary>The clock of the installation.</summary>
    [Inject]
    protected TimeProvider Clock { get; set; } = null!;

    /// <summary>Cancelled when the page is left.</summary>
    protected CancellationToken Leaving => leaving.Token;

    /// <summary>Since when what is shown is not fresh, because the database cannot be asked; null while it is.</summary>
    protected DateTimeOffset? StaleSince { get; private set; }

    /// <summary>Reads what the page shows.</summary>
    protected abstract Task LoadAsync(CancellationToken ct);

    /// <summary>Ends when the page is to load anew; by default two seconds pass, which shows what other visitors and the command line change.</summary>
    protected virtual Task UntilNextAsync(CancellationToken ct) => Task.Delay(TimeSpan.FromSeconds(2), Clock, ct);

    /// <inheritdoc />
    protected override Task OnInitializedAsync()
    {
        loadedAt = Clock.GetUtcNow();
        return ReloadAsync();
    }

    /// <inheritdoc />
    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender) _ = FollowAsync();
    }

    /// <summary>Loads now: after a change of the visitor's own, or of what is asked for. Loads take turns, so the last one asked for is what stays.</summary>
    protected async Task ReloadAsync()
    {
        if (left) return;
        var ct = leaving.Token;
        try
        {
            await turn.WaitAsync(ct);
            try
            {
                await LoadAsync(ct);
                (loadedAt, StaleSince) = (Clock.GetUtcNow(), null);
            }
            finally
            {
                turn.Release();
            }
        }
        catch (Exception away) when (IsOfDatabase(away))
        {
            StaleSince = loadedAt;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The page was left.
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Ends the following of changes.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (left) return;
        left = true;
        leaving.Cancel();
        leaving.Dispose();
    }

    /// <summary>EF Core wraps what looks as if it would pass in exceptions of its own.</summary>
    private static bool IsOfDatabase(Exception? failure) =>
        failure is DbException or TimeoutException || (failure is InvalidOperationException { InnerException: { } inner } && IsOfDatabase(inner));

    private async Task FollowAsync()
    {
        try
        {
            var ct = leaving.Token;
            while (true)
            {
                await UntilNextAsync(ct);
                await ReloadAsync();
                await InvokeAsync(StateHasChanged);
            }
        }
        catch (Exception gone) when (left && gone is OperationCanceledException or ObjectDisposedException)
        {
            // The page was left.
        }
#pragma warning disable CA1031 // Nobody awaits this task: what nobody planned goes where the page's other failures go, and is seen.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            await DispatchExceptionAsync(failure);
        }
    }
}
