using Expand.Server.Access;
using Expand.Server.Access.Settings;

namespace Expand.Server.Webhooks;

/// <summary>What happens, told to other systems.</summary>
internal static class WebhooksModule
{
    public static IServiceCollection AddWebhooks(this IServiceCollection services)
    {
        services.AddChangeableSettings<WebhookSettings>();
        services.AddSingleton<SigningSecrets>().AddSharedCopy<WebhookDirectory>();
        services.AddSingleton<EventSources>().AddSingleton<WebhookRegister>().AddSingleton<WebhookDeliveries>();
        services.AddSingleton<DeliveryTurns>().AddSingleton<DeliveryPost>();
        services.AddSingleton<WebhookRelay>().AddHostedService(provider => provider.GetRequiredService<WebhookRelay>());
        services.AddSingleton<WebhookSweep>().AddHostedService(provider => provider.GetRequiredService<WebhookSweep>());
        return services.AddHostedService<WebhookSender>();
    }

    public static WebApplication MapWebhooks(this WebApplication app) => app;
}
