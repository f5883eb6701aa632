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
/// An agent's recent offers, over all queues.
/// <c>FailedInARow</c>: offers since the last one that was answered.
/// <c>LastCongestion</c>: when the agent last rejected a call; null: not within a day.
/// </summary>
internal readonly record struct AgentOffers(int FailedInARow, DateTimeOffset? LastCongestion);

/// <summary>
/// What the live picture needs of the history, held in memory on every host and brought up to date by itself from what is written down
/// (<see cref="ActivityTail"/>), so that it equals the reports whatever this host missed.
/// </summary>
internal sealed class ActivityCounters(LocalTime time)
{
    private readonly ConcurrentDictionary<string, Tally> queues = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, AgentOffers> agents = new(StringComparer.Ordinal);

    /// <summary>The figures of a queue; all 0 where nothing is known of it.</summary>
    public QueueCounters Of(string queue) => queues.TryGetValue(queue, out var tally) ? tally.At(time.Now, Midnight()) : default;

    /// <summary>The recent offers of an agent by number.</summary>
    public AgentOffers OffersOf(string agent) => agents.GetValueOrDefault(agent);

    /// <summary>Counts an activity; each once, in the order of their ids.</summary>
    public void Count(string queue, string agent, QueueAction action, DateTimeOffset at)
    {
        switch (action)
        {
            case QueueAction.CompleteCaller or QueueAction.CompleteAgent or QueueAction.CompleteTransfer or QueueAction.Abandon:
                queues.GetOrAdd(queue, _ => new Tally()).Add(at, action == QueueAction.Abandon);
                break;
            case QueueAction.Connect:
                agents[agent] = agents.GetValueOrDefault(agent) with { FailedInARow = 0 };
                break;
            case QueueAction.NoAnswer or QueueAction.Congestion:
                var offers = agents.GetValueOrDefault(agent);
                agents[agent] = new AgentOffers(offers.FailedInARow + 1, action == QueueAction.Congestion ? at : offers.LastCongestion);
                break;
        }
    }

    /// <summary>From when on ended calls matter to the figures.</summary>
    public DateTimeOffset Since() => Midnight() is var midnight && time.Now.AddHours(-1) is var hour && hour < midnight ? hour : midnight;

    private DateTimeOffset Midnight() => time.Start(time.Format(time.Now)[..10])!.Value;

    /// <summary>One queue's ended calls since the last midnight or the last hour, whichever is longer.</summary>
    private sealed class Tally
    {
        private readonly Lock guard = new();
        private readonly Queue<(DateTimeOffset At, bool Abandoned)> hour = new();
        private readonly List<(DateTimeOffset At, bool Abandoned)> late = [];
        private DateTimeOffset day;
        private int completed;
        private int abandoned;

        public void Add(DateTimeOffset at, bool abandoned)
        {
            lock (guard)
            {
                hour.Enqueue((at, abandoned));
                late.Add((at, abandoned));
            }
        }

        public QueueCounters At(DateTimeOffset now, DateTimeOffset midnight)
        {
            lock (guard)
            {
                if (midnight != day) (day, completed, abandoned) = (midnight, 0, 0);
                foreach (var call in late.Where(c => c.At >= midnight))
                {
                    if (call.Abandoned) abandoned++;
                    else completed++;
                }

                late.Clear();
                while (hour.TryPeek(out var first) && first.At <= now.AddHours(-1)) hour.Dequeue();
                var gone = hour.Count(c => c.Abandoned && c.At > now.AddHours(-1));
                return new QueueCounters(completed, abandoned, hour.Count(c => !c.Abandoned && c.At > now.AddHours(-1)), gone);
            }
        }
    }
}
