using System.Globalization;
using System.Xml.Linq;

namespace Expand.RealTime.Truth;

/// <summary>Holds agentData of one queue and period against the ledger: every column, and what has to be so among them.</summary>
internal sealed class TotalsComparison(Ledger ledger, Mismatches found, Period period, Moment now)
{
    private const int ShortTalk = 10;

    public void Compare(string queue, XElement answer)
    {
        var reported = answer.Elements("agent").ToDictionary(e => NumberOf((string)e.Attribute("agente")!));
        var sessions = ledger.Sessions.Where(s => s.Queue == queue).ToLookup(s => s.Agent);
        foreach (var agent in sessions.Select(g => g.Key).Union(reported.Keys).Order(StringComparer.Ordinal))
        {
            var logged = Extent.Sum(sessions[agent].Select(s => Extent.Between(s.Began, s.Ended ?? now, period)));
            if (reported.TryGetValue(agent, out var row)) CompareAgent(queue, agent, row, [.. sessions[agent]], logged);
            // Somebody who was there for an instant at the edge may be in it or not.
            else found.Check(logged.Least <= 1, $"agentData {queue} {period.From:HH:mm:ss}", $"agent {agent}, logged in for {logged} s", "no such row", string.Join("; ", sessions[agent]));
        }
    }

    private static string NumberOf(string agente) => agente.Split(')')[0].TrimStart('(');

    private void CompareAgent(string queue, string agent, XElement row, IReadOnlyList<SessionStory> sessions, Extent logged)
    {
        var what = $"agentData {queue} {agent}";
        var calls = ledger.Calls.Values.Where(c => c.Plan.Queue == queue).ToList();
        var taken = calls.Where(c => c.Agent == agent).ToList();
        var lost = calls.SelectMany(c => c.AllOffers).Where(o => o.Agent == agent && o.Outcome is OfferEnd.RangOut or OfferEnd.Rejected or OfferEnd.CallerGone).ToList();
        var outgoing = ledger.Outside.Where(o => o.Outgoing && o.Agent == agent && o.Queue == queue).ToList();
        var direct = ledger.Outside.Where(o => !o.Outgoing && o.Agent == agent && o.Queue == queue && o.Answered is not null).ToList();
        string Text(string name) => (string?)row.Attribute(name) ?? "(missing)";
        long Number(string name) => long.TryParse(Text(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var n) ? n : long.MinValue;

        found.Fits(what + " logueadoSeg", logged, Text("logueadoSeg"), string.Join("\n              ", sessions));
        found.Fits(what + " pausadoSeg", Extent.Sum(sessions.SelectMany(s => s.Pauses).Select(p => Extent.Between(p.Began, p.Ended ?? now, period))),
            Text("pausadoSeg"), string.Join("\n              ", sessions));
        found.Fits(what + " habladoSeg", Extent.Sum(taken.Select(c => Extent.Between(c.Connected, c.Ended, period))), Text("habladoSeg"), Stories(taken));
        found.Fits(what + " habladoSalienteSeg",
            Extent.Sum(outgoing.Where(o => o.Answered is not null).Select(o => Extent.Passed(period.Cut(o.Answered!.Value), period.Cut(o.Ended)))), Text("habladoSalienteSeg"), Stories(outgoing));
        Count("atendidas", Extent.Sum(taken.Select(c => period.Count(c.Connected))), taken);
        Count("perdidas", Extent.Sum(lost.Select(o => period.Count(o.Ended))), lost);
        Count("salientes", Extent.Sum(outgoing.Select(o => period.Count(o.Began))), outgoing);
        Count("entrantes", Extent.Sum(direct.Select(o => period.Count(o.Began))), direct);
        Count("entrantesTransferidas", Extent.Sum(taken.Where(c => c.Written is CallEnd.Blind or CallEnd.Attended).Select(c => period.Count(c.Ended))), taken);
        var brief = taken.Select(c => (At: period.Count(c.Connected), Talk: Extent.Between(c.Connected, c.Ended)))
            .Select(c => new Extent(c.Talk.Most + 1 < ShortTalk ? c.At.Least : 0, c.Talk.Least - 1 < ShortTalk ? c.At.Most : 0));
        Count("atendidasCortas", Extent.Sum(brief), taken);

        // The contract's identities hold among the numbers themselves.
        Same("disponibleSeg", Number("logueadoSeg") - Number("pausadoSeg") - Number("habladoSeg") - Number("habladoSalienteSeg"));
        Same("presentadas", Number("atendidas") + Number("perdidas"));
        found.Equal(what + " promedioSeg", Mean(Number("habladoSeg"), Number("atendidas")), Text("promedioSeg"), row);
        foreach (var name in (string[])["logueado", "pausado", "hablado", "habladoSaliente"]) found.Equal($"{what} {name}", Clock(Number(name + "Seg")), Text(name), row);
        var answered = Extent.Sum(outgoing.Where(o => o.Answered is not null).Select(o => period.Count(o.Began)));
        if (answered.Least == answered.Most && outgoing.All(o => period.Count(o.Began) == period.Count(o.Ended)))
        {
            var all = Number("habladoSalienteSeg") == 0 ? "0" : Mean(Number("habladoSeg") + Number("habladoSalienteSeg"), Number("atendidas") + answered.Least);
            found.Equal(what + " promedioEntranteYSaliente", all, Text("promedioEntranteYSaliente"), row);
        }

        void Count(string name, Extent expected, IEnumerable<object> stories) => found.Fits($"{what} {name}", expected, Text(name), Stories(stories), tolerance: 0);
        void Same(string name, long expected) => found.Equal($"{what} {name}", expected.ToString(CultureInfo.InvariantCulture), Text(name), row);
    }

    private static string Stories(IEnumerable<object> stories) => string.Join("\n              ", stories);

    private static string Mean(long seconds, long calls) => calls == 0 ? "0" : ((double)seconds / calls).ToString("G14", CultureInfo.InvariantCulture);

    private static string Clock(long seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600:00}h {seconds / 60 % 60:00}' {seconds % 60:00}''");
}
