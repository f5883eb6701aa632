namespace Expand.Server.Forms;

internal static partial class FormsLog
{
    [LoggerMessage(7101, LogLevel.Information, "{Action}: form {Form} by {Actor}")]
    public static partial void FormChanged(this ILogger log, string action, string form, string actor);

    [LoggerMessage(7102, LogLevel.Information, "Form {Form} is filled in by agent {Agent}: entry {Id}")]
    public static partial void FilledIn(this ILogger log, string form, string id, string agent);

    [LoggerMessage(7103, LogLevel.Information, "Entry {Id} of form {Form} is corrected")]
    public static partial void Corrected(this ILogger log, string form, string id);

    [LoggerMessage(7104, LogLevel.Warning, "The demonstration lacks {What}: {Reason}")]
    public static partial void DemoLacks(this ILogger log, string what, string reason);
}
