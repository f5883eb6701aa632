using Expand.Server.Access;
using Expand.Soap;

namespace Expand.Server.Agents;

/// <summary>The agents' operations of the contract (soap.md "Call centre"): published, built with the call centre.</summary>
internal static class AgentsSoap
{
    public static readonly SoapOperation[] Operations =
    [
        KeyedOperation.NotYet("loginAgent", SoapType.Boolean, new("agent"), new("extension")),
        KeyedOperation.NotYet("logoutAgent", SoapType.Boolean, new SoapParameter("agent")),
        KeyedOperation.NotYet("pauseAgent", SoapType.Boolean, new("agent"), new("queues"), new("pauseDTMF")),
        KeyedOperation.NotYet("unpauseAgent", SoapType.Boolean, new("agent"), new("queues")),
        KeyedOperation.NotYet("getAgentLoggedInfo", SoapType.String, new SoapParameter("username")),
        KeyedOperation.NotYet("getUserByAgent", SoapType.String, new SoapParameter("agent")),
        KeyedOperation.NotYet("getUserInfo", SoapType.String, new SoapParameter("username")),
        KeyedOperation.NotYet("getAgentTimes", SoapType.String, new("inicio"), new("fin"), new("agente"), new("cola")),
        KeyedOperation.NotYet("agentSessionDetail", SoapType.String, new("inicio"), new("fin"), new("userID"), new("cola")),
        KeyedOperation.NotYet("getAgentLogin", SoapType.String, new SoapParameter("extensions")),
    ];
}
