namespace Expand.Server.Crm;

internal static partial class CrmLog
{
    [LoggerMessage(8601, LogLevel.Warning, "CRM: {Service} failed: {Problem} {Detail}")]
    public static partial void ServiceFailed(this ILogger log, string service, CrmProblem problem, string detail);

    [LoggerMessage(8602, LogLevel.Warning, "CRM: {Service} is away; it is not asked for {Time}")]
    public static partial void CircuitOpened(this ILogger log, string service, TimeSpan time);

    [LoggerMessage(8603, LogLevel.Information, "CRM: {Service} answers again")]
    public static partial void CircuitClosed(this ILogger log, string service);

    [LoggerMessage(8604, LogLevel.Warning, "IVRData of call {UniqueId} is not kept: {Reason}; the call goes on")]
    public static partial void IvrDataNotKept(this ILogger log, string uniqueId, string reason);

    [LoggerMessage(8605, LogLevel.Warning, "The dialplan's ivr-code of call {UniqueId} is refused: {Field} {Rule}")]
    public static partial void NodeRefused(this ILogger log, string uniqueId, string? field, string rule);

    [LoggerMessage(8606, LogLevel.Warning, "The dialplan asks for an AGI service that there is not: {Script}")]
    public static partial void UnknownAgi(this ILogger log, string script);

    [LoggerMessage(8607, LogLevel.Information, "FastAGI listens on {Address}")]
    public static partial void AgiOpened(this ILogger log, string address);

    [LoggerMessage(8608, LogLevel.Information, "FastAGI does not listen any more")]
    public static partial void AgiClosed(this ILogger log);

    [LoggerMessage(8609, LogLevel.Error, "FastAGI cannot listen on {Address}: {Reason}; it is tried again")]
    public static partial void AgiNotOpened(this ILogger log, string address, string reason);

    [LoggerMessage(8610, LogLevel.Warning, "pushAgentInfo of call {UniqueId} is not written down: {Reason}")]
    public static partial void PushNotKept(this ILogger log, string uniqueId, string reason);

    [LoggerMessage(8611, LogLevel.Warning, "pushAgentInfo waits: {Reason}")]
    public static partial void PushesWait(this ILogger log, string reason);

    [LoggerMessage(8612, LogLevel.Debug, "pushAgentInfo {Id} of call {UniqueId} is {State} after {Attempts}")]
    public static partial void PushTried(this ILogger log, long id, string uniqueId, PushState state, int attempts);

    [LoggerMessage(8613, LogLevel.Information, "CRM: {Rows} old rows removed")]
    public static partial void Cleaned(this ILogger log, int rows);

    [LoggerMessage(8614, LogLevel.Warning, "CRM: the removal of old rows waits: {Reason}")]
    public static partial void CleaningWaits(this ILogger log, Exception? failure, string reason);
}
