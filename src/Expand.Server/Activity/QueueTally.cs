using Expand.Server.Platform;

namespace Expand.Server.Activity;

/// <summary>One queue's ended calls: those since 00:00 local time summed up, those of the last hour one by one.</summary>
internal sealed class QueueTally(LocalTime time)
{
    private readonly Lock guard = new();
    private readonly Queue<(DateTimeOffset At, bool Abandoned)> hour = new();
    private DateTimeOffset day;
    private int completed;
    private int abandoned;

    /// <summary>Calls that are held one by one.</summary>
    public int Held
    {
        get
        {
            lock (guard) return hour.Count;
        }
    }

    private DateTimeOffset HourAgo => time.Now.AddHours(-1);

    /// <summary>00:00 local time of today.</summary>
    public static DateTimeOffset Midnight(LocalTime time) => time.Start(time.Format(time.Now)[..10])!.Value;

    public void Add(DateTimeOffset at, bool isAbandoned)
    {
        lock (guard)
        {
            // Here too, and not only when somebody asks: where nobody does, the calls would add up for ever.
            Forget();
            if (at > HourAgo) hour.Enqueue((at, isAbandoned));
            if (at < day) return;
            if (isAbandoned) abandoned++;
            else completed++;
        }
    }

    public QueueCounters Now()
    {
        lock (guard)
        {
            Forget();
            var since = HourAgo;
            return new QueueCounters(
                completed, abandoned, hour.Count(c => !c.Abandoned && c.At > since), hour.Count(c => c.Abandoned && c.At > since));
        }
    }

    private void Forget()
    {
        var midnight = Midnight(time);
        if (midnight != day) (day, completed, abandoned) = (midnight, 0, 0);
        var since = HourAgo;
        while (hour.TryPeek(out var first) && first.At <= since) hour.Dequeue();
    }
}
