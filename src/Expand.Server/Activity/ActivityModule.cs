using Expand.Server.Pbx;
using Expand.Server.Platform;
using Expand.Server.Platform.History;
using Microsoft.Extensions.Options;

namespace Expand.Server.Activity;

/// <summary>What happened in the queues, written down once from Asterisk's queue_log, and the questions asked of it.</summary>
internal static class ActivityModule
{
    public static IServiceCollection AddActivity(this IServiceCollection services)
    {
        services.AddSettings<ActivityOptions>("Queues");
        services.AddSingleton<Sightings>().AddSingleton<IPbxListener>(provider => provider.GetRequiredService<Sightings>());
        services.AddSingleton<ActivityCounters>().AddSingleton<DayFigures>().AddHostedService<ActivityTail>();
        services.AddSingleton<AgentDays>().AddSingleton<AgentDaysUpkeep>().AddHostedService(provider => provider.GetRequiredService<AgentDaysUpkeep>());
        services.AddMonthly("queue_activities", "at", Kept).AddMonthly("agent_calls", "at", Kept);
        services.AddAged("agent_sessions",
            "delete from agent_sessions where id = any(array(select id from agent_sessions where began_at < $1 and ended_at < $1 order by began_at limit 5000))", Kept);
        services.AddAged("agent_days", "delete from agent_days where ctid = any(array(select ctid from agent_days where day < $1::date limit 10000))", Kept);
        return services
            .AddSingleton<ActivityReports>().AddSingleton<ActivityStream>().AddSingleton<ServiceLevels>().AddSingleton<CallsOfNumber>().AddSingleton<OutsideCalls>().AddSingleton<TransferDestinations>()
            .AddFeed<QueueLogFeed>(pbx => pbx.QueueLogFile);
    }

    private static int Kept(IServiceProvider provider) => provider.GetRequiredService<IOptions<ActivityOptions>>().Value.KeepMonths;
}
