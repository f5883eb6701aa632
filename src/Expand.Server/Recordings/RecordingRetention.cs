using Expand.Server.Access.Settings;
using Expand.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Recordings;

/// <summary>Deletes recordings that are older than they are to be kept, with their copies; what was there stays known.</summary>
internal sealed class RecordingRetention(
    IDbContextFactory<ExpandDb> databases, Settings<RecordingSettings> settings, RecordingFolder folder, Mp3Copies copies, RunningCalls running, RecordingIndex index,
    TimeProvider clock, ILogger<RecordingRetention> log)
{
    private const int Portion = 200;

    private bool toldLeft;

    /// <summary>Deletes all that is due; how many recordings that was.</summary>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        if (settings.Value.KeepDays is not { } days) return 0;
        var (until, deleted, after) = (clock.GetUtcNow().AddDays(-days), 0, 0L);
        while (true)
        {
            await using var db = await databases.CreateDbContextAsync(ct);
            // Those that could not be deleted are tried again: the folder may have become writable.
            var due = await db.Set<Recording>().Where(r => r.Pbx == index.Pbx && r.Id > after && r.ChangedAt < until && (r.State != RecordingState.Deleted || r.IsLeft))
                .OrderBy(r => r.Id).Take(Portion).ToListAsync(ct);
            foreach (var row in due)
            {
                var file = row.State == RecordingState.Missing ? null : folder.Find(row.Path);
                if (!IsOver(row, file, until)) continue;
                if (row.State != RecordingState.Deleted) deleted++;
                Delete(row, file is not null, days);
            }

            await db.SaveChangesAsync(ct);
            if (due.Count < Portion) break;
            after = due[^1].Id;
        }

        if (deleted > 0) log.RecordingsDeleted(deleted, days);
        return deleted;
    }

    /// <summary>Old, also by what the file itself says now, and of a call that is over.</summary>
    private bool IsOver(Recording row, FoundFile? file, DateTimeOffset until) =>
        (file is not { } there || there.ChangedAt < until) && (row.UniqueId.Length == 0 || !running.Has(row.UniqueId));

    private void Delete(Recording row, bool isThere, int days)
    {
        copies.Delete(row);
        row.IsLeft = isThere && !folder.Delete(row.Path);
        if (row.IsLeft && !toldLeft) log.CannotDelete(row.Path);
        toldLeft |= row.IsLeft;
        if (row.State != RecordingState.Deleted) (row.DeletedAt, row.KeptDays) = (clock.GetUtcNow(), days);
        (row.State, row.LookAt) = (RecordingState.Deleted, null);
    }
}
