namespace Expand.Server.Activity;

/// <summary>Whose sums of which local day have to be made anew, since a session, a pause or a call that is over came to it or changed.</summary>
internal sealed class TouchedDays(Func<DateTimeOffset, DateOnly> dayOf)
{
    private readonly HashSet<(string Queue, string Agent, DateOnly Day)> days = [];

    /// <summary>Agents' days, each queue's own and, with an empty queue, that of all together.</summary>
    public IReadOnlyCollection<(string Queue, string Agent, DateOnly Day)> All => days;

    /// <summary>All days from the one of an instant to that of another.</summary>
    public void Add(string queue, string agent, DateTimeOffset from, DateTimeOffset to)
    {
        if (agent.Length == 0) return;
        var last = dayOf(to);
        for (var day = dayOf(from); day <= last; day = day.AddDays(1))
        {
            days.Add((queue, agent, day));
            days.Add(("", agent, day));
        }
    }

    public void Add(AgentSession session)
    {
        if (session.EndedAt is { } ended) Add(session.Queue, session.Agent, session.BeganAt, ended);
    }

    public void Add(AgentPause pause)
    {
        if (pause.EndedAt is { } ended) Add(pause.Queue, pause.Agent, pause.BeganAt, ended);
    }

    public void Add(AgentCall call)
    {
        // One that lasts is counted already.
        var (from, to) = (call.At, call.At);
        if (call.TalkFrom is { } began && call.TalkTo is { } ended) (from, to) = (began < from ? began : from, ended > to ? ended : to);
        Add(call.Queue, call.Agent, from, to);
    }

    public void Add(QueueActivity activity)
    {
        if (activity.Action == QueueAction.CompleteTransfer) Add(activity.Queue, activity.Agent, activity.At, activity.At);
    }
}
