using System.Threading.Channels;

namespace Expand.Server.Access.Inspector;

/// <summary>Requests on their way to the database. It never waits: what does not fit is dropped and counted.</summary>
internal sealed class InspectorQueue
{
    /// <summary>Requests that wait at most.</summary>
    public const int Capacity = 1000;

    private readonly Channel<Inspection> waiting = Channel.CreateBounded<Inspection>(new BoundedChannelOptions(Capacity) { SingleReader = true });
    private long dropped;

    /// <summary>How many were not kept since this host was started.</summary>
    public long Dropped => Interlocked.Read(ref dropped);

    public void Offer(Inspection inspection)
    {
        if (waiting.Writer.TryWrite(inspection)) return;
        inspection.Body.Free();
        inspection.Answer.Free();
        Interlocked.Increment(ref dropped);
    }

    /// <summary>Everything that waits, in the order it came.</summary>
    public List<Inspection> Take()
    {
        var taken = new List<Inspection>();
        while (taken.Count < Capacity && waiting.Reader.TryRead(out var inspection)) taken.Add(inspection);
        return taken;
    }

    /// <summary>Counts what was taken and could not be written.</summary>
    public void Lost(int count) => Interlocked.Add(ref dropped, count);
}
