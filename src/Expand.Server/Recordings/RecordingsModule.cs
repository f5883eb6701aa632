using Expand.Server.Pbx;

namespace Expand.Server.Recordings;

/// <summary>Recordings: so far parts of calls that agents mark.</summary>
internal static class RecordingsModule
{
    public static IServiceCollection AddRecordings(this IServiceCollection services) =>
        services.AddSingleton<MarkedParts>().AddSingleton<MarkedPartEnds>()
            .AddSingleton<IPbxListener>(provider => provider.GetRequiredService<MarkedPartEnds>())
            .AddHostedService(provider => provider.GetRequiredService<MarkedPartEnds>());

    public static WebApplication MapRecordings(this WebApplication app) => app;
}
