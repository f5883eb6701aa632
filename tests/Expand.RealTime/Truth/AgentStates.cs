namespace Expand.RealTime.Truth;

/// <summary>What an agent can be shown as at some instant of a window, by the ledger.</summary>
internal sealed class AgentStates(Ledger ledger)
{
    private sealed record Stretch(string Status, Moment From, Moment To);

    private readonly ILookup<string, SessionStory> _sessions = ledger.Sessions.ToLookup(s => s.Agent);
    private readonly ILookup<string, Stretch> _atPhone = AtPhone(ledger).ToLookup(s => s.Agent, s => s.Stretch);
    private readonly Dictionary<string, List<(DateTimeOffset At, IReadOnlySet<string> Possible)>> _past = [];

    /// <summary>The statuses of the contract's <c>agent</c> element that are right at some instant of it.</summary>
    public IReadOnlySet<string> Of(string agent, Moment window) => Instants(agent, window).SelectMany(t => At(agent, t)).ToHashSet();

    /// <summary>
    /// Between which instants an agent came to have the status that he certainly has, and had throughout the window; null where he never had another.
    /// </summary>
    public Moment? SinceOf(string agent, string status, Moment window)
    {
        if (!_past.TryGetValue(agent, out var past))
            _past[agent] = past = [.. Ends(agent).Where(t => t > DateTimeOffset.UnixEpoch).SelectMany(Around).Distinct().OrderDescending().Select(t => (t, At(agent, t)))];
        var before = past.SkipWhile(p => p.At > window.Earliest).SkipWhile(p => p.Possible.Count == 1 && p.Possible.Contains(status)).ToList();
        if (before.Count == 0) return null;
        var other = before.Find(p => !p.Possible.Contains(status)).At;
        return new Moment(other == default ? DateTimeOffset.UnixEpoch : other, before[0].At);
    }

    /// <summary>How a member of a queue can be shown.</summary>
    public IReadOnlySet<string> MemberOf(string queue, string agent, Moment window)
    {
        var possible = new HashSet<string>();
        foreach (var (t, wide) in Instants(agent, window).SelectMany(Both))
        {
            var session = SessionIn(queue, agent, t, wide);
            var pause = session?.Pauses.LastOrDefault(p => Holds(p.Began, p.Ended, t, wide));
            possible.Add($"logged={(session is null ? "false" : "true")} paused={(pause is null ? "false" : "true")} pausetype={pause?.Cause}");
        }

        return possible;
    }

    /// <summary>The statuses of the contract's <c>qagent</c> element that are right at some instant of it.</summary>
    public IReadOnlySet<string> MemberStatusOf(string queue, string agent, Moment window)
    {
        var possible = new HashSet<string>();
        foreach (var (t, wide) in Instants(agent, window).SelectMany(Both))
        {
            var atPhone = PhoneAt(agent, t, wide);
            if (SessionIn(queue, agent, t, wide) is null) possible.Add("unavailable");
            else if (atPhone.Count == 0) possible.Add("waiting");
            else possible.UnionWith(atPhone.SelectMany(s => s switch { "ringing" => ["ringing"], "any" => ["ringing", "busy", "waiting"], _ => new[] { "busy" } }));
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

    /// <summary>Each uncertain end once at its earliest and once at its latest.</summary>
    private static IEnumerable<(DateTimeOffset At, bool Wide)> Both(DateTimeOffset t) => [(t, true), (t, false)];

    private static IEnumerable<DateTimeOffset> Around(DateTimeOffset t) => [t.AddTicks(-1), t, t.AddTicks(1)];

    private HashSet<string> At(string agent, DateTimeOffset instant)
    {
        var possible = new HashSet<string>();
        foreach (var (t, wide) in Both(instant))
        {
            var sessions = _sessions[agent].Where(s => Holds(s.Began, s.Ended, t, wide)).ToList();
            if (sessions.Count == 0)
            {
                possible.Add("offline");
                continue;
            }

            var atPhone = PhoneAt(agent, t, wide);
            possible.UnionWith(atPhone.SelectMany(s => s == "any" ? ["ringing", "originate", "busy"] : new[] { s }));
            if (atPhone.Count == 0 || atPhone.Contains("any")) possible.Add(sessions.All(s => s.Pauses.Any(p => Holds(p.Began, p.Ended, t, wide))) ? "busyout" : "available");
        }

        return possible;
    }

    private SessionStory? SessionIn(string queue, string agent, DateTimeOffset t, bool wide) =>
        _sessions[agent].FirstOrDefault(s => s.Queue == queue && Holds(s.Began, s.Ended, t, wide));

    private List<string> PhoneAt(string agent, DateTimeOffset t, bool wide) => [.. _atPhone[agent].Where(s => Holds(s.From, s.To, t, wide)).Select(s => s.Status)];

    /// <summary>When anything of the agent's may have changed.</summary>
    private IEnumerable<DateTimeOffset> Ends(string agent) =>
        _sessions[agent].SelectMany(s => new Moment?[] { s.Began, s.Ended }.Concat(s.Pauses.SelectMany(p => new Moment?[] { p.Began, p.Ended })))
            .Concat(_atPhone[agent].SelectMany(s => new Moment?[] { s.From, s.To })).OfType<Moment>().SelectMany(m => new[] { m.Earliest, m.Latest });

    private IEnumerable<DateTimeOffset> Instants(string agent, Moment window) =>
        Ends(agent).Where(t => t >= window.Earliest && t <= window.Latest).SelectMany(Around).Append(window.Earliest).Append(window.Latest);
}
