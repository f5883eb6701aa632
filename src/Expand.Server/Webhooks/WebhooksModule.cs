namespace Expand.Server.Webhooks;

/// <summary>What happens, told to other systems.</summary>
internal static class WebhooksModule
{
    public static IServiceCollection AddWebhooks(this IServiceCollection services) => services;

    public static WebApplication MapWebhooks(this WebApplication app) => app;
}
