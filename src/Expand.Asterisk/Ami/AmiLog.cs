using Microsoft.Extensions.Logging;

namespace Expand.Asterisk.Ami;

internal static partial class AmiLog
{
    [LoggerMessage(1001, LogLevel.Information, "AMI {Target} is up ({Banner})")]
    public static partial void Up(this ILogger log, AmiOptions target, string banner);

    [LoggerMessage(1002, LogLevel.Warning, "AMI {Target} lost: {Reason}")]
    public static partial void Lost(this ILogger log, AmiOptions target, string reason);

    [LoggerMessage(1003, LogLevel.Warning, "AMI {Target}: no connection ({Reason}); failure {Failures} in a row, next try in {Delay}")]
    public static partial void Retrying(this ILogger log, AmiOptions target, string reason, int failures, TimeSpan delay);

    [LoggerMessage(1004, LogLevel.Error, "AMI {Target}: authentication failed twice in a row ({Reason}); stopped. Correct the user or the secret and start again")]
    public static partial void AuthenticationFailed(this ILogger log, AmiOptions target, string reason);

    [LoggerMessage(1005, LogLevel.Warning, "AMI {Target}: no FullyBooted after the login (the user needs read=system); it answers a ping and is taken as up")]
    public static partial void NotSeenBooted(this ILogger log, AmiOptions target);

    [LoggerMessage(1006, LogLevel.Error, "AMI {Target}: unexpected failure, trying again")]
    public static partial void Unexpected(this ILogger log, Exception failure, AmiOptions target);
}
