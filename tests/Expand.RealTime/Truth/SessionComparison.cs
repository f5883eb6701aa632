using System.Xml.Linq;

namespace Expand.RealTime.Truth;

/// <summary>Holds getAgentTimes and agentSessionDetail against the ledger's sessions and pauses.</summary>
internal sealed class SessionComparison(Ledger ledger, ShiftPlan plan, Mismatches found, Period period, Moment now, TimeZoneInfo zone)
{
    /// <param name="queue">The queue asked for; empty: all.</param>
    /// <param name="answer">What getAgentTimes answered.</param>
    public void CompareTimes(string queue, XElement answer)
    {
        var reported = answer.Elements("agent").ToDictionary(e => (string)e.Attribute("agent")!);
        foreach (var agent in plan.Agents)
        {
            var sessions = ledger.Sessions.Where(s => s.Agent == agent.Number && (queue.Length == 0 || s.Queue == queue)).ToList();
            var what = $"getAgentTimes '{queue}' {agent.Number}";
            var story = string.Join("\n              ", sessions);
            found.Check(reported.ContainsKey(agent.Number) == sessions.Count > 0, what, $"{sessions.Count} sessions", reported.ContainsKey(agent.Number) ? "a row" : "no row", story);
            if (sessions.Count == 0 || !reported.TryGetValue(agent.Number, out var row)) continue;
            found.Equal(what + " user", agent.Username, (string?)row.Attribute("user") ?? "", story);
            found.Equal(what + " name", agent.Name, (string?)row.Attribute("name") ?? "", story);
            found.Fits(what + " loged", Union(sessions.Select(s => (s.Began, s.Ended ?? now))), (string?)row.Attribute("loged") ?? "", story);
            found.Fits(what + " paused", Union(sessions.SelectMany(s => s.Pauses.Select(p => (p.Began, p.Ended ?? now)))), (string?)row.Attribute("paused") ?? "", story);
            found.Equal(what + " queues", string.Join(" ", sessions.Select(s => $"{s.Queue}/Cola {s.Queue}").Distinct().Order(StringComparer.Ordinal)),
                string.Join(" ", row.Elements("queueagent").Select(q => $"{(string?)q.Attribute("name")}/{(string?)q.Attribute("description")}")), story);
        }

        found.Equal($"getAgentTimes '{queue}' agents unknown", "", string.Join(" ", reported.Keys.Except(plan.Agents.Select(a => a.Number))), answer);
    }

    public void CompareDetail(XElement answer)
    {
        foreach (var agent in plan.Agents)
        {
            var complete = ledger.Sessions.Where(s => s.Agent == agent.Number && s.Ended is not null).ToList();
            var rows = answer.Elements("agent").Where(e => (string?)e.Attribute("agentID") == agent.Number).ToList();
            found.Check(rows.Count == (complete.Count > 0 ? 1 : 0), $"agentSessionDetail {agent.Number}", $"{complete.Count} sessions", $"{rows.Count} rows", string.Join("; ", complete));
            if (rows.Count != 1) continue;
            found.Equal($"agentSessionDetail {agent.Number} userID", agent.Username, (string?)rows[0].Attribute("userID") ?? "", rows[0]);
            var queues = rows[0].Elements("queue").ToDictionary(q => (string)q.Attribute("queuename")!);
            found.Equal($"agentSessionDetail {agent.Number} queues", string.Join(" ", complete.Select(s => s.Queue).Distinct().Order(StringComparer.Ordinal)),
                string.Join(" ", queues.Keys.Order(StringComparer.Ordinal)), rows[0]);
            foreach (var (queue, element) in queues) CompareQueue($"agentSessionDetail {agent.Number} {queue}", [.. complete.Where(s => s.Queue == queue)], element);
        }
    }

    private void CompareQueue(string what, IReadOnlyList<SessionStory> sessions, XElement queue)
    {
        var story = string.Join("\n              ", sessions);
        var rows = queue.Element("sessions")?.Elements("session").ToList() ?? [];
        found.Check(rows.Count == sessions.Count, what + " sessions", $"{sessions.Count}", $"{rows.Count}", story);
        if (rows.Count != sessions.Count) return;
        found.Fits(what + " logged", Extent.Sum(sessions.Select(s => Extent.Between(s.Began, s.Ended!.Value))), (string?)queue.Attribute("logged") ?? "", story);
        var pauses = sessions.SelectMany(s => s.Pauses).ToList();
        found.Fits(what + " paused", Extent.Sum(pauses.Select(p => Extent.Between(p.Began, p.Ended!.Value))), (string?)queue.Attribute("paused") ?? "", story);
        var types = queue.Element("pauses")?.Elements("pause").ToDictionary(p => (string)p.Attribute("type")!, p => (string?)p.Attribute("duration") ?? "") ?? [];
        foreach (var cause in pauses.GroupBy(p => p.Cause))
        {
            found.Fits($"{what} pauses '{cause.Key}'", Extent.Sum(cause.Select(p => Extent.Between(p.Began, p.Ended!.Value))), types.GetValueOrDefault(cause.Key, "(missing)"), story);
        }

        found.Check(types.Count == pauses.Select(p => p.Cause).Distinct().Count(), what + " pause types", string.Join(", ", pauses.Select(p => p.Cause).Distinct()), string.Join(", ", types.Keys), story);
        foreach (var (session, row) in sessions.Zip(rows))
        {
            CompareSpan(what + " session", session.Began, session.Ended!.Value, row, session);
            var parts = row.Elements("pause").ToList();
            found.Equal(what + " session's pauses", string.Join(", ", session.Pauses.Select(p => p.Cause)), string.Join(", ", parts.Select(p => (string?)p.Attribute("type"))), session);
            foreach (var (pause, part) in session.Pauses.Zip(parts)) CompareSpan($"{what} pause '{pause.Cause}'", pause.Began, pause.Ended!.Value, part, session);
        }
    }

    private void CompareSpan(string what, Moment began, Moment ended, XElement row, object story)
    {
        var (start, end) = (ReportedRow.Instant((string)row.Attribute("start")!, zone), ReportedRow.Instant((string)row.Attribute("end")!, zone));
        found.Fits(what + " start", began, start, story);
        found.Fits(what + " end", ended, end, story);
        found.Fits(what + " duration", Extent.Between(began, ended), (string?)row.Attribute("duration") ?? "", story);
        found.Equal(what + " duration of its ends", $"{(end - start).TotalSeconds:F0}", (string?)row.Attribute("duration") ?? "", story);
    }

    /// <summary>Time in any of the intervals, counted once.</summary>
    private Extent Union(IEnumerable<(Moment From, Moment To)> intervals)
    {
        var cut = intervals.Select(i => (From: period.Cut(i.From), To: period.Cut(i.To))).ToList();
        return new(Length(cut.Select(i => (i.From.Most, i.To.Least))), Length(cut.Select(i => (i.From.Least, i.To.Most))));
    }

    private static long Length(IEnumerable<(long From, long To)> intervals)
    {
        var (length, reached) = (0L, long.MinValue);
        foreach (var (from, to) in intervals.OrderBy(i => i.From))
        {
            length += Math.Max(0, to - Math.Max(from, reached));
            reached = Math.Max(reached, to);
        }

        return length;
    }
}
