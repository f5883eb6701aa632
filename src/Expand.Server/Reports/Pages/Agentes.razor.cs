using Expand.Server.Queues;

namespace Expand.Server.Reports.Pages;

/// <summary>Informes / Agentes: agentData's sums and getAgentTimes's times, and how much of the time was talk.</summary>
public partial class Agentes
{
    private const string Here = "/informes/agentes";
    private const int Drawn = 20;
    private IReadOnlyList<AgentLine>? lines;
    private IReadOnlyList<(string Name, string Description)> queues = [];

    private IReadOnlyList<string> Series => [Texts["column.talk"], Texts["column.talk.outgoing"], Texts["column.paused"], Texts["column.available"]];

    private string? Note => lines!.Count > Drawn ? Texts["agents.drawn", Drawn].Value : null;

    private IEnumerable<AgentLine> Longest => lines!.Where(l => l.Totals.Logged > 0).OrderByDescending(l => l.Totals.Logged).Take(Drawn).OrderBy(l => l.Name, StringComparer.CurrentCulture);

    private IReadOnlyList<ChartBar> Bars =>
    [
        .. Longest.Select(l => new ChartBar(
            l.Name.Length > 0 ? l.Name : l.Number,
            [Share(l, l.Totals.Talk), Share(l, l.Totals.OutgoingTalk), Share(l, l.Totals.Paused), Share(l, AgentFigures.Available(l.Totals))],
            $"{ReportWords.Percent(l.Occupancy)} · {ReportWords.Duration(l.Totals.Logged)}",
            Address("/informes/colas", to => to.Agent = l.Number))),
    ];

    private protected override async Task AskAsync(ReportPeriod period, CancellationToken ct)
    {
        queues = [.. (await Names.QueuesAsync(ct)).Select(q => (q.Name, q.Description))];
        lines = await Report.OfAsync(Filter, period, ct);
    }

    private static double Share(AgentLine line, long seconds) => (double)seconds / line.Totals.Logged;

    private IEnumerable<string> Notes(AgentLine line)
    {
        if (line.Totals.Short > 0) yield return Texts["answered.short", ReportWords.Count(line.Totals.Short)];
        if (line.Totals.Transferred > 0) yield return Texts["transferred", ReportWords.Count(line.Totals.Transferred)];
        if (line.Totals.Direct > 0) yield return Texts["direct", ReportWords.Count(line.Totals.Direct)];
    }
}
