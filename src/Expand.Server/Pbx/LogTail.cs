namespace Expand.Server.Pbx;

/// <summary>Where a tail stands: which file, and how many of its bytes are done.</summary>
/// <param name="File">Hash of the file's first line; empty before the first file.</param>
/// <param name="Offset">Bytes done.</param>
internal readonly record struct TailPosition(string File, long Offset);

/// <summary>How far a file was read, and when it was last written as it was read.</summary>
internal readonly record struct FileMark(long Offset, DateTimeOffset WrittenAt);

/// <summary>Complete lines, and the position after them.</summary>
internal sealed record TailChunk(ReadOnlyMemory<byte> Lines, TailPosition Position, string Path, DateTimeOffset WrittenAt);

/// <summary>
/// Reads a log file that another program appends to and rotates, line by line and no line twice. A file is known by its first
/// line, so it is found again after a rename, a copy, gzip, or our own restart; how far each was read is remembered, and the files after it
/// are read in the order they were written. Pure file work: no database, no clock.
/// </summary>
internal sealed class LogTail(string path) : IDisposable
{
    private const int ChunkSize = 256 * 1024;

    /// <summary>After a long absence of ours as much as this is taken at once: what a chunk costs besides its lines (a commit, the sums of each agent it touches) is paid less often.</summary>
    private const int LargestChunk = 4 * 1024 * 1024;

    private readonly LogFiles files = new(path);
    private readonly Dictionary<string, FileMark> marks = [];
    private byte[] buffer = new byte[ChunkSize];
    private LogSource? source;
    private readonly HashSet<string> finished = [];
    private bool told;
    private string openPath = path;
    private TailPosition position = new("", 0);

    /// <summary>Raised once where the file of a saved position no longer exists.</summary>
    public event Action<TailPosition>? FileGone;

    /// <summary>Raised once for each rotated file that may not be read, with the reason.</summary>
    public event Action<string>? FileUnreadable
    {
        add => files.Unreadable += value;
        remove => files.Unreadable -= value;
    }

    private bool IsStillTheFile => !source!.MayChange || LogFiles.FirstLine(source) == position.File;

    /// <summary>Begins at a position that was saved.</summary>
    /// <param name="at">The position.</param>
    /// <param name="read">How far each file was read that was ever met, by its first line's hash; null: only the position is known.</param>
    public void Seek(TailPosition at, IReadOnlyDictionary<string, FileMark>? read = null)
    {
        Close();
        position = at;
        told = false;
        marks.Clear();
        foreach (var (file, mark) in read ?? new Dictionary<string, FileMark>()) marks[file] = mark;
        if (at.File.Length > 0) marks[at.File] = new FileMark(at.Offset, marks.GetValueOrDefault(at.File).WrittenAt);
    }

    /// <summary>The next complete lines, or null while there are none.</summary>
    public TailChunk? Read()
    {
        // Emptied in place (copytruncate): what it held goes on in the copy, where there is one.
        if (source is not null && !IsStillTheFile && files.List().Exists(file => file.Id == position.File)) Close();
        if (source is null && !Open()) return null;
        do
        {
            if (IsStillTheFile && ReadOpenFile() is { } chunk) return chunk;
            // Nothing more in this file. Another one in its place, or a later one: this one was rotated away and is done.
        }
        while (MoveOn());
        return null;
    }

    public void Dispose() => Close();

    private TailChunk? ReadOpenFile()
    {
        var filled = 0;
        while (true)
        {
            var read = source!.Fill(buffer.AsSpan(filled), position.Offset + filled);
            filled += read;
            if (filled == buffer.Length && filled < LargestChunk)
            {
                Array.Resize(ref buffer, LargestChunk);
                continue;
            }

            var end = buffer.AsSpan(0, filled).LastIndexOf((byte)'\n') + 1;
            if (end > 0)
            {
                position = position with { Offset = position.Offset + end };
                marks[position.File] = new FileMark(position.Offset, source.WrittenAt);
                var chunk = new TailChunk(buffer.AsSpan(0, end).ToArray(), position, openPath, source.WrittenAt);
                if (filled < ChunkSize && buffer.Length > ChunkSize) buffer = new byte[ChunkSize];
                return chunk;
            }

            if (read == 0) return null;
            if (filled == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
        }
    }

    private bool Open()
    {
        var all = files.List();
        if (position.File.Length > 0)
        {
            if (all.Find(file => file.Id == position.File) is { } same) return Use(same);
            // A file that was emptied in place has no first line yet; one that is nowhere is gone.
            if (all.TrueForAll(file => file.Id.Length == 0)) return false;
            if (!told) FileGone?.Invoke(position);
            told = true;
        }

        return UseFirst(Later(all));
    }

    private bool MoveOn()
    {
        var all = files.List();
        var next = Later(all).ToList();
        if (next.Count == 0) return false;
        // The last bytes may have come between our read and the rotation.
        if (IsStillTheFile && source!.HasLine(position.Offset)) return true;
        return UseFirst(next);
    }

    /// <summary>
    /// What is to be read next, oldest first: the files after the one of the position, and those written no earlier than it was when we
    /// read it, wherever a copy of it stands now, or where it is gone. What is older was read before or never was ours.
    /// </summary>
    private IEnumerable<LogFile> Later(List<LogFile> all)
    {
        var here = all.FindIndex(file => file.Id == position.File);
        var since = marks.GetValueOrDefault(position.File).WrittenAt;
        return all.Where((file, index) => file.IsCurrent || (here >= 0 && index > here) || file.WrittenAt >= since).Where(HasNews);
    }

    private bool UseFirst(IEnumerable<LogFile> candidates) => candidates.FirstOrDefault() is { } file && Use(file);

    private bool HasNews(LogFile file)
    {
        if (file.Id.Length == 0 || file.Id == position.File) return false;
        if (!marks.TryGetValue(file.Id, out var mark)) return true;
        using var opened = LogSource.Open(file.Path);
        if (!opened.MayChange && finished.Contains(file.Id)) return false;
        if (opened.HasLine(mark.Offset)) return true;
        // What is compressed does not grow: it need not be unpacked again to know.
        if (!opened.MayChange) finished.Add(file.Id);
        return false;
    }

    private bool Use(LogFile file)
    {
        Close();
        source = LogSource.Open(file.Path);
        openPath = file.Path;
        position = new TailPosition(file.Id, marks.GetValueOrDefault(file.Id).Offset);
        return true;
    }

    private void Close()
    {
        source?.Dispose();
        source = null;
    }
}
