using System.Collections.Concurrent;
using Expand.Server.Platform;

namespace Expand.Server.Activity;

/// <summary>
/// A queue's figures of now.
/// <c>Completed</c>, <c>Abandoned</c>: calls since 00:00 local time.
/// <c>CompletedLastHour</c>, <c>AbandonedLastHour</c>: calls within the last 3600 seconds.
/// </summary>
internal readonly record struct QueueCounters(int Completed, int Abandoned, int CompletedLastHour, int AbandonedLastHour)
{
    /// <summary>Answered in percent of today's ended calls, rounded to a whole number; 0 where none ended.</summary>
    public int Ratio => Completed + Abandoned == 0 ? 0 : (int)Math.Round(100.0 * Completed / (Completed + Abandoned), MidpointRounding.AwayFromZero);
}

/// <summary>
/// An agent's last offers, over all queues and of whatever age.
/// <c>FailedInARow</c>: offers since the last one that was answered; of those from before this host started, the last three count.
/// <c>LastCongestion</c>: when the agent last rejected a call; null: never.
/// </summary>
internal readonly record struct AgentOffers(int FailedInARow, DateTimeOffset? LastCongestion);

/// <summary>
/// What the live picture needs of the history, held in memory on every host and brought up to date by itself from what is written down
/// (<see cref="ActivityTail"/>), so that it equals the reports whatever this host missed.
/// </summary>
internal sealed class ActivityCounters(LocalTime time)
{
    private readonly ConcurrentDictionary<string, QueueTally> queues = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, AgentOffers> agents = new(StringComparer.Ordinal);

    private int edition;

    /// <summary>Another number after each change: what was made of the figures is right as long as it stays, and as the second does that it was made in.</summary>
    public int Edition => Volatile.Read(ref edition);

    /// <summary>The figures of a queue; all 0 where nothing is known of it.</summary>
    public QueueCounters Of(string queue) => queues.TryGetValue(queue, out var tally) ? tally.Now() : default;

    /// <summary>The last offers of an agent by number.</summary>
    public AgentOffers OffersOf(string agent) => agents.GetValueOrDefault(agent);

    /// <summary>Counts an activity; each once, in the order of their ids.</summary>
    public void Count(string queue, string agent, QueueAction action, DateTimeOffset at)
    {
        switch (action)
        {
            case QueueAction.CompleteCaller or QueueAction.CompleteAgent or QueueAction.CompleteTransfer or QueueAction.Abandon:
                queues.GetOrAdd(queue, _ => new QueueTally(time)).Add(at, action == QueueAction.Abandon);
                break;
            case QueueAction.Connect:
                agents[agent] = agents.GetValueOrDefault(agent) with { FailedInARow = 0 };
                break;
            case QueueAction.NoAnswer or QueueAction.Congestion:
                var offers = agents.GetValueOrDefault(agent);
                agents[agent] = new AgentOffers(offers.FailedInARow + 1, action == QueueAction.Congestion ? at : offers.LastCongestion);
                break;
        }

        Interlocked.Increment(ref edition);
    }

    /// <summary>When an agent last rejected a call, which may be longer ago than the offers that were counted.</summary>
    public void Recall(string agent, DateTimeOffset lastCongestion)
    {
        agents[agent] = agents.GetValueOrDefault(agent) with { LastCongestion = lastCongestion };
        Interlocked.Increment(ref edition);
    }

    /// <summary>From when on ended calls matter to the figures.</summary>
    public DateTimeOffset Since() => QueueTally.Midnight(time) is var midnight && time.Now.AddHours(-1) is var hour && hour < midnight ? hour : midnight;
}
