using Expand.Server.Access;
using Expand.Server.Access.Settings;
using Expand.Server.DoNotCall.Imports;

namespace Expand.Server.DoNotCall;

/// <summary>Numbers that are not to be called.</summary>
internal static class DoNotCallModule
{
    public static IServiceCollection AddDoNotCall(this IServiceCollection services)
    {
        services.AddChangeableSettings<DoNotCallSettings>();
        services.AddSharedCopy<RegisterValidity>().AddSingleton<DoNotCallGate>().AddSingleton<NumberLookup>();
        services.AddSingleton<NumberLists>().AddSingleton<ListedNumbers>().AddSingleton<Exemptions>().AddSingleton<NumberImports>();
        services.AddSingleton<OldNumbers>().AddHostedService(provider => provider.GetRequiredService<OldNumbers>());
        return services;
    }

    public static WebApplication MapDoNotCall(this WebApplication app) => app;
}
