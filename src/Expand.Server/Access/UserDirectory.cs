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
internal sealed class UserDirectory
{
    /// <summary>The users of now.</summary>
    public IReadOnlyCollection<Person> All => throw new NotImplementedException();

    /// <summary>The user of that name (case does not matter), not a former one; null where there is none.</summary>
    public Person? Find(string username) => throw new NotImplementedException(username);

    /// <summary>The same, or else the one who had that name last.</summary>
    public Person? FindAlsoFormer(string username) => throw new NotImplementedException(username);

    /// <summary>The agent of that number, or else the former one who had it last; null where nobody ever had it.</summary>
    public Person? Agent(string number) => throw new NotImplementedException(number);

    /// <summary>The user of that id.</summary>
    public Person? Find(int id) => throw new NotImplementedException(id.ToString(System.Globalization.CultureInfo.InvariantCulture));
}
