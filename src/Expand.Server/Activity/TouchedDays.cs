namespace Expand.Server.Activity;

/// <summary>Whose sums of which local day have to be made anew, since a session, a pause or a call that is over came to it or changed.</summary>
internal sealed class TouchedDays(Func<DateTimeOffset, DateOnly> dayOf)
{
    private readonly HashSet<(string Agent, DateOnly Day)> days = [];

    /// <summary>Agents' days, of whatever queue: whose day it is has few rows, and all its sums are made of them at once.</summary>
    public IReadOnlyCollection<(string Agent, DateOnly Day)> All => days;

    /// <summary>All days from the one of an instant to that of another.</summary>
    public void Add(string agent, DateTimeOffset from, DateTimeOffset to)
    {
        if (agent.Length == 0) return;
        var last = dayOf(to);
        for (var day = dayOf(from); day <= last; day = day.AddDays(1)) days.Add((agent, day));
    }

    public void Add(AgentSession session)
    {
        if (session.EndedAt is { } ended) Add(session.Agent, session.BeganAt, ended);
    }

    public void Add(AgentPause pause)
    {
        if (pause.EndedAt is { } ended) Add(pause.Agent, pause.BeganAt, ended);
    }

    public void Add(AgentCall call)
    {
        // One that lasts is counted already.
        var (from, to) = (call.At, call.At);
        if (call.TalkFrom is { } began && call.TalkTo is { } ended) (from, to) = (began < from ? began : from, ended > to ? ended : to);
        Add(call.Agent, from, to);
    }

    public void Add(QueueActivity activity)
    {
        if (activity.Action == QueueAction.CompleteTransfer) Add(activity.Agent, activity.At, activity.At);
    }
}
