using Expand.Server.Pbx;

namespace Expand.Server.Queues;

/// <summary>The live picture's queues, in the figures that the page about the PBX shows.</summary>
internal sealed class QueueFigures(LivePicture picture, QueueCatalog catalog) : IPbxQueues
{
    public IReadOnlyList<PbxQueueState>? All => picture.IsKnown
        ? [.. picture.View().Queues.Select(q => new PbxQueueState(q.Name, catalog.DescriptionOf(q.Name), q.Totals.LoggedIn, q.Totals.Paused, q.Totals.Waiting, q.Totals.Ongoing))]
        : null;

    public long Revision => picture.View().Number;
}
