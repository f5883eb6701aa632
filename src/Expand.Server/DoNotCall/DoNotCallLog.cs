namespace Expand.Server.DoNotCall;

internal static partial class DoNotCallLog
{
    [LoggerMessage(8901, LogLevel.Information, "{Action}: do-not-call list {Name} by {Actor}")]
    public static partial void ListChanged(this ILogger log, string action, string name, string actor);

    [LoggerMessage(8902, LogLevel.Information, "Deleted {Numbers} numbers of old editions and {Checks} old checks")]
    public static partial void Cleaned(this ILogger log, long numbers, long checks);

    [LoggerMessage(8903, LogLevel.Warning, "Deleting old numbers and checks waits: {Reason}")]
    public static partial void CleaningWaits(this ILogger log, Exception? failure, string reason);

    [LoggerMessage(8904, LogLevel.Information, "Import into do-not-call list {Name}: {State}, {Counts}, in {Seconds:0.0} s")]
    public static partial void Imported(this ILogger log, string name, Imports.ImportState state, string counts, double seconds);

    [LoggerMessage(8905, LogLevel.Error, "The import into do-not-call list {Name} failed")]
    public static partial void ImportFailed(this ILogger log, Exception failure, string name);

    [LoggerMessage(8906, LogLevel.Warning, "The demonstration lacks {What}: {Reason}")]
    public static partial void DemoLacks(this ILogger log, string what, string reason);
}
