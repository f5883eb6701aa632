using Expand.Server.Pbx;
using Expand.Server.Platform;

namespace Expand.Server.Calls;

/// <summary>Calls that are made on request.</summary>
internal static class CallsModule
{
    public static IServiceCollection AddCalls(this IServiceCollection services)
    {
        services.AddSettings<CallOptions>("Calls");
        services.AddSingleton<CallRepository>().AddSingleton<CallOrigination>().AddSingleton<CallCancellation>();
        services.AddSingleton<CallJournal>().AddHostedService(provider => provider.GetRequiredService<CallJournal>());
        services.AddSingleton<CallTracker>().AddSingleton<IPbxListener>(provider => provider.GetRequiredService<CallTracker>());
        services.AddSingleton<Listening>();
        services.AddSingleton<ListeningSessions>().AddSingleton<IPbxListener>(provider => provider.GetRequiredService<ListeningSessions>());
        return services.AddHostedService<CallWatch>();
    }
}
