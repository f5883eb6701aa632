using Microsoft.Extensions.Logging;

namespace Expand.Asterisk.Agi;

internal static partial class AgiLog
{
    [LoggerMessage(1021, LogLevel.Warning, "AGI: {Sessions} calls are being served; further ones are hung up on and their dialplan goes on")]
    public static partial void TooManySessions(this ILogger log, int sessions);

    [LoggerMessage(1022, LogLevel.Warning, "AGI: a connection could not be taken: {Reason}")]
    public static partial void NotAccepted(this ILogger log, string reason);

    [LoggerMessage(1023, LogLevel.Debug, "AGI: a session ended early: {Reason}")]
    public static partial void SessionEnded(this ILogger log, string reason);

    [LoggerMessage(1024, LogLevel.Error, "AGI: a service failed; its call goes on")]
    public static partial void ServiceFailed(this ILogger log, Exception failure);
}
