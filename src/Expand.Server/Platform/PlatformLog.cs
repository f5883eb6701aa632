namespace Expand.Server.Platform;

internal static partial class PlatformLog
{
    [LoggerMessage(1001, LogLevel.Warning, "This host's presence could not be written: {Reason}")]
    public static partial void PresenceUnwritten(this ILogger log, string reason);

    [LoggerMessage(1011, LogLevel.Warning, "The history's upkeep waits: {Reason}")]
    public static partial void HistoryWaits(this ILogger log, Exception? failure, string reason);

    [LoggerMessage(1012, LogLevel.Information, "{Table} has a partition for {Month}")]
    public static partial void MonthMade(this ILogger log, string table, string month);

    [LoggerMessage(1013, LogLevel.Information, "{Table}: {Month} is older than what is kept, and dropped")]
    public static partial void MonthDropped(this ILogger log, string table, string month);

    [LoggerMessage(1014, LogLevel.Information, "{Count} rows of {Rows} from before {Month} are older than what is kept, and removed")]
    public static partial void RowsRemoved(this ILogger log, string rows, long count, string month);
}
