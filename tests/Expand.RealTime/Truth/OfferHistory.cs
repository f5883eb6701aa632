namespace Expand.RealTime.Truth;

/// <summary>
/// What the panel says of an agent's last offers, by the ledger. Offers that the caller gave up are not the agent's: neither taken nor failed.
/// </summary>
internal sealed class OfferHistory(Ledger ledger)
{
    private const int WarningAfter = 3;

    private readonly ILookup<string, Offer> _offers = ledger.Calls.Values.SelectMany(c => c.AllOffers)
        .Where(o => o.Outcome is OfferEnd.Answered or OfferEnd.RangOut or OfferEnd.Rejected).OrderBy(o => o.Ended.Latest).ToLookup(o => o.Agent);

    /// <summary>When the agent last rejected a call: each instant that can be told within the window, null where none can.</summary>
    public IReadOnlyList<Moment?> LastRejected(string agent, Moment window)
    {
        var rejected = Begun(agent, window).Where(o => o.Outcome == OfferEnd.Rejected).ToList();
        var last = rejected.FindLastIndex(o => o.Ended.Latest <= window.Earliest);
        return last < 0 ? [null, .. rejected.Select(o => (Moment?)o.Ended)] : [.. rejected.Skip(last).Select(o => (Moment?)o.Ended)];
    }

    /// <summary>What <c>warning</c> can be within the window.</summary>
    public IReadOnlySet<string> Warnings(string agent, Moment window)
    {
        var offers = Begun(agent, window);
        var certain = offers.Count(o => o.Ended.Latest <= window.Earliest);
        return Enumerable.Range(certain, offers.Count - certain + 1).SelectMany(n => Warnings([.. offers.Take(n)])).ToHashSet();
    }

    public string Tell(string agent, Moment window) => string.Join("\n              ", Begun(agent, window).TakeLast(6));

    /// <summary>The offers that may have ended by then, in that order.</summary>
    private List<Offer> Begun(string agent, Moment window) => [.. _offers[agent].Where(o => o.Ended.Earliest <= window.Latest)];

    /// <summary>Failures in a row since the last offer that was taken; which of two came first is not known where they are as near as a second.</summary>
    private static IEnumerable<string> Warnings(IReadOnlyList<Offer> offers)
    {
        var failed = offers.Where(o => o.Outcome != OfferEnd.Answered).ToList();
        if (offers.LastOrDefault(o => o.Outcome == OfferEnd.Answered) is not { } taken) return [Warning(failed.Count)];
        var second = TimeSpan.FromSeconds(1);
        return [Warning(failed.Count(o => o.Ended.Earliest > taken.Ended.Latest + second)), Warning(failed.Count(o => o.Ended.Latest >= taken.Ended.Earliest - second))];
    }

    private static string Warning(int failed) => failed >= WarningAfter ? "1" : "0";
}
