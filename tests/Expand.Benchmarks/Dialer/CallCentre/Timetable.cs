namespace Expand.Benchmarks.Dialer;

internal enum Happening { RingEnds, HangsUp, PicksUp, TalkEnds, WrapUpEnds, Comes, Goes, PauseDue, PauseEnds }

/// <summary>Something that is to happen.</summary>
internal readonly record struct Entry(Happening What, Attempt? Attempt, Worker? Worker, double Seconds);

/// <summary>What is to happen, in order of time; what is at the same time in the order in which it was entered.</summary>
internal sealed class Timetable
{
    private readonly PriorityQueue<Entry, (double At, long Turn)> queue = new();
    private long turn;

    public void Add(double at, Happening what, Attempt? attempt = null, Worker? worker = null, double seconds = 0) =>
        queue.Enqueue(new(what, attempt, worker, seconds), (at, turn++));

    public bool TryTake(double until, out double at, out Entry entry)
    {
        (at, entry) = (0, default);
        if (!queue.TryPeek(out _, out var when) || when.At > until) return false;
        at = when.At;
        entry = queue.Dequeue();
        return true;
    }
}
