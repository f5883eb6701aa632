using Expand.Server.Platform.Pages;
using Microsoft.AspNetCore.Components;

namespace Expand.Server.Queues.Pages;

/// <summary>
/// A page of what is so now: drawn anew when the live picture changes, at most five times a second, and at least every two seconds for whatever
/// else it shows. It touches no database for the picture, so the picture is fresh while the PBX is heard (<see cref="LivePicture.StaleSince"/>).
/// </summary>
public abstract class PicturePage : LivePage
{
    /// <summary>Changes come in bursts: what a burst made is drawn once.</summary>
    private static readonly TimeSpan Burst = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(2);

    private LiveEventsOfPage events = null!;

    [Inject]
    private IServiceProvider Services { get; set; } = null!;

    /// <inheritdoc />
    protected override void OnInitialized() => events = new LiveEventsOfPage(Services.GetRequiredService<LivePicture>(), Clock);

    /// <inheritdoc />
    protected override Task UntilNextAsync(CancellationToken ct) => events.UntilNextAsync(Burst, Beat, ct);

    private sealed class LiveEventsOfPage(LivePicture picture, TimeProvider clock)
    {
        /// <summary>Taken before the page is drawn: what changes while it is drawn is seen after it.</summary>
        private Task change = picture.NextChange();

        public async Task UntilNextAsync(TimeSpan burst, TimeSpan beat, CancellationToken ct)
        {
            try
            {
                await change.WaitAsync(beat, clock, ct);
                await Task.Delay(burst, clock, ct);
            }
            catch (TimeoutException)
            {
                // Nothing changed.
            }

            change = picture.NextChange();
        }
    }
}
