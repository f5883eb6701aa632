using Expand.Server.Access;

namespace Expand.Server.Agents;

/// <summary>What agents do: log in and out, pause; and what is told of them.</summary>
internal static class AgentsModule
{
    public static IServiceCollection AddAgents(this IServiceCollection services) =>
        services.AddSharedCopy<PauseReasons>().AddSingleton<AgentTurns>().AddSingleton<AgentPresence>().AddSingleton<SupervisedAgents>().AddSingleton<DemoWorld>();
}
