using System.Xml.Linq;

namespace Expand.EndToEnd.Truth;

/// <summary>
/// Holds samples of statusQueues against the ledger. What changed within the two seconds before an answer may be shown as before or after.
/// </summary>
internal sealed class PanelComparison(Ledger ledger, ShiftPlan plan, Mismatches found, DateTimeOffset began)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private readonly AgentStates _states = new(ledger);

    public void Compare(Sample sample)
    {
        var window = new Moment(sample.At.Earliest - Grace, sample.At.Latest + Moment.Reaction);
        var panel = sample.Panel;
        var when = $"statusQueues at {sample.At.Latest:HH:mm:ss.fff}";
        found.Check(panel.Attribute("stale") is null, when, "fresh", $"stale since {(string?)panel.Attribute("stale")}", "-");
        var agents = panel.Element("agents")!.Elements("agent").ToDictionary(e => e.Value.Trim());
        foreach (var agent in plan.Agents)
        {
            var possible = _states.Of(agent.Number, window);
            var status = agents.TryGetValue(agent.Number, out var element) ? (string?)element.Attribute("status") ?? "" : "(missing)";
            found.Check(possible.Contains(status), $"{when}, agent {agent.Number}", string.Join(" or ", possible), status, _states.Tell(agent.Number, window));
        }

        foreach (var queue in panel.Element("queues")!.Elements("queue").Where(q => ShiftPlan.Queues.Contains((string)q.Attribute("qname")!)))
            CompareQueue($"{when}, {(string?)queue.Attribute("qname")}", (string)queue.Attribute("qname")!, queue, window);
    }

    private void CompareQueue(string what, string queue, XElement element, Moment window)
    {
        var calls = ledger.Calls.Values.Where(c => c.Plan.Queue == queue).ToList();
        string Figure(string name) => element.Element("qstatus")!.Element(name)?.Value ?? "(missing)";
        var waiting = calls.Select(c => (From: c.Entered, To: c.End == CallEnd.Abandoned ? c.Ended : c.Connected)).ToList();
        var talking = calls.Where(c => c.Agent.Length > 0).Select(c => (From: c.Connected, To: c.Ended))
            .Concat(ledger.Outside.Where(o => o.Outgoing && o.Queue == queue && o.Answered is not null).Select(o => (From: o.Answered!.Value, To: o.Ended))).ToList();
        found.Fits(what + " numwaiting", AtOnce(waiting, window), Figure("numwaiting"), Near(calls, window), tolerance: 0);
        found.Fits(what + " numongoing", AtOnce(talking, window), Figure("numongoing"), Near(calls, window), tolerance: 0);
        var ended = calls.Where(c => c.End is not (CallEnd.None or CallEnd.Abandoned)).Select(c => c.Ended).ToList();
        var abandoned = calls.Where(c => c.End == CallEnd.Abandoned).Select(c => c.Ended).ToList();
        found.Fits(what + " completed", Until(ended, window), Figure("completed"), Near(calls, window), tolerance: 0);
        found.Fits(what + " abandoned", Until(abandoned, window), Figure("abandoned"), Near(calls, window), tolerance: 0);
        if (window.Latest - began < TimeSpan.FromMinutes(59))
        {
            found.Equal(what + " counterans", Figure("completed"), Figure("counterans"), "an hour has not passed");
            found.Equal(what + " counterabn", Figure("abandoned"), Figure("counterabn"), "an hour has not passed");
        }

        if (long.TryParse(Figure("completed"), out var completed) && long.TryParse(Figure("abandoned"), out var lost) && completed + lost > 0)
            found.Equal(what + " ratio", $"{Math.Round(100.0 * completed / (completed + lost), MidpointRounding.AwayFromZero)}", Figure("ratio"), "-");

        var shown = element.Element("qcalls")!.Elements("call").ToLookup(c => (string)c.Attribute("callerid")!, c => c.Value.Trim());
        foreach (var call in calls)
        {
            var until = call.End == CallEnd.Abandoned ? call.Ended : call.Connected;
            var expected = call.Entered.Latest < window.Earliest && until.Earliest > window.Latest ? "0"
                : call.Agent.Length > 0 && call.Connected.Latest < window.Earliest && call.Ended.Earliest > window.Latest ? call.Agent : null;
            if (expected is not null) found.Equal($"{what}, call of {call.Plan.Number}", expected, string.Join(",", shown[call.Plan.Number]), call);
        }

        var members = element.Element("qagents")!.Elements("qagent").ToDictionary(e => e.Value.Trim());
        foreach (var agent in plan.Agents.Where(a => a.Queues.Contains(queue)))
        {
            var possible = _states.MemberOf(queue, agent.Number, window);
            var shownAs = members.TryGetValue(agent.Number, out var member)
                ? $"logged={(string?)member.Attribute("logged")} paused={(string?)member.Attribute("paused")} pausetype={(string?)member.Attribute("pausetype")}" : "(missing)";
            found.Check(possible.Contains(shownAs), $"{what}, member {agent.Number}", string.Join(" or ", possible), shownAs, _states.Tell(agent.Number, window));
        }
    }

    private static string Near(IEnumerable<CallStory> calls, Moment window) => string.Join("\n              ",
        calls.Where(c => c.Entered.Earliest < window.Latest && (c.Ended.Latest > window.Earliest || c.End == CallEnd.None)).OrderBy(c => c.Entered.Earliest));

    /// <summary>How many happened by then.</summary>
    private static Extent Until(List<Moment> moments, Moment window) =>
        new(moments.Count(m => m.Latest <= window.Earliest), moments.Count(m => m.Earliest <= window.Latest));

    /// <summary>The fewest and the most that there were at once, at some instant of the window.</summary>
    private static Extent AtOnce(List<(Moment From, Moment To)> intervals, Moment window)
    {
        var instants = intervals.SelectMany(i => new[] { i.From.Earliest, i.From.Latest, i.To.Earliest, i.To.Latest })
            .Where(t => t >= window.Earliest && t <= window.Latest).SelectMany(t => new[] { t.AddTicks(-1), t, t.AddTicks(1) }).Append(window.Earliest).Append(window.Latest);
        var (least, most) = (long.MaxValue, 0L);
        foreach (var t in instants)
        {
            least = Math.Min(least, intervals.Count(i => i.From.Latest <= t && t < i.To.Earliest));
            most = Math.Max(most, intervals.Count(i => i.From.Earliest <= t && t <= i.To.Latest));
        }

        return new(least, most);
    }
}
