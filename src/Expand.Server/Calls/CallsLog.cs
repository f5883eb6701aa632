namespace Expand.Server.Calls;

internal static partial class CallsLog
{
    [LoggerMessage(3001, LogLevel.Information, "Call {Job} ({ChannelId}) from {Source} to {Destination} requested")]
    public static partial void CallRequested(this ILogger log, string job, string channelId, string source, string destination);

    [LoggerMessage(3002, LogLevel.Warning, "Call {Job} refused, it does not reach the PBX: {Reason}")]
    public static partial void CallRefused(this ILogger log, string job, string reason);

    [LoggerMessage(3003, LogLevel.Information, "Call {Job} ({ChannelId}) is {Status}")]
    public static partial void CallMoved(this ILogger log, string job, string channelId, CallStatus status);

    [LoggerMessage(3004, LogLevel.Error, "Call {Job} failed")]
    public static partial void CallFailed(this ILogger log, Exception failure, string job);

    [LoggerMessage(3005, LogLevel.Warning, "{Count} call changes wait for the database: {Reason}")]
    public static partial void ChangesWait(this ILogger log, int count, string reason);

    [LoggerMessage(3006, LogLevel.Information, "Call {Job} ({ChannelId}) is taken over")]
    public static partial void CallTakenOver(this ILogger log, string job, string channelId);

    [LoggerMessage(3007, LogLevel.Information, "Call {Job} is settled as {Status} from {Count} CDRs")]
    public static partial void CallSettled(this ILogger log, string job, CallStatus status, int count);

    [LoggerMessage(3008, LogLevel.Warning, "The watch over open calls waits: {Reason}")]
    public static partial void WatchWaits(this ILogger log, Exception? failure, string reason);

    [LoggerMessage(3009, LogLevel.Error, "{Operation} failed, trace id {TraceId}")]
    public static partial void OperationFailed(this ILogger log, Exception failure, string operation, string traceId);

    [LoggerMessage(3010, LogLevel.Information, "{Mode} to the channel {ChannelId} of agent {Agent} at extension {Extension} asked for by {Actor}")]
    public static partial void ListeningAsked(this ILogger log, Pbx.SpyMode mode, string channelId, string agent, string extension, string actor);
}
