using Expand.Server.Platform;

namespace Expand.Server.Queues;

/// <summary>Which queues there are, for whatever is to belong to one: those of the PBX, and those that have settings or agents here.</summary>
internal sealed class KnownQueues(LivePicture picture, QueueCatalog catalog)
{
    /// <summary>
    /// Null where there is a queue of that name (case matters, as in the PBX). Invalid, naming the field, where there is none; Unavailable while
    /// nobody can say: the PBX's queues were not read since this host started.
    /// </summary>
    public Failure? Refusal(string queue, string field)
    {
        if (catalog.All.Any(q => q.Name == queue) || picture.Queues.Contains(queue)) return null;
        return picture.IsKnown
            ? Failure.Invalid(field, $"there is no queue {queue}")
            : Failure.Unavailable($"the PBX's queues are not known at this moment, and the queues' settings have no {queue}");
    }
}
