using System.Globalization;
using System.Text;
using Npgsql;

namespace Expand.Server.Dialer;

/// <summary>What contacts are ordered by; ties by id, in the same direction.</summary>
internal enum ContactOrder
{
    Id,
    Name,
    Numcall,
    AddedAt,
    StateAt,
}

/// <summary>Which of a campaign's contacts are asked for. Both ends of a period belong to it.</summary>
internal sealed record ContactFilter(int Campaign)
{
    /// <summary>A part of name or number, in whatever case; null or empty: any.</summary>
    public string? Like { get; init; }

    public ContactState? State { get; init; }

    /// <summary>When they came to the state that they are in.</summary>
    public (DateTimeOffset? From, DateTimeOffset? To) StateAt { get; init; }

    public (DateTimeOffset? From, DateTimeOffset? To) AddedAt { get; init; }

    public ContactOrder Order { get; init; }

    public bool Descending { get; init; }

    public int Start { get; init; }

    public int? Limit { get; init; }
}

/// <summary>
/// Pages of contacts with the number of all that match, at the cost of the answer: what is found by text or time is found once, by its index, for the
/// number and the page both; all contacts of a campaign are counted already, and their page is cut out of an index before a row is fetched.
/// </summary>
internal sealed class ContactListing(NpgsqlDataSource database)
{
    private static readonly ContactState[] States = Enum.GetValues<ContactState>();

    /// <summary>Rows that are passed over sooner than the end is asked for.</summary>
    private const int Far = 1000;

    /// <summary>Null where the campaign does not exist.</summary>
    public Task<TotalledRows<Contact>?> ReadAsync(ContactFilter filter, CancellationToken ct)
    {
        var (sql, values) = Statement(filter);
        var command = database.CreateCommand(sql);
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        return TotalledRows<Contact>.OpenAsync(command, row => ContactTable.Read(row, 1), ct);
    }

    /// <summary>
    /// The statement and its values. Numbers stand in the text itself: a plan that PostgreSQL keeps for any page would be the same for 25 contacts and
    /// for a million.
    /// </summary>
    public static (string Sql, IReadOnlyList<object> Values) Statement(ContactFilter filter)
    {
        var values = new List<object>();
        var conditions = Conditions(filter, values);
        var (total, page) = conditions.Length > 0 ? Found(filter, conditions) : Whole(filter);
        // The first row is the total: a scan of a materialised WITH is never done in parallel, so the parts come in their order.
        return (string.Create(CultureInfo.InvariantCulture,
            $"""
            with {total}
            select n, {string.Join(", ", ContactTable.Columns.Split(',').Select(_ => "null"))} from total
            union all ({page})
            """), values);
    }

    /// <summary>By text or time: what matches is gathered once.</summary>
    private static (string Total, string Page) Found(ContactFilter filter, string conditions)
    {
        var direction = Direction(filter);
        var states = filter.State is { } state ? $"c.state = {(short)state}" : "c.state = any('{0,1,2,3}'::smallint[])";
        // All states: said only where an index begins with them anyway.
        if (filter.State is null && !string.IsNullOrEmpty(filter.Like)) states = "true";
        return ($"""
            hits as materialized (
                select c.id, c.{Column(filter.Order)} as key from contacts c where c.campaign = {filter.Campaign} and {states}{conditions}),
            total as materialized (select case when {Exists(filter)} then (select count(*) from hits) end as n)
            """, $"""
            select null, {ContactTable.Columns}
            from (select id, key from hits order by key{direction}, id{direction}{Cut(filter)}) p join contacts c on c.id = p.id
            order by p.key{direction}, p.id{direction}
            """);
    }

