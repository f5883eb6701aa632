using System.Threading.Channels;

namespace Expand.Server.Access.Inspector;

/// <summary>Requests on their way to the database. It never waits: what does not fit is dropped and counted.</summary>
internal sealed class InspectorQueue
{
    /// <summary>Requests that wait at most.</summary>
    public const int Capacity = 1000;

    private readonly Channel<Inspection> waiting = Channel.CreateBounded<Inspection>(new BoundedChannelOptions(Capacity) { SingleReader = true });
    private long dropped;

    // The channel's own number is behind its lock.
    private int count;

    /// <summary>How many were not kept since this host was started.</summary>
    public long Dropped => Interlocked.Read(ref dropped);

    /// <summary>Whether there is room at this moment: where there is none, noting a request is work for nothing.</summary>
    public bool HasRoom => Volatile.Read(ref count) < Capacity;

    /// <summary>Counts a request that was not even noted.</summary>
    public void PassedBy() => Interlocked.Increment(ref dropped);

    public void Offer(Inspection inspection)
    {
        if (waiting.Writer.TryWrite(inspection))
        {
            Interlocked.Increment(ref count);
            return;
        }

        inspection.Body.Free();
        inspection.Answer.Free();
        Interlocked.Increment(ref dropped);
    }

    /// <summary>Everything that waits, in the order it came.</summary>
    public List<Inspection> Take()
    {
        var taken = new List<Inspection>();
        while (taken.Count < Capacity && waiting.Reader.TryRead(out var inspection)) taken.Add(inspection);
        Interlocked.Add(ref count, -taken.Count);
        return taken;
    }

    /// <summary>Counts what was taken and could not be written.</summary>
    public void Lost(int count) => Interlocked.Add(ref dropped, count);
}
