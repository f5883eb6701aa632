using System.Globalization;
using System.Xml.Linq;

namespace Expand.EndToEnd.Truth;

/// <summary>Holds cdrData of the whole shift against the ledger: each call is found under one uniqueid, began and lasted as it did.</summary>
internal sealed class CdrComparison(Ledger ledger, Mismatches found, TimeZoneInfo zone)
{
    private sealed record Row(string UniqueId, string Source, string Destination, DateTimeOffset At, long Duration, long Billable, string Disposition, string LastApplication);

    public void Compare(XElement answer)
    {
        var rows = answer.Elements("call").Select(Read).ToList();
        var bySource = rows.ToLookup(r => r.Source);
        var byCall = rows.ToLookup(r => r.UniqueId);
        foreach (var story in ledger.Calls.Values) CompareWhole($"cdrData of caller {story.Plan.Number}", bySource[story.Plan.Number], byCall, story.Dialled, story.Left, story);
        foreach (var story in ledger.Outside.Where(o => !o.Outgoing))
            CompareWhole($"cdrData of direct caller {story.Number}", bySource[story.Number], byCall, story.Began, story.Ended, story);
        foreach (var story in ledger.Outside.Where(o => o.Outgoing))
        {
            var what = $"cdrData of call to {story.Number}";
            var own = rows.Where(r => r.Destination == story.Number).ToList();
            CompareWhole(what, own, byCall, story.Began, story.Ended, story);
            var row = own.FirstOrDefault(r => r.LastApplication == "Dial");
            if (row is null || story.ByApi) continue;
            found.Equal(what + " answered", story.Answered is null ? "no" : "yes", row.Disposition == "ANSWERED" ? "yes" : "no", story);
            found.Fits(what + " billsec", story.Talk, row.Billable.ToString(CultureInfo.InvariantCulture), story);
        }
    }

    /// <summary>A call has a record for each that it was connected with: together they last as long as the line was up.</summary>
    private void CompareWhole(string what, IEnumerable<Row> named, ILookup<string, Row> byCall, Moment began, Moment ended, object story)
    {
        var ids = named.Select(r => r.UniqueId).Distinct().ToList();
        found.Check(ids.Count == 1, what, "1 uniqueid", $"{ids.Count}", story);
        if (ids.Count != 1) return;
        var whole = byCall[ids[0]].ToList();
        found.Fits(what + " calldate", began, whole.Min(r => r.At), story);
        // The last one's beginning and its duration are each cut to a second.
        var last = whole.Max(r => r.At.AddSeconds(r.Duration));
        found.Check(last.ToUnixTimeSeconds() >= ended.Least - 2 && last.ToUnixTimeSeconds() <= ended.Most + 1, what + " end", ended.ToString(), $"{last:HH:mm:ss}", story);
    }

    private Row Read(XElement call)
    {
        string Text(string name) => (string?)call.Attribute(name) ?? throw new FormatException($"cdrData has no {name}: {call}");
        long Number(string name) => long.Parse(Text(name), CultureInfo.InvariantCulture);
        return new(Text("uniqueid"), Text("src"), Text("dst"), ReportedRow.Instant(Text("calldate"), zone), Number("duration"), Number("billsec"), Text("disposition"), Text("lastapp"));
    }
}
