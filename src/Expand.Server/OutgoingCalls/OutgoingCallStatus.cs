namespace Expand.Server.OutgoingCalls;

/// <summary>Where a pending outgoing call stands. The numbers are stored.</summary>
internal enum OutgoingCallStatus : short
{
    /// <summary>To be made.</summary>
    Pending = 0,

    /// <summary>Made, or marked as made; final.</summary>
    Completed = 1,

    /// <summary>Deleted by a client or discarded by an agent; final, and shown to agents no longer.</summary>
    Canceled = 2,

    /// <summary>Its time is over. It may still be made, discarded, or postponed, which makes it pending again.</summary>
    Expired = 3,
}

/// <summary>The state machine of outgoing calls, and the contract's words for its states.</summary>
internal static class OutgoingCallStates
{
    /// <summary>Whether a call of one status may come to have another. One's own is no change.</summary>
    public static bool MayBecome(this OutgoingCallStatus from, OutgoingCallStatus to) => from switch
    {
        OutgoingCallStatus.Pending => to is OutgoingCallStatus.Completed or OutgoingCallStatus.Canceled or OutgoingCallStatus.Expired,
        OutgoingCallStatus.Expired => to is OutgoingCallStatus.Completed or OutgoingCallStatus.Canceled or OutgoingCallStatus.Pending,
        _ => false,
    };

    /// <summary>The contract's word.</summary>
    public static string Word(this OutgoingCallStatus status) => status switch
    {
        OutgoingCallStatus.Pending => "PENDING",
        OutgoingCallStatus.Completed => "COMPLETED",
        OutgoingCallStatus.Canceled => "CANCELED",
        OutgoingCallStatus.Expired => "EXPIRED",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "no status of an outgoing call"),
    };

    /// <summary>All words, in the contract's order.</summary>
    public static string[] Words { get; } = [.. Enum.GetValues<OutgoingCallStatus>().Select(Word)];

    /// <summary>The status of a word of the contract.</summary>
    public static OutgoingCallStatus Of(string word) => Enum.GetValues<OutgoingCallStatus>().Single(s => s.Word() == word);
}
