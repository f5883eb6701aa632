using System.Collections.Frozen;
using Npgsql;

namespace Expand.Server.Access;

/// <summary>
/// A user as other rooms see one.
/// <c>AgentNumber</c>: empty where the user is no agent.
/// <c>IsFormer</c>: had the number and has it no longer, or was deleted.
/// </summary>
internal sealed record Person(
    int Id, string Username, string FullName, string Email, string Profile, bool IsSupervisor, bool IsAgent, string AgentNumber, bool IsFormer);

/// <summary>
/// All users, and who had which agent's number when, in memory on every host: changes of any host are seen within two seconds, this host's own at once.
/// </summary>
internal sealed class UserDirectory(NpgsqlDataSource database) : SharedCopy(database, Counter)
{
    /// <summary>The number that the changes of users are counted under.</summary>
    public const int Counter = 2;

    private volatile Snapshot snapshot = new([], NumberHolders.None);

    /// <summary>The users of now, ordered by name.</summary>
    public IReadOnlyCollection<Person> All => snapshot.Users;

    /// <summary>Whom the agents' numbers stood for at any time: what reports of the past ask.</summary>
    public NumberHolders Numbers => snapshot.Numbers;

    /// <summary>The user of that name (case does not matter), not a former one; null where there is none.</summary>
    public Person? Find(string username) => snapshot.ByName.GetValueOrDefault(username);

    /// <summary>The agent of that number, or else the former one who had it last; null where nobody ever had it.</summary>
    public Person? Agent(string number)
    {
        var known = snapshot;
        if (known.ByNumber.TryGetValue(number, out var agent)) return agent;
        return known.Numbers.At(number, DateTimeOffset.MaxValue) is { } last
            ? new Person(last.UserId, last.Username, last.FullName, "", "", false, true, number, IsFormer: true)
            : null;
    }

    /// <summary>The user of that id.</summary>
    public Person? Find(int id) => snapshot.ById.GetValueOrDefault(id);

    protected override async Task LoadAsync(NpgsqlConnection connection, CancellationToken ct) =>
        snapshot = new Snapshot(await UsersAsync(connection, ct), new NumberHolders(await NumbersAsync(connection, ct)));

    private static async Task<List<Person>> UsersAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        var people = new List<Person>();
        await using var command = new NpgsqlCommand(
            """
            select id, user_name, full_name, coalesce(email, ''), profile, is_supervisor, is_agent, coalesce(agent_number, '')
            from users order by user_name
            """, connection)
        { CommandTimeout = 5 };
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
        {
            people.Add(new Person(
                rows.GetInt32(0), rows.GetString(1), rows.GetString(2), rows.GetString(3), rows.GetString(4),
                rows.GetBoolean(5), rows.GetBoolean(6), rows.GetString(7), IsFormer: false));
        }

        return people;
    }

    private static async Task<List<HeldNumber>> NumbersAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        var held = new List<HeldNumber>();
        await using var command = new NpgsqlCommand(
            "select number, user_id, user_name, full_name, held_from, held_to from agent_numbers order by held_from nulls first, id", connection)
        { CommandTimeout = 5 };
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
        {
            held.Add(new HeldNumber
            {
                Number = rows.GetString(0),
                UserId = rows.GetInt32(1),
                UserName = rows.GetString(2),
                FullName = rows.GetString(3),
                From = rows.IsDBNull(4) ? null : rows.GetFieldValue<DateTimeOffset>(4),
                To = rows.IsDBNull(5) ? null : rows.GetFieldValue<DateTimeOffset>(5),
            });
        }

        return held;
    }

    /// <summary>What is known, by everything that is asked for.</summary>
    private sealed class Snapshot(List<Person> users, NumberHolders numbers)
    {
        public IReadOnlyList<Person> Users => users;

        public NumberHolders Numbers => numbers;

        public FrozenDictionary<int, Person> ById { get; } = users.ToFrozenDictionary(p => p.Id);

        public FrozenDictionary<string, Person> ByName { get; } = users.ToFrozenDictionary(p => p.Username, StringComparer.OrdinalIgnoreCase);

        public FrozenDictionary<string, Person> ByNumber { get; } =
            users.Where(p => p.AgentNumber.Length > 0).ToFrozenDictionary(p => p.AgentNumber, StringComparer.Ordinal);
    }
}
