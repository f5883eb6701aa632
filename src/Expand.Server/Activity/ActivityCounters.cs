namespace Expand.Server.Activity;

/// <summary>A queue's figures of now.</summary>
/// <param name="Completed">Calls completed since 00:00 local time.</param>
/// <param name="Abandoned">Calls abandoned since 00:00 local time.</param>
/// <param name="CompletedLastHour">Calls completed within the last 3600 seconds.</param>
/// <param name="AbandonedLastHour">Calls abandoned within the last 3600 seconds.</param>
internal readonly record struct QueueCounters(int Completed, int Abandoned, int CompletedLastHour, int AbandonedLastHour)
{
    /// <summary>Answered in percent of today's ended calls, rounded to a whole number; 0 where none ended.</summary>
    public int Ratio => Completed + Abandoned == 0 ? 0 : (int)Math.Round(100.0 * Completed / (Completed + Abandoned), MidpointRounding.AwayFromZero);
}

/// <summary>An agent's recent offers, over all queues.</summary>
/// <param name="FailedInARow">Offers since the last one that was answered.</param>
/// <param name="LastCongestion">When the agent last rejected a call; null: not within a day.</param>
internal readonly record struct AgentOffers(int FailedInARow, DateTimeOffset? LastCongestion);

/// <summary>
/// What the live picture needs of the history, held in memory on every host and brought up to date by itself from what is written down, so
/// that it equals the reports whatever this host missed.
/// </summary>
internal sealed class ActivityCounters
{
    /// <summary>The figures of a queue; all 0 where nothing is known of it.</summary>
    public QueueCounters Of(string queue) => throw new NotImplementedException(queue);

    /// <summary>The recent offers of an agent by number.</summary>
    public AgentOffers OffersOf(string agent) => throw new NotImplementedException(agent);
}
