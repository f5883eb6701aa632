namespace Expand.Server.Queues;

/// <summary>
/// A member of a queue now.
/// <c>Agent</c>: the agent's number.
/// <c>Device</c>: such as <c>PJSIP/701</c>.
/// <c>PauseReason</c>: empty where not paused, or without a reason.
/// </summary>
internal sealed record LiveMember(
    string Queue, string Agent, string Device, Pbx.MemberState State, DateTimeOffset LoginAt, bool Paused, string PauseReason, DateTimeOffset? PausedAt);

/// <summary>
/// Queues, members, callers and agents as they are now, in memory: moved by the PBX's facts, never asked of the PBX or the database.
/// </summary>
internal sealed class LivePicture
{
    /// <summary>Since when the picture is not up to date; null while it is.</summary>
    public DateTimeOffset? StaleSince => throw new NotImplementedException();

    /// <summary>The PBX's queues by name.</summary>
    public IReadOnlyCollection<string> Queues => throw new NotImplementedException();

    /// <summary>Where that agent is logged in now, ordered by queue.</summary>
    public IReadOnlyList<LiveMember> MembershipsOf(string agent) => throw new NotImplementedException(agent);

    /// <summary>Who is logged in at that device now, ordered by queue.</summary>
    public IReadOnlyList<LiveMember> MembershipsAt(string device) => throw new NotImplementedException(device);

    /// <summary>Completes when the picture satisfies the condition (true), or the time is over (false).</summary>
    public Task<bool> WaitUntilAsync(Func<LivePicture, bool> condition, TimeSpan patience, CancellationToken ct) => throw new NotImplementedException();
}
