namespace Expand.Server.Platform;

internal static partial class PlatformLog
{
    [LoggerMessage(1001, LogLevel.Warning, "This host's presence could not be written: {Reason}")]
    public static partial void PresenceUnwritten(this ILogger log, string reason);
}
