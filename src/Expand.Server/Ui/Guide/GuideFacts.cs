using Expand.Server.Access;
using Expand.Server.Activity;
using Expand.Server.Calls;
using Expand.Server.Cdr;
using Expand.Server.Pbx;
using Expand.Server.Platform;
using Expand.Server.Queues;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Ui.Guide;

/// <summary>What an installation has already, as it is and not as somebody says.</summary>
/// <param name="Link">The connection to the PBX.</param>
/// <param name="Extensions">The PBX's extensions.</param>
/// <param name="Free">Two of them for a first call: those that are registered and free come first.</param>
/// <param name="Agents">Users who are agents.</param>
/// <param name="Queues">The PBX's queues that have agents, and which.</param>
/// <param name="QueueCount">All the PBX's queues.</param>
/// <param name="Key">The description of the last key in force that somebody made; null where there is none but the first start's.</param>
/// <param name="FirstCall">When the first call was made over the API.</param>
/// <param name="LoggedIn">Agents who are logged in now.</param>
/// <param name="WasLoggedIn">Whether one ever was.</param>
/// <param name="HasRecords">Whether there are calls to report on.</param>
internal sealed record GuideState(
    PbxLink Link, int Extensions, IReadOnlyList<string> Free, int Agents, IReadOnlyList<string> Queues, int QueueCount, string? Key, DateTimeOffset? FirstCall,
    int LoggedIn, bool WasLoggedIn, bool HasRecords);

/// <summary>Finds out how far an installation has come.</summary>
internal sealed class GuideFacts(
    PbxState pbx, ExtensionDirectory extensions, UserDirectory users, QueueCatalog catalog, LivePicture picture, IDbContextFactory<ExpandDb> databases)
{
    public async Task<GuideState> ReadAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var key = await db.Set<AuthorizedKey>().Where(k => k.RevokedAt == null && k.CreatedBy != Actor.System.Name)
            .OrderByDescending(k => k.Id).Select(k => k.Description).FirstOrDefaultAsync(ct);
        var firstCall = await db.Set<OriginatedCall>().Where(c => c.Refusal == null).OrderBy(c => c.RequestedAt).Select(c => (DateTimeOffset?)c.RequestedAt).FirstOrDefaultAsync(ct);
        var wasLoggedIn = await db.Set<AgentSession>().AnyAsync(ct);
        var hasRecords = await db.Set<CallRecord>().AnyAsync(ct);
        var all = extensions.All.ToList();
        var loggedIn = picture.View().Agents.Values.Count(a => a.Status != AgentStatus.Offline);
        return new GuideState(
            pbx.Link, all.Count, [.. all.OrderBy(Distance).Take(2).Select(e => e.Number)], users.All.Count(u => u.IsAgent),
            [.. picture.Queues.Where(q => catalog.AgentsOf(q).Count > 0).Select(catalog.DescriptionOf)], picture.Queues.Count, key, firstCall, loggedIn, wasLoggedIn || loggedIn > 0, hasRecords);
    }

    /// <summary>A phone that is there and free answers best.</summary>
    private int Distance(Extension extension) => extensions.StateOf(extension.Channel) switch
    {
        DeviceState.NotInUse => 0,
        DeviceState.Unavailable or DeviceState.Invalid or DeviceState.Unknown => 2,
        _ => 1,
    };
}
