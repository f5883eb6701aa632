using System.Data;
using Expand.Server.Platform;
using Npgsql;

namespace Expand.Server.Activity;

/// <summary>
/// A period of agents' reports, cut into whole local days that are summed up already and the rest, which is asked of the rows themselves: the hours at its
/// edges, today, days without sums, and of who has a session or a talk that lasts the days since it began.
/// </summary>
internal sealed class ReportSpans
{
    private readonly List<(string? Agent, DateOnly First, DateOnly End)> days = [];
    private readonly List<(string? Agent, DateTimeOffset From, DateTimeOffset To)> rest = [];

    private ReportSpans()
    {
    }

    /// <summary>Cuts a period.</summary>
    /// <param name="parts">The parts of agents; null: all agents.</param>
    /// <param name="from">The period's first instant.</param>
    /// <param name="to">The instant after its last.</param>
    /// <param name="now">What is after it is not summed up yet.</param>
    /// <param name="summed">From which day on there are sums; null: there are none.</param>
    /// <param name="lasting">Since when something of an agent lasts.</param>
    /// <param name="time">What a day is.</param>
    public static ReportSpans Cut(
        IReadOnlyList<AgentPart>? parts, DateTimeOffset from, DateTimeOffset to, DateTimeOffset now, DateOnly? summed,
        IReadOnlyDictionary<string, DateTimeOffset> lasting, LocalTime time)
    {
        var spans = new ReportSpans();
        foreach (var part in parts ?? [new AgentPart("", null, null)])
        {
            var (begin, end) = (Later(from, part.From), Earlier(to, part.To));
            if (begin >= end) continue;
            spans.Add(parts is null ? null : part.Agent, begin, end, Earlier(end, now), summed, lasting, time);
        }

        return spans;
    }

    /// <summary>
    /// Of which agents (null: of all) in which whole days, the end not among them, as arrays for <c>unnest</c>. Of agents of whom something lasts there are
    /// days only where they are named.
    /// </summary>
    public (string?[] Agents, DateOnly[] Firsts, DateOnly[] Ends) Days => ([.. days.Select(d => d.Agent)], [.. days.Select(d => d.First)], [.. days.Select(d => d.End)]);

    /// <summary>All these days lie from the first of these on, before the second: what the planner is told, who cannot look into the arrays.</summary>
    public (DateOnly First, DateOnly End) AroundDays => days.Count == 0 ? (DateOnly.FromDayNumber(1), DateOnly.FromDayNumber(1)) : (days.Min(d => d.First), days.Max(d => d.End));

    /// <summary>Whether whole days of all agents are among them; they are all of <see cref="AroundDays"/> then.</summary>
    public bool HasDaysOfAll => days.Exists(d => d.Agent is null);

    /// <summary>What is asked of the rows, of all agents.</summary>
    public (DateTime[] From, DateTime[] To) RestOfAll => Instants(rest.Where(r => r.Agent is null));

    /// <summary>What is asked of the rows, of single agents.</summary>
    public (string[] Agents, DateTime[] From, DateTime[] To) RestOfAgents =>
        ([.. rest.Where(r => r.Agent is not null).Select(r => r.Agent!)], Instants(rest.Where(r => r.Agent is not null)).From, Instants(rest.Where(r => r.Agent is not null)).To);

    /// <summary>Whether anything is asked of the rows of all agents.</summary>
    public bool HasRestOfAll => rest.Exists(r => r.Agent is null);

    /// <summary>Whether anything is asked of the rows of single agents.</summary>
    public bool HasRestOfAgents => rest.Exists(r => r.Agent is not null);

    /// <summary>What is looked for in the rest are calls from here on, to <see cref="Soon"/>.</summary>
    public DateTime Near => First.AddHours(-2).UtcDateTime;

    /// <summary>And odd calls (<see cref="AgentCall.IsOdd"/>) from here on.</summary>
    public DateTime Far => First.AddDays(-31).UtcDateTime;

    /// <summary>No call of the rest begins so late.</summary>
    public DateTime Soon => (rest.Count == 0 ? DateTimeOffset.UnixEpoch : rest.Max(r => r.To)).AddMinutes(1).UtcDateTime;

