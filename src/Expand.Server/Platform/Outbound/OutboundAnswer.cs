namespace Expand.Server.Platform.Outbound;

/// <summary>How a request to another system ended.</summary>
internal enum OutboundEnd
{
    /// <summary>It answered, with whatever status.</summary>
    Answered,

    /// <summary>It was not reached: certainly nothing arrived there.</summary>
    NotReached,

    /// <summary>It gave no answer within the time; the request may have arrived.</summary>
    TimedOut,

    /// <summary>The connection broke, or what came was no answer; the request may have arrived.</summary>
    Broken,

    /// <summary>Its answer was longer than is read.</summary>
    TooLong,
}

/// <summary>What became of a request to another system: a value, whatever happened.</summary>
/// <param name="End">How it ended.</param>
/// <param name="Status">The HTTP status; 0 where there was no answer.</param>
/// <param name="Body">The answer's text; empty where there was none.</param>
/// <param name="MediaType">The answer's media type in lower case, such as <c>text/xml</c>; empty where it names none.</param>
/// <param name="Took">From the beginning to the end.</param>
/// <param name="Reason">What went wrong, for people; null for an answer.</param>
/// <param name="RetryAfter">What the answer's <c>Retry-After</c> wishes for (RFC 9110, 10.2.3); null where it says nothing.</param>
internal sealed record OutboundAnswer(
    OutboundEnd End, int Status, string Body, string MediaType, TimeSpan Took, string? Reason, TimeSpan? RetryAfter)
{
    /// <summary>Whether the status is one of success (2xx).</summary>
    public bool IsSuccess => End == OutboundEnd.Answered && Status is >= 200 and <= 299;

    /// <summary>Whether the other side may have acted on the request although there is no answer.</summary>
    public bool MayHaveArrived => End is not (OutboundEnd.Answered or OutboundEnd.NotReached);

    /// <summary>One line for people: the status, or what went wrong.</summary>
    public string Summary => Reason ?? $"HTTP {Status}";
}
