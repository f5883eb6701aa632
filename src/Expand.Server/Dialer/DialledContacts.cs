using Expand.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Dialer;

/// <summary>Whom a campaign called, as whoever talks with them needs it.</summary>
/// <param name="Campaign">The campaign.</param>
/// <param name="CampaignName">Its name.</param>
/// <param name="Contact">The contact.</param>
/// <param name="Name">The contact's name.</param>
/// <param name="Numcall">The number that was dialled.</param>
/// <param name="Info">The contact's additional data: members of a JSON object, in their order; what is no text as JSON writes it.</param>
internal sealed record DialledContact(
    int Campaign, string CampaignName, long Contact, string Name, string Numcall, IReadOnlyList<KeyValuePair<string, string>> Info);

/// <summary>Finds the contact of a call, by the call's Uniqueid.</summary>
internal sealed class DialledContacts(IDbContextFactory<ExpandDb> databases)
{
    /// <summary>The contact; null where no campaign made this call.</summary>
    public async Task<DialledContact?> FindAsync(string uniqueId, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var found = await (
            from attempt in db.Set<DialAttempt>().AsNoTracking()
            where attempt.ChannelId == uniqueId
            join contact in db.Set<Contact>() on attempt.Contact equals contact.Id
            join campaign in db.Set<Campaign>() on attempt.Campaign equals campaign.Id
            select new { attempt.Numcall, CampaignId = campaign.Id, CampaignName = campaign.Name, contact.Id, contact.Name, contact.Info }).SingleOrDefaultAsync(ct);
        return found is null ? null : new DialledContact(found.CampaignId, found.CampaignName, found.Id, found.Name, found.Numcall, ContactInfo.Members(found.Info));
    }
}
