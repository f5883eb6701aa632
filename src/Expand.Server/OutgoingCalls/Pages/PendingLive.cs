using Expand.Server.Platform.Pages;
using Microsoft.AspNetCore.Components;

namespace Expand.Server.OutgoingCalls.Pages;

/// <summary>A page of pending calls: drawn anew at once when a call is changed on this host, and every second for what others change and for the hour.</summary>
public abstract class PendingLive : LivePage
{
    /// <summary>Changes come in bursts: what a burst made is drawn once.</summary>
    private static readonly TimeSpan Burst = TimeSpan.FromMilliseconds(50);

    /// <summary>Taken before the page is loaded: what changes while it is loaded is seen after it.</summary>
    private Task next = Task.CompletedTask;

    [Inject]
    private CallsChanged Changed { get; set; } = null!;

    /// <inheritdoc />
    protected override void OnInitialized() => next = Changed.Next;

    /// <inheritdoc />
    protected override async Task UntilNextAsync(CancellationToken ct)
    {
        try
        {
            await next.WaitAsync(CallsChanged.Look, Clock, ct);
            await Task.Delay(Burst, Clock, ct);
        }
        catch (TimeoutException)
        {
            // Nothing changed here.
        }

        next = Changed.Next;
    }
}
