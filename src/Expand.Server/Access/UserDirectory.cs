using System.Collections.Frozen;
using Npgsql;

namespace Expand.Server.Access;

/// <summary>
/// A user as other rooms see one.
/// <c>AgentNumber</c>: empty where the user is no agent.
/// <c>IsFormer</c>: deleted since; still named in reports.
/// </summary>
internal sealed record Person(
    int Id, string Username, string FullName, string Email, string Profile, bool IsSupervisor, bool IsAgent, string AgentNumber, bool IsFormer);

/// <summary>
/// All users, and those deleted since, in memory on every host: changes of any host are seen within two seconds, this host's own at once.
/// </summary>
internal sealed class UserDirectory(NpgsqlDataSource database) : SharedCopy(database, Counter)
{
    /// <summary>The number that the changes of users are counted under.</summary>
    public const int Counter = 2;

    private volatile Snapshot snapshot = new([], []);

    /// <summary>The users of now, ordered by name.</summary>
    public IReadOnlyCollection<Person> All => snapshot.Users;

    /// <summary>The user of that name (case does not matter), not a former one; null where there is none.</summary>
    public Person? Find(string username) => snapshot.ByName.GetValueOrDefault(username);

    /// <summary>The same, or else the one who had that name last.</summary>
    public Person? FindAlsoFormer(string username)
    {
        var known = snapshot;
        return known.ByName.GetValueOrDefault(username) ?? known.FormerByName.GetValueOrDefault(username);
    }

    /// <summary>The agent of that number, or else the former one who had it last; null where nobody ever had it.</summary>
    public Person? Agent(string number)
    {
        var known = snapshot;
        return known.ByNumber.GetValueOrDefault(number) ?? known.FormerByNumber.GetValueOrDefault(number);
    }

    /// <summary>The user of that id.</summary>
    public Person? Find(int id) => snapshot.ById.GetValueOrDefault(id);

    protected override async Task LoadAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        var users = await ReadAsync(connection,
            """
            select id, user_name, full_name, coalesce(email, ''), profile, is_supervisor, is_agent, coalesce(agent_number, '')
            from users order by user_name
            """, isFormer: false, ct);
        var former = await ReadAsync(connection,
            """
            select id, user_name, full_name, '', '', false, agent_number is not null, coalesce(agent_number, '')
            from former_users order by deleted_at, id
            """, isFormer: true, ct);
        snapshot = new Snapshot(users, former);
    }

    private static async Task<List<Person>> ReadAsync(NpgsqlConnection connection, string sql, bool isFormer, CancellationToken ct)
    {
        var people = new List<Person>();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 5 };
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
        {
            people.Add(new Person(
                rows.GetInt32(0), rows.GetString(1), rows.GetString(2), rows.GetString(3), rows.GetString(4),
                rows.GetBoolean(5), rows.GetBoolean(6), rows.GetString(7), isFormer));
        }

        return people;
    }

    /// <summary>What is known, by everything that is asked for. Of former users the last one who had a name or a number counts.</summary>
    private sealed class Snapshot(List<Person> users, List<Person> former)
    {
        public IReadOnlyList<Person> Users => users;

        public FrozenDictionary<int, Person> ById { get; } = users.ToFrozenDictionary(p => p.Id);

        public FrozenDictionary<string, Person> ByName { get; } = Last(users, p => p.Username, StringComparer.OrdinalIgnoreCase);

        public FrozenDictionary<string, Person> ByNumber { get; } = Last(users, p => p.AgentNumber, StringComparer.Ordinal);

        public FrozenDictionary<string, Person> FormerByName { get; } = Last(former, p => p.Username, StringComparer.OrdinalIgnoreCase);

        public FrozenDictionary<string, Person> FormerByNumber { get; } = Last(former, p => p.AgentNumber, StringComparer.Ordinal);

        private static FrozenDictionary<string, Person> Last(List<Person> people, Func<Person, string> key, StringComparer comparer) =>
            people.Where(p => key(p).Length > 0).GroupBy(key, comparer).ToFrozenDictionary(g => g.Key, g => g.Last(), comparer);
    }
}
