using Expand.Server.Access;
using Expand.Server.Pbx;
using Expand.Server.Platform;
using Expand.Server.Queues;

namespace Expand.Server.Agents;

/// <summary>
/// What a supervisor does to an agent: <see cref="AgentPresence"/> does it, and it stands in the audit log before the PBX is asked; where the PBX then
/// refuses, that stands there too. An agent is called by number. A refusal's <see cref="Failure.Field"/> tells what is in the way.
/// </summary>
internal sealed class SupervisedAgents(
    AgentPresence presence, UserDirectory users, QueueCatalog catalog, PauseReasons reasons, ExtensionDirectory extensions, LivePicture picture, AuditTrail audit)
{
    /// <summary>Into all queues that the user is linked to, at that extension.</summary>
    public async Task<Failure?> LogInAsync(string agent, string extension, Actor actor, CancellationToken ct)
    {
        if (Find(agent) is not { } person) return NoAgent(agent);
        if (OutOfReach() is { } away) return away;
        if (extensions.Find(extension.Trim()) is not { } phone) return Failure.Invalid("extension", $"there is no extension {extension}");
        if (catalog.QueuesOf(person.Id).Count == 0) return InTheWay("queues", "the agent is linked to no queue");
        if (picture.MembershipsOf(agent).Any(m => m.Device != phone.Channel)) return InTheWay("elsewhere", "the agent is logged in at another extension");
        if (picture.MembershipsAt(phone.Channel).Any(m => m.Agent != agent)) return InTheWay("taken", "another agent is logged in at that extension");
        return await DoAsync("agent.logged-in", agent, $"at {phone.Number}", actor, () => presence.LogInAsync(person.Username, phone.Number, ct), ct);
    }

    /// <summary>Out of every queue.</summary>
    public async Task<Failure?> LogOutAsync(string agent, Actor actor, CancellationToken ct)
    {
        if (Find(agent) is not { } person) return NoAgent(agent);
        if (Absent(agent) is { } away) return away;
        return await DoAsync("agent.logged-out", agent, null, actor, () => presence.LogOutAsync(person.Username, ct), ct);
    }

    /// <summary>In every queue where the agent is logged in.</summary>
    /// <param name="agent">The agent's number.</param>
    /// <param name="code">The code of a pause reason.</param>
    /// <param name="actor">Who wants it.</param>
    /// <param name="ct">Ends waiting; a command that was sent is not taken back.</param>
    public async Task<Failure?> PauseAsync(string agent, string code, Actor actor, CancellationToken ct)
    {
        if (Find(agent) is not { } person) return NoAgent(agent);
        if (reasons.Find(code) is not { } reason) return Failure.Invalid("reason", $"there is no pause reason {code}");
        if (Absent(agent) is { } away) return away;
        return await DoAsync("agent.paused", agent, reason, actor, () => presence.PauseAsync(person.Username, "", code, ct), ct);
    }

    /// <summary>In every queue where the agent is paused.</summary>
    public async Task<Failure?> UnpauseAsync(string agent, Actor actor, CancellationToken ct)
    {
        if (Find(agent) is not { } person) return NoAgent(agent);
        if (Absent(agent) is { } away) return away;
        return await DoAsync("agent.unpaused", agent, null, actor, () => presence.UnpauseAsync(person.Username, "", ct), ct);
    }

    private static Failure InTheWay(string what, string message) => new(FailureKind.Conflict, message, what);

    private static Failure NoAgent(string agent) => new(FailureKind.NotFound, $"there is no user with the agent number {agent}", "agent");

    private async Task<Failure?> DoAsync(string action, string agent, string? detail, Actor actor, Func<Task<Failure?>> act, CancellationToken ct)
    {
        if (await audit.TryWriteAsync(actor, action, $"agent {agent}", detail, ct) is { } unwritten) return unwritten;
        if (await act() is not { } refused) return null;
        await audit.TryWriteAsync(actor, action, $"agent {agent}", $"not done: {refused.Message}", ct);
        return refused;
    }

    private Person? Find(string agent) => users.Agent(agent) is { IsAgent: true, IsFormer: false } person ? person : null;

    private Failure? OutOfReach() => picture.StaleSince is { } since ? Failure.Unavailable($"the PBX is not heard since {since:O}") : null;

    private Failure? Absent(string agent) =>
        OutOfReach() ?? (picture.MembershipsOf(agent).Count == 0 ? InTheWay("offline", "the agent is logged in nowhere") : null);
}
