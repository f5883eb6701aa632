namespace Expand.Server.Pbx;

/// <summary>
/// Something that happened in the PBX, in our words. Facts come from AMI events, in order, on one thread; they move the live
/// picture and nothing else (AMI does not replay). Listeners must be quick and may not wait.
/// </summary>
/// <param name="At">When this host heard of it; of the facts of queues (QueueFacts.cs): when it was so by the PBX's clock, where the event says it.</param>
internal abstract record PbxFact(DateTimeOffset At);

/// <summary>The connection is up (again), or events were dropped: <paramref name="Channels"/> are all that exist now.</summary>
internal sealed record PbxSnapshot(DateTimeOffset At, IReadOnlyList<LiveChannel> Channels) : PbxFact(At);

/// <summary>The connection is lost; nothing is heard until the next <see cref="PbxSnapshot"/>.</summary>
internal sealed record PbxLost(DateTimeOffset At) : PbxFact(At);

/// <summary>
/// A channel came to be.
/// <c>Number</c>: the caller ID number of its owner.
/// <c>Dialled</c>: what it dialled, where it is the side that dials.
/// </summary>
internal sealed record ChannelStarted(
    DateTimeOffset At, string UniqueId, string LinkedId, string Channel, string Number = "", string Dialled = "") : PbxFact(At);

/// <summary>
/// A leg is being rung; <paramref name="From"/> is null for the first leg of an originated call.
/// <c>FromChannel</c>: the dialling channel's name, empty for the first leg of an originated call.
/// <c>Dialled</c>: what the dialling side dialled.
/// </summary>
internal sealed record DialStarted(
    DateTimeOffset At, string? From, string To, string LinkedId, string FromChannel = "", string Dialled = "") : PbxFact(At);

/// <summary>A leg stopped ringing, with Asterisk's word for it: ANSWER, BUSY, NOANSWER, CONGESTION, CANCEL, …</summary>
internal sealed record DialEnded(DateTimeOffset At, string? From, string To, string LinkedId, string Result) : PbxFact(At);

/// <summary>A channel is gone, with its Q.850 cause.</summary>
internal sealed record ChannelEnded(DateTimeOffset At, string UniqueId, string LinkedId, int Cause) : PbxFact(At);

/// <summary>The end of an asynchronous Originate: the source leg was answered or not.</summary>
internal sealed record OriginateEnded(DateTimeOffset At, string UniqueId, bool Success, int Reason) : PbxFact(At);

/// <summary>What a channel hears is being written to a file.</summary>
internal sealed record RecordingStarted(DateTimeOffset At, string UniqueId) : PbxFact(At);

/// <summary>A device changed its state.</summary>
internal sealed record DeviceChanged(DateTimeOffset At, string Device, DeviceState State) : PbxFact(At);

/// <summary>The PBX reloaded its configuration.</summary>
internal sealed record PbxReloaded(DateTimeOffset At) : PbxFact(At);

/// <summary>A channel as <c>CoreShowChannels</c> shows it.</summary>
/// <param name="UniqueId">Asterisk's Uniqueid.</param>
/// <param name="LinkedId">The Uniqueid of the call's first channel.</param>
/// <param name="Name">The channel's name, such as <c>PJSIP/701-0000004d</c>.</param>
/// <param name="State">Asterisk's state number: 5 ringing, 6 up.</param>
/// <param name="BridgeId">The bridge that it is in, or empty.</param>
internal sealed record LiveChannel(string UniqueId, string LinkedId, string Name, int State, string BridgeId)
{
    public bool IsUp => State == 6;

    /// <summary>The caller ID of its owner.</summary>
    public string Number { get; init; } = "";

    public string CallerName { get; init; } = "";

    /// <summary>The dialplan's extension that it is at: what it dialled, where it is the side that dials.</summary>
    public string Dialled { get; init; } = "";

    /// <summary>The application it runs and its data, such as <c>Queue</c> and <c>q_ventas,tT</c>.</summary>
    public string Application { get; init; } = "";

    public string Data { get; init; } = "";

    /// <summary>For how long it exists.</summary>
    public TimeSpan Age { get; init; }
}

/// <summary>Asterisk's device states.</summary>
internal enum DeviceState
{
    Unknown,
    NotInUse,
    InUse,
    Busy,
    Invalid,
    Unavailable,
    Ringing,
    RingInUse,
    OnHold,
}

/// <summary>Who wants to hear facts.</summary>
internal interface IPbxListener
{
    void Heard(PbxFact fact);
}
