namespace Expand.Server.Platform.History;

/// <summary>Tables that lie in months, and how long they are kept.</summary>
internal static class HistoryModule
{
    public static IServiceCollection AddHistory(this IServiceCollection services) =>
        services.AddSingleton<MonthlyPartitions>().AddSingleton<HistoryUpkeep>().AddHostedService(provider => provider.GetRequiredService<HistoryUpkeep>());

    /// <summary>Names a table whose months are kept; <paramref name="keepMonths"/> reads from the settings how many.</summary>
    public static IServiceCollection AddMonthly(this IServiceCollection services, string table, string column, Func<IServiceProvider, int> keepMonths) =>
        services.AddSingleton(provider => new MonthlyTable(table, column, keepMonths(provider)));

    /// <summary>Names rows that are removed with the history that they are about.</summary>
    public static IServiceCollection AddAged(this IServiceCollection services, string rows, string sql, Func<IServiceProvider, int> keepMonths) =>
        services.AddSingleton(provider => new AgedRows(rows, sql, keepMonths(provider)));
}
