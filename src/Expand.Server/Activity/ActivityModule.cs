using Expand.Server.Pbx;
using Expand.Server.Platform;

namespace Expand.Server.Activity;

/// <summary>What happened in the queues, written down once from Asterisk's queue_log, and the questions asked of it.</summary>
internal static class ActivityModule
{
    public static IServiceCollection AddActivity(this IServiceCollection services)
    {
        services.AddSettings<ActivityOptions>("Queues");
        services.AddSingleton<Sightings>().AddSingleton<IPbxListener>(provider => provider.GetRequiredService<Sightings>());
        services.AddSingleton<ActivityCounters>().AddSingleton<DayFigures>().AddHostedService<ActivityTail>();
        return services
            .AddSingleton<ActivityReports>().AddSingleton<ActivityStream>().AddSingleton<ServiceLevels>().AddSingleton<CallsOfNumber>().AddSingleton<OutsideCalls>().AddSingleton<TransferDestinations>()
            .AddFeed<QueueLogFeed>(pbx => pbx.QueueLogFile);
    }
}
