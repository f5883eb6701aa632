namespace Expand.Server.Lists;

internal static partial class ListsLog
{
    [LoggerMessage(7101, LogLevel.Information, "{Action}: {Kind} list {Name} by {Actor}")]
    public static partial void ListChanged(this ILogger log, string action, string kind, string name, string actor);

    [LoggerMessage(7102, LogLevel.Warning, "The demonstration lacks {What}: {Reason}")]
    public static partial void DemoListsLack(this ILogger log, string what, string reason);

    [LoggerMessage(7103, LogLevel.Information, "Import into list {Name}: {State}, {Counts}, in {Seconds:0.0} s")]
    public static partial void Imported(this ILogger log, string name, Imports.ImportState state, string counts, double seconds);

    [LoggerMessage(7104, LogLevel.Error, "The import into list {Name} failed")]
    public static partial void ImportFailed(this ILogger log, Exception failure, string name);
}
