using System.IO.Compression;
using System.Text;
using Expand.Server.Pbx;

namespace Expand.Server.Tests.Pbx;

/// <summary>A log that is written and rotated as Asterisk and logrotate do it, in a folder of its own.</summary>
internal sealed class LogFolder(LogFolder.Names names = LogFolder.Names.Numbers, bool coarseTimes = false) : IDisposable
{
    /// <summary>How rotated files are named.</summary>
    public enum Names
    {
        /// <summary>.1 is the oldest.</summary>
        Numbers,

        /// <summary>Asterisk's sequential: .0 is the oldest.</summary>
        Sequential,

        /// <summary>logrotate's: .1 is the newest, the others move up.</summary>
        Shifted,

        /// <summary>Asterisk's timestamp.</summary>
        Seconds,
    }

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("expand-log-");
    private DateTime now = new(2026, 11, 23, 0, 0, 0, DateTimeKind.Utc);
    private int rotations;

    public string Path => System.IO.Path.Combine(folder.FullName, "cdr.csv");

    public void Append(string text)
    {
        File.AppendAllText(Path, text);
        Tick(Path);
    }

    /// <summary>The rotated files, oldest first.</summary>
    public List<string> Rotated { get; } = [];

    /// <summary>Rename and, at the next line, a new file: what logrotate does by default, and Asterisk's own rotation.</summary>
    public void Rotate()
    {
        if (File.Exists(Path)) File.Move(Path, NextName());
    }

    /// <summary>Copy, then empty in place.</summary>
    public void CopyTruncate()
    {
        if (!File.Exists(Path)) return;
        var copy = NextName();
        File.Copy(Path, copy);
        Tick(copy);
        using (new FileStream(Path, FileMode.Truncate, FileAccess.Write, FileShare.ReadWrite))
        {
        }

        Tick(Path);
    }

    /// <summary>Compresses the newest rotated file that is not yet, as gzip does: the time stays, the original goes.</summary>
    public void Compress()
    {
        var index = Rotated.FindLastIndex(file => !file.EndsWith(".gz", StringComparison.Ordinal));
        if (index < 0) return;
        var (plain, packed) = (Rotated[index], Rotated[index] + ".gz");
        using (var from = File.OpenRead(plain))
        using (var to = new GZipStream(File.Create(packed), CompressionLevel.Fastest))
        {
            from.CopyTo(to);
        }

        File.SetLastWriteTimeUtc(packed, File.GetLastWriteTimeUtc(plain));
        File.Delete(plain);
        Rotated[index] = packed;
    }

    /// <summary>What retention does.</summary>
    public void DeleteOldest()
    {
        if (Rotated.Count == 0) return;
        File.Delete(Rotated[0]);
        Rotated.RemoveAt(0);
    }

    public void Dispose() => folder.Delete(recursive: true);

    /// <summary>All lines that can be read now.</summary>
    public static List<string> ReadAll(LogTail tail, Action<TailPosition>? at = null) => ReadAll(tail, chunk => at?.Invoke(chunk.Position));

    /// <summary>All lines that can be read now.</summary>
    public static List<string> ReadAll(LogTail tail, Action<TailChunk> at)
    {
        var lines = new List<string>();
        for (var i = 0; i < 1_000 && tail.Read() is { } chunk; i++)
        {
            lines.AddRange(Lines(chunk));
            at(chunk);
        }

        return lines;
    }

    public static string[] Lines(TailChunk chunk) => Encoding.UTF8.GetString(chunk.Lines.Span).TrimEnd('\n').Split('\n');

    private string NextName()
    {
        rotations++;
        if (names == Names.Shifted)
        {
            for (var i = 0; i < Rotated.Count; i++)
            {
                var moved = $"{Path}.{Rotated.Count - i + 1}" + (Rotated[i].EndsWith(".gz", StringComparison.Ordinal) ? ".gz" : "");
                File.Move(Rotated[i], moved);
                Rotated[i] = moved;
            }
        }

        Rotated.Add(names switch
        {
            Names.Sequential => $"{Path}.{rotations - 1}",
            Names.Shifted => Path + ".1",
            Names.Seconds => $"{Path}.{1795370000 + rotations}",
            _ => $"{Path}.{rotations}",
        });
        return Rotated[^1];
    }

    /// <summary>File times tell the order of rotated files, as long as no two are written within one tick of the file system.</summary>
    private void Tick(string file) => File.SetLastWriteTimeUtc(file, coarseTimes ? now : now = now.AddSeconds(1));
}
