using Microsoft.Extensions.Logging;

namespace Expand.Soap;

/// <summary>Log events 5001–5099. They carry trace ids and operation names, never arguments: the first one is a key.</summary>
internal static partial class SoapLog
{
    [LoggerMessage(5001, LogLevel.Information, "SOAP request {TraceId} from {Client} refused: {Code}, {Reason} ({Cause})")]
    public static partial void Refused(this ILogger log, string traceId, string? client, SoapFaultCode code, string reason, string? cause);

    [LoggerMessage(5002, LogLevel.Error, "SOAP operation {Operation} failed, {TraceId}")]
    public static partial void Failed(this ILogger log, string operation, string traceId, Exception cause);

    [LoggerMessage(5003, LogLevel.Error, "SOAP answer of {Operation} failed half sent, connection aborted, {TraceId}")]
    public static partial void FailedHalfSent(this ILogger log, string operation, string traceId, Exception cause);

    [LoggerMessage(5004, LogLevel.Debug, "SOAP client gone before the end of its request or answer, {TraceId}")]
    public static partial void ClientGone(this ILogger log, string traceId);
}
