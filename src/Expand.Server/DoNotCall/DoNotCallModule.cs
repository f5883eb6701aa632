namespace Expand.Server.DoNotCall;

/// <summary>Numbers that are not to be called.</summary>
internal static class DoNotCallModule
{
    public static IServiceCollection AddDoNotCall(this IServiceCollection services) => services;

    public static WebApplication MapDoNotCall(this WebApplication app) => app;
}
