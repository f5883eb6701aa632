namespace Expand.EndToEnd.Truth;

/// <summary>What an agent can be shown as at some instant of a window, by the ledger.</summary>
internal sealed class AgentStates(Ledger ledger)
{
    private sealed record Stretch(string Status, Moment From, Moment To);

    private readonly ILookup<string, SessionStory> _sessions = ledger.Sessions.ToLookup(s => s.Agent);
    private readonly ILookup<string, Stretch> _atPhone = AtPhone(ledger).ToLookup(s => s.Agent, s => s.Stretch);

    /// <summary>The statuses of the contract's <c>agent</c> element that are right at some instant of it.</summary>
    public IReadOnlySet<string> Of(string agent, Moment window)
    {
        var possible = new HashSet<string>();
        foreach (var t in Instants(agent, window))
        {
            // Each uncertain end once at its earliest and once at its latest.
            foreach (var wide in (bool[])[true, false])
            {
                var sessions = _sessions[agent].Where(s => Holds(s.Began, s.Ended, t, wide)).ToList();
                if (sessions.Count == 0)
                {
                    possible.Add("offline");
                    continue;
                }

                var atPhone = _atPhone[agent].Where(s => Holds(s.From, s.To, t, wide)).Select(s => s.Status).ToList();
                if (atPhone.Count > 0) possible.UnionWith(atPhone.SelectMany(s => s == "any" ? ["ringing", "originate", "busy"] : new[] { s }));
                if (atPhone.Count == 0 || atPhone.Contains("any")) possible.Add(sessions.All(s => s.Pauses.Any(p => Holds(p.Began, p.Ended, t, wide))) ? "busyout" : "available");
            }
        }

        return possible;
    }

    /// <summary>How a member of a queue can be shown.</summary>
    public IReadOnlySet<string> MemberOf(string queue, string agent, Moment window)
    {
        var possible = new HashSet<string>();
        foreach (var t in Instants(agent, window))
        {
            foreach (var wide in (bool[])[true, false])
            {
                var session = _sessions[agent].FirstOrDefault(s => s.Queue == queue && Holds(s.Began, s.Ended, t, wide));
                var pause = session?.Pauses.LastOrDefault(p => Holds(p.Began, p.Ended, t, wide));
                possible.Add($"logged={(session is null ? "false" : "true")} paused={(pause is null ? "false" : "true")} pausetype={pause?.Cause}");
            }
        }

        return possible;
    }

    public string Tell(string agent, Moment window) => string.Join("\n              ",
        _sessions[agent].Where(s => s.Began.Earliest <= window.Latest && !(s.Ended?.Latest < window.Earliest)).Select(s => s.ToString())
            .Concat(_atPhone[agent].Where(s => s.From.Earliest <= window.Latest && s.To.Latest >= window.Earliest).Select(s => s.ToString())));

    private static IEnumerable<(string Agent, Stretch Stretch)> AtPhone(Ledger ledger)
    {
        foreach (var call in ledger.Calls.Values)
        {
            foreach (var offer in call.AllOffers) yield return (offer.Agent, new("ringing", offer.Rang, offer.Ended));
            if (call.Agent.Length > 0) yield return (call.Agent, new("busy", call.Connected, call.Ended));
        }

        foreach (var story in ledger.Outside)
        {
            // While the phone rings that the API has called, it rings, and its agent is about to dial.
            var before = !story.Outgoing ? "ringing" : story.ByApi ? "any" : "originate";
            yield return (story.Agent, new(before, story.Began, story.Answered ?? story.Ended));
            if (story.Answered is { } answered) yield return (story.Agent, new("busy", answered, story.Ended));
            else if (story.ByApi) yield return (story.Agent, new("any", story.Began, story.Ended));
        }

        foreach (var (agent, from, to) in ledger.Codes) yield return (agent, new("any", from, to));
    }

    private static bool Holds(Moment from, Moment? to, DateTimeOffset t, bool wide) =>
        wide ? from.Earliest <= t && !(to?.Latest < t) : from.Latest <= t && !(to?.Earliest <= t);

    private IEnumerable<DateTimeOffset> Instants(string agent, Moment window)
    {
        var ends = _sessions[agent].SelectMany(s => new Moment?[] { s.Began, s.Ended }.Concat(s.Pauses.SelectMany(p => new Moment?[] { p.Began, p.Ended })))
            .Concat(_atPhone[agent].SelectMany(s => new Moment?[] { s.From, s.To }));
        return ends.OfType<Moment>().SelectMany(m => new[] { m.Earliest, m.Latest }).Where(t => t >= window.Earliest && t <= window.Latest)
            .SelectMany(t => new[] { t.AddTicks(-1), t, t.AddTicks(1) }).Append(window.Earliest).Append(window.Latest);
    }
}
