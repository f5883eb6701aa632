using Expand.Server.Access.Settings;
using Expand.Server.Pbx;
using Expand.Server.Platform;

namespace Expand.Server.Crm;

/// <summary>The web services of the customer's CRM.</summary>
internal static class CrmModule
{
    public static IServiceCollection AddCrm(this IServiceCollection services)
    {
        services.AddChangeableSettings<CrmSettings>();
        services.AddSettings<AgiOptions>("Agi");
        services.AddSingleton<CrmChanges>().AddSingleton<CrmServices>().AddSingleton<CallerNames>().AddSingleton<CrmLink>().AddSingleton<CrmTrial>();
        services.AddSingleton<IvrDataStore>().AddSingleton<IvrNodes>().AddSingleton<CrmAgi>();
        services.AddSingleton<AgiDoor>().AddHostedService(provider => provider.GetRequiredService<AgiDoor>());
        services.AddSingleton<AgentPushOutbox>().AddSingleton<AgentPushes>();
        services.AddSingleton<AgentPushSender>().AddHostedService(provider => provider.GetRequiredService<AgentPushSender>());
        services.AddSingleton<AgentPushFacts>()
            .AddSingleton<IPbxListener>(provider => provider.GetRequiredService<AgentPushFacts>())
            .AddHostedService(provider => provider.GetRequiredService<AgentPushFacts>());
        services.AddSingleton<CrmDemo>()
            .AddSingleton<IPbxListener>(provider => provider.GetRequiredService<CrmDemo>())
            .AddHostedService(provider => provider.GetRequiredService<CrmDemo>());
        services.AddSingleton<CrmCleaning>().AddHostedService(provider => provider.GetRequiredService<CrmCleaning>());
        return services;
    }

    public static WebApplication MapCrm(this WebApplication app) => app;
}
