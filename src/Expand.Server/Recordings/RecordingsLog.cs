using Expand.Server.Pbx;

namespace Expand.Server.Recordings;

internal static partial class RecordingsLog
{
    [LoggerMessage(8101, LogLevel.Information, "Part {File} of call {UniqueId} is recorded for agent {Agent}")]
    public static partial void PartStarted(this ILogger log, string file, string agent, string uniqueId);

    [LoggerMessage(8102, LogLevel.Warning, "Part {File} is not recorded: the PBX answered {Answer} and did not confirm it")]
    public static partial void PartNotStarted(this ILogger log, string file, OrderAnswer answer);

    [LoggerMessage(8103, LogLevel.Warning, "Ends of recorded parts wait to be written: {Reason}")]
    public static partial void PartEndsWait(this ILogger log, string reason);
}
