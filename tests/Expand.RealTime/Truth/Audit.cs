using System.Xml.Linq;
using Expand.TestKit;

namespace Expand.RealTime.Truth;

/// <summary>Asks the server for everything that it has to say of a shift, and holds it against the ledger.</summary>
internal sealed class Audit(World world, ShiftPlan plan, Shift shift)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly List<Mismatches> _reports = [];

    private Ledger Ledger => shift.Ledger;

    private SoapCaller Soap => world.Soap!;

    public bool Holds => Ledger.Anomalies.IsEmpty && _reports.Sum(r => r.Count) == 0;

    /// <summary>How many things were compared.</summary>
    public int Compared => _reports.Sum(r => r.Compared);

    public void QueueLog() => Report("queue_log of Asterisk itself", found =>
    {
        var rows = QueueLogFile.Read(world.Asterisk.QueueLogFile);
        NoteWrongEnds(found, rows);
        new ActivityComparison(Ledger, found, _ => false).Compare(rows, withOutside: false);
    });

    /// <summary>Which transfers Asterisk wrote as calls that the agent ended: few.</summary>
    private void NoteWrongEnds(Mismatches found, IReadOnlyList<ReportedRow> rows)
    {
        var entered = rows.Where(r => r.Action == "ENTERQUEUE").ToLookup(r => r.CallerId, r => r.UniqueId);
        var endedByAgent = rows.Where(r => r.Action == "COMPLETEAGENT").Select(r => (r.UniqueId, r.Agent)).ToHashSet();
        var handedOn = Ledger.Calls.Values.Where(c => c.End is CallEnd.Blind or CallEnd.Attended).ToList();
        foreach (var story in handedOn) story.IsWrittenAsEndedByAgent = entered[story.Plan.Number].Any(id => endedByAgent.Contains((id, story.Agent)));
        var wrong = handedOn.Where(c => c.IsWrittenAsEndedByAgent).ToList();
        found.Check(wrong.Count <= 1 + (handedOn.Count / 20), "transfers that Asterisk wrote as COMPLETEAGENT", "one, or a twentieth", $"{wrong.Count}", string.Join("\n              ", wrong));
    }

    public async Task ServerAsync(CancellationToken ct)
    {
        var whole = new Period(Whole(shift.Began.AddSeconds(-5)), Whole(shift.Ended.AddSeconds(5)));
        // Cuts sessions, pauses and calls that were under way.
        var middle = new Period(Whole(shift.Began + ((shift.Ended - shift.Began) / 3)), Whole(shift.Began + ((shift.Ended - shift.Began) * 2 / 3)));
        await SettledAsync(whole, ct);
        await ReportAsync("queueData", async found =>
        {
            var rows = await RowsAsync("", "", whole, ct);
            new ActivityComparison(Ledger, found, offer => !shift.Outages.Exists(o => o.Obscures(offer))).Compare(rows, withOutside: true);
            foreach (var queue in ShiftPlan.Queues) await PartAsync(queue, "", rows.Where(r => r.Queue == queue), whole);
            foreach (var agent in plan.Agents) await PartAsync("", agent.Number, rows.Where(r => r.Agent == agent.Number), whole);
            await PartAsync("", "", rows.Where(r => r.At >= middle.From && r.At <= middle.To), middle);

            async Task PartAsync(string queue, string agent, IEnumerable<ReportedRow> expected, Period period) =>
                found.Equal($"queueData('{queue}', '{agent}') {period.From:HH:mm:ss}", string.Join("\n", expected), string.Join("\n", await RowsAsync(queue, agent, period, ct)), "-");
        });
        foreach (var period in (Period[])[whole, middle])
        {
            foreach (var queue in ShiftPlan.Queues)
            {
                await ReportAsync($"agentData {queue} {period.From:HH:mm:ss} to {period.To:HH:mm:ss}", async found =>
                {
                    var (now, answer) = await AskAsync("agentData", ct, queue, world.Local(period.From), world.Local(period.To));
                    new TotalsComparison(Ledger, found, period, now).Compare(queue, answer);
                });
            }
        }

        foreach (var queue in ShiftPlan.Queues.Prepend(""))
        {
            await ReportAsync($"getAgentTimes '{queue}'", async found =>
            {
                // A report of what is to come is refused.
                var past = whole with { To = Whole(TimeProvider.System.GetUtcNow()) };
                var (now, answer) = await AskAsync("getAgentTimes", ct, world.Local(past.From), world.Local(past.To), "", queue);
                Sessions(found, past, now).CompareTimes(queue, answer);
            });
        }

        await ReportAsync("agentSessionDetail", async found =>
        {
            var (now, answer) = await AskAsync("agentSessionDetail", ct, world.Local(whole.From), world.Local(whole.To), "", "");
            Sessions(found, whole, now).CompareDetail(answer);
        });
        await ReportAsync("cdrData", async found =>
        {
            var comparison = new CdrComparison(Ledger, plan, found, world.Zone);
            var (written, answer) = await CallsAsync(whole, ct);
            comparison.CompareFile(written, answer);
            comparison.CompareLedger(answer);
        });
        Report("statusQueues", found =>
        {
            var panels = new PanelComparison(shift, plan, found);
            foreach (var sample in shift.Samples.Where(s => !shift.Outages.Exists(o => o.Touches(s.At)))) panels.Compare(sample);
        });
    }

    public string Tell() =>
        $"""
        seed {plan.Seed}, {plan.Callers.Count} calls, {plan.Agents.Count} agents on Asterisk {(int)world.Asterisk.Generation}, in {(shift.Ended - shift.Began).TotalSeconds:F0} s
        {Ledger.Sessions.Count} sessions, {Ledger.Sessions.Sum(s => s.Pauses.Count)} pauses, {Ledger.Calls.Values.Sum(c => c.AllOffers.Count)} offers, {string.Join(", ", Ledger.Calls.Values.GroupBy(c => c.End).Select(g => $"{g.Count()} {g.Key}"))}
        {Ledger.Outside.Count(o => o.Outgoing)} calls dialled ({Ledger.Outside.Count(o => o.ByApi)} by originateCall), {Ledger.Outside.Count(o => !o.Outgoing)} straight to an extension, {shift.Samples.Count} samples of statusQueues
        {string.Join("; ", shift.Outages)}
        {Ledger.Calls.Values.Count(c => c.IsWrittenAsEndedByAgent)} transfers written as COMPLETEAGENT by Asterisk
        {string.Concat(Ledger.Anomalies.Select(a => $"anomaly: {a}\n"))}{string.Concat(_reports.Select(r => r.Tell()))}
        """;

    private SessionComparison Sessions(Mismatches found, Period period, Moment now) => new(Ledger, plan, found, period, now, world.Zone);

    /// <summary>The files are read within a second or two; the last CDR and the last activity tell that they were.</summary>
    private async Task SettledAsync(Period whole, CancellationToken ct)
    {
        var outgoing = Ledger.Outside.Count(o => o.Outgoing);
        try
        {
            await Eventually.TrueAsync(
                async () =>
                {
                    var rows = await RowsAsync("", "", whole, ct);
                    return rows.Count(r => r.Action is "COMPLETECALLER" or "COMPLETEAGENT" or "COMPLETETRANSFER" or "ABANDON") >= Ledger.Calls.Count
                        && rows.Count(r => r.Action == "DIALOUTEND") >= outgoing && rows.All(r => r.Action != "COMPLETETRANSFER" || r.Destination.Length > 0);
                }, "all of it is written down", Patience);
        }
        catch (TimeoutException)
        {
            // What is missing is told by the comparison.
        }
    }

    private void Report(string name, Action<Mismatches> compare)
    {
        var found = new Mismatches(name);
        _reports.Add(found);
        compare(found);
        found.Check(found.Compared > 0, "comparisons", "some", "none", "-");
    }

    private async Task ReportAsync(string name, Func<Mismatches, Task> compare)
    {
        var found = new Mismatches(name);
        _reports.Add(found);
        try
        {
            await compare(found);
            found.Check(found.Compared > 0, "comparisons", "some", "none", "-");
        }
        catch (Exception broken) when (broken is SoapFaultException or HttpRequestException or FormatException or System.Xml.XmlException)
        {
            found.Check(false, "the answer", "an XML document as in the contract", broken.Message, "-");
        }
    }

    private async Task<IReadOnlyList<ReportedRow>> RowsAsync(string queue, string agent, Period period, CancellationToken ct) =>
        [.. (await Soap.XmlAsync("queueData", ct, queue, agent, world.Local(period.From), world.Local(period.To))).Elements("activity").Select(e => ReportedRow.Of(e, world.Zone))];

    /// <summary>What Asterisk has written of calls, and cdrData once it has as many: the file is read within a second or two.</summary>
    private async Task<(IReadOnlyList<CdrRow> Written, XElement Answer)> CallsAsync(Period period, CancellationToken ct)
    {
        for (var until = TimeProvider.System.GetUtcNow() + Patience; ; await Task.Delay(200, ct))
        {
            var written = CdrFile.Read(world.Asterisk.CdrFile, world.Zone, period);
            var answer = (await AskAsync("cdrData", ct, "", world.Local(period.From), world.Local(period.To))).Answer;
            if (answer.Elements().Count() == written.Count || TimeProvider.System.GetUtcNow() > until) return (written, answer);
        }
    }

    private async Task<(Moment Now, XElement Answer)> AskAsync(string operation, CancellationToken ct, params string[] arguments)
    {
        var asked = TimeProvider.System.GetUtcNow();
        var answer = await Soap.XmlAsync(operation, ct, arguments);
        return (new Moment(asked, TimeProvider.System.GetUtcNow()), answer);
    }

    private static DateTimeOffset Whole(DateTimeOffset at) => DateTimeOffset.FromUnixTimeSeconds(at.ToUnixTimeSeconds());
}
