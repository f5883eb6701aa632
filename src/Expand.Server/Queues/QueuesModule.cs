using Expand.Server.Access;
using Expand.Server.Pbx;
using Expand.Server.Platform;

namespace Expand.Server.Queues;

/// <summary>The queues: their live picture and its events, their settings and agents, and the reports of the contract about them.</summary>
internal static class QueuesModule
{
    public static IServiceCollection AddQueues(this IServiceCollection services)
    {
        services.AddSettings<QueueOptions>("Queues");
        services.AddSingleton<LivePicture>().AddSingleton<IPbxListener>(provider => provider.GetRequiredService<LivePicture>());
        services.AddSingleton<LiveEvents>().AddSingleton<StatusPanel>().AddSingleton<KnownQueues>();
        services.AddSingleton<EventStreams>().AddSingleton<EventWords>();
        services.AddSharedCopy<QueueCatalog>();
        services.AddSingleton<IPbxQueues, QueueFigures>();
        return services.AddHostedService<PauseReasonsKept>();
    }
}
