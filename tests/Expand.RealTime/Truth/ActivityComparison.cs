namespace Expand.RealTime.Truth;

/// <summary>Holds the rows of queueData (or of Asterisk's queue_log) against the ledger: each call's chain, each agent's comings and goings, nothing more.</summary>
/// <param name="ledger">What happened.</param>
/// <param name="found">What differs.</param>
/// <param name="heard">Whether it was heard when an offer began to ring; where it was not, it is dated back from its end.</param>
internal sealed class ActivityComparison(Ledger ledger, Mismatches found, Func<Offer, bool> heard)
{
    private sealed record Expected(string Action, string Queue, string Agent, Moment At, Extent? Wait = null, Extent? Talk = null, string Destination = "", string Cause = "");

    /// <param name="rows">In the order of the report.</param>
    /// <param name="withOutside">Whether calls outside queues are in it.</param>
    public void Compare(IReadOnlyList<ReportedRow> rows, bool withOutside)
    {
        var left = rows.ToHashSet(ReferenceEqualityComparer.Instance);
        var byCall = rows.Where(r => r.UniqueId != "NONE").ToLookup(r => r.UniqueId);
        foreach (var story in ledger.Calls.Values.OrderBy(s => s.Plan.Number))
        {
            var entries = rows.Where(r => r.Action == "ENTERQUEUE" && r.CallerId == story.Plan.Number).ToList();
            found.Check(entries.Count == 1, $"ENTERQUEUE of {story.Plan.Number}", "1", $"{entries.Count}", story);
            if (entries.Count != 1) continue;
            var chain = byCall[entries[0].UniqueId].ToList();
            left.ExceptWith(chain);
            CompareCall(story, chain);
        }

        foreach (var member in ledger.Sessions.GroupBy(s => (s.Queue, s.Agent)))
        {
            var own = rows.Where(r => r.UniqueId == "NONE" && r.Queue == member.Key.Queue && r.Agent == member.Key.Agent).ToList();
            left.ExceptWith(own);
            CompareRows($"{member.Key.Agent} in {member.Key.Queue}", PresenceOf(member), own, string.Join("\n              ", member));
        }

        if (withOutside)
        {
            foreach (var story in ledger.Outside.Where(o => o.Outgoing))
            {
                var begun = rows.Where(r => r.Action == "DIALOUT" && r.Destination == story.Number).ToList();
                found.Check(begun.Count == 1, $"DIALOUT to {story.Number}", "1", $"{begun.Count}", story);
                if (begun.Count != 1) continue;
                var chain = byCall[begun[0].UniqueId].ToList();
                left.ExceptWith(chain);
                CompareRows($"call to {story.Number}",
                    [
                        new("DIALOUT", story.Queue, story.Agent, story.Began, Destination: story.Number),
                        new("DIALOUTEND", story.Queue, story.Agent, story.Ended, Talk: story.Talk),
                    ], chain, story);
            }
        }

        found.Check(left.Count == 0, "rows of nothing that happened", "none", $"{left.Count}: {string.Join("; ", left.Take(10))}", "-");
    }

    private void CompareCall(CallStory story, List<ReportedRow> chain)
    {
        var who = $"call of {story.Plan.Number}";
        var queue = story.Plan.Queue;
        var offers = story.AllOffers;
        var expected = new List<Expected> { new("ENTERQUEUE", queue, "", story.Entered) };
        foreach (var offer in offers)
        {
            if (offer.Outcome == OfferEnd.RangOut) expected.Add(new("NOANSWER", queue, offer.Agent, offer.Ended));
            if (offer.Outcome == OfferEnd.Rejected) expected.Add(new("CONGESTION", queue, offer.Agent, offer.Ended));
            if (offer.Outcome == OfferEnd.Answered) expected.Add(new("CONNECT", queue, offer.Agent, offer.Ended, Wait: Extent.Between(story.Entered, offer.Ended)));
        }

        expected.Add(story.Written switch
        {
            CallEnd.Abandoned => new("ABANDON", queue, "", story.Ended, Wait: Extent.Between(story.Entered, story.Ended)),
            CallEnd.ByCaller => new("COMPLETECALLER", queue, story.Agent, story.Ended, Talk: Extent.Between(story.Connected, story.Ended)),
            CallEnd.ByAgent => new("COMPLETEAGENT", queue, story.Agent, story.Ended, Talk: Extent.Between(story.Connected, story.Ended)),
            _ => new("COMPLETETRANSFER", queue, story.Agent, story.Ended, Talk: Extent.Between(story.Connected, story.Ended), Destination: story.Destination),
        });
        // A ring is written when it ends, and where AMI was late it is dated back by whole seconds: its place among others' is not certain, among
        // the rings at one agent's phone it is. Asterisk's ring time is cut twice, so what is dated back by it may be one second later still.
        Moment Rang(Offer offer) => heard(offer) ? offer.Rang : offer.Rang with { Latest = offer.Rang.Latest.AddSeconds(1) };
        CompareRows(who, expected, [.. chain.Where(r => r.Action != "RINGING")], story);
        CompareRows(who + ", rings", [.. offers.OrderBy(o => o.Agent).Select(o => new Expected("RINGING", queue, o.Agent, Rang(o)))],
            [.. chain.Where(r => r.Action == "RINGING").OrderBy(r => r.Agent)], story);
        foreach (var row in chain.Where(r => r.Action != "ENTERQUEUE")) found.Equal($"{who}, callerid of {row.Action}", "", row.CallerId, story);
    }

    private static List<Expected> PresenceOf(IEnumerable<SessionStory> sessions)
    {
        var expected = new List<Expected>();
        foreach (var session in sessions.OrderBy(s => s.Began.Earliest))
        {
            expected.Add(new("LOGIN", session.Queue, session.Agent, session.Began));
            foreach (var pause in session.Pauses)
            {
                expected.Add(new("PAUSE", session.Queue, session.Agent, pause.Began, Cause: pause.Cause));
                if (pause is { Unpaused: true, Ended: { } ended }) expected.Add(new("UNPAUSE", session.Queue, session.Agent, ended));
            }

            if (session.Ended is { } left) expected.Add(new("LOGOUT", session.Queue, session.Agent, left));
        }

        return expected;
    }

    private void CompareRows(string who, IReadOnlyList<Expected> expected, List<ReportedRow> rows, object story)
    {
        string Chain(IEnumerable<(string Action, string Agent)> steps) => string.Join(" ", steps.Select(s => s.Agent.Length > 0 ? $"{s.Action}({s.Agent})" : s.Action));
        var (wanted, reported) = (Chain(expected.Select(e => (e.Action, e.Agent))), Chain(rows.Select(r => (r.Action, r.Agent))));
        found.Equal($"{who}, chain", wanted, reported, story);
        if (wanted != reported) return;
        foreach (var (e, r) in expected.Zip(rows))
        {
            var what = $"{who}, {e.Action}";
            found.Fits(what + " at", e.At, r.At, story);
            found.Equal(what + " queue", e.Queue, r.Queue, story);
            found.Equal(what + " cause", e.Cause, r.Cause, story);
            if (r.Destination != QueueLogFile.Unknown) found.Equal(what + " dest", e.Destination, r.Destination, story);
            if (e.Wait is { } wait) found.Fits(what + " waitsec", wait, r.WaitSeconds, story);
            else found.Equal(what + " waitsec", "", r.WaitSeconds, story);
            if (e.Talk is { } talk) found.Fits(what + " talksec", talk, r.TalkSeconds, story);
            else found.Equal(what + " talksec", "", r.TalkSeconds, story);
        }
    }
}
