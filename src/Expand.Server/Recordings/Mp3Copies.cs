using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Expand.Server.Access.Settings;
using Expand.Server.Platform;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Microsoft.Win32.SafeHandles;

namespace Expand.Server.Recordings;

/// <summary>
/// The MP3 of each recording: made by <c>lame</c> when it is first asked for, and kept. Hosts that share a folder take turns, so that one of them makes it;
/// what could not be made is not tried again for a while.
/// </summary>
internal sealed class Mp3Copies(
    Settings<RecordingSettings> settings, IOptions<ExpandOptions> options, RecordingFolder folder, IDbContextFactory<ExpandDb> databases, Leases leases, TimeProvider clock,
    ILogger<Mp3Copies> log) : IDisposable
{
    /// <summary>How long a failure is believed.</summary>
    public static readonly TimeSpan FailedFor = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Grain = TimeSpan.FromSeconds(2);

    /// <summary>It takes a processor for itself.</summary>
    private readonly SemaphoreSlim turns = new(Math.Max(1, Environment.ProcessorCount / 2));

    /// <summary>The encoder.</summary>
    public string Program { get; init; } = "lame";

    /// <summary>Where the copies are.</summary>
    public string Folder => Path.GetFullPath(settings.Value.Mp3Folder is { Length: > 0 } own ? own : Path.Combine(options.Value.DataFolder, "recordings"));

    /// <summary>Opens the copy, made now where there is none yet.</summary>
    public async Task<Result<SafeFileHandle>> OpenAsync(Recording recording, CancellationToken ct)
    {
        var path = PathOf(recording);
        if (TryOpen(path, recording) is { } there) return there;
        if (recording.Mp3FailedAt is { } at && clock.GetUtcNow() - at < FailedFor) return Failure.Unavailable($"the MP3 cannot be made: {recording.Mp3Failure}");
        // Whoever asked may leave: it is made to its end, for the next one.
        if (await Task.Run(() => MakeInTurnAsync(recording, path), CancellationToken.None).WaitAsync(ct) is { } failure) return failure;
        return TryOpen(path, recording) is { } made ? made : Failure.Unavailable("the MP3 is gone again");
    }

    private async Task<Failure?> MakeInTurnAsync(Recording recording, string path)
    {
        await turns.WaitAsync();
        try
        {
            Failure? failure = null;
            await leases.RunAsync(
                string.Create(CultureInfo.InvariantCulture, $"mp3:{recording.Id}"), async lease => failure = await MakeAsync(recording, path, lease), CancellationToken.None);
            return failure;
        }
        finally
        {
            turns.Release();
        }
    }

    /// <summary>Removes the copy.</summary>
    public void Delete(Recording recording)
    {
        try
        {
            File.Delete(PathOf(recording));
        }
        catch (Exception kept) when (kept is IOException or UnauthorizedAccessException)
        {
            log.CopyKept(recording.Path, kept.Message);
        }
    }

    public void Dispose() => turns.Dispose();

    /// <summary>By its number, which no name of the PBX's has a part in: no name leads out of this folder.</summary>
    private string PathOf(Recording recording) =>
        Path.Combine(Folder, string.Create(CultureInfo.InvariantCulture, $"{recording.Id / 10_000:0000}"), string.Create(CultureInfo.InvariantCulture, $"{recording.Id}.mp3"));

    /// <summary>The copy, where it is one of the file as that is now: it bears the time of that one's last change.</summary>
    private static SafeFileHandle? TryOpen(string path, Recording recording)
    {
        var file = new FileInfo(path);
        if (!file.Exists || file.Length == 0 || (file.LastWriteTimeUtc - recording.ChangedAt.UtcDateTime).Duration() > Grain) return null;
        try
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, FileOptions.Asynchronous);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private async Task<Failure?> MakeAsync(Recording recording, string path, CancellationToken ct)
    {
        // Another host, or another request, may have been first.
        using (var there = TryOpen(path, recording))
            if (there is not null) return null;
        var began = Stopwatch.GetTimestamp();
        var why = await ConvertAsync(recording, path, ct);
        await using (var db = await databases.CreateDbContextAsync(ct))
        {
            var now = why is null ? (DateTimeOffset?)null : clock.GetUtcNow();
            await db.Set<Recording>().Where(r => r.Id == recording.Id).ExecuteUpdateAsync(r => r.SetProperty(x => x.Mp3FailedAt, now).SetProperty(x => x.Mp3Failure, why), ct);
        }

        if (why is not null)
        {
            log.CopyFailed(recording.Path, why);
            return Failure.Unavailable($"the MP3 cannot be made: {why}");
        }

        log.CopyMade(recording.Path, Stopwatch.GetElapsedTime(began).TotalSeconds);
        return null;
    }

    /// <summary>Null where it is there now, else why not; in words that tell nothing of the inside.</summary>
    private async Task<string?> ConvertAsync(Recording recording, string path, CancellationToken ct)
    {
        using var sound = folder.Open(recording.Path);
        if (sound is null) return "the recording cannot be read";
        var part = $"{path}.{Guid.NewGuid():N}.part";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            if (await EncodeAsync(sound, part, ct) is { } why) return why;
            Commit(part, path, recording);
            return null;
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            log.CopyNotWritten(wrong.Message);
            return "the folder of the MP3 copies cannot be written to";
        }
        finally
        {
            TryDelete(part);
        }
    }

    private async Task<string?> EncodeAsync(SafeFileHandle sound, string part, CancellationToken ct)
    {
        var start = new ProcessStartInfo(Program, ["-S", "--cbr", "-b", settings.Value.Mp3Bitrate.ToString(CultureInfo.InvariantCulture), "-m", "m", "-", part])
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using var lame = new Process { StartInfo = start };
        try
        {
            lame.Start();
        }
        catch (Win32Exception)
        {
            return "the program lame is not installed";
        }

        using var bound = CancellationTokenSource.CreateLinkedTokenSource(ct);
        bound.CancelAfter(Longest);
        try
        {
            var said = lame.StandardError.ReadToEndAsync(bound.Token);
            var spoken = lame.StandardOutput.ReadToEndAsync(bound.Token);
            await FeedAsync(sound, lame, bound.Token);
            await lame.WaitForExitAsync(bound.Token);
            await spoken;
            if (lame.ExitCode == 0 && new FileInfo(part) is { Exists: true, Length: > 0 }) return null;
            log.LameRefused(lame.ExitCode, (await said).Trim());
            return "lame cannot read the recording";
        }
        catch (OperationCanceledException)
        {
            lame.Kill(entireProcessTree: true);
            ct.ThrowIfCancellationRequested();
            return "lame took too long";
        }
    }

    /// <summary>lame is given the sound and no name: what it reads is what was opened and looked at.</summary>
    private static async Task FeedAsync(SafeFileHandle sound, Process lame, CancellationToken ct)
    {
        try
        {
            await using var input = lame.StandardInput.BaseStream;
            var buffer = new byte[64 * 1024];
            for (long at = 0; await RandomAccess.ReadAsync(sound, buffer, at, ct) is > 0 and var read; at += read) await input.WriteAsync(buffer.AsMemory(0, read), ct);
        }
        catch (IOException)
        {
            // It ended before it had read everything; its exit code says why.
        }
    }

    /// <summary>All of it or nothing: after a power cut, too.</summary>
    private static void Commit(string part, string path, Recording recording)
    {
        using (var written = File.OpenHandle(part, FileMode.Open, FileAccess.ReadWrite)) RandomAccess.FlushToDisk(written);
        File.SetLastWriteTimeUtc(part, recording.ChangedAt.UtcDateTime);
        File.Move(part, path, overwrite: true);
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception kept) when (kept is IOException or UnauthorizedAccessException)
        {
            // A part that is left does no harm: nobody reads it.
        }
    }
}
