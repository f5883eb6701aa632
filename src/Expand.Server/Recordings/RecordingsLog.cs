using Expand.Server.Pbx;

namespace Expand.Server.Recordings;

internal static partial class RecordingsLog
{
    [LoggerMessage(8101, LogLevel.Information, "Part {File} of call {UniqueId} is recorded for agent {Agent}")]
    public static partial void PartStarted(this ILogger log, string file, string agent, string uniqueId);

    [LoggerMessage(8102, LogLevel.Warning, "Part {File} is not recorded: the PBX answered {Answer} and did not confirm it")]
    public static partial void PartNotStarted(this ILogger log, string file, OrderAnswer answer);

    [LoggerMessage(8103, LogLevel.Warning, "Ends of recorded parts wait to be written: {Reason}")]
    public static partial void PartEndsWait(this ILogger log, string reason);

    [LoggerMessage(8111, LogLevel.Warning, "Recording {Path} leads out of the folder of recordings; it is not opened")]
    public static partial void LeadsOut(this ILogger log, string path);

    [LoggerMessage(8112, LogLevel.Warning, "The index of recordings waits: {Reason}")]
    public static partial void ScanWaits(this ILogger log, Exception? failure, string reason);

    [LoggerMessage(8113, LogLevel.Warning, "The folder of recordings {Folder} cannot be read: {Reason}")]
    public static partial void FolderUnreadable(this ILogger log, string folder, string reason);

    [LoggerMessage(8114, LogLevel.Information, "The folder of recordings {Folder} can be read again")]
    public static partial void FolderReadableAgain(this ILogger log, string folder);

    [LoggerMessage(8115, LogLevel.Information, "{Count} recordings older than {Days} days were deleted")]
    public static partial void RecordingsDeleted(this ILogger log, int count, int days);

    [LoggerMessage(8116, LogLevel.Warning, "Recording {Path} is older than recordings are to be kept, and cannot be deleted; neither may others of its folder. It is handed out no more. (Told once.)")]
    public static partial void CannotDelete(this ILogger log, string path);

    [LoggerMessage(8121, LogLevel.Information, "MP3 of recording {Path} made in {Seconds:0.0} s")]
    public static partial void CopyMade(this ILogger log, string path, double seconds);

    [LoggerMessage(8122, LogLevel.Warning, "No MP3 of recording {Path}: {Reason}")]
    public static partial void CopyFailed(this ILogger log, string path, string reason);

    [LoggerMessage(8123, LogLevel.Warning, "The MP3 of recording {Path} cannot be deleted: {Reason}")]
    public static partial void CopyKept(this ILogger log, string path, string reason);

    [LoggerMessage(8124, LogLevel.Warning, "An MP3 cannot be written: {Reason}")]
    public static partial void CopyNotWritten(this ILogger log, string reason);

    [LoggerMessage(8125, LogLevel.Warning, "lame ended with exit code {ExitCode}: {Said}")]
    public static partial void LameRefused(this ILogger log, int exitCode, string said);

    [LoggerMessage(8131, LogLevel.Information, "No recording of call {UniqueId} is handed out: {Reason}")]
    public static partial void NotHandedOut(this ILogger log, string uniqueId, string reason);
}
