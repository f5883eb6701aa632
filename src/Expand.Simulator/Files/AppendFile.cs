using System.Text;

namespace Expand.Simulator.Files;

/// <summary>A file that grows by whole lines, as a tailer sees Asterisk's: opened for append, each write one line and on disk
/// for other readers at once.</summary>
internal sealed class AppendFile(string? path) : IDisposable
{
    private FileStream? stream;
    private byte[] buffer = new byte[1024];

    /// <summary>Opens (or opens anew, after a rotation) the file.</summary>
    public void Open()
    {
        if (path is null) return;
        stream?.Dispose();
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder) Directory.CreateDirectory(folder);
        // Unbuffered: one write a line, never half a line for the reader.
        stream = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
    }

    /// <summary>Renames the file to path.0 and begins a new one, as "logger rotate" and logrotate do.</summary>
    public void Rotate()
    {
        if (path is null) return;
        stream?.Dispose();
        stream = null;
        if (File.Exists(path)) File.Move(path, path + ".0", overwrite: true);
        Open();
    }

    public void Write(string line)
    {
        if (stream is null) return;
        var needed = Encoding.UTF8.GetMaxByteCount(line.Length);
        if (buffer.Length < needed) buffer = new byte[needed];
        stream.Write(buffer, 0, Encoding.UTF8.GetBytes(line, buffer));
    }

    public void Dispose()
    {
        stream?.Dispose();
        stream = null;
    }
}
