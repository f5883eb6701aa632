using Expand.Server.Access;
using Expand.Server.Access.Settings;
using Expand.Server.Platform;
using Expand.Server.Platform.Pages;
using Microsoft.AspNetCore.Components;

namespace Expand.Server.Dialer.Pages;

/// <summary>A page about one campaign: it knows the campaign, and what the engine does with it, and follows both.</summary>
public abstract class CampaignPage : LivePage
{
    /// <summary>The campaign.</summary>
    [Parameter]
    public int Id { get; set; }

    /// <summary>The campaign; null where it is not read yet, or there is none.</summary>
    protected CampaignView? View { get; private set; }

    /// <summary>Whether it was looked for.</summary>
    protected bool Loaded { get; private set; }

    [Inject]
    private protected CampaignListing Listing { get; set; } = null!;

    [Inject]
    private protected CampaignPaces Paces { get; set; } = null!;

    [Inject]
    private protected Settings<DialerSettings> Dialer { get; set; } = null!;

    [Inject]
    private protected LocalTime Time { get; set; } = null!;

    [CascadingParameter]
    private protected Actor Me { get; set; } = null!;

    /// <inheritdoc />
    protected sealed override async Task LoadAsync(CancellationToken ct)
    {
        var found = Id == 0 ? null : await Listing.FindAsync(Id, ct);
        View = found is null ? null : new CampaignView(found, await Paces.OfAsync(Id, ct), Dialer.Value.Enabled, Clock.GetUtcNow());
        if (found is not null || Id == 0) await LoadMoreAsync(ct);
        Loaded = true;
    }

    /// <summary>What the page shows beyond the campaign itself.</summary>
    private protected virtual Task LoadMoreAsync(CancellationToken ct) => Task.CompletedTask;
}
