namespace Expand.Server.OutgoingCalls;

/// <summary>Which calls to list; what is null does not matter.</summary>
internal sealed record OutgoingCallFilter
{
    public string? Queue { get; init; }

    /// <summary>One of the call's numbers, whatever separators are in it.</summary>
    public string? Phone { get; init; }

    /// <summary>Calls to be made then or later.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Calls to be made then or earlier.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Calls of that agent, whatever the case; empty: those of every agent.</summary>
    public string? Agent { get; init; }

    public OutgoingCallStatus? Status { get; init; }

    /// <summary>In the order of the hour, whether the latest hour comes first.</summary>
    public bool NewestFirst { get; init; }

    /// <summary>Calls to leave out at the beginning.</summary>
    public int Start { get; init; }

    /// <summary>Calls to list at most; null: all.</summary>
    public int? Limit { get; init; }
}

/// <summary>A place in the order of the hour: that of the call there.</summary>
internal readonly record struct CallPlace(DateTimeOffset CallDate, long Id)
{
    public static CallPlace Of(OutgoingCall call) => new(call.CallDate, call.Id);
}
