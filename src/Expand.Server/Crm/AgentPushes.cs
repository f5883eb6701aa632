using Expand.Server.Access;
using Expand.Server.Access.Settings;
using Expand.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Crm;

/// <summary>A push as the page lists it.</summary>
internal sealed record PushRow(
    long Id, string UniqueId, string Queue, string Caller, string Agent, string Device, DateTimeOffset ConnectedAt, PushState State, int Attempts,
    DateTimeOffset NextAt, CrmProblem Problem, string Detail);

/// <summary>The pushAgentInfo that were sent or are to be: listed with their attempts, and sent again.</summary>
internal sealed class AgentPushes(IDbContextFactory<ExpandDb> databases, Settings<CrmSettings> settings, CrmServices crm, AgentPushSender sender, TimeProvider clock)
{
    public const int Most = 200;

    /// <summary>The last ones, the newest first.</summary>
    public async Task<IReadOnlyList<PushRow>> ListAsync(PushState? state, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var pushes = await db.Set<AgentPush>().AsNoTracking().Where(p => state == null || p.State == state).OrderByDescending(p => p.Id).Take(Most)
            .Select(p => new { Push = p, Last = db.Set<AgentPushAttempt>().Where(a => a.PushId == p.Id).OrderByDescending(a => a.Id).FirstOrDefault() }).ToListAsync(ct);
        return [.. pushes.Select(p => new PushRow(p.Push.Id, p.Push.UniqueId, p.Push.Queue, AgentPushSender.Caller(p.Push.CallerName, p.Push.CallerNumber), p.Push.Agent,
            p.Push.Device, p.Push.ConnectedAt, p.Push.State, p.Push.Attempts, p.Push.NextAt, p.Last?.Problem ?? CrmProblem.None, p.Last?.Detail ?? ""))];
    }

    /// <summary>The tries of a push, the first one first.</summary>
    public async Task<IReadOnlyList<AgentPushAttempt>> AttemptsAsync(long id, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.Set<AgentPushAttempt>().AsNoTracking().Where(a => a.PushId == id).OrderBy(a => a.Id).Take(Most).ToListAsync(ct);
    }

    /// <summary>Sends one again, from the beginning; one that waits is refused.</summary>
    public async Task<Failure?> ReplayAsync(long id, Actor actor, CancellationToken ct)
    {
        if (!crm.Has(CrmOperation.AgentInfo)) return Failure.Conflict("pushAgentInfo is switched off");
        await using var db = await databases.CreateDbContextAsync(ct);
        var now = clock.GetUtcNow();
        var giveUpAt = now + TimeSpan.FromSeconds(settings.Value.PushSeconds);
        var refused = await db.InTransactionAsync<Failure?>(
            async token =>
            {
                var push = await db.Set<AgentPush>().AsNoTracking().SingleOrDefaultAsync(p => p.Id == id, token);
                if (push is null) return Failure.NotFound($"push {id}");
                var changed = await db.Set<AgentPush>().Where(p => p.Id == id && p.State != PushState.Waiting).ExecuteUpdateAsync(
                    set => set.SetProperty(p => p.State, PushState.Waiting).SetProperty(p => p.Attempts, 0).SetProperty(p => p.NextAt, now)
                        .SetProperty(p => p.GiveUpAt, giveUpAt).SetProperty(p => p.EndedAt, (DateTimeOffset?)null), token);
                if (changed == 0) return Failure.Conflict("it is being sent already");
                db.Add(AuditEntry.Of(now, actor, "crm.push-replayed", $"call {push.UniqueId}", $"{push.Queue}, agent {push.Agent}"));
                await db.SaveChangesAsync(token);
                return null;
            },
            ct);
        if (refused is null) sender.Wake();
        return refused;
    }
}
