using System.ComponentModel.DataAnnotations;

namespace Expand.Server.Queues;

/// <summary>Section <c>Queues</c>.</summary>
internal sealed class QueueOptions
{
    /// <summary>An answered call with a talk time under this many seconds is a short one (agentData, <c>atendidasCortas</c>).</summary>
    [Range(0, 3600)]
    public int ShortTalkSeconds { get; set; } = 10;

    /// <summary>Offers in a row that an agent fails before statusQueues warns.</summary>
    [Range(1, 1000)]
    public int WarningAfter { get; set; } = 3;

    /// <summary>Events of the live picture that are kept for subscribers who come back.</summary>
    [Range(1, 1_000_000)]
    public int EventsKept { get; set; } = 10_000;

    /// <summary>Streams of events that an API credential may have open at once, on each host.</summary>
    [Range(1, 10_000)]
    public int StreamsPerCredential { get; set; } = 20;
}
