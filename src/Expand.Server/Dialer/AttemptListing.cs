using System.Globalization;
using System.Runtime.CompilerServices;
using Expand.Server.Platform;
using Npgsql;

namespace Expand.Server.Dialer;

/// <summary>Which of a campaign's attempts are asked for. Both ends of the period belong to it.</summary>
internal sealed record AttemptFilter(int Campaign, DateTimeOffset From, DateTimeOffset To)
{
    public AttemptOutcome? Outcome { get; init; }

    /// <summary>The agent's number; empty: any, or none.</summary>
    public string Agent { get; init; } = "";

    /// <summary>A part of what was dialled; empty: any.</summary>
    public string Number { get; init; } = "";

    public long? Contact { get; init; }
}

/// <summary>An attempt as it is told of.</summary>
internal sealed record AttemptRow(
    long Id, long Contact, string ContactName, string? ExternalId, string Numcall, DialingMode Mode, DateTimeOffset ClaimedAt, DateTimeOffset? AskedAt,
    DateTimeOffset? AnsweredAt, DateTimeOffset? ConnectedAt, DateTimeOffset? EndedAt, AttemptOutcome? Outcome, string Agent, string Trunk, string ChannelId,
    DateTimeOffset? SettledAt)
{
    /// <summary>Until somebody answered, or nobody did.</summary>
    public double? RingSeconds => Between(AskedAt, AnsweredAt ?? EndedAt);

    /// <summary>From the answer until an agent took it, or the caller was gone.</summary>
    public double? WaitSeconds => Between(AnsweredAt, ConnectedAt ?? EndedAt);

    public double? TalkSeconds => Between(ConnectedAt, EndedAt);

    private static double? Between(DateTimeOffset? from, DateTimeOffset? to) => from is { } a && to is { } b ? Math.Max(0, (b - a).TotalSeconds) : null;
}

/// <summary>How many attempts of a part of a period ended so; null: they go on, or were none.</summary>
internal sealed record AttemptCount(int Part, AttemptOutcome? Outcome, long Count);

/// <summary>The questions asked of attempts. What is long is streamed.</summary>
internal sealed class AttemptListing(NpgsqlDataSource database)
{
    private const string Columns =
        """
        a.id, a.contact, coalesce(c.name, ''), c.external_id, a.numcall, a.mode, a.claimed_at, a.asked_at, a.answered_at, a.connected_at, a.ended_at,
        a.outcome, a.agent, a.trunk, a.channel_id, a.settled_at
        """;

    /// <summary>A page of attempts, newest first.</summary>
    public async Task<RowPage<AttemptRow>> PageAsync(AttemptFilter filter, RowWindow window, CancellationToken ct)
    {
        var values = new List<object>();
        var sql = $"{Statement(filter, values)}{window.Sql("a.claimed_at", "a.id", values)}";
        var read = new List<AttemptRow>();
        await foreach (var row in RowsAsync(sql, values, ct)) read.Add(row);
        return window.Page(read);
    }

    /// <summary>All of them, oldest first.</summary>
    public IAsyncEnumerable<AttemptRow> ReadAsync(AttemptFilter filter, CancellationToken ct)
    {
        var values = new List<object>();
        return RowsAsync($"{Statement(filter, values)} order by a.claimed_at, a.id", values, ct);
    }

    /// <summary>How many there were, by outcome and by part of the period; parts begin at these instants, the last one ends where the period does.</summary>
    public async Task<IReadOnlyList<AttemptCount>> CountsAsync(AttemptFilter filter, IReadOnlyList<DateTimeOffset> parts, CancellationToken ct)
    {
        var values = new List<object>();
        var where = Where(filter, values);
        values.Add(parts.Select(p => p.UtcDateTime).ToArray());
        await using var command = Command(
            $"select width_bucket(a.claimed_at, ${values.Count}) - 1, a.outcome, count(*) from dial_attempts a where {where} group by 1, 2", values);
        var counts = new List<AttemptCount>();
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct)) counts.Add(new(rows.GetInt32(0), rows.IsDBNull(1) ? null : (AttemptOutcome)rows.GetInt16(1), rows.GetInt64(2)));
        return counts;
    }

    private static string Statement(AttemptFilter filter, List<object> values) =>
        $"select {Columns} from dial_attempts a left join contacts c on c.id = a.contact where {Where(filter, values)}";

    private static string Where(AttemptFilter filter, List<object> values)
    {
        var where = string.Create(CultureInfo.InvariantCulture, $"a.campaign = {filter.Campaign}");
        void Add(string condition, object? value)
        {
            if (value is null or "") return;
            values.Add(value);
            where += string.Create(CultureInfo.InvariantCulture, $" and {condition.Replace("?", $"${values.Count}", StringComparison.Ordinal)}");
        }

        Add("a.claimed_at >= ?", filter.From.UtcDateTime);
        Add("a.claimed_at <= ?", filter.To.UtcDateTime);
        Add("a.outcome = ?", (short?)filter.Outcome);
        Add("a.agent = ?", filter.Agent);
        Add("strpos(a.numcall, ?) > 0", filter.Number);
        Add("a.contact = ?", filter.Contact);
        return where;
    }

    private NpgsqlCommand Command(string sql, List<object> values)
    {
        var command = database.CreateCommand(sql);
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        return command;
    }

    private async IAsyncEnumerable<AttemptRow> RowsAsync(string sql, List<object> values, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var command = Command(sql, values);
        command.CommandTimeout = 0;
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct)) yield return Read(rows);
    }

    private static AttemptRow Read(NpgsqlDataReader row)
    {
        DateTimeOffset? At(int column) => row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);
        return new(
            row.GetInt64(0), row.GetInt64(1), row.GetString(2), row.IsDBNull(3) ? null : row.GetString(3), row.GetString(4), (DialingMode)row.GetInt16(5),
            At(6)!.Value, At(7), At(8), At(9), At(10), row.IsDBNull(11) ? null : (AttemptOutcome)row.GetInt16(11), row.GetString(12), row.GetString(13),
            row.GetString(14), At(15));
    }
}
