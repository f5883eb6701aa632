using System.Globalization;
using Expand.Server.Access;
using Expand.Server.Platform;
using Microsoft.Win32.SafeHandles;

namespace Expand.Server.Recordings;

/// <summary>As what a recording is handed out.</summary>
internal enum SoundFormat
{
    Mp3,

    /// <summary>As the PBX wrote it.</summary>
    Wav,
}

/// <summary>A recording that is open to be sent; it is for whoever got it to close.</summary>
/// <param name="Content">Its bytes.</param>
/// <param name="Format">What they are.</param>
/// <param name="Name">What a saved file is called.</param>
/// <param name="Tag">Another one where a byte is another one.</param>
/// <param name="ChangedAt">When the PBX ended it.</param>
internal sealed record Sound(FileStream Content, SoundFormat Format, string Name, string Tag, DateTimeOffset ChangedAt)
{
    public string ContentType => Format == SoundFormat.Mp3 ? "audio/mpeg" : "audio/wav";
}

/// <summary>Opens recordings for whoever may listen, and has it in the audit log before: what cannot be written there is not handed out.</summary>
internal sealed class RecordingHandout(
    CallRecordings calls, RecordingIndex index, RecordingFolder folder, Mp3Copies copies, AuditTrail audit, ILogger<RecordingHandout> log)
{
    public const string Listened = "recording.listened";

    /// <summary>A player asks for a recording in pieces, and goes back and forth in it: that is one listening.</summary>
    public static readonly TimeSpan OneListening = TimeSpan.FromMinutes(10);

    /// <summary>Opens the recording of a call.</summary>
    /// <param name="uniqueId">Any Uniqueid of the call.</param>
    /// <param name="part">Which of its recordings, counted from 1 in their order; null: the one that stands for the call.</param>
    /// <param name="format">As what.</param>
    /// <param name="listener">Who; null where nothing is sent, such as for HEAD.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>The recording; NotFound names the call where there is none, and its recording where that cannot be had.</returns>
    public async Task<(bool CallIsKnown, Result<Sound> Sound)> OpenAsync(string uniqueId, int? part, SoundFormat format, Actor? listener, CancellationToken ct)
    {
        var call = await calls.FindAsync(uniqueId, ct);
        if (!call.IsKnown) return (false, Failure.NotFound($"call {Shown(uniqueId)}"));
        var (chosen, why) = Choose(call, uniqueId, part);
        if (chosen is null)
        {
            log.NotHandedOut(Shown(uniqueId), why!);
            return (true, new Failure(FailureKind.NotFound, $"call {Shown(uniqueId)} has no recording that can be listened to: {why}"));
        }

        return (true, await OpenAsync(chosen, format, listener, $"{format.ToString().ToLowerInvariant()}, call {uniqueId}", ct));
    }

    /// <summary>Opens a recording by its number.</summary>
    public async Task<Result<Sound>> OpenAsync(long id, SoundFormat format, Actor? listener, CancellationToken ct)
    {
        if (await index.LookAtAsync(id, ct) is not { } recording) return Failure.NotFound($"recording {id}");
        if (recording.State != RecordingState.Ready) return new Failure(FailureKind.NotFound, $"recording {id} cannot be listened to: {Why(recording)}");
        return await OpenAsync(recording, format, listener, $"{format.ToString().ToLowerInvariant()}, call {recording.UniqueId}", ct);
    }

    /// <summary>What a listening is written down to have been of.</summary>
    public static string SubjectOf(Recording recording) => string.Create(CultureInfo.InvariantCulture, $"recording {recording.Id} {recording.Path}");

    private async Task<Result<Sound>> OpenAsync(Recording recording, SoundFormat format, Actor? listener, string detail, CancellationToken ct)
    {
        var opened = format == SoundFormat.Mp3 ? await copies.OpenAsync(recording, ct) : Original(recording);
        if (opened.Value is not { } handle)
        {
            log.NotHandedOut(Shown(recording.UniqueId), opened.Failure!.Message);
            return opened.Failure!;
        }

        try
        {
            if (listener is not null && await audit.TryWriteOnceAsync(listener, Listened, SubjectOf(recording), detail, OneListening, ct) is { } refused)
            {
                handle.Dispose();
                return refused;
            }

            return ToSound(recording, format, handle);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    private Result<SafeFileHandle> Original(Recording recording) =>
        folder.Open(recording.Path) is { } handle ? handle : new Failure(FailureKind.NotFound, "the recording is gone");

    private static Sound ToSound(Recording recording, SoundFormat format, SafeFileHandle handle)
    {
        var content = new FileStream(handle, FileAccess.Read, bufferSize: 0, isAsync: true);
        var extension = format.ToString().ToLowerInvariant();
        var name = new string([.. (recording.UniqueId.Length > 0 ? recording.UniqueId : $"{recording.Id}").Where(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_')]);
        var tag = string.Create(CultureInfo.InvariantCulture, $"{extension}-{recording.Id}-{content.Length:x}-{recording.ChangedAt.ToUnixTimeMilliseconds():x}");
        return new Sound(content, format, $"{name}{(recording.IsPart ? "-" + recording.Id.ToString(CultureInfo.InvariantCulture) : "")}.{extension}", tag, recording.ChangedAt);
    }

    private static (Recording? Chosen, string? Why) Choose(CallSound call, string uniqueId, int? part)
    {
        if (part is { } number)
        {
            var sounding = call.Recordings.Where(r => r.State != RecordingState.Empty).ToList();
            if (number > sounding.Count) return (null, string.Create(CultureInfo.InvariantCulture, $"it has {sounding.Count} recordings"));
            var asked = sounding[number - 1];
            return asked.State == RecordingState.Ready ? (asked, null) : (null, Why(asked));
        }

        if (CallRecordings.Choose(call, uniqueId) is { } chosen) return (chosen, null);
        return (null, call.Recordings.Count == 0 ? "it was not recorded" : Why(call.Recordings[0]));
    }

    private static string Why(Recording recording) => recording.State switch
    {
        RecordingState.Writing => "it is being written",
        RecordingState.Empty => "nobody talked in it",
        RecordingState.Broken => "its file is broken",
        RecordingState.Deleted => string.Create(CultureInfo.InvariantCulture, $"it was deleted after {recording.KeptDays} days"),
        _ => "its file is missing",
    };

    private static string Shown(string uniqueId) => RecordingNames.IsId(uniqueId) ? uniqueId : "(no uniqueid)";
}
