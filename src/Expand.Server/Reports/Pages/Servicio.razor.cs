using Expand.Server.Activity;

namespace Expand.Server.Reports.Pages;

/// <summary>Informes / Nivel de servicio: how many callers were answered in time, by queue and by hour or day.</summary>
public partial class Servicio
{
    private const string Here = "/informes/servicio";
    private ServiceReport? report;
    private IReadOnlyList<ChartColumn> columns = [];
    private IReadOnlyList<(string Name, string Description)> queues = [];

    private bool IsEmpty => report is { Total: { Offered: 0, Ended: 0 } };

    private IReadOnlyList<string> Series => [Texts["column.in-time"], Texts["late"], Texts["column.abandoned"]];

    private IReadOnlyList<KeyFigure> Figures
    {
        get
        {
            var total = report!.Total;
            return
            [
                new(Texts["column.level"], ReportWords.Percent(total.Level), Texts["service.in", Filter.Threshold]),
                new(Texts["column.offered"], ReportWords.Count(total.Offered)),
                new(Texts["column.answered"], ReportWords.Count(total.Answered), Texts["service.in-time", ReportWords.Count(total.InTime)]),
                new(Texts["column.abandoned"], ReportWords.Count(total.Abandoned), Texts["service.short", ReportWords.Count(total.ShortlyAbandoned)]),
                new(Texts["column.abandon-rate"], ReportWords.Percent(total.AbandonRate)),
                new(Texts["column.wait.mean"], ReportWords.Duration(total.MeanWait), Texts["service.longest", ReportWords.Duration(total.LongestWait)]),
                new(Texts["column.talk.mean"], ReportWords.Duration(total.MeanTalk)),
            ];
        }
    }

    private IReadOnlyList<ChartBar> Bars =>
    [
        .. report!.Queues.OrderByDescending(q => q.Value.Level ?? -1).Select(q =>
            new ChartBar(Names.Queue(q.Key), [(q.Value.Level ?? 0) / 100], $"{ReportWords.Percent(q.Value.Level)} · {Texts["calls.of", ReportWords.Count(q.Value.Counted)]}", Queue(q.Key))),
    ];

    private protected override async Task AskAsync(ReportPeriod period, CancellationToken ct)
    {
        queues = [.. (await Names.QueuesAsync(ct)).Select(q => (q.Name, q.Description))];
        var parts = period.Parts(Time);
        var found = await Levels.OfAsync(Filter.Queue, period.From, period.To, Filter.Target, [.. parts.Select(p => p.At)], ct);
        columns = [.. parts.Select((part, i) => Column(part, found.Parts.GetValueOrDefault(i, ServiceFigures.None)))];
        report = found;
    }

    private ChartColumn Column(PeriodPart part, ServiceFigures figures) => new(
        part.Label, part.Name, [figures.InTime, figures.Late, figures.Abandoned],
        Address("/informes/colas", to => (to.Period, to.From, to.To) = ("", Time.Format(part.At), Time.Format(part.Until))));

    private string Queue(string name) => Address("/informes/colas", to => to.Queue = name);

    private string Abandoned(ServiceFigures figures) =>
        ReportWords.Count(figures.Abandoned) + (figures.ShortlyAbandoned == 0 ? "" : $" ({Texts["service.short", ReportWords.Count(figures.ShortlyAbandoned)]})");
}
