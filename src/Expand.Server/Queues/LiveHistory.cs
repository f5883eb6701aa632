namespace Expand.Server.Queues;

/// <summary>The last events of this host's life, numbered from 1; the oldest give way. Not for more than one thread.</summary>
internal sealed class LiveHistory(int kept)
{
    private readonly LiveEvent[] ring = new LiveEvent[kept];

    /// <summary>Tells this life of the host from any other.</summary>
    public string Stream { get; } = Guid.NewGuid().ToString("N")[..12];

    /// <summary>The number of the last event; 0 where there was none.</summary>
    public long Last { get; private set; }

    public void Add(IReadOnlyList<LiveChange> changes, DateTimeOffset at)
    {
        foreach (var change in changes)
        {
            var number = ++Last;
            ring[number % kept] = new LiveEvent(Stream, number, at, change.Kind, change.Queue, change.Agent, change.UniqueId, change.Before, change.After);
        }
    }

    /// <summary>The events after the cursor, oldest first; null where the cursor is of another life or some of them are gone.</summary>
    public IReadOnlyList<LiveEvent>? After(LiveCursor cursor, int most)
    {
        if (cursor.Stream != Stream || cursor.Number < 0 || cursor.Number > Last || Last - cursor.Number > kept) return null;
        var events = new LiveEvent[Math.Min(most, Last - cursor.Number)];
        for (var i = 0; i < events.Length; i++) events[i] = ring[(cursor.Number + 1 + i) % kept];
        return events;
    }
}
