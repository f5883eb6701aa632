using Expand.Server.OutgoingCalls.Pages;
using Expand.Server.Platform;

namespace Expand.Server.OutgoingCalls;

/// <summary>Calls that agents have to make: asked for by other systems, made from the agents' panel.</summary>
internal static class OutgoingCallsModule
{
    public static IServiceCollection AddOutgoingCalls(this IServiceCollection services) =>
        services.AddSingleton<CallsChanged>().AddSingleton<CallScopes>().AddSingleton<CallChoices>()
            .AddScoped<OutgoingCallRepository>().AddScoped<CallChanges>().AddScoped<PendingCalls>().AddScoped<CallClaims>().AddScoped<IDemoPart, OutgoingCallsDemo>().AddHostedService<OutgoingCallExpiry>();
}
