using Expand.Server.Access.Settings;
using Expand.Server.Dialer.Engine;
using Expand.Server.Dialer.Preview;
using Expand.Server.Pbx;
using Expand.Server.Platform;

namespace Expand.Server.Dialer;

/// <summary>Campaigns and the contacts that they call: their data and its API.</summary>
internal static class DialerModule
{
    public static IServiceCollection AddDialer(this IServiceCollection services)
    {
        services.AddSingleton<PreviewScopes>().AddScoped<PreviewDesk>();
        services.AddSingleton<DialledContacts>();
        services.AddSingleton<ContactListing>().AddSingleton<CampaignListing>().AddSingleton<AttemptListing>().AddSingleton<CampaignPaces>().AddSingleton<CampaignDesk>();
        services.AddLocalization().AddSingleton<Imports.ContactBatches>().AddSingleton<Imports.ContactImports>();
        services.AddChangeableSettings<DialerSettings>();
        services.AddScoped<IDemoPart, DialerDemo>();
        services.AddSingleton<LiveAttempts>().AddSingleton<IPbxListener>(provider => provider.GetRequiredService<LiveAttempts>());
        services.AddSingleton<AttemptPlacing>().AddHostedService<DialerEngine>();
        services.AddScoped<AttemptClaims>().AddScoped<DialAttempts>().AddScoped<AttemptSettlement>().AddScoped<AttemptSweep>();
        services.AddScoped<OpenHours>().AddScoped<DialSituation>();
        // Scoped: what a request with an Idempotency-Key writes is one transaction with its key.
        return services.AddScoped<ContactTable>().AddScoped<Contacts>().AddScoped<Campaigns>();
    }
}
