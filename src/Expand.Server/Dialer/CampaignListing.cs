using System.Globalization;
using System.Text.Json;
using Npgsql;

namespace Expand.Server.Dialer;

/// <summary>A campaign and how many contacts it has in each state.</summary>
internal sealed record CountedCampaign(Campaign Campaign, long Pending, long Completed, long Rejected, long Canceled);

/// <summary>Campaigns as they are told of, with the counts of their contacts.</summary>
internal sealed class CampaignListing(NpgsqlDataSource database)
{
    private const string Columns =
        """
        c.id, c.name, c.description, c.state, c.paused, c.queue, c.mode, c.start_date, c.end_date, c.time_zone, c.schedule, c.redial_rules,
        c.max_attempts, c.version, c.extension, c.priority, c.max_calls, c.ring_seconds, c.caller_id, c.trunk, c.abandonment_cap,
        c.machine_detection, c.holidays, c.registers, k.pending, k.completed, k.rejected, k.canceled
        """;

    private const string From =
        """
        campaigns c cross join lateral (
            select coalesce(sum(count) filter (where state = 0), 0)::bigint as pending, coalesce(sum(count) filter (where state = 1), 0)::bigint as completed,
                coalesce(sum(count) filter (where state = 2), 0)::bigint as rejected, coalesce(sum(count) filter (where state = 3), 0)::bigint as canceled
            from contact_counts where campaign = c.id) k
        """;

    /// <summary>Campaigns ordered by id, or by name and id.</summary>
    public async Task<TotalledRows<CountedCampaign>> ReadAsync(CampaignState? state, bool byName, bool descending, int start, int? limit, CancellationToken ct)
    {
        var where = state is { } only ? string.Create(CultureInfo.InvariantCulture, $" where c.state = {(short)only}") : "";
        var direction = descending ? " desc" : "";
        var order = byName ? $"c.name{direction}, c.id{direction}" : $"c.id{direction}";
        var command = database.CreateCommand(string.Create(CultureInfo.InvariantCulture,
            $"""
            with total as materialized (select count(*) as n from campaigns c{where})
            select n, {string.Join(", ", Columns.Split(',').Select(_ => "null"))} from total
            union all (select null, {Columns} from {From}{where} order by {order} offset {start}{(limit is { } most ? $" limit {most}" : "")})
            """));
        return (await TotalledRows<CountedCampaign>.OpenAsync(command, row => Read(row, 1), ct))!;
    }

    /// <summary>One campaign, or null.</summary>
    public async Task<CountedCampaign?> FindAsync(int id, CancellationToken ct)
    {
        await using var command = database.CreateCommand($"select {Columns} from {From} where c.id = $1");
        command.Parameters.Add(new() { Value = id });
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? Read(row, 0) : null;
    }

    private static CountedCampaign Read(NpgsqlDataReader row, int first) => new(
        new Campaign
        {
            Id = row.GetInt32(first),
            Name = row.GetString(first + 1),
            Description = row.GetString(first + 2),
            Life = new((CampaignState)row.GetInt16(first + 3), row.GetBoolean(first + 4)),
            Queue = row.GetString(first + 5),
            Mode = (DialingMode)row.GetInt16(first + 6),
            StartDate = row.IsDBNull(first + 7) ? null : row.GetFieldValue<DateOnly>(first + 7),
            EndDate = row.IsDBNull(first + 8) ? null : row.GetFieldValue<DateOnly>(first + 8),
            TimeZone = row.GetString(first + 9),
            Schedule = JsonSerializer.Deserialize<List<OperationHours>>(row.GetString(first + 10))!,
            RedialRules = JsonSerializer.Deserialize<List<RedialRule>>(row.GetString(first + 11))!,
            MaxAttempts = row.GetInt32(first + 12),
            Version = row.GetInt32(first + 13),
            Extension = row.GetString(first + 14),
            Priority = row.GetInt32(first + 15),
            MaxCalls = row.GetInt32(first + 16),
            RingSeconds = row.GetInt32(first + 17),
            CallerId = row.GetString(first + 18),
            Trunk = row.GetString(first + 19),
            AbandonmentCap = row.GetDouble(first + 20),
            MachineDetection = row.GetBoolean(first + 21),
            Holidays = row.GetBoolean(first + 22),
            Registers = row.GetBoolean(first + 23),
        },
        row.GetInt64(first + 24), row.GetInt64(first + 25), row.GetInt64(first + 26), row.GetInt64(first + 27));
}
