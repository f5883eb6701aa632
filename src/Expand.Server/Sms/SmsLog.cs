namespace Expand.Server.Sms;

internal static partial class SmsLog
{
    [LoggerMessage(8501, LogLevel.Information, "Message {Message} queued for {Recipients} recipients in {Segments} segments (from {Origin})")]
    public static partial void MessageQueued(this ILogger log, int message, int recipients, int segments, SmsOrigin origin);

    [LoggerMessage(8502, LogLevel.Debug, "Message {Message}, recipient {Recipient}: from {Before} to {After}")]
    public static partial void RecipientMoved(this ILogger log, int message, long recipient, SmsState before, SmsState after);

    [LoggerMessage(8503, LogLevel.Debug, "Report of recipient {Recipient}, attempt {Attempt}: {Report} ({Words})")]
    public static partial void Reported(this ILogger log, long recipient, int attempt, SmsReport report, string words);

    [LoggerMessage(8504, LogLevel.Warning, "The sending of messages waits: {Reason}")]
    public static partial void SenderWaits(this ILogger log, string reason);

    [LoggerMessage(8505, LogLevel.Warning, "{Count} messages have no outcome: whether the gateway got them is not known until their reports come")]
    public static partial void InDoubt(this ILogger log, int count);

    [LoggerMessage(8506, LogLevel.Information, "{Count} messages in doubt are settled: no report came in time")]
    public static partial void Settled(this ILogger log, int count);

    [LoggerMessage(8507, LogLevel.Error, "Message {Message}, recipient {Recipient}: it could not be sent")]
    public static partial void DeliveryFailed(this ILogger log, Exception failure, int message, long recipient);

    [LoggerMessage(8508, LogLevel.Warning, "Message {Message}, recipient {Recipient}: the gateway's answer waits for the database: {Reason}")]
    public static partial void OutcomeWaits(this ILogger log, int message, long recipient, string reason);

    [LoggerMessage(8509, LogLevel.Error, "{Operation} failed (trace {TraceId})")]
    public static partial void SmsOperationFailed(this ILogger log, Exception failure, string operation, string traceId);

    [LoggerMessage(8510, LogLevel.Warning, "A delivery report with a wrong ticket from {Address}")]
    public static partial void ReportRefused(this ILogger log, string? address);

    [LoggerMessage(8511, LogLevel.Warning, "The deletion of old messages waits: {Reason}")]
    public static partial void RetentionWaits(this ILogger log, Exception? failure, string reason);

    [LoggerMessage(8512, LogLevel.Information, "{Count} messages deleted that were older than {Days} days")]
    public static partial void OldDeleted(this ILogger log, int count, int days);
}
