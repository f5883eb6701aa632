namespace Expand.Server.Calls;

/// <summary>The contract's codes of <c>originateCallStatus</c> (soap.md). 3 to 7 are final.</summary>
internal enum CallStatus : short
{
    /// <summary>No such job.</summary>
    None = 0,

    /// <summary>From the request until both sides have answered.</summary>
    Ringing = 1,

    /// <summary>Both sides connected.</summary>
    Answer = 2,

    /// <summary>Ended normally after ANSWER, or cancelled.</summary>
    HungUp = 3,

    /// <summary>The destination is busy.</summary>
    Busy = 4,

    /// <summary>The source or the destination did not answer in time.</summary>
    NoAnswer = 5,

    /// <summary>The outgoing channel failed, the called side rejected, the source is unknown or not registered.</summary>
    Congestion = 6,

    /// <summary>The source is in use or busy.</summary>
    OffHook = 7,
}
