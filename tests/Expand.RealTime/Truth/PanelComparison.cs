using System.Globalization;
using System.Xml.Linq;

namespace Expand.RealTime.Truth;

/// <summary>
/// Holds samples of statusQueues against the ledger. What changed within the two seconds before an answer may be shown as before or after.
/// </summary>
internal sealed class PanelComparison(Shift shift, ShiftPlan plan, Mismatches found)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private readonly Ledger _ledger = shift.Ledger;
    private readonly AgentStates _states = new(shift.Ledger);
    private readonly OfferHistory _offers = new(shift.Ledger);
    private readonly PanelCallsComparison _calls = new(shift, found);

    public void Compare(Sample sample)
    {
        var window = new Moment(sample.At.Earliest - Grace, sample.At.Latest + Moment.Reaction);
        var panel = sample.Panel;
        var when = $"statusQueues at {sample.At.Latest:HH:mm:ss.fff}";
        found.Check(panel.Attribute("stale") is null, when, "fresh", $"stale since {(string?)panel.Attribute("stale")}", "-");
        CompareGenerated(when, sample.At, (string?)panel.Attribute("generated") ?? "");
        var agents = panel.Element("agents")!.Elements("agent").ToDictionary(e => e.Value.Trim());
        found.Equal(when + " agents", string.Join(" ", plan.Agents.Select(a => a.Number)), string.Join(" ", agents.Keys.Order(StringComparer.Ordinal)), "-");
        foreach (var agent in plan.Agents.Where(a => agents.ContainsKey(a.Number))) CompareAgent($"{when}, agent {agent.Number}", agent, agents[agent.Number], window);

        foreach (var queue in panel.Element("queues")!.Elements("queue").Where(q => ShiftPlan.Queues.Contains((string)q.Attribute("qname")!)))
            CompareQueue($"{when}, {(string?)queue.Attribute("qname")}", (string)queue.Attribute("qname")!, queue, window);
    }

    private void CompareGenerated(string when, Moment asked, string generated)
    {
        // It has two decimals.
        var rounding = TimeSpan.FromMilliseconds(20);
        found.Check(
            double.TryParse(generated, CultureInfo.InvariantCulture, out var seconds) && DateTimeOffset.UnixEpoch.AddSeconds(seconds) is var at
                && at >= asked.Earliest - rounding && at <= asked.Latest + rounding,
            when + " generated", $"{asked}", generated, "-");
    }

    private void CompareAgent(string what, AgentPlan agent, XElement element, Moment window)
    {
        string Text(string name) => (string?)element.Attribute(name) ?? "(missing)";
        var story = _states.Tell(agent.Number, window);
        var (possible, status) = (_states.Of(agent.Number, window), Text("status"));
        found.Check(possible.Contains(status), what, string.Join(" or ", possible), status, story);
        found.Equal(what + " name", agent.Name, Text("name"), "-");
        if (possible.Count == 1 && possible.Contains(status)) CompareSince(what, agent.Number, status, Text("laststatuschange"), window);
        var rejected = _offers.LastRejected(agent.Number, window);
        found.Check(rejected.Any(at => Is(at, Text("lastcongestion"))), what + " lastcongestion", string.Join(" or ", rejected.Select(at => at?.ToString() ?? "0")),
            Tell(Text("lastcongestion")), _offers.Tell(agent.Number, window));
        var warnings = _offers.Warnings(agent.Number, window);
        found.Check(warnings.Contains(Text("warning")), what + " warning", string.Join(" or ", warnings), Text("warning"), _offers.Tell(agent.Number, window));
    }

    private void CompareSince(string what, string agent, string status, string reported, Moment window)
    {
        var since = _states.SinceOf(agent, status, window);
        if (since is { } at && shift.Outages.Exists(o => o.Obscures(at, window))) return;
        found.Check(Is(since, reported), $"{what} laststatuschange to {status}", since?.ToString() ?? "0", Tell(reported),
            _states.Tell(agent, window with { Earliest = since?.Earliest ?? window.Earliest }));
    }

    /// <summary>Whether Unix seconds say that instant, 0 that there is none.</summary>
    private static bool Is(Moment? at, string seconds) => at is { } moment
        ? long.TryParse(seconds, CultureInfo.InvariantCulture, out var stamp) && stamp > 0 && moment.Fits(DateTimeOffset.FromUnixTimeSeconds(stamp)) : seconds == "0";

    private static string Tell(string seconds) =>
        long.TryParse(seconds, CultureInfo.InvariantCulture, out var stamp) && stamp > 0 ? $"{DateTimeOffset.FromUnixTimeSeconds(stamp):HH:mm:ss}" : seconds;

    private void CompareQueue(string what, string queue, XElement element, Moment window)
    {
        var calls = _ledger.Calls.Values.Where(c => c.Plan.Queue == queue).ToList();
        found.Equal(what + " name", $"Cola {queue}", (string?)element.Attribute("name") ?? "", "-");
        string Figure(string name) => element.Element("qstatus")!.Element(name)?.Value ?? "(missing)";
        var waiting = calls.Select(c => (From: c.Entered, To: c.End == CallEnd.Abandoned ? c.Ended : c.Connected)).ToList();
        // One that may be missing is not certain before it is over.
        var talking = calls.Where(c => c.Agent.Length > 0).Select(c => (From: shift.MayLack(c, window) ? c.Connected with { Latest = c.Ended.Latest } : c.Connected, To: c.Ended))
            .Concat(_ledger.Outside.Where(o => o.Outgoing && o.Queue == queue && o.Answered is not null).Select(o => (From: o.Answered!.Value, To: o.Ended))).ToList();
        found.Fits(what + " numwaiting", AtOnce(waiting, window), Figure("numwaiting"), Near(calls, window), tolerance: 0);
        found.Fits(what + " numongoing", AtOnce(talking, window), Figure("numongoing"), Near(calls, window), tolerance: 0);
        var ended = calls.Where(c => c.End is not (CallEnd.None or CallEnd.Abandoned)).Select(c => c.Ended).ToList();
        var abandoned = calls.Where(c => c.End == CallEnd.Abandoned).Select(c => c.Ended).ToList();
        found.Fits(what + " completed", Until(ended, window), Figure("completed"), Near(calls, window), tolerance: 0);
        found.Fits(what + " abandoned", Until(abandoned, window), Figure("abandoned"), Near(calls, window), tolerance: 0);
        if (window.Latest - shift.Began < TimeSpan.FromMinutes(59))
        {
            found.Equal(what + " counterans", Figure("completed"), Figure("counterans"), "an hour has not passed");
            found.Equal(what + " counterabn", Figure("abandoned"), Figure("counterabn"), "an hour has not passed");
        }

        if (long.TryParse(Figure("completed"), out var completed) && long.TryParse(Figure("abandoned"), out var lost) && completed + lost > 0)
            found.Equal(what + " ratio", $"{Math.Round(100.0 * completed / (completed + lost), MidpointRounding.AwayFromZero)}", Figure("ratio"), "-");

        _calls.Compare(what, queue, element.Element("qcalls")!, window);
        var members = element.Element("qagents")!.Elements("qagent").ToDictionary(e => e.Value.Trim());
        foreach (var agent in plan.Agents.Where(a => a.Queues.Contains(queue)))
        {
            var possible = _states.MemberOf(queue, agent.Number, window);
            var shownAs = members.TryGetValue(agent.Number, out var member)
                ? $"logged={(string?)member.Attribute("logged")} paused={(string?)member.Attribute("paused")} pausetype={(string?)member.Attribute("pausetype")}" : "(missing)";
            found.Check(possible.Contains(shownAs), $"{what}, member {agent.Number}", string.Join(" or ", possible), shownAs, _states.Tell(agent.Number, window));
            var (statuses, status) = (_states.MemberStatusOf(queue, agent.Number, window), (string?)member?.Attribute("status") ?? "(missing)");
            found.Check(statuses.Contains(status), $"{what}, member {agent.Number} status", string.Join(" or ", statuses), status, _states.Tell(agent.Number, window));
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
