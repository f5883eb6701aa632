using System.Globalization;
using System.Xml.Linq;

namespace Expand.RealTime.Truth;

/// <summary>Holds the calls that statusQueues shows of a queue against the ledger: those that are certain to be there, and none that cannot be.</summary>
internal sealed class PanelCallsComparison(Shift shift, Mismatches found)
{
    private readonly Dictionary<string, string> _uniqueIds = [];

    public void Compare(string what, string queue, XElement calls, Moment window)
    {
        var shown = calls.Elements("call").ToLookup(c => (string)c.Attribute("callerid")!);
        var incoming = shift.Ledger.Calls.Values.Where(c => c.Plan.Queue == queue).ToList();
        var outgoing = shift.Ledger.Outside.Where(o => o.Outgoing && o.Queue == queue).ToList();
        foreach (var call in incoming) CompareIncoming($"{what}, call of {call.Plan.Number}", call, [.. shown[call.Plan.Number]], window);
        foreach (var call in outgoing) CompareOutgoing($"{what}, call to {call.Number}", call, [.. shown[call.Number]], window);
        var known = incoming.Select(c => c.Plan.Number).Concat(outgoing.Select(o => o.Number)).ToHashSet();
        var nobodys = shown.Where(c => !known.Contains(c.Key)).SelectMany(c => c).ToList();
        found.Check(nobodys.Count == 0, what + " calls that nobody made", "none", string.Join("", nobodys), "-");
    }

    private void CompareIncoming(string who, CallStory call, IReadOnlyList<XElement> own, Moment window)
    {
        var waits = Lasts(call.Entered, call.End == CallEnd.Abandoned ? call.Ended : call.Connected, window);
        var talks = call.Agent.Length > 0 && Lasts(call.Connected, call.Ended, window) && !shift.MayLack(call, window);
        ComparePlace(who, waits ? "0" : talks ? call.Agent : null, call.Entered, call.Ended, own, window, call);
        foreach (var element in own)
        {
            found.Equal(who + " calleridname", CallerActor.Name, (string?)element.Attribute("calleridname") ?? "", call);
            CompareFields(who, "in", call.Entered, talks ? call.Connected : null, waits, element, window, call);
        }
    }

    private void CompareOutgoing(string who, OutsideStory call, IReadOnlyList<XElement> own, Moment window)
    {
        ComparePlace(who, Lasts(call.Began, call.Ended, window) ? call.Agent : null, call.Began, call.Ended, own, window, call);
        var connected = call.Answered is { } answered && answered.Latest < window.Earliest ? call.Answered : null;
        var dials = call.Answered is not { } later || later.Earliest > window.Latest;
        foreach (var element in own) CompareFields(who, "out", call.Began, connected, dials, element, window, call);
    }

    /// <summary>Whether it is certain that it lasted throughout the window.</summary>
    private static bool Lasts(Moment from, Moment to, Moment window) => from.Latest < window.Earliest && to.Earliest > window.Latest;

    /// <summary>That it is shown where it has to be, once, and not where it cannot be.</summary>
    private void ComparePlace(string who, string? text, Moment began, Moment ended, IReadOnlyList<XElement> own, Moment window, object story)
    {
        if (text is not null) found.Equal(who, text, string.Join(",", own.Select(c => c.Value.Trim())), story);
        if (began.Earliest > window.Latest || ended.Latest < window.Earliest) found.Check(own.Count == 0, who, "no longer, or not yet", $"{own.Count}", story);
    }

    /// <param name="who">The call.</param>
    /// <param name="type">In or out.</param>
    /// <param name="began">When it came.</param>
    /// <param name="connected">Since when they talk; null where that is not certain.</param>
    /// <param name="waits">Whether it is certain that they do not.</param>
    /// <param name="element">As shown.</param>
    /// <param name="window">When.</param>
    /// <param name="story">All of it.</param>
    private void CompareFields(string who, string type, Moment began, Moment? connected, bool waits, XElement element, Moment window, object story)
    {
        string Text(string field) => (string?)element.Attribute(field) ?? "(missing)";
        found.Equal(who + " type", type, Text("type"), story);
        // Whatever was broken in between, it is the same call.
        if (_uniqueIds.TryGetValue(Text("callerid"), out var known)) found.Equal(who + " uniqueid", known, Text("uniqueid"), story);
        _uniqueIds[Text("callerid")] = Text("uniqueid");
        CompareInstant(who + " intime", began, Text("intime"), window, story);
        if (waits) found.Equal(who + " connecttime", "0", Text("connecttime"), story);
        if (connected is { } at) CompareInstant(who + " connecttime", at, Text("connecttime"), window, story);
    }

    /// <summary>What nobody listened to is dated by the age of channels, which is another instant.</summary>
    private void CompareInstant(string what, Moment expected, string reported, Moment window, object story)
    {
        if (shift.Outages.Exists(o => o.Obscures(expected, window))) return;
        var stamp = long.TryParse(reported, CultureInfo.InvariantCulture, out var seconds) ? DateTimeOffset.FromUnixTimeSeconds(seconds) : default;
        found.Fits(what, expected, stamp, story);
    }
}
