namespace Expand.Server.Platform.Rest;

internal static partial class RestLog
{
    [LoggerMessage(1101, LogLevel.Error, "{Method} {Path} failed (trace {TraceId})")]
    public static partial void RestFailed(this ILogger log, Exception failure, string method, string path, string traceId);

    [LoggerMessage(1102, LogLevel.Warning, "{Method} {Path} was answered 503: {Reason}")]
    public static partial void RestUnavailable(this ILogger log, string method, string path, string reason);

    [LoggerMessage(1103, LogLevel.Warning, "Answers kept for idempotency could not be swept: {Reason}")]
    public static partial void SweepFailed(this ILogger log, string reason);
}
