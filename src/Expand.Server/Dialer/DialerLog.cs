namespace Expand.Server.Dialer;

internal static partial class DialerLog
{
    [LoggerMessage(7001, LogLevel.Information, "{Action}: campaign {Campaign}, by {Actor}")]
    public static partial void CampaignChanged(this ILogger log, string action, int campaign, string actor);

    [LoggerMessage(7002, LogLevel.Information, "Campaign {Campaign} has ended: {Contacts} contacts are not called any more")]
    public static partial void ContactsCanceled(this ILogger log, int campaign, int contacts);

    [LoggerMessage(7003, LogLevel.Warning, "The demonstration lacks {What}: {Why}")]
    public static partial void DemoLacks(this ILogger log, string what, string why);
}
