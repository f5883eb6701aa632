using Expand.Server.Activity;
using Expand.Server.Cdr;
using Expand.Server.Pbx;
using Expand.Server.Platform;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;

namespace Expand.Server.Recordings;

/// <summary>What is written down of the folder's files: taken in once, looked at again until each is settled.</summary>
internal sealed class RecordingIndex(
    IDbContextFactory<ExpandDb> databases, NpgsqlDataSource database, RecordingFolder folder, CallRecords records, ActivityReports activities,
    RunningCalls running, IOptions<PbxOptions> pbx, TimeProvider clock)
{
    /// <summary>A file that nobody has written to for this long is not being written any more.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    /// <summary>A call may hold for long without a word: while it runs, its file may rest. Nothing rests for longer than this.</summary>
    private static readonly TimeSpan LongestRest = TimeSpan.FromHours(12);

    private const int Portion = 500;

    public string Pbx => pbx.Value.Name;

    /// <summary>The names that are known of a folder; those that were deleted for their age are, too.</summary>
    public async Task<HashSet<string>> KnownAsync(string inFolder, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var known = new HashSet<string>(StringComparer.Ordinal);
        var paths = db.Set<Recording>().Where(r => r.Pbx == Pbx && r.Folder == inFolder && r.State != RecordingState.Missing && (r.State != RecordingState.Deleted || r.IsLeft)).Select(r => r.Path);
        await foreach (var path in paths.AsAsyncEnumerable().WithCancellation(ct)) known.Add(path[(path.LastIndexOf('/') + 1)..]);
        return known;
    }

    /// <summary>Writes down files that were found, whether or not they are known; what is known of the age of one that was deleted stays.</summary>
    /// <param name="paths">Where they are in the folder.</param>
    /// <param name="uniqueId">The Uniqueid that their names hold, where it is known.</param>
    /// <param name="ct">Ends it.</param>
    public async Task TakeInAsync(IReadOnlyList<string> paths, string? uniqueId, CancellationToken ct)
    {
        foreach (var portion in paths.Chunk(Portion))
        {
            var seen = portion.Select(path => folder.Find(path)).OfType<FoundFile>().Select(file => (File: file, Head: HeadOf(file, uniqueId ?? ""))).Where(f => f.Head is not null).ToList();
            if (seen.Count == 0) continue;
            await InsertAsync([.. seen.Select(s => NewRow(s.File, s.Head!.Value, uniqueId))], ct);
        }
    }

    /// <summary>Files that are no longer there.</summary>
    public async Task MissAsync(string inFolder, IReadOnlyCollection<string> names, CancellationToken ct)
    {
        foreach (var portion in names.Chunk(Portion))
        {
            var paths = portion.Select(name => inFolder.Length == 0 ? name : $"{inFolder}/{name}").ToArray();
            await using var db = await databases.CreateDbContextAsync(ct);
            await db.Set<Recording>().Where(r => r.Pbx == Pbx && paths.Contains(r.Path) && r.State != RecordingState.Deleted)
                .ExecuteUpdateAsync(r => r.SetProperty(x => x.State, RecordingState.Missing).SetProperty(x => x.LookAt, (DateTimeOffset?)null), ct);
            await db.Set<Recording>().Where(r => r.Pbx == Pbx && paths.Contains(r.Path) && r.IsLeft).ExecuteUpdateAsync(r => r.SetProperty(x => x.IsLeft, false), ct);
        }
    }

    /// <summary>Looks again at those whose time has come: files that were being written, calls whose records had not come. How many they were.</summary>
    public async Task<int> LookAgainAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(ct);
        var due = await db.Set<Recording>().Where(r => r.Pbx == Pbx && r.LookAt != null && r.LookAt <= now).OrderBy(r => r.LookAt).Take(Portion).ToListAsync(ct);
        foreach (var row in due) await RenewAsync(row, ct);
        await db.SaveChangesAsync(ct);
        return due.Count;
    }

    /// <summary>Looks at one now, since it is asked for.</summary>
    public async Task<Recording?> LookAtAsync(long id, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        if (await db.Set<Recording>().SingleOrDefaultAsync(r => r.Id == id, ct) is not { } row) return null;
        if (row.State is RecordingState.Deleted) return row;
        await RenewAsync(row, ct);
        await db.SaveChangesAsync(ct);
        return row;
    }

    /// <summary>Reads the file's state and, where that is missing, what its call's records say.</summary>
    private async Task RenewAsync(Recording row, CancellationToken ct)
    {
        row.LookAt = null;
        if (folder.Find(row.Path) is not { } file)
        {
            row.State = RecordingState.Missing;
            return;
        }

        Apply(row, file, HeadOf(file, row.UniqueId) ?? new WaveHeader(RecordingState.Missing, 0));
        var hasCall = row.Source.Length > 0 || row.Destination.Length > 0 || await FindCallAsync(row, ct);
        if (row.State == RecordingState.Writing) row.LookAt = clock.GetUtcNow().AddSeconds(2);
        else if (!hasCall) row.LookAt = NextLook(row);
    }

    /// <summary>The records come within seconds; a feed that is behind may take its time.</summary>
    private DateTimeOffset? NextLook(Recording row)
    {
        var now = clock.GetUtcNow();
        return (now - row.ChangedAt) switch
        {
            var age when age < TimeSpan.FromMinutes(2) => now.AddSeconds(5),
            var age when age < TimeSpan.FromHours(2) => now.AddMinutes(5),
            var age when age < TimeSpan.FromDays(2) => now.AddHours(2),
            _ => null,
        };
    }

    /// <summary>Who called whom, in which queues, with which agents; false where there are no records yet.</summary>
    private async Task<bool> FindCallAsync(Recording row, CancellationToken ct)
    {
        var name = row.Path[(row.Path.LastIndexOf('/') + 1)..];
        if (await PartOfAsync(name, ct) is { } part)
        {
            (row.IsPart, row.UniqueId, row.Queues, row.Agents) = (true, part.UniqueId, [part.Queue], [part.Agent]);
        }
        else if (await records.FirstKnownAsync([.. RecordingNames.Candidates(name).Prepend(row.UniqueId).Where(id => id.Length > 0)], ct) is { } known)
        {
            row.UniqueId = known;
        }

        if (row.UniqueId.Length == 0) return false;
        var calls = await records.OfCallAsync(row.UniqueId, ct);
        if (calls.Count == 0) return false;
        (row.Source, row.Destination) = (calls[0].Source, calls[0].Destination);
        if (row.IsPart) return true;
        var happened = await activities.OfCallAsync(row.UniqueId, ct);
        var agents = await activities.AgentsOfCallAsync(row.UniqueId, ct);
        row.Queues = [.. happened.Select(a => a.Queue).Concat(agents.Select(a => a.Queue)).Where(q => q.Length > 0).Distinct(StringComparer.Ordinal)];
        row.Agents = [.. agents.Where(a => a.TalkFrom is not null).Select(a => a.Agent).Where(a => a.Length > 0).Distinct(StringComparer.Ordinal)];
        return true;
    }

    private async Task<MarkedPart?> PartOfAsync(string name, CancellationToken ct)
    {
        var file = name[..^RecordingNames.Extension.Length];
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.Set<MarkedPart>().AsNoTracking().FirstOrDefaultAsync(p => p.File == file, ct);
    }

    /// <summary>What the head says, unless time says otherwise: a file that is never completed is broken.</summary>
    private WaveHeader? HeadOf(FoundFile file, string uniqueId)
    {
        if (folder.Head(file) is not { } head || head.State != RecordingState.Writing) return folder.Head(file);
        var rests = clock.GetUtcNow() - file.ChangedAt;
        return rests < Fresh || (uniqueId.Length > 0 && rests < LongestRest && running.Has(uniqueId)) ? head
            : new WaveHeader(head.Seconds == 0 ? RecordingState.Empty : RecordingState.Broken, head.Seconds);
    }

    private static void Apply(Recording row, FoundFile file, WaveHeader head)
    {
        (row.State, row.Seconds, row.Bytes, row.ChangedAt) = (head.State, head.Seconds, file.Bytes, file.ChangedAt);
        row.BeganAt = file.ChangedAt.AddSeconds(-head.Seconds);
    }

    private Recording NewRow(FoundFile file, WaveHeader head, string? uniqueId)
    {
        var slash = file.Path.LastIndexOf('/');
        var row = new Recording
        {
            Pbx = Pbx,
            Path = file.Path,
            Folder = slash < 0 ? "" : file.Path[..slash],
            UniqueId = uniqueId ?? (RecordingNames.Candidates(file.Path[(slash + 1)..]) is [var likely, ..] ? likely : ""),
            // At once: its call's records may be there.
            LookAt = clock.GetUtcNow(),
        };
        Apply(row, file, head);
        return row;
    }

    private async Task InsertAsync(IReadOnlyList<Recording> rows, CancellationToken ct)
    {
        const string Sql =
            """
            insert into recordings (pbx, path, folder, uniqueid, is_part, state, began_at, changed_at, bytes, seconds, source, destination, queues, agents, look_at, is_left)
            select $1, n.path, n.folder, n.uniqueid, false, n.state, n.began_at, n.changed_at, n.bytes, n.seconds, '', '', '{}', '{}', $2, false
            from unnest($3::text[], $4::text[], $5::text[], $6::int[], $7::timestamptz[], $8::timestamptz[], $9::bigint[], $10::float8[])
                n(path, folder, uniqueid, state, began_at, changed_at, bytes, seconds)
            on conflict (pbx, path) do update set
                state = excluded.state, began_at = excluded.began_at, changed_at = excluded.changed_at, bytes = excluded.bytes, seconds = excluded.seconds, look_at = excluded.look_at,
                deleted_at = null, kept_days = null, is_left = false
            where recordings.state <> 4 or (not recordings.is_left and excluded.changed_at > recordings.deleted_at)
            """;
        await using var command = database.CreateCommand(Sql);
        command.Parameters.Add(new() { Value = Pbx });
        command.Parameters.Add(new() { Value = clock.GetUtcNow().UtcDateTime });
        command.Parameters.Add(new() { Value = rows.Select(r => r.Path).ToArray() });
        command.Parameters.Add(new() { Value = rows.Select(r => r.Folder).ToArray() });
        command.Parameters.Add(new() { Value = rows.Select(r => r.UniqueId).ToArray() });
        command.Parameters.Add(new() { Value = rows.Select(r => (int)r.State).ToArray() });
        command.Parameters.Add(new() { Value = rows.Select(r => r.BeganAt.UtcDateTime).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz });
        command.Parameters.Add(new() { Value = rows.Select(r => r.ChangedAt.UtcDateTime).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz });
        command.Parameters.Add(new() { Value = rows.Select(r => r.Bytes).ToArray() });
        command.Parameters.Add(new() { Value = rows.Select(r => r.Seconds).ToArray() });
        await command.ExecuteNonQueryAsync(ct);
    }
}
