using Expand.Server.Pbx;

namespace Expand.Server.Dialer.Engine;

internal static partial class EngineLog
{
    [LoggerMessage(8801, LogLevel.Information, "Host {Host} dials for the campaigns")]
    public static partial void DialerLeads(this ILogger log, string host);

    [LoggerMessage(8802, LogLevel.Warning, "The dialer waits: {Reason}")]
    public static partial void DialerWaits(this ILogger log, Exception? failure, string reason);

    [LoggerMessage(8803, LogLevel.Information, "Attempt {ChannelId} of campaign {Campaign}: {Outcome}")]
    public static partial void AttemptEnded(this ILogger log, string channelId, int campaign, AttemptOutcome outcome);

    [LoggerMessage(8804, LogLevel.Information, "Attempt {ChannelId} of campaign {Campaign} was not placed, and does not count")]
    public static partial void AttemptVoid(this ILogger log, string channelId, int campaign);

    [LoggerMessage(8805, LogLevel.Warning, "The PBX does not place {ChannelId} of campaign {Campaign}: {Answer}")]
    public static partial void NotPlaced(this ILogger log, string channelId, int campaign, OrderAnswer answer);

    [LoggerMessage(8806, LogLevel.Warning, "{Count} attempts could not be asked for")]
    public static partial void AskingFailed(this ILogger log, Exception failure, int count);

    [LoggerMessage(8808, LogLevel.Error, "What became of attempt {ChannelId} could not be written; it is tried again")]
    public static partial void NotSettled(this ILogger log, Exception failure, string channelId);

    [LoggerMessage(8807, LogLevel.Warning, "Campaign {Campaign} is over and could not be ended: {Reason}")]
    public static partial void NotEnded(this ILogger log, int campaign, string reason);
}
