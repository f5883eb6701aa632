using Expand.Server.Platform;
using Expand.Server.Platform.History;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Expand.Server.Tests.Platform.History;

/// <summary>The upkeep of the server's own tables, without a host around it.</summary>
internal static class Upkeep
{
    private static readonly (string Name, string Column)[] Tables = [("cdr", "call_date"), ("queue_activities", "at"), ("agent_calls", "at")];

    public static HistoryUpkeep Of(NpgsqlDataSource source, TimeProvider clock, int keepMonths = 0) => new(
        Tables.Select(t => new MonthlyTable(t.Name, t.Column, keepMonths)), [], new MonthlyPartitions(source), source, new Leases(source, clock), clock,
        NullLogger<HistoryUpkeep>.Instance);

    /// <summary>Takes away every month that there is, as in a database that no host has been started on.</summary>
    public static async Task ForgetMonthsAsync(NpgsqlDataSource source, CancellationToken ct)
    {
        var partitions = new MonthlyPartitions(source);
        foreach (var table in Tables.Select(t => new MonthlyTable(t.Name, t.Column, 0)))
        {
            foreach (var month in await partitions.MonthsAsync(table, ct)) await partitions.DropAsync(table, month, ct);
        }
    }
}
