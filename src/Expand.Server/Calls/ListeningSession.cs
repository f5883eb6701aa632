using Expand.Server.Pbx;

namespace Expand.Server.Calls;

/// <summary>The call that is listened to, as the door that shows it knows it.</summary>
/// <param name="ChannelId">The Uniqueid of the agent's leg: that channel is heard.</param>
/// <param name="Agent">The agent's number.</param>
/// <param name="AgentName">The agent's name.</param>
/// <param name="Queue">The queue's name.</param>
/// <param name="Caller">With whom the agent talks.</param>
internal sealed record ListeningTarget(string ChannelId, string Agent, string AgentName, string Queue, string Caller);

/// <summary>How far a listening is.</summary>
public enum ListeningState
{
    /// <summary>The supervisor's phone rings.</summary>
    Ringing,

    /// <summary>The supervisor hears the call.</summary>
    Listening,

    /// <summary>It is over.</summary>
    Ended,
}

/// <summary>Why a listening ended.</summary>
public enum ListeningEnd
{
    /// <summary>It has not.</summary>
    NotYet,

    /// <summary>The supervisor hung up, or stopped it.</summary>
    HungUp,

    /// <summary>The call was over.</summary>
    CallOver,

    /// <summary>The supervisor's phone rang and was not picked up.</summary>
    NotAnswered,

    /// <summary>The supervisor's phone was busy.</summary>
    Busy,

    /// <summary>The supervisor's phone was not reached, or refused.</summary>
    Refused,
}

/// <summary>A supervisor who listens, or did last.</summary>
/// <param name="ChannelId">The Uniqueid of the supervisor's own channel.</param>
/// <param name="Who">The supervisor's username.</param>
/// <param name="Extension">The phone that is rung.</param>
/// <param name="Target">The call.</param>
/// <param name="Mode">Who hears the supervisor.</param>
/// <param name="Since">Since when it is as <paramref name="State"/> says.</param>
/// <param name="State">How far it is.</param>
/// <param name="End">Why it ended.</param>
internal sealed record ListeningSession(
    string ChannelId, string Who, string Extension, ListeningTarget Target, SpyMode Mode, DateTimeOffset Since,
    ListeningState State = ListeningState.Ringing, ListeningEnd End = ListeningEnd.NotYet)
{
    /// <summary>Whether the supervisor has said that it is to end.</summary>
    public bool Stopping { get; init; }

    public bool IsOver => State == ListeningState.Ended;
}
