using Expand.Server.Queues;

namespace Expand.Server.Ui.Wallboard;

/// <summary>A queue as the wallboard shows it. Public because components are; equal where nothing of it is to be drawn anew.</summary>
/// <param name="Name">The PBX's name for it.</param>
/// <param name="Title">What people call it.</param>
/// <param name="Waiting">Callers who wait.</param>
/// <param name="OldestWait">Since when the one waits who has waited longest.</param>
/// <param name="Talking">Calls that are talked on.</param>
/// <param name="LoggedIn">Agents who are logged in.</param>
/// <param name="Available">Of those, the ones who would be rung.</param>
/// <param name="Paused">Of those, the ones who are paused.</param>
/// <param name="Answered">Today's answered calls; null before they are known.</param>
/// <param name="Abandoned">Today's abandoned calls; null before they are known.</param>
/// <param name="Level">Today's service level in percent; null where there is none.</param>
/// <param name="WaitsTooLong">Whether the longest wait is beyond what was set.</param>
/// <param name="LevelTooLow">Whether the service level is under what was set.</param>
public sealed record QueueOnWall(
    string Name, string Title, int Waiting, DateTimeOffset? OldestWait, int Talking, int LoggedIn, int Available, int Paused,
    int? Answered, int? Abandoned, int? Level, bool WaitsTooLong, bool LevelTooLow);

/// <summary>A call as the wallboard shows it.</summary>
/// <param name="Id">The caller's channel; of an outgoing call the agent's own.</param>
/// <param name="AgentChannel">The channel of the leg to the agent; empty while nobody talks.</param>
/// <param name="Queue">The PBX's name of the queue.</param>
/// <param name="QueueTitle">What people call the queue.</param>
/// <param name="IsOutgoing">Whether the agent dialled.</param>
/// <param name="Agent">The agent's number; empty while the caller waits.</param>
/// <param name="AgentName">The agent's name.</param>
/// <param name="Caller">The other side's number.</param>
/// <param name="CallerName">The other side's name.</param>
/// <param name="Since">Since when they talk, or the caller waits.</param>
/// <param name="IsTalking">Whether they talk.</param>
/// <param name="TooLong">Whether it lasts longer than what was set.</param>
public sealed record WallCall(
    string Id, string AgentChannel, string Queue, string QueueTitle, bool IsOutgoing, string Agent, string AgentName, string Caller, string CallerName,
    DateTimeOffset Since, bool IsTalking, bool TooLong)
{
    /// <summary>The other side as people name it.</summary>
    public string Party => CallerName.Length > 0 && CallerName != Caller ? $"{CallerName} ({Caller})" : Caller;
}

/// <summary>An agent as the wallboard shows one.</summary>
/// <param name="Number">The agent's number.</param>
/// <param name="Name">The name; the number where the member is no user.</param>
/// <param name="Device">The extension where logged in; empty where not.</param>
/// <param name="Queues">The queues where logged in, as people call them.</param>
/// <param name="PausedIn">The queues where paused, where that are not all.</param>
/// <param name="Status">What the agent does now.</param>
/// <param name="Since">Since when; null where that is not known.</param>
/// <param name="PauseReason">Why paused; empty where not, or without a reason.</param>
/// <param name="TooLong">Whether the pause lasts longer than what was set.</param>
/// <param name="IsUnreachable">Whether the phone is not there, so that no call rings it.</param>
/// <param name="Call">The call that is talked on.</param>
public sealed record WallAgent(
    string Number, string Name, string Device, string Queues, string PausedIn, AgentStatus Status, DateTimeOffset? Since, string PauseReason, bool TooLong,
    bool IsUnreachable, WallCall? Call)
{
    /// <summary>Whether logged in anywhere.</summary>
    public bool IsIn => Device.Length > 0;

    /// <summary>Whether paused anywhere.</summary>
    public bool IsPaused => Status == AgentStatus.BusyOut || PausedIn.Length > 0;
}

/// <summary>The sums over the queues that are shown; an agent of several queues counts once.</summary>
public sealed record WallTotals(int Waiting, DateTimeOffset? OldestWait, bool WaitsTooLong, int Talking, int LoggedIn, int Available, int Paused);

/// <summary>How agents are ordered.</summary>
public enum WallOrder
{
    /// <summary>Who needs looking at first: rung, talking, paused, available; of each, the longest first.</summary>
    Status,

    /// <summary>By name.</summary>
    Name,

    /// <summary>By number.</summary>
    Number,

    /// <summary>The longest in the present status first.</summary>
    Since,
}

/// <summary>Which agents are shown.</summary>
public enum WallShow
{
    /// <summary>Those who are logged in.</summary>
    In,

    /// <summary>All.</summary>
    All,

    /// <summary>Free ones.</summary>
    Available,

    /// <summary>Those who ring, dial or talk.</summary>
    Busy,

    /// <summary>Paused ones.</summary>
    Paused,

    /// <summary>Those who are not logged in.</summary>
    Offline,
}
