using Expand.Server.Calls;
using Expand.Server.Cdr;
using Expand.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Recordings;

/// <summary>A call's recordings.</summary>
/// <param name="IsKnown">Whether there is such a call at all.</param>
/// <param name="Recordings">All that are known of it, in their order; deleted ones, too.</param>
internal sealed record CallSound(bool IsKnown, IReadOnlyList<Recording> Recordings)
{
    public static readonly CallSound Unknown = new(false, []);
}

/// <summary>Finds the recordings of a call by any Uniqueid of it, or by the id of the job that made it.</summary>
internal sealed class CallRecordings(
    IDbContextFactory<ExpandDb> databases, CallRecords records, CallRepository jobs, RunningCalls running, FreshFiles fresh, RecordingIndex index)
{
    public async Task<CallSound> FindAsync(string uniqueId, CancellationToken ct)
    {
        if (!RecordingNames.IsId(uniqueId)) return CallSound.Unknown;
        var job = OriginatedCall.Parse(uniqueId) is { } id ? await jobs.FindAsync(id, ct) : null;
        var asked = job?.ChannelId ?? uniqueId;
        var live = running.Of(asked);
        var recorded = await records.IdsOfCallAsync(asked, ct);
        string[] ids = [.. recorded.Concat(live).Append(asked).Distinct(StringComparer.Ordinal)];
        var isKnown = job is not null || recorded.Count > 0 || live.Count > 0;
        var found = await OfIdsAsync(ids, ct);
        // The index is seconds behind the folder; what no call is known of is not looked for there.
        if (found.Count == 0 && isKnown && await fresh.LookAsync(ids, ct)) found = await OfIdsAsync(ids, ct);
        // What the PBX writes is not yet what the index says.
        for (var i = 0; i < found.Count; i++)
            if (found[i].LookAt is not null && found[i].State != RecordingState.Deleted) found[i] = await index.LookAtAsync(found[i].Id, ct) ?? found[i];
        return new CallSound(isKnown || found.Count > 0, found);
    }

    /// <summary>
    /// The one that is handed out where nothing else is said: of those that can be listened to the longest, whole calls before marked parts, and first of
    /// all those of the very channel that was asked for.
    /// </summary>
    public static Recording? Choose(CallSound call, string uniqueId) => call.Recordings
        .Where(r => r.State == RecordingState.Ready)
        .OrderBy(r => r.IsPart).ThenByDescending(r => r.UniqueId == uniqueId).ThenByDescending(r => r.Seconds).ThenBy(r => r.Id).FirstOrDefault();

    private async Task<List<Recording>> OfIdsAsync(string[] ids, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.Set<Recording>().AsNoTracking().Where(r => r.Pbx == index.Pbx && ids.Contains(r.UniqueId)).OrderBy(r => r.BeganAt).ThenBy(r => r.Id).Take(200).ToListAsync(ct);
    }
}
