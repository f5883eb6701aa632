using Expand.Server.Access;
using Expand.Server.Access.Settings;

namespace Expand.Server.DoNotCall;

/// <summary>Numbers that are not to be called.</summary>
internal static class DoNotCallModule
{
    public static IServiceCollection AddDoNotCall(this IServiceCollection services)
    {
        services.AddChangeableSettings<DoNotCallSettings>();
        services.AddSharedCopy<RegisterValidity>().AddSingleton<DoNotCallGate>();
        return services;
    }

    public static WebApplication MapDoNotCall(this WebApplication app) => app;
}
