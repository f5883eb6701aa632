namespace Expand.Server.Dialer;

internal static partial class DialerLog
{
    [LoggerMessage(7001, LogLevel.Information, "{Action}: campaign {Campaign}, by {Actor}")]
    public static partial void CampaignChanged(this ILogger log, string action, int campaign, string actor);

    [LoggerMessage(7002, LogLevel.Information, "Campaign {Campaign} has ended: {Contacts} contacts are not called any more")]
    public static partial void ContactsCanceled(this ILogger log, int campaign, int contacts);

    [LoggerMessage(7004, LogLevel.Information, "Import of {File} into campaign {Campaign}: {State}, {Counts}, {Seconds:0.0} s")]
    public static partial void Imported(this ILogger log, string file, int campaign, Imports.ImportState state, string counts, double seconds);

    [LoggerMessage(7005, LogLevel.Error, "The import into campaign {Campaign} failed")]
    public static partial void ImportFailed(this ILogger log, Exception failure, int campaign);

    [LoggerMessage(7003, LogLevel.Warning, "The demonstration lacks {What}: {Why}")]
    public static partial void DemoLacks(this ILogger log, string what, string why);
}
