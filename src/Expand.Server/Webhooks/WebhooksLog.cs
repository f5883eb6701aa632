namespace Expand.Server.Webhooks;

internal static partial class WebhooksLog
{
    [LoggerMessage(8701, LogLevel.Information, "{Action}: webhook {Id} by {Actor}")]
    public static partial void WebhookChanged(this ILogger log, string action, int id, string actor);

    [LoggerMessage(8702, LogLevel.Warning, "Events wait to be handed to webhooks: {Reason}")]
    public static partial void RelayWaits(this ILogger log, Exception? failure, string reason);

    [LoggerMessage(8703, LogLevel.Warning, "Deliveries to webhooks wait: {Reason}")]
    public static partial void SenderWaits(this ILogger log, string reason);

    [LoggerMessage(8704, LogLevel.Warning, "Delivery {Id} ({Type}) to webhook {Webhook} failed at attempt {Attempt}: {Reason}")]
    public static partial void AttemptFailed(this ILogger log, long id, string type, int webhook, int attempt, string reason);

    [LoggerMessage(8705, LogLevel.Warning, "Webhook {Webhook} is paused until {Until:O}: {Failures} attempts in a row failed")]
    public static partial void WebhookPaused(this ILogger log, int webhook, DateTimeOffset until, int failures);

    [LoggerMessage(8706, LogLevel.Warning, "Webhook {Webhook} is switched off: its receiver answered 410 Gone")]
    public static partial void WebhookGone(this ILogger log, int webhook);

    [LoggerMessage(8707, LogLevel.Error, "A webhook's secret cannot be read with this installation's keys; make it a new one")]
    public static partial void SecretUnreadable(this ILogger log);

    [LoggerMessage(8708, LogLevel.Warning, "Deliveries that are past their days wait to be forgotten: {Reason}")]
    public static partial void SweepWaits(this ILogger log, Exception? failure, string reason);

    [LoggerMessage(8709, LogLevel.Information, "{Count} deliveries to webhook {Webhook} are sent anew, by {Actor}")]
    public static partial void Replayed(this ILogger log, int count, int webhook, string actor);
}