    /// <summary>And no odd one so late: none is told a month after its talk.</summary>
    public DateTime Late => Soon.AddDays(31);

    private DateTimeOffset First => rest.Count == 0 ? DateTimeOffset.UnixEpoch : rest.Min(r => r.From);

    /// <summary>Agents of whom the days of all are not meant: theirs are among <see cref="Days"/> and <see cref="RestOfAgents"/>.</summary>
    public string[] Apart { get; private set; } = [];

    private void Add(
        string? agent, DateTimeOffset from, DateTimeOffset to, DateTimeOffset past, DateOnly? summed, IReadOnlyDictionary<string, DateTimeOffset> lasting, LocalTime time)
    {
        var (first, end) = Whole(from, past, summed, time);
        if (agent is not null && lasting.TryGetValue(agent, out var since) && time.DayOf(since) is var limit && limit < end) end = limit;
        if (first >= end)
        {
            rest.Add((agent, from, to));
            return;
        }

        days.Add((agent, first, end));
        var (begun, ended) = (time.StartOf(first), time.StartOf(end));
        if (from < begun) rest.Add((agent, from, begun));
        if (ended < to) rest.Add((agent, ended, to));
        if (agent is not null) return;
        Apart = [.. lasting.Where(l => time.DayOf(l.Value) < end).Select(l => l.Key)];
        foreach (var apart in Apart)
        {
            // The rest of all holds the edges, theirs too.
            var until = time.DayOf(lasting[apart]) is var day && day > first ? day : first;
            if (first < until) days.Add((apart, first, until));
            rest.Add((apart, time.StartOf(until), ended));
        }
    }

    /// <summary>The whole days within a time; those without sums are none.</summary>
    private static (DateOnly First, DateOnly End) Whole(DateTimeOffset from, DateTimeOffset to, DateOnly? summed, LocalTime time)
    {
        if (summed is not { } since || to <= from) return (default, default);
        var first = time.DayOf(from);
        if (time.StartOf(first) < from) first = first.AddDays(1);
        return (first > since ? first : since, time.DayOf(to));
    }

    private static (DateTime[] From, DateTime[] To) Instants(IEnumerable<(string? Agent, DateTimeOffset From, DateTimeOffset To)> spans) =>
        ([.. spans.Select(s => s.From.UtcDateTime)], [.. spans.Select(s => s.To.UtcDateTime)]);

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset? other) => other > one ? other.Value : one;

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset? other) => other < one ? other.Value : one;
}

/// <summary>Reads what a period is cut by, and asks a question of the same instant.</summary>
internal static class ReportSnapshot
{
    private const string Since = "select since from agent_days_reach where id = 1 and zone = $1";

    /// <summary>What of an agent lasts since before an instant, calls that they talk on included; the earliest of each.</summary>
    private const string Lasting =
        """
        select agent, min(at) from (
            select agent, began_at as at from agent_sessions where ended_at is null and began_at < $1
            union all select agent, least(at, talk_from) from agent_calls where talk_from is not null and talk_to is null and least(at, talk_from) < $1) l
        group by agent
        """;

    /// <summary>Runs a question over the parts of a period in one snapshot of the database.</summary>
    public static async Task<T> AskAsync<T>(
        NpgsqlDataSource database, LocalTime time, IReadOnlyList<AgentPart>? parts, DateTimeOffset from, DateTimeOffset to, DateTimeOffset now, bool mayUseSums,
        Func<ReportSpans, NpgsqlConnection, Task<T>> ask, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand(Since) { Parameters = { new() { Value = time.Zone.Id } } },
                new NpgsqlBatchCommand(Lasting) { Parameters = { new() { Value = time.StartOf(time.DayOf(now < to ? now : to)).UtcDateTime } } },
            },
        };
        DateOnly? since = null;
        var lasting = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        await using (var row = await batch.ExecuteReaderAsync(ct))
        {
            if (await row.ReadAsync(ct) && mayUseSums) since = row.GetFieldValue<DateOnly>(0);
            await row.NextResultAsync(ct);
            while (await row.ReadAsync(ct)) lasting[row.GetString(0)] = row.GetFieldValue<DateTimeOffset>(1);
        }

        return await ask(ReportSpans.Cut(parts, from, to, now, since, lasting, time), connection);
    }
}
