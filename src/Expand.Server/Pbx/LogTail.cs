using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Expand.Server.Pbx;

/// <summary>Where a tail stands: which file, and how many of its bytes are done.</summary>
/// <param name="File">Hash of the file's first line; empty before the first file.</param>
/// <param name="Offset">Bytes done.</param>
internal readonly record struct TailPosition(string File, long Offset);

/// <summary>Complete lines, and the position after them.</summary>
internal sealed record TailChunk(ReadOnlyMemory<byte> Lines, TailPosition Position, string Path);

/// <summary>
/// Reads a log file that another program appends to and rotates, line by line and no line twice. A file is known by its first
/// line, so it is found again after a rename, a copy, or our own restart; the files after it are read in the order they were written.
/// Pure file work: no database, no clock.
/// </summary>
internal sealed class LogTail : IDisposable
{
    private const int ChunkSize = 256 * 1024;
    private const int MaxLine = 16 * 1024 * 1024;

    private readonly string path;
    private SafeFileHandle? handle;
    private string openPath;
    private TailPosition position = new("", 0);

    public LogTail(string path) => this.path = openPath = path;

    /// <summary>Raised where the file of a position no longer exists.</summary>
    public event Action<TailPosition>? FileGone;

    /// <summary>Begins at a position that was saved.</summary>
    public void Seek(TailPosition at)
    {
        Close();
        position = at;
    }

    /// <summary>The next complete lines, or null while there are none.</summary>
    public TailChunk? Read()
    {
        if (handle is not null && FirstLine(handle) != position.File)
        {
            // Emptied in place (copytruncate): what it held goes on in the copy, where there is one.
            if (!Files().Exists(file => FirstLine(file) == position.File)) return MoveOn() ? ReadOpenFile() : null;
            Close();
        }

        if (handle is null && !Open()) return null;
        if (ReadOpenFile() is { } chunk) return chunk;
        // Nothing more in this file. Another one in its place, or a later one: this one was rotated away and is done.
        return MoveOn() ? ReadOpenFile() : null;
    }

    public void Dispose() => Close();

    private TailChunk? ReadOpenFile()
    {
        var buffer = new byte[ChunkSize];
        var filled = 0;
        while (true)
        {
            var read = RandomAccess.Read(handle!, buffer.AsSpan(filled), position.Offset + filled);
            filled += read;
            var end = buffer.AsSpan(0, filled).LastIndexOf((byte)'\n') + 1;
            if (end > 0)
            {
                position = position with { Offset = position.Offset + end };
                return new TailChunk(buffer.AsMemory(0, end), position, openPath);
            }

            if (read == 0) return null;
            if (filled == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
        }
    }

    private bool Open()
    {
        if (position.File.Length == 0) return OpenFirst(Files());
        foreach (var file in Files())
        {
            if (FirstLine(file) != position.File) continue;
            Use(file, position);
            return true;
        }

        // A file that was emptied in place has no first line yet; one that is nowhere is gone.
        var files = Files();
        if (files.Count == 0 || files.All(file => FirstLine(file).Length == 0)) return false;
        FileGone?.Invoke(position);
        return OpenFirst(files);
    }

    private bool OpenFirst(List<string> files)
    {
        foreach (var file in files)
        {
            if (FirstLine(file) is not { Length: > 0 } first) continue;
            Use(file, new TailPosition(first, 0));
            return true;
        }

        return false;
    }

    private bool MoveOn()
    {
        var files = Files();
        var here = files.FindIndex(file => FirstLine(file) == position.File);
        if (here < 0)
        {
            // Emptied in place (copytruncate without its copy in sight) or deleted: go on with what there is.
            if (FirstLine(path) is not { Length: > 0 } fresh || fresh == position.File) return false;
            Use(path, new TailPosition(fresh, 0));
            return true;
        }

        for (var next = here + 1; next < files.Count; next++)
        {
            if (FirstLine(files[next]) is not { Length: > 0 } first || first == position.File) continue;
            // The last bytes may have come between our read and the rotation.
            if (RandomAccess.GetLength(handle!) > position.Offset && ReadableRest()) return true;
            Use(files[next], new TailPosition(first, 0));
            return true;
        }

        return false;
    }

    private bool ReadableRest()
    {
        var rest = new byte[RandomAccess.GetLength(handle!) - position.Offset];
        var read = RandomAccess.Read(handle!, rest, position.Offset);
        return rest.AsSpan(0, read).Contains((byte)'\n');
    }

    /// <summary>This log's files, oldest first: the rotated ones beside it and, last, the one that is written now.</summary>
    private List<string> Files()
    {
        var full = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(full)!;
        if (!Directory.Exists(folder)) return [];
        var files = new DirectoryInfo(folder).EnumerateFiles(Path.GetFileName(full) + "*")
            .Where(file => file.FullName != full && !file.Name.EndsWith(".gz", StringComparison.Ordinal))
            .OrderBy(file => file.LastWriteTimeUtc).Select(file => file.FullName).ToList();
        if (File.Exists(full)) files.Add(full);
        return files;
    }

    private void Use(string file, TailPosition at)
    {
        Close();
        handle = File.OpenHandle(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        openPath = file;
        position = at;
    }

    private void Close()
    {
        handle?.Dispose();
        handle = null;
    }

    /// <summary>Hash of a file's first line, empty while it has none.</summary>
    private static string FirstLine(string file)
    {
        try
        {
            using var opened = File.OpenHandle(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return FirstLine(opened);
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static string FirstLine(SafeFileHandle opened)
    {
        for (var size = 4 * 1024; ; size *= 8)
        {
            var buffer = new byte[size];
            var read = RandomAccess.Read(opened, buffer, 0);
            var end = buffer.AsSpan(0, read).IndexOf((byte)'\n');
            if (end >= 0) return Convert.ToHexStringLower(SHA256.HashData(buffer.AsSpan(0, end)).AsSpan(0, 16));
            if (read < size || size > MaxLine) return "";
        }
    }
}
