namespace Expand.Server.Crm;

/// <summary>The web services of the customer's CRM.</summary>
internal static class CrmModule
{
    public static IServiceCollection AddCrm(this IServiceCollection services) => services;

    public static WebApplication MapCrm(this WebApplication app) => app;
}