    /// <summary>All of a campaign, or of a state: the counters know how many, and an index has them in order for each state.</summary>
    private static (string Total, string Page) Whole(ContactFilter filter)
    {
        var (direction, key) = (Direction(filter), Column(filter.Order));
        var late = filter.Start > 0;
        var states = filter.State is { } only ? [only] : States;
        string Merged(string way, string most) => string.Join("\nunion all ", states.Select(state =>
            $"""
            (select {(late ? "c.id" : ContactTable.Columns)}, c.{key} as key from contacts c where c.campaign = {filter.Campaign} and c.state = {(short)state}
            order by c.{key}{way}, c.id{way}{most})
            """));
        var merged = Merged(direction, filter.Limit is { } limit ? $" limit {(long)filter.Start + limit}" : "");
        var counted = filter.State is { } counts ? $" and state = {(short)counts}" : "";
        return ($"""
            total as materialized (select case when {Exists(filter)}
                then (select coalesce(sum(count), 0)::bigint from contact_counts where campaign = {filter.Campaign}{counted}) end as n)
            """, late
            ? $"""
              select null, {ContactTable.Columns}
              from ({(filter is { Limit: { } many, Start: >= Far } ? FromNearerEnd(filter, many, Merged) : $"select id, key from ({merged}) s order by key{direction}, id{direction}{Cut(filter)}")}) p join contacts c on c.id = p.id
              order by p.key{direction}, p.id{direction}
              """
            : $"select null, {ContactTable.Columns} from ({merged}) c order by c.key{direction}, c.id{direction}{Cut(filter)}");
    }

    /// <summary>
    /// The keys of a page that is far from the beginning: where it lies in the second half they are read from the end, backwards. How many there are is known; which way it
    /// is, only while the statement runs: of the other way no row is read.
    /// </summary>
    private static string FromNearerEnd(ContactFilter filter, int limit, Func<string, string, string> merged)
    {
        var (there, back) = filter.Descending ? (" desc", "") : ("", " desc");
        var isSecondHalf = $"n < {2L * filter.Start}";
        var forwards = $" limit (select case when {isSecondHalf} then 0 else {(long)filter.Start + limit} end from total)";
        var backwards = $" limit (select case when {isSecondHalf} then greatest(n - {filter.Start}, 0) else 0 end from total)";
        return $"""
            (select id, key from ({merged(there, forwards)}) s order by key{there}, id{there} offset {filter.Start} limit {limit})
            union all
            (select id, key from (
                select id, key from ({merged(back, backwards)}) s order by key{back}, id{back}{backwards}) e
            order by key{there}, id{there} limit {limit})
            """;
    }

    private static string Conditions(ContactFilter filter, List<object> values)
    {
        var conditions = new StringBuilder();
        void Add(string condition, object? value)
        {
            if (value is null) return;
            values.Add(value);
            conditions.Append(CultureInfo.InvariantCulture, $" and {condition.Replace("?", $"${values.Count}", StringComparison.Ordinal)}");
        }

        if (!string.IsNullOrEmpty(filter.Like))
            Add($"c.search like ('%' || lower(? collate \"{ContactConfiguration.NameCollation}\") || '%') collate \"C\"", Escaped(filter.Like));
        Add("c.state_at >= ?", filter.StateAt.From?.UtcDateTime);
        Add("c.state_at <= ?", filter.StateAt.To?.UtcDateTime);
        Add("c.added_at >= ?", filter.AddedAt.From?.UtcDateTime);
        Add("c.added_at <= ?", filter.AddedAt.To?.UtcDateTime);
        return conditions.ToString();
    }

    /// <summary>The text itself, whatever <c>like</c> makes of its characters.</summary>
    private static string Escaped(string text) =>
        text.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal);

    private static string Exists(ContactFilter filter) => $"exists (select 1 from campaigns where id = {filter.Campaign})";

    private static string Direction(ContactFilter filter) => filter.Descending ? " desc" : "";

    private static string Cut(ContactFilter filter) =>
        (filter.Start > 0 ? $" offset {filter.Start}" : "") + (filter.Limit is { } limit ? $" limit {limit}" : "");

    private static string Column(ContactOrder order) => order switch
    {
        ContactOrder.Name => "name",
        ContactOrder.Numcall => "numcall",
        ContactOrder.AddedAt => "added_at",
        ContactOrder.StateAt => "state_at",
        _ => "id",
    };
}
