namespace Expand.Server.Ui;

internal static partial class UiLog
{
    [LoggerMessage(6001, LogLevel.Warning, "The user of an open page cannot be checked, the page stays open: {Reason}")]
    public static partial void SessionsCannotBeChecked(this ILogger log, string reason);
}
