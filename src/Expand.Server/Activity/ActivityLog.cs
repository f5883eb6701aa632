namespace Expand.Server.Activity;

/// <summary>What this room logs.</summary>
internal static partial class ActivityLog
{
    [LoggerMessage(1300, LogLevel.Information, "The members of {Pbx} differ from its queue_log: {Difference}")]
    public static partial void MembersDiffer(this ILogger log, string pbx, string difference);

    [LoggerMessage(1301, LogLevel.Warning, "The counters wait for the database: {Reason}")]
    public static partial void CountersWait(this ILogger log, string reason);

    [LoggerMessage(1302, LogLevel.Warning, "The figures of the day wait for the database: {Reason}")]
    public static partial void DayWaits(this ILogger log, string reason);

    [LoggerMessage(1303, LogLevel.Warning, "The sums of agents' days wait for the database: {Reason}")]
    public static partial void SumsWait(this ILogger log, Exception? failure, string reason);

    [LoggerMessage(1304, LogLevel.Information, "The sums of {Count} days are made")]
    public static partial void SumsMade(this ILogger log, int count);
}
