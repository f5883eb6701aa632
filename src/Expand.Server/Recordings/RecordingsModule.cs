using Expand.Server.Access.Settings;
using Expand.Server.Pbx;

namespace Expand.Server.Recordings;

/// <summary>Recordings: the PBX's files, found and handed out; parts of calls that agents mark.</summary>
internal static class RecordingsModule
{
    public static IServiceCollection AddRecordings(this IServiceCollection services)
    {
        services.AddLocalization();
        services.AddChangeableSettings<RecordingSettings>();
        services.AddSingleton<MarkedParts>().AddSingleton<MarkedPartEnds>()
            .AddSingleton<IPbxListener>(provider => provider.GetRequiredService<MarkedPartEnds>())
            .AddHostedService(provider => provider.GetRequiredService<MarkedPartEnds>());
        services.AddSingleton<RunningCalls>().AddSingleton<IPbxListener>(provider => provider.GetRequiredService<RunningCalls>());
        services.AddSingleton<RecordingFolder>().AddSingleton<RecordingIndex>().AddSingleton<FreshFiles>().AddSingleton<CallRecordings>();
        services.AddSingleton<Mp3Copies>().AddSingleton<RecordingHandout>().AddSingleton<RecordingRetention>();
        services.AddSingleton<RecordingArchive>().AddSingleton<RecordingCheck>();
        return services.AddHostedService<RecordingScan>();
    }
}
