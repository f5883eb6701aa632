
namespace Expand.Server.Recordings;

/// <summary>
/// Looks in the folder itself for recordings that the index does not have yet. However many ask, the folder is read once a second at most: those who ask
/// meanwhile share the next reading.
/// </summary>
internal sealed class FreshFiles(RecordingFolder folder, RecordingIndex index, TimeProvider clock, ILogger<FreshFiles> log)
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(1);

    /// <summary>What was written longer ago is in the index, or in no name that could be read.</summary>
    private static readonly TimeSpan Recent = TimeSpan.FromHours(1);

    private readonly Lock gate = new();
    private Reading? next;
    private DateTimeOffset began;

    /// <summary>Whether any was found; they are in the index then.</summary>
    public async Task<bool> LookAsync(IReadOnlyList<string> ids, CancellationToken ct)
    {
        if (folder.Root is null) return false;
        Reading mine;
        lock (gate)
        {
            var isFirst = next is null;
            mine = next ??= new Reading();
            mine.Ids.UnionWith(ids);
            if (isFirst) _ = Task.Run(() => RunAsync(mine), CancellationToken.None);
        }

        var found = await mine.Done.Task.WaitAsync(ct);
        return ids.Any(found.Contains);
    }

    private async Task RunAsync(Reading reading)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            var wait = began + Between - clock.GetUtcNow();
            if (wait > TimeSpan.Zero) await Task.Delay(wait, clock);
            List<string> ids;
            lock (gate)
            {
                (next, began) = (null, clock.GetUtcNow());
                ids = [.. reading.Ids];
            }

            foreach (var (path, id) in Matching(ids))
            {
                await index.TakeInAsync([path], id, CancellationToken.None);
                found.Add(id);
            }
        }
#pragma warning disable CA1031 // Whatever it is (a folder that cannot be read, a database that is away), those who wait are told that nothing was found.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            log.ScanWaits(failure is IOException or UnauthorizedAccessException or System.Data.Common.DbException ? null : failure, failure.Message);
        }
        finally
        {
            lock (gate)
            {
                if (next == reading) next = null;
            }

            reading.Done.TrySetResult(found);
        }
    }

    private List<(string Path, string Id)> Matching(List<string> ids)
    {
        var (since, matching) = (clock.GetUtcNow().UtcDateTime - Recent, new List<(string, string)>());
        foreach (var (inner, changed) in folder.Folders())
        {
            if (changed < since) continue;
            foreach (var name in folder.Names(inner))
            {
                if (ids.FirstOrDefault(id => RecordingNames.Holds(name, id)) is { } id) matching.Add((inner.Length == 0 ? name : $"{inner}/{name}", id));
            }
        }

        return matching;
    }

    /// <summary>A reading of the folder that is to come, and what for.</summary>
    private sealed class Reading
    {
        public HashSet<string> Ids { get; } = new(StringComparer.Ordinal);

        public TaskCompletionSource<HashSet<string>> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
