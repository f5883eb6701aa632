using Expand.Server.Access.Settings;
using Expand.Server.Platform;

namespace Expand.Server.Dialer;

/// <summary>Campaigns and the contacts that they call: their data and its API.</summary>
internal static class DialerModule
{
    public static IServiceCollection AddDialer(this IServiceCollection services)
    {
        services.AddSingleton<ContactListing>().AddSingleton<CampaignListing>().AddSingleton<AttemptListing>().AddSingleton<CampaignPaces>().AddSingleton<CampaignDesk>();
        services.AddLocalization().AddSingleton<Imports.ContactBatches>().AddSingleton<Imports.ContactImports>();
        services.AddChangeableSettings<DialerSettings>();
        services.AddScoped<IDemoPart, DialerDemo>();
        // Scoped: what a request with an Idempotency-Key writes is one transaction with its key.
        return services.AddScoped<ContactTable>().AddScoped<Contacts>().AddScoped<Campaigns>();
    }
}
