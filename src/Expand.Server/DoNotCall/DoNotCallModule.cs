using Expand.Server.Access;
using Expand.Server.Access.Settings;
using Expand.Server.DoNotCall.Imports;
using Expand.Server.DoNotCall.Pages;
using Expand.Server.Platform;

namespace Expand.Server.DoNotCall;

/// <summary>Numbers that are not to be called.</summary>
internal static class DoNotCallModule
{
    public static IServiceCollection AddDoNotCall(this IServiceCollection services)
    {
        services.AddLocalization().AddChangeableSettings<DoNotCallSettings>();
        services.AddSharedCopy<RegisterValidity>().AddSingleton<DoNotCallGate>().AddSingleton<NumberLookup>();
        services.AddSingleton<NumberLists>().AddSingleton<ListedNumbers>().AddSingleton<Exemptions>().AddSingleton<CheckRecords>().AddSingleton<DoNotCallRules>().AddSingleton<NumberImports>();
        services.AddSingleton<OldNumbers>().AddHostedService(provider => provider.GetRequiredService<OldNumbers>());
        services.AddScoped<IDemoPart, DoNotCallDemo>();
        return services;
    }

    public static WebApplication MapDoNotCall(this WebApplication app)
    {
        app.MapDoNotCallRest();
        app.MapDoNotCallFiles();
        return app;
    }
}
