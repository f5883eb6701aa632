namespace Expand.Server.Pbx;

internal static partial class PbxLog
{
    [LoggerMessage(1101, LogLevel.Information, "Connected to the PBX at {Host}:{Port} ({Banner})")]
    public static partial void Connected(this ILogger log, string host, int port, string? banner);

    [LoggerMessage(1102, LogLevel.Warning, "The connection to the PBX is lost: {Detail}")]
    public static partial void Lost(this ILogger log, string? detail);

    [LoggerMessage(1103, LogLevel.Error, "The PBX refuses the AMI user {Username}: correct Pbx:Username and Pbx:Secret and restart")]
    public static partial void Refused(this ILogger log, string? username);

    [LoggerMessage(1104, LogLevel.Warning, "{Count} PBX events were dropped; the picture is read anew")]
    public static partial void EventsDropped(this ILogger log, long count);

    [LoggerMessage(1105, LogLevel.Warning, "The PBX's channels and queues could not be read: {Reason}")]
    public static partial void ResyncFailed(this ILogger log, string reason);

    [LoggerMessage(1106, LogLevel.Error, "{Listener} failed on {Fact}")]
    public static partial void ListenerFailed(this ILogger log, Exception failure, string listener, string fact);

    [LoggerMessage(1107, LogLevel.Information, "{Count} extensions of the PBX")]
    public static partial void ExtensionsRead(this ILogger log, int count);

    [LoggerMessage(1108, LogLevel.Warning, "The extensions could not be read: {Reason}")]
    public static partial void ExtensionsUnread(this ILogger log, string reason);

    [LoggerMessage(1110, LogLevel.Information, "Feed {Feed} of {Pbx} reads {File} from byte {Offset}")]
    public static partial void FeedOpened(this ILogger log, string feed, string pbx, string file, long offset);

    [LoggerMessage(1111, LogLevel.Warning, "Feed {Feed} of {Pbx} waits: {Reason}")]
    public static partial void FeedWaits(this ILogger log, Exception? failure, string feed, string pbx, string reason);

    [LoggerMessage(1112, LogLevel.Warning, "Feed {Feed} of {Pbx}: a line of {File} cannot be read and is kept in feed_rejects: {Reason}")]
    public static partial void LineRejected(this ILogger log, string feed, string pbx, string file, string reason);

    [LoggerMessage(1113, LogLevel.Warning,
        "Feed {Feed} of {Pbx}: the file that was being read is nowhere among {Folder}; what it held beyond byte {Offset} is lost, reading goes on with what was written after it")]
    public static partial void FileGone(this ILogger log, string feed, string pbx, string folder, long offset);

    [LoggerMessage(1114, LogLevel.Warning, "Feed {Feed} of {Pbx}: a rotated file is left out, what it held and was not read yet is missing: {Reason}")]
    public static partial void FileUnreadable(this ILogger log, string feed, string pbx, string reason);

    [LoggerMessage(1120, LogLevel.Information, "The PBX refuses the call {ChannelId}: {Reason}")]
    public static partial void OriginateRefused(this ILogger log, string channelId, string? reason);

    [LoggerMessage(1121, LogLevel.Warning, "The call {ChannelId} met no PBX: {Reason}")]
    public static partial void OriginateUnsent(this ILogger log, string channelId, string reason);

    [LoggerMessage(1122, LogLevel.Warning, "The PBX did not say whether it takes the call {ChannelId}; its channels and CDRs will")]
    public static partial void OriginateUnanswered(this ILogger log, string channelId);

    [LoggerMessage(1123, LogLevel.Warning, "The channel {ChannelId} could not be hung up: {Reason}")]
    public static partial void HangupUnsent(this ILogger log, string channelId, string reason);

    [LoggerMessage(1124, LogLevel.Warning, "{Action} was refused: {Reason}")]
    public static partial void MemberRefused(this ILogger log, string action, string? reason);

    [LoggerMessage(1125, LogLevel.Warning, "{Action} was not answered: {Reason}")]
    public static partial void MemberUnanswered(this ILogger log, string action, string reason);

    [LoggerMessage(1126, LogLevel.Information, "Extension {Number} was given another name by {Actor}")]
    public static partial void ExtensionNamed(this ILogger log, string number, string actor);
}
