namespace Expand.Server.Agents;

internal static partial class AgentsLog
{
    [LoggerMessage(5001, LogLevel.Information, "{Action} of agent {Agent} refused: {Reason}")]
    public static partial void Refused(this ILogger log, string action, string agent, string reason);

    [LoggerMessage(5002, LogLevel.Information, "{Action} of agent {Agent} at {Device} confirmed by the PBX: {Queues}")]
    public static partial void Confirmed(this ILogger log, string action, string agent, string device, string queues);

    [LoggerMessage(5003, LogLevel.Warning, "{Action} of agent {Agent}: the PBX has confirmed it, but its events have not told of it yet")]
    public static partial void NotSeen(this ILogger log, string action, string agent);

    [LoggerMessage(5004, LogLevel.Warning, "Login of agent {Agent} taken back from {Queue}: {Answer}")]
    public static partial void TakenBack(this ILogger log, string agent, string queue, Pbx.MemberAnswer answer);

    [LoggerMessage(5005, LogLevel.Error, "{Operation} failed, trace id {TraceId}")]
    public static partial void OperationFailed(this ILogger log, Exception failure, string operation, string traceId);

    [LoggerMessage(5006, LogLevel.Information, "{Action}: pause reason {Code} by {Actor}")]
    public static partial void ReasonChanged(this ILogger log, string action, string code, string actor);

    [LoggerMessage(5007, LogLevel.Information, "A part of the demonstration is made: {Part}")]
    public static partial void DemoMade(this ILogger log, string part);

    [LoggerMessage(5008, LogLevel.Warning, "The demonstration lacks {What}: {Reason}")]
    public static partial void DemoLacks(this ILogger log, string what, string reason);
}
