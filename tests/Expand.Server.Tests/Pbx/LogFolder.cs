using System.Text;
using Expand.Server.Pbx;

namespace Expand.Server.Tests.Pbx;

/// <summary>A log that is written and rotated as Asterisk and logrotate do it, in a folder of its own.</summary>
internal sealed class LogFolder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("expand-log-");
    private DateTime now = new(2026, 11, 23, 0, 0, 0, DateTimeKind.Utc);
    private int rotations;

    public string Path => System.IO.Path.Combine(folder.FullName, "cdr.csv");

    public void Append(string text)
    {
        File.AppendAllText(Path, text);
        Tick(Path);
    }

    /// <summary>Rename and, at the next line, a new file: what logrotate does by default, and Asterisk's own rotation.</summary>
    public void Rotate()
    {
        if (File.Exists(Path)) File.Move(Path, Path + "." + ++rotations);
    }

    /// <summary>Copy, then empty in place.</summary>
    public void CopyTruncate()
    {
        if (!File.Exists(Path)) return;
        var copy = Path + "." + ++rotations;
        File.Copy(Path, copy);
        Tick(copy);
        using (new FileStream(Path, FileMode.Truncate, FileAccess.Write, FileShare.ReadWrite))
        {
        }

        Tick(Path);
    }

    public void Dispose() => folder.Delete(recursive: true);

    /// <summary>All lines that can be read now.</summary>
    public static List<string> ReadAll(LogTail tail, Action<TailPosition>? at = null)
    {
        var lines = new List<string>();
        for (var i = 0; i < 1_000 && tail.Read() is { } chunk; i++)
        {
            lines.AddRange(Lines(chunk));
            at?.Invoke(chunk.Position);
        }

        return lines;
    }

    public static string[] Lines(TailChunk chunk) => Encoding.UTF8.GetString(chunk.Lines.Span).TrimEnd('\n').Split('\n');

    /// <summary>File times tell the order of rotated files; two changes within the same tick of the file system would not.</summary>
    private void Tick(string file) => File.SetLastWriteTimeUtc(file, now = now.AddSeconds(1));
}
