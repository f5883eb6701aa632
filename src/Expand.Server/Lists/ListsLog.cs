namespace Expand.Server.Lists;

internal static partial class ListsLog
{
    [LoggerMessage(7101, LogLevel.Information, "{Action}: {Kind} list {Name} by {Actor}")]
    public static partial void ListChanged(this ILogger log, string action, string kind, string name, string actor);

    [LoggerMessage(7102, LogLevel.Warning, "The demonstration lacks {What}: {Reason}")]
    public static partial void DemoListsLack(this ILogger log, string what, string reason);
}
