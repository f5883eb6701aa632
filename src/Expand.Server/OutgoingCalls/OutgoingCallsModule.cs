using Expand.Server.Platform;

namespace Expand.Server.OutgoingCalls;

/// <summary>Calls that agents have to make: asked for by other systems, made from the agents' panel.</summary>
internal static class OutgoingCallsModule
{
    public static IServiceCollection AddOutgoingCalls(this IServiceCollection services) =>
        services.AddScoped<OutgoingCallRepository>().AddScoped<PendingCalls>().AddScoped<IDemoPart, OutgoingCallsDemo>().AddHostedService<OutgoingCallExpiry>();
}
