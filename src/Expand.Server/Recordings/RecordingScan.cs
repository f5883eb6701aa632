using Expand.Server.Access.Settings;
using Expand.Server.Platform;

namespace Expand.Server.Recordings;

/// <summary>
/// Keeps the index of recordings up to date, on one host. A folder is read again only when its own time of change says that something was added or
/// removed, so a quiet archive costs a look at its folders and no more.
/// </summary>
internal sealed class RecordingScan(
    Leases leases, RecordingFolder folder, RecordingIndex index, RecordingRetention retention, Settings<RecordingSettings> settings, TimeProvider clock,
    ILogger<RecordingScan> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RetentionEvery = TimeSpan.FromMinutes(10);

    /// <summary>A clock of files may count in whole seconds, and two changes of one second look like one.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(3);

    /// <summary>Folders whose names are kept in memory: those that change.</summary>
    private const int FoldersHeld = 4;

    private readonly Dictionary<string, DateTime> read = new(StringComparer.Ordinal);
    private readonly List<(string Folder, HashSet<string> Names)> held = [];
    private string scanned = "";
    private string? failed;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        leases.KeepAsync("recordings", WorkAsync, Again, (failure, reason) => log.ScanWaits(failure, reason), stoppingToken);

    private async Task WorkAsync(CancellationToken ct)
    {
        read.Clear();
        held.Clear();
        var retained = DateTimeOffset.MinValue;
        while (true)
        {
            var now = clock.GetUtcNow();
            if (folder.Root is { } root)
            {
                // Files of a folder that is not there are not missing: it may come back.
                var isRead = await TryScanAsync(root, ct);
                while (isRead && await index.LookAgainAsync(ct) > 100) ct.ThrowIfCancellationRequested();
                if (isRead && now - retained >= RetentionEvery)
                {
                    await retention.RunAsync(ct);
                    retained = now;
                }
            }

            await WaitAsync(ct);
        }
    }

    /// <summary>A folder that is changed counts at once.</summary>
    private async Task WaitAsync(CancellationToken ct)
    {
        var before = settings.Value;
        for (var waited = TimeSpan.Zero; waited < Every && ReferenceEquals(settings.Value, before); waited += Every / 4) await Task.Delay(Every / 4, clock, ct);
    }

    private async Task<bool> TryScanAsync(string root, CancellationToken ct)
    {
        if (root != scanned)
        {
            read.Clear();
            held.Clear();
            scanned = root;
        }

        try
        {
            await ScanAsync(ct);
            if (failed is not null) log.FolderReadableAgain(root);
            failed = null;
            return true;
        }
        catch (Exception away) when (away is IOException or UnauthorizedAccessException)
        {
            if (failed != away.Message) log.FolderUnreadable(root, away.Message);
            failed = away.Message;
            read.Clear();
            held.Clear();
            return false;
        }
    }

    private async Task ScanAsync(CancellationToken ct)
    {
        foreach (var (inner, changed) in folder.Folders())
        {
            ct.ThrowIfCancellationRequested();
            if (read.TryGetValue(inner, out var seen) && seen == changed) continue;
            var before = clock.GetUtcNow().UtcDateTime;
            await ReadAsync(inner, ct);
            // What changed a moment ago may change once more at the same instant: then it is read again.
            if (before - changed > Settled) read[inner] = changed;
            else read.Remove(inner);
        }
    }

    private async Task ReadAsync(string inner, CancellationToken ct)
    {
        var known = await HeldAsync(inner, ct);
        var there = new HashSet<string>(known.Count, StringComparer.Ordinal);
        var added = new List<string>();
        foreach (var name in folder.Names(inner))
        {
            there.Add(name);
            if (!known.Contains(name)) added.Add(inner.Length == 0 ? name : $"{inner}/{name}");
        }

        if (added.Count > 0) await index.TakeInAsync(added, null, ct);
        known.ExceptWith(there);
        if (known.Count > 0) await index.MissAsync(inner, known, ct);
        held[0] = (inner, there);
    }

    /// <summary>The names that are known of the folder, which is put first.</summary>
    private async Task<HashSet<string>> HeldAsync(string inner, CancellationToken ct)
    {
        var at = held.FindIndex(h => h.Folder == inner);
        var names = at < 0 ? await index.KnownAsync(inner, ct) : held[at].Names;
        if (at >= 0) held.RemoveAt(at);
        held.Insert(0, (inner, names));
        if (held.Count > FoldersHeld) held.RemoveAt(FoldersHeld);
        return names;
    }
}
