namespace Expand.Server.OutgoingCalls;

internal static partial class OutgoingCallsLog
{
    [LoggerMessage(7001, LogLevel.Information, "Outgoing call {Id} of queue {Queue} is added")]
    public static partial void CallAdded(this ILogger log, long id, string queue);

    [LoggerMessage(7002, LogLevel.Information, "Outgoing call {Id} is changed and {Status}")]
    public static partial void CallChanged(this ILogger log, long id, OutgoingCallStatus status);

    [LoggerMessage(7003, LogLevel.Information, "{Count} outgoing calls are expired")]
    public static partial void CallsExpired(this ILogger log, int count);

    [LoggerMessage(7004, LogLevel.Warning, "Outgoing calls whose time is over wait to be written down: {Reason}")]
    public static partial void ExpiryWaits(this ILogger log, Exception? failure, string reason);

    [LoggerMessage(7005, LogLevel.Warning, "The demonstration lacks the outgoing call to {Contact}: {Reason}")]
    public static partial void DemoLacks(this ILogger log, string contact, string reason);

    [LoggerMessage(7006, LogLevel.Information, "{Count} outgoing calls are of agents who got another username")]
    public static partial void AgentsRenamed(this ILogger log, int count);
}
