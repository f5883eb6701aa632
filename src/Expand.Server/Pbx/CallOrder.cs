namespace Expand.Server.Pbx;

/// <summary>A call to be made: ring the source, then dial the destination and connect them.</summary>
/// <param name="ChannelId">The Uniqueid that the source's channel will have; the call is known by it from the first event to the CDR.</param>
/// <param name="Source">Extension or number that is rung first.</param>
/// <param name="SourceName">Caller-ID name that the destination sees.</param>
/// <param name="Destination">What is dialled once the source has answered.</param>
/// <param name="DestinationName">Caller-ID name that the source sees.</param>
/// <param name="RingSeconds">How long each side may ring.</param>
internal sealed record CallOrder(
    string ChannelId, string Source, string SourceName, string Destination, string DestinationName, int RingSeconds);

/// <summary>What the PBX said to an order.</summary>
internal enum OrderAnswer
{
    /// <summary>Taken: events tell the rest.</summary>
    Accepted,

    /// <summary>Refused, with nothing rung.</summary>
    Refused,

    /// <summary>The connection is not up: nothing was sent.</summary>
    Unreachable,

    /// <summary>Sent, and no answer came: it may or may not ring.</summary>
    Unknown,
}

/// <summary>What the PBX said to the wish to hang up a channel.</summary>
internal enum HangUpAnswer
{
    Done,

    /// <summary>It has no such channel: not yet, or not any more.</summary>
    NoChannel,

    Refused,

    /// <summary>No answer came: it may be hung up or not.</summary>
    Unanswered,
}
