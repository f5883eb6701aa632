using Expand.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Activity;

/// <summary>The sessions, pauses and talks of a PBX that lasted when they were read, and which of them do no more.</summary>
internal sealed class OpenRows
{
    private readonly Dictionary<AgentSession, string?> devices;

    private OpenRows(List<AgentSession> sessions, List<AgentPause> pauses, List<AgentCall> calls)
    {
        (Sessions, Pauses, Calls) = (sessions, pauses, calls);
        devices = sessions.ToDictionary(session => session, session => session.Device);
    }

    public IReadOnlyList<AgentSession> Sessions { get; }

    public IReadOnlyList<AgentPause> Pauses { get; }

    public IReadOnlyList<AgentCall> Calls { get; }

    /// <summary>Reads them.</summary>
    public static async Task<OpenRows> ReadAsync(string pbx, ExpandDb db, CancellationToken ct)
    {
        var sessions = await db.Set<AgentSession>().AsNoTracking().Where(s => s.Pbx == pbx && s.EndedAt == null).ToListAsync(ct);
        var byId = sessions.ToDictionary(session => session.Id);
        var paused = await db.Set<AgentPause>().Where(p => p.Session.Pbx == pbx && p.EndedAt == null && p.Session.EndedAt == null)
            .Select(p => new { p.Id, p.SessionId, p.Queue, p.Agent, p.Cause, p.BeganAt }).ToListAsync(ct);
        var pauses = paused.ConvertAll(p => new AgentPause { Id = p.Id, Session = byId[p.SessionId], Queue = p.Queue, Agent = p.Agent, Cause = p.Cause, BeganAt = p.BeganAt });
        return new OpenRows(
            sessions, pauses, await db.Set<AgentCall>().AsNoTracking().Where(c => c.Pbx == pbx && c.TalkFrom != null && c.TalkTo == null).ToListAsync(ct));
    }

    /// <summary>Those that ended meanwhile, and sessions whose device became known.</summary>
    public ActivityRows Changed() => new(
        [.. Sessions.Where(session => session.EndedAt is not null || session.Device != devices[session])],
        [.. Pauses.Where(pause => pause.EndedAt is not null)],
        [.. Calls.Where(call => call.TalkTo is not null || call.TalkFrom is null)]);
}
