using Expand.Server.Access;
using Expand.Soap;

namespace Expand.Server.Queues;

/// <summary>The queues' operations of the contract (soap.md "Call centre"): published, built with the call centre.</summary>
internal static class QueuesSoap
{
    public static readonly SoapOperation[] Operations =
    [
        KeyedOperation.NotYet("statusQueues", SoapType.String),
        KeyedOperation.NotYet("queueData", SoapType.String, new("Cola"), new("Agente"), new("FechaInicio"), new("FechaFin")),
        KeyedOperation.NotYet("agentData", SoapType.String, new("Cola"), new("FechaInicio"), new("FechaFin")),
    ];
}
