using Expand.Server.Access;
using Expand.Server.Activity;
using Expand.Server.Platform;
using Expand.Soap;

namespace Expand.Server.Agents;

/// <summary>Writes agentSessionDetail's document from sessions that come ordered by agent, queue and beginning.</summary>
/// <param name="xml">Where to.</param>
/// <param name="holderOf">Whom a number stands for.</param>
/// <param name="time">The zone of the document.</param>
internal sealed class SessionDetailXml(SoapXmlWriter xml, Func<string, NumberHolder?> holderOf, LocalTime time)
{
    /// <summary>Those of one agent in one queue: their sums stand before them.</summary>
    private readonly List<CompleteSession> held = [];
    private string? openAgent;

    /// <param name="sessions">Standing on its first session.</param>
    /// <param name="any">Whether it has one.</param>
    /// <param name="ct">Cancelled when the client goes away.</param>
    public async ValueTask WriteAsync(IAsyncEnumerator<CompleteSession> sessions, bool any, CancellationToken ct)
    {
        xml.Start("agents");
        while (any)
        {
            var session = sessions.Current;
            if (held.Count > 0 && (held[0].Agent, held[0].Queue) != (session.Agent, session.Queue)) await WriteQueueAsync(ct);
            held.Add(session);
            any = await sessions.MoveNextAsync();
        }

        if (held.Count > 0) await WriteQueueAsync(ct);
        if (openAgent is not null) xml.End();
        xml.End();
    }

    private async ValueTask WriteQueueAsync(CancellationToken ct)
    {
        OpenAgent(held[0].Agent);
        var pauses = held.SelectMany(s => s.Pauses).ToList();
        xml.Start("queue");
        xml.Attribute("queuename", held[0].Queue);
        xml.Attribute("logged", held.Sum(s => Seconds(s.BeganAt, s.EndedAt)));
        xml.Attribute("paused", pauses.Sum(p => Seconds(p.BeganAt, p.EndedAt)));
        xml.Start("pauses");
        // In the order in which each type was first used.
        foreach (var type in pauses.GroupBy(p => p.Cause, StringComparer.Ordinal))
        {
            xml.Start("pause");
            xml.Attribute("type", type.Key);
            xml.Attribute("duration", type.Sum(p => Seconds(p.BeganAt, p.EndedAt)));
            xml.End();
        }

        xml.End();
        xml.Start("sessions");
        foreach (var session in held)
        {
            WriteSession(session);
            await xml.FlushIfNeededAsync(ct);
        }

        xml.End();
        xml.End();
        held.Clear();
    }

    private void OpenAgent(string agent)
    {
        if (openAgent == agent) return;
        if (openAgent is not null) xml.End();
        openAgent = agent;
        xml.Start("agent");
        xml.Attribute("userID", holderOf(agent)?.Username);
        xml.Attribute("agentID", agent);
    }

    private void WriteSession(CompleteSession session)
    {
        xml.Start("session");
        WriteInterval(session.BeganAt, session.EndedAt);
        foreach (var pause in session.Pauses)
        {
            xml.Start("pause");
            xml.Attribute("type", pause.Cause);
            WriteInterval(pause.BeganAt, pause.EndedAt);
            xml.End();
        }

        xml.End();
    }

    /// <summary>Local times, and the true duration between them: where the clock was changed in between they are not each other's difference.</summary>
    private void WriteInterval(DateTimeOffset from, DateTimeOffset to)
    {
        xml.Attribute("start", time.Format(from));
        xml.Attribute("end", time.Format(to));
        xml.Attribute("duration", Seconds(from, to));
    }

    private static long Seconds(DateTimeOffset from, DateTimeOffset to) => (long)(to - from).TotalSeconds;
}
