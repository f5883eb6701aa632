using System.Collections.Concurrent;
using System.Globalization;
using Expand.Server.Access.Settings;
using Microsoft.Win32.SafeHandles;

namespace Expand.Server.Recordings;

/// <summary>A file of the folder as it is now.</summary>
internal readonly record struct FoundFile(string Path, long Bytes, DateTimeOffset ChangedAt);

/// <summary>
/// The folder that the PBX writes into. Whatever a name says, nothing outside it is opened or deleted: a link that leads out is told and passed over, and
/// of every file that was opened the system is asked where it truly is.
/// </summary>
internal sealed class RecordingFolder(Settings<RecordingSettings> settings, ILogger<RecordingFolder> log)
{
    /// <summary>Folders within folders, such as <c>2026/11/27</c>.</summary>
    private const int Deepest = 5;

    private const int MostFolders = 20_000;

    /// <summary>What changed a shorter time ago may change once more at the same instant by the clock of files.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(3);

    private readonly HashSet<string> told = [];

    /// <summary>The folders in a folder, as they were when it last changed: a folder of many files is not read again to find that it has no others in it.</summary>
    private readonly ConcurrentDictionary<string, (DateTime ChangedAt, string[] Inner)> remembered = new(StringComparer.Ordinal);

    /// <summary>Null where recordings are turned off.</summary>
    public string? Root => settings.Value.Folder is { Length: > 0 } folder ? Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) : null;

    /// <summary>The folder itself (empty) and those in it, with the instant of the last change of what each holds.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public IEnumerable<(string Folder, DateTime ChangedAt)> Folders()
    {
        if (Root is not { } root) yield break;
        if (!Directory.Exists(root)) throw new DirectoryNotFoundException($"the folder {root} does not exist");
        var waiting = new Stack<(string Folder, int Depth)>([("", 0)]);
        for (var count = 0; waiting.TryPop(out var next) && count < MostFolders; count++)
        {
            var full = Path.Combine(root, next.Folder);
            var changed = Directory.GetLastWriteTimeUtc(full);
            yield return (next.Folder, changed);
            if (next.Depth == Deepest) continue;
            foreach (var inner in Inner(full, changed)) waiting.Push((next.Folder.Length == 0 ? inner : $"{next.Folder}/{inner}", next.Depth + 1));
        }
    }

    /// <summary>The names of the recordings in one folder.</summary>
    public IEnumerable<string> Names(string folder) => Root is not { } root
        ? []
        : Directory.EnumerateFiles(Path.Combine(root, folder), "*" + RecordingNames.Extension, Listing).Select(path => Path.GetFileName(path)!);

    /// <summary>What there is at this place; null where there is nothing, or nothing that may be opened.</summary>
    public FoundFile? Find(string path)
    {
        if (Full(path) is not { } full) return null;
        var file = new FileInfo(full);
        if (!file.Exists) return null;
        // What a link says of itself is not what it leads to.
        if (file.LinkTarget is not null && file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo { Exists: true } target) file = target;
        return new FoundFile(path, file.Length, new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero));
    }

    /// <summary>Opens a recording to read it; null where it is gone, cannot be read, or is not in the folder.</summary>
    public SafeFileHandle? Open(string path)
    {
        if (Full(path) is not { } full || Root is not { } root) return null;
        try
        {
            var handle = File.OpenHandle(full, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.Asynchronous);
            if (IsWithin(TrueRoot(root), TruePath(handle) ?? full)) return handle;
            handle.Dispose();
            Tell(path);
            return null;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>What the head of a recording says; null where it cannot be opened.</summary>
    public WaveHeader? Head(FoundFile file)
    {
        // Nothing is there to be read, and opening what is no file could wait for ever.
        if (file.Bytes == 0) return new WaveHeader(RecordingState.Writing, 0);
        using var handle = Open(file.Path);
        if (handle is null) return null;
        try
        {
            var head = new byte[WaveHeader.Enough];
            var read = RandomAccess.Read(handle, head, 0);
            return WaveHeader.Read(head.AsSpan(0, read), RandomAccess.GetLength(handle));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Deletes a recording; false where it is still there. Of a link the link itself goes, and never what it leads to.</summary>
    public bool Delete(string path)
    {
        if (Full(path) is not { } full) return false;
        try
        {
            File.Delete(full);
            return !File.Exists(full);
        }
        catch (DirectoryNotFoundException)
        {
            return true;
        }
        catch (Exception kept) when (kept is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>The place as the system names it; null where the text leads out of the folder, or through a link that does.</summary>
    private string? Full(string path)
    {
        if (Root is not { } root) return null;
        var full = Path.GetFullPath(Path.Combine(root, path));
        if (path.Length == 0 || Path.IsPathRooted(path) || !IsWithin(root, full) || path.Split('/').Contains("..") || LeadsOut(root, path))
        {
            Tell(path);
            return null;
        }

        return full;
    }

    /// <summary>Whether a part of the path is a link to somewhere else.</summary>
    private static bool LeadsOut(string root, string path)
    {
        var at = root;
        foreach (var part in path.Split('/'))
        {
            at = Path.Combine(at, part);
            try
            {
                if (new FileInfo(at).LinkTarget is null) continue;
                if (File.ResolveLinkTarget(at, returnFinalTarget: true) is not { } target || !(IsWithin(root, target.FullName) || IsWithin(TrueRoot(root), target.FullName))) return true;
            }
            catch (IOException)
            {
                // A circle of links.
                return true;
            }
        }

        return false;
    }

    private static EnumerationOptions Listing => new() { IgnoreInaccessible = true, MatchType = MatchType.Simple, AttributesToSkip = FileAttributes.None, MatchCasing = MatchCasing.CaseSensitive };

    /// <summary>The folders in one; those that are links are not followed, since they may go in circles.</summary>
    private string[] Inner(string full, DateTime changed)
    {
        if (remembered.TryGetValue(full, out var before) && before.ChangedAt == changed) return before.Inner;
        var now = DateTime.UtcNow;
        var found = new List<string>();
        foreach (var inner in Directory.EnumerateDirectories(full, "*", Listing))
        {
            if (File.GetAttributes(inner).HasFlag(FileAttributes.ReparsePoint)) Tell(inner);
            else found.Add(Path.GetFileName(inner));
        }

        if (remembered.Count > MostFolders) remembered.Clear();
        if (now - changed > Settled) remembered[full] = (changed, [.. found]);
        else remembered.TryRemove(full, out _);
        return [.. found];
    }

    /// <summary>The folder by the name that no link has a part in.</summary>
    private static string TrueRoot(string root)
    {
        for (var (at, left) = ("", 40); left > 0; left--)
        {
            var next = root.IndexOf(Path.DirectorySeparatorChar, at.Length + 1);
            var whole = next < 0 ? root : root[..next];
            if (File.ResolveLinkTarget(whole, returnFinalTarget: true) is { } target) (root, at) = (target.FullName + root[whole.Length..], "");
            else if (next < 0) return root;
            else at = whole;
        }

        return root;
    }

    /// <summary>Where an open file is, whatever name it was opened by; null where the system does not tell.</summary>
    private static string? TruePath(SafeFileHandle handle)
    {
        var link = string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{handle.DangerousGetHandle()}");
        try
        {
            return OperatingSystem.IsLinux() ? new FileInfo(link).LinkTarget : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static bool IsWithin(string root, string path) => path.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private void Tell(string path)
    {
        lock (told)
        {
            if (told.Count > 1000) told.Clear();
            if (!told.Add(path)) return;
        }

        log.LeadsOut(path);
    }
}
