using System.Xml.Linq;

namespace Expand.RealTime.Truth;

/// <summary>
/// Holds cdrData of the whole shift against Asterisk's file, row by row, and against the ledger: each call is found under one uniqueid, began,
/// lasted and ended as it did, and there is no call that nobody made.
/// </summary>
internal sealed class CdrComparison(Ledger ledger, ShiftPlan plan, Mismatches found, TimeZoneInfo zone)
{
    private readonly Dictionary<string, string> _extensions = plan.Agents.ToDictionary(a => a.Number, a => a.Extension);

    /// <summary>Each record that Asterisk wrote is there as it was written, and as often; in the order of their beginning.</summary>
    public void CompareFile(IReadOnlyList<CdrRow> written, XElement answer)
    {
        var rows = answer.Elements("call").Select(CdrRow.Of).ToList();
        found.Equal("rows", $"{written.Count}", $"{rows.Count}", "Asterisk's file");
        var (there, here) = (written.ToLookup(r => r), rows.ToLookup(r => r));
        foreach (var row in written.Concat(rows).Distinct()) found.Equal("times that a row is there", $"{there[row].Count()}", $"{here[row].Count()}", row);
        var dates = rows.Select(r => r.CallDate).ToList();
        found.Equal("order", string.Join("\n", dates.Order(StringComparer.Ordinal)), string.Join("\n", dates), "by calldate");
    }

    public void CompareLedger(XElement answer)
    {
        var rows = answer.Elements("call").Select(CdrRow.Of).ToList();
        var (bySource, byCall) = (rows.ToLookup(r => r.Source), rows.ToLookup(r => r.UniqueId));
        var known = new HashSet<string>();
        foreach (var story in ledger.Calls.Values)
        {
            var what = $"cdrData of caller {story.Plan.Number}";
            var whole = CompareWhole(what, bySource[story.Plan.Number], byCall, story.Dialled, LineEnd(story), story);
            known.UnionWith(whole.Select(r => r.UniqueId));
            if (whole.Count > 0) CompareQueueCall(what, story, whole);
        }

        foreach (var story in ledger.Outside)
        {
            var what = story.Outgoing ? $"cdrData of call to {story.Number}" : $"cdrData of direct caller {story.Number}";
            var whole = CompareWhole(what, story.Outgoing ? rows.Where(r => r.Destination == story.Number) : bySource[story.Number], byCall, story.Began, story.Ended, story);
            known.UnionWith(whole.Select(r => r.UniqueId));
            CompareOutside(what, story, whole);
        }

        CompareQuestions([.. rows.Where(r => !known.Contains(r.UniqueId))]);
    }

    /// <summary>
    /// A caller who gives up between two rings stays longer than Asterisk's record: where a ring was the last thing that was recorded, the record ends with it.
    /// </summary>
    private static Moment LineEnd(CallStory story) =>
        story is { End: CallEnd.Abandoned } && story.AllOffers is { Count: > 0 } offers ? story.Left with { Earliest = offers.Max(o => o.Ended.Earliest) } : story.Left;

    /// <summary>A call has a record for each that it was connected with: together they last as long as the line was up.</summary>
    private List<CdrRow> CompareWhole(string what, IEnumerable<CdrRow> named, ILookup<string, CdrRow> byCall, Moment began, Moment ended, object story)
    {
        var ids = named.Select(r => r.UniqueId).Distinct().ToList();
        found.Check(ids.Count == 1, what, "1 uniqueid", $"{ids.Count}", story);
        if (ids.Count != 1) return [];
        var whole = byCall[ids[0]].ToList();
        found.Fits(what + " calldate", began, whole.Min(r => r.At(zone)), story);
        // The last one's beginning and its duration are each cut to a second: together they say the second of its end, or the one before.
        found.Fits(what + " end", ended, whole.Max(r => r.At(zone).AddSeconds(r.Seconds)), story);
        return whole;
    }

    /// <summary>Each ring is a record of its own: those not taken say so, the one that was lasts until the agent's part of the call is over.</summary>
    private void CompareQueueCall(string what, CallStory story, List<CdrRow> whole)
    {
        var offers = story.AllOffers;
        // Where the caller was handed on to is another matter.
        var rung = whole.Select(r => (Row: r, Extension: _extensions.Values.FirstOrDefault(r.Called))).Where(r => r.Extension is not null).ToList();
        found.Equal(what + " phones that did not answer", string.Join(" ", offers.Where(o => o.Outcome != OfferEnd.Answered).Select(o => _extensions[o.Agent]).Order()),
            string.Join(" ", rung.Where(r => r.Row.Disposition == "NO ANSWER").Select(r => r.Extension).Order()), story);
        var taken = rung.Where(r => r.Row.Disposition != "NO ANSWER").ToList();
        found.Equal(what + " phones that answered", story.Agent.Length > 0 ? _extensions[story.Agent] : "",
            string.Join(" ", taken.Select(r => r.Row.Disposition == "ANSWERED" ? r.Extension : $"{r.Extension} {r.Row.Disposition}")), story);
        if (taken.Count != 1 || offers.FirstOrDefault(o => o.Outcome == OfferEnd.Answered) is not { } answered) return;
        // The queue answers the caller before it rings anybody; each further ring has a record that begins with it.
        var from = offers.Count == 1 ? new Moment(story.Dialled.Earliest, story.Entered.Earliest) : answered.Rang;
        found.Fits(what + " billsec", Extent.Passed(from, story.Ended), taken[0].Row.Billable, story);
    }

    private void CompareOutside(string what, OutsideStory story, List<CdrRow> whole)
    {
        // An originated call's record counts from when the agent's own phone answered.
        if (story.ByApi || whole.Count == 0) return;
        var row = whole.Find(r => r.LastApplication == "Dial");
        found.Check(row is not null, what, "a record of the dial", "none", story);
        if (row is null) return;
        found.Equal(what + " answered", story.Answered is null ? "no" : "yes", row.Disposition == "ANSWERED" ? "yes" : "no", story);
        found.Fits(what + " billsec", story.Talk, row.Billable, story);
    }

    /// <summary>What is left are the questions before attended transfers: each a call of the agent's, and a record of whom was asked once the caller is there.</summary>
    private void CompareQuestions(List<CdrRow> rows)
    {
        var asked = ledger.Calls.Values.Where(c => c.End == CallEnd.Attended).Select(c => $"{_extensions[c.Agent]} asks {c.Destination}").Order();
        var questions = rows.Where(r => r.LastApplication == "Dial" && plan.Targets.Contains(r.Destination)).ToList();
        found.Equal("cdrData of questions", string.Join("\n", asked), string.Join("\n", questions.Select(r => $"{r.Source} asks {r.Destination}").Order()), "-");
        var nobodys = rows.Except(questions).Where(r => r.LastApplication != "AppDial" || !plan.Targets.Contains(r.Source)).ToList();
        found.Check(nobodys.Count == 0, "rows of nothing that happened", "none", $"{nobodys.Count}: {string.Join("; ", nobodys.Take(10))}", "-");
    }
}
