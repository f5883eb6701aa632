using Microsoft.Extensions.Logging;

namespace Expand.Simulator.Engine;

internal static partial class SimulatorLog
{
    [LoggerMessage(9001, LogLevel.Information, "PBX simulator: Asterisk {Generation} imitated, AMI on port {Port}")]
    public static partial void Started(this ILogger log, int generation, int port);

    [LoggerMessage(9002, LogLevel.Error, "PBX simulator: a step of the model failed")]
    public static partial void ModelFailed(this ILogger log, Exception error);

    [LoggerMessage(9003, LogLevel.Warning, "PBX simulator: AMI session disconnected, it left {Bytes} bytes unread")]
    public static partial void SlowReader(this ILogger log, long bytes);

    [LoggerMessage(9004, LogLevel.Information, "PBX simulator: crashed on request")]
    public static partial void Crashed(this ILogger log);
}
