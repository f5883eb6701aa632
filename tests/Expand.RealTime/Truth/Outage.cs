namespace Expand.RealTime.Truth;

/// <summary>What an outage took from the server.</summary>
internal enum OutageKind
{
    /// <summary>The server is killed: what it remembered is gone, and it hears nothing until it is back.</summary>
    Killed,

    /// <summary>There is no database: what was heard is known all the same.</summary>
    WithoutDatabase,

    /// <summary>It hears nothing of the PBX; what it heard before is known.</summary>
    Deaf,
}

/// <summary>From when to when something was broken, three seconds of recovery included.</summary>
internal sealed record Outage(OutageKind Kind, DateTimeOffset From, DateTimeOffset To)
{
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(1);

    /// <summary>A line of queue_log is read this late at most, on a busy machine.</summary>
    private static readonly TimeSpan Unread = TimeSpan.FromSeconds(10);

    public bool Touches(Moment at) => at.Latest >= From && at.Earliest <= To;

    /// <summary>Whether a picture that was shown later may tell only roughly when that was: nobody listened, or it was forgotten.</summary>
    public bool Obscures(Moment at, Moment shown) => shown.Latest >= From && Kind switch
    {
        OutageKind.Killed => at.Earliest <= To + Margin,
        OutageKind.Deaf => at.Latest >= From - Margin && at.Earliest <= To + Margin,
        _ => false,
    };

    /// <summary>Whether what AMI told of a ring may not have been heard, or forgotten before queue_log's line about it was read.</summary>
    public bool Obscures(Offer offer) => offer.Ended.Latest >= From - Unread && offer.Rang.Earliest <= To + Margin;

    /// <summary>
    /// Whether a picture that was shown later may lack a call that was talked on when the server began anew: Asterisk's channels name a phone, and
    /// whose it is tells the login, which may have ended meanwhile.
    /// </summary>
    public bool MayLack(CallStory call, IEnumerable<SessionStory> sessions, Moment shown) =>
        Kind == OutageKind.Killed && shown.Latest >= From && call.Connected.Earliest <= To
        && sessions.Any(s => s.Queue == call.Plan.Queue && s.Agent == call.Agent && s.Ended is { } left && left.Latest >= call.Connected.Earliest && left.Earliest <= To);

    public override string ToString() => $"{Kind} {From:HH:mm:ss}–{To:HH:mm:ss}";
}
