namespace Expand.Server.Activity;

/// <summary>What happened in the queues, written down once from Asterisk's queue_log, and the questions asked of it.</summary>
internal static class ActivityModule
{
    public static IServiceCollection AddActivity(this IServiceCollection services) =>
        services.AddSingleton<ActivityReports>().AddSingleton<ActivityCounters>();
}
