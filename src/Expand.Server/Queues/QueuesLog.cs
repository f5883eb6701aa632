namespace Expand.Server.Queues;

internal static partial class QueuesLog
{
    [LoggerMessage(3101, LogLevel.Information, "The picture was wrong of queue {Queue}: {What}: {Subject}")]
    public static partial void PictureDiffered(this ILogger log, string what, string queue, string subject);

    [LoggerMessage(3102, LogLevel.Information, "The picture is what the PBX says: {Queues} queues, {Members} members, {Waiting} waiting, {Differences} differences")]
    public static partial void PictureRead(this ILogger log, int queues, int members, int waiting, int differences);

    [LoggerMessage(3103, LogLevel.Warning, "The picture is out of date from here: the PBX is not heard")]
    public static partial void PictureStale(this ILogger log);

    [LoggerMessage(3104, LogLevel.Information, "{Count} pause reasons that the PBX does not know any longer are taken from what was written down")]
    public static partial void PauseReasonsRecalled(this ILogger log, int count);

    [LoggerMessage(3105, LogLevel.Warning, "Pause reasons that the PBX does not know wait for the database: {Reason}")]
    public static partial void PauseReasonsWait(this ILogger log, string reason);

    [LoggerMessage(3111, LogLevel.Information, "{Action} of queue {Queue} by {Actor}: {Detail}")]
    public static partial void CatalogChanged(this ILogger log, string action, string queue, string actor, string detail);
}
