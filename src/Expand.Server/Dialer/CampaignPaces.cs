using Expand.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Dialer;

/// <summary>What the engine last decided for campaigns, whatever host it runs on.</summary>
internal sealed class CampaignPaces(IDbContextFactory<ExpandDb> databases)
{
    /// <summary>What is older tells of the past: the engine decides every second or so.</summary>
    public static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(15);

    /// <summary>By campaign.</summary>
    public async Task<IReadOnlyDictionary<int, CampaignPace>> AllAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.Set<CampaignPace>().AsNoTracking().ToDictionaryAsync(p => p.Campaign, ct);
    }

    /// <summary>Of one; null where the engine never decided anything for it.</summary>
    public async Task<CampaignPace?> OfAsync(int campaign, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.Set<CampaignPace>().AsNoTracking().SingleOrDefaultAsync(p => p.Campaign == campaign, ct);
    }
}
