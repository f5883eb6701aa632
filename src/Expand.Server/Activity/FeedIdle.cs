namespace Expand.Server.Activity;

/// <summary>
/// A moment in which nothing of the queue_log is left to read.
/// <c>CaughtUpAt</c>: that moment.
/// <c>Since</c>: since when it has been so without a gap; what else comes back after an outage, or a start, is given its time from there.
/// <c>MembersKnown</c>: whether the PBX's own list of members was heard, and the sessions have their devices from it.
/// </summary>
internal sealed record FeedIdle(DateTimeOffset CaughtUpAt, DateTimeOffset Since, bool MembersKnown)
{
    /// <summary>Whether that long was waited for something that belongs to an instant.</summary>
    public bool HasWaited(TimeSpan patience, DateTimeOffset instant) => CaughtUpAt - (instant > Since ? instant : Since) >= patience;
}
