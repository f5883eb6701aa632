using Expand.Server.Access;
using Expand.Server.Queues;

namespace Expand.Server.Ui.Desk;

/// <summary>One of the agent's queues now.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What people call it.</param>
/// <param name="Member">The agent's login to it; null: none.</param>
/// <param name="Waiting">Callers who wait.</param>
/// <param name="WaitingSince">Since when the first of them does.</param>
internal sealed record DeskQueue(string Name, string Description, LiveMember? Member, int Waiting, DateTimeOffset? WaitingSince);

/// <summary>What the agent's page shows of the agent at one moment; handed down to its parts.</summary>
/// <param name="Agent">Who it is.</param>
/// <param name="Status">What the agent does.</param>
/// <param name="Since">Since when; null where that is not known.</param>
/// <param name="Queues">The agent's queues, ordered by description.</param>
/// <param name="StaleSince">Since when the PBX is not heard.</param>
internal sealed record DeskNow(Person Agent, AgentStatus Status, DateTimeOffset? Since, IReadOnlyList<DeskQueue> Queues, DateTimeOffset? StaleSince)
{
    /// <summary>The logins.</summary>
    public IReadOnlyList<LiveMember> Logins { get; } = [.. Queues.Select(q => q.Member).OfType<LiveMember>()];

    /// <summary>Whether the agent is logged in anywhere.</summary>
    public bool IsIn => Logins.Count > 0;

    /// <summary>In how many queues the agent is paused.</summary>
    public int Paused => Logins.Count(m => m.Paused);

    /// <summary>Whether calls of no queue come.</summary>
    public bool IsPausedInAll => IsIn && Paused == Logins.Count;

    /// <summary>The reason where it is the same in all; else empty.</summary>
    public string PauseReason => Logins.Where(m => m.Paused).Select(m => m.PauseReason).Distinct().ToList() is [var one] ? one : "";

    /// <summary>The device of the login; empty: none.</summary>
    public string Device => Logins.Count > 0 ? Logins[0].Device : "";

    /// <summary>What is so now, from what is in memory.</summary>
    public static DeskNow Of(Person agent, LiveView view, QueueCatalog catalog)
    {
        var now = view.Agents.GetValueOrDefault(agent.AgentNumber);
        var live = view.Queues.ToDictionary(q => q.Name, StringComparer.OrdinalIgnoreCase);
        var logins = view.Queues.SelectMany(q => q.Members).Where(m => m.Agent == agent.AgentNumber).ToLookup(m => m.Queue, StringComparer.OrdinalIgnoreCase);
        var names = catalog.QueuesOf(agent.Id).Select(l => live.GetValueOrDefault(l.Queue)?.Name ?? l.Queue).Concat(logins.Select(l => l.Key)).Distinct(StringComparer.OrdinalIgnoreCase);
        var queues = names.Select(name =>
        {
            var waiting = live.GetValueOrDefault(name)?.Calls.Where(c => !c.IsOutgoing && c.ConnectedAt is null).ToList() ?? [];
            return new DeskQueue(name, catalog.DescriptionOf(name), logins[name].FirstOrDefault(), waiting.Count, waiting.Count > 0 ? waiting.Min(c => c.EnteredAt) : null);
        });
        return new DeskNow(
            agent, now?.Status ?? AgentStatus.Offline, now?.Since, [.. queues.OrderBy(q => q.Description, StringComparer.CurrentCulture)], view.StaleSince);
    }
}
