using Expand.Server.Access;
using Expand.Server.Queues;

namespace Expand.Server.OutgoingCalls.Pages;

/// <summary>A queue or an agent that can be chosen: what it is known by, and what people call it.</summary>
/// <param name="Key">The queue's name or the agent's username.</param>
/// <param name="Name">What people call it.</param>
public sealed record CallChoice(string Key, string Name);

/// <summary>Which queues and agents pending calls can be of, with the names that people know.</summary>
internal sealed class CallChoices(QueueCatalog catalog, LivePicture picture, UserDirectory users)
{
    /// <summary>The queues of the PBX and of the settings.</summary>
    public IReadOnlyList<CallChoice> Queues =>
    [
        .. catalog.All.Select(q => q.Name).Union(picture.Queues).Select(q => new CallChoice(q, QueueName(q))).OrderBy(q => q.Name, StringComparer.CurrentCultureIgnoreCase),
    ];

    /// <summary>All agents.</summary>
    public IReadOnlyList<CallChoice> Agents =>
        [.. users.All.Where(p => p.IsAgent).Select(p => new CallChoice(p.Username, p.FullName)).OrderBy(p => p.Name, StringComparer.CurrentCultureIgnoreCase)];

    /// <summary>All agents, those of the queue first.</summary>
    public IReadOnlyList<CallChoice> AgentsFor(string queue)
    {
        var ofQueue = catalog.AgentsOf(queue).Select(id => users.Find(id)?.Username).ToHashSet();
        return [.. Agents.OrderBy(a => ofQueue.Contains(a.Key) ? 0 : 1)];
    }

    public string QueueName(string queue) => catalog.DescriptionOf(queue);

    /// <summary>The full name of a username; the username where nobody has it any more.</summary>
    public string AgentName(string username) => users.Find(username)?.FullName is { Length: > 0 } name ? name : username;

    /// <summary>The name of whoever has a call at that moment; null: nobody has it.</summary>
    public string? HolderName(OutgoingCall call, DateTimeOffset now) =>
        call.HolderAt(now) is { } id ? users.Find(id) is { } person ? AgentName(person.Username) : "?" : null;

    /// <summary>The user who is signed in, about to change calls as a supervisor.</summary>
    public CallDeed Supervisor(Actor me) => new(me, users.Find(me.Name)?.Id ?? 0);

    /// <summary>The user who is signed in, about to change calls as that agent.</summary>
    public CallDeed? Agent(Actor me, string username) => users.Find(username) is { } person ? new(me, person.Id) { Queues = QueuesOf(person.Id) } : null;

    private string[] QueuesOf(int userId) => [.. catalog.QueuesOf(userId).Select(q => q.Queue)];
}
