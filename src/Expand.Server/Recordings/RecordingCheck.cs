using System.ComponentModel;
using System.Diagnostics;
using Expand.Server.Access.Settings;

namespace Expand.Server.Recordings;

/// <summary>What may be wrong with recordings.</summary>
internal enum RecordingFault
{
    /// <summary>No folder is set.</summary>
    Off,
    FolderMissing,
    FolderUnreadable,

    /// <summary>Recordings are to be deleted after some days, and the folder takes no deletions.</summary>
    FolderReadOnly,
    CopiesNotWritable,
    NoLame,
}

/// <summary>What a look at the folders and at lame came to, on this host.</summary>
/// <param name="Faults">What is wrong; empty: nothing.</param>
/// <param name="Lame">What lame calls itself; null where it is not there.</param>
/// <param name="FreeBytes">What is free where the MP3 copies are; null where that cannot be told.</param>
internal sealed record RecordingCheckup(IReadOnlyList<RecordingFault> Faults, string? Lame, long? FreeBytes);

/// <summary>Tells an administrator what is wrong before a supervisor finds it.</summary>
internal sealed class RecordingCheck(Settings<RecordingSettings> settings, RecordingFolder folder, Mp3Copies copies)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async Task<RecordingCheckup> RunAsync(CancellationToken ct)
    {
        var faults = new List<RecordingFault>();
        if (FolderFault() is { } fault) faults.Add(fault);
        if (!IsWritable(copies.Folder, make: true)) faults.Add(RecordingFault.CopiesNotWritable);
        var lame = await LameAsync(ct);
        if (lame is null) faults.Add(RecordingFault.NoLame);
        return new RecordingCheckup(faults, lame, FreeIn(copies.Folder));
    }

    private RecordingFault? FolderFault()
    {
        if (folder.Root is not { } root) return RecordingFault.Off;
        if (!Directory.Exists(root)) return RecordingFault.FolderMissing;
        try
        {
            _ = Directory.EnumerateFileSystemEntries(root).FirstOrDefault();
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return RecordingFault.FolderUnreadable;
        }

        return settings.Value.KeepDays is not null && !IsWritable(root, make: false) ? RecordingFault.FolderReadOnly : null;
    }

    private static bool IsWritable(string path, bool make)
    {
        try
        {
            if (make) Directory.CreateDirectory(path);
            var trial = Path.Combine(path, $".expand-{Guid.NewGuid():N}");
            File.WriteAllBytes(trial, []);
            File.Delete(trial);
            return true;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static long? FreeIn(string path)
    {
        try
        {
            return new DriveInfo(path).AvailableFreeSpace;
        }
        catch (Exception unknown) when (unknown is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    private static async Task<string?> LameAsync(CancellationToken ct)
    {
        try
        {
            using var lame = Process.Start(new ProcessStartInfo("lame", ["--version"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            using var bound = CancellationTokenSource.CreateLinkedTokenSource(ct);
            bound.CancelAfter(Patience);
            var said = await lame.StandardOutput.ReadToEndAsync(bound.Token);
            return said.Split('\n')[0].Trim() is { Length: > 0 } name ? name : null;
        }
        catch (Exception missing) when (missing is Win32Exception or OperationCanceledException && !ct.IsCancellationRequested)
        {
            return null;
        }
    }
}
