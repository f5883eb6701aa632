using Expand.Server.Activity;
using Expand.Server.Platform;

namespace Expand.Server.Reports.Pages;

/// <summary>Informes / Actividad de colas: queueData's activities one by one, and how many calls there were when.</summary>
public partial class Colas
{
    private const string Here = "/informes/colas";
    private static readonly QueueAction[] Usual = [QueueAction.Connect, QueueAction.Abandon, QueueAction.DialOut];
    private RowPage<KeptActivity>? page;
    private long count;
    private IReadOnlyList<string> series = [];
    private IReadOnlyList<ChartColumn> columns = [];
    private IReadOnlyList<(string Name, string Description)> queues = [];

    private protected override async Task AskAsync(ReportPeriod period, CancellationToken ct)
    {
        queues = [.. (await Names.QueuesAsync(ct)).Select(q => (q.Name, q.Description))];
        var (filter, window) = (Filter.Activities, Window);
        var found = await Reports.ActivityPageAsync(filter, period.From, period.To, window, ct);
        var parts = period.Parts(Time);
        var counts = await Reports.ActivityCountsAsync(filter, period.From, period.To, [.. parts.Select(p => p.At)], ct);
        Draw(filter.Action is { } only ? [only] : Usual, parts, counts);
        (page, count) = (found, counts.Sum(c => c.Count));
    }

    private void Draw(QueueAction[] actions, IReadOnlyList<PeriodPart> parts, IReadOnlyList<ActivityCount> counts)
    {
        var found = counts.ToDictionary(c => (c.Part, c.Action), c => c.Count);
        series = [.. actions.Select(a => (string)Texts["action." + Queues.QueuesSoap.WordOf(a)])];
        columns =
        [
            .. parts.Select((part, i) => new ChartColumn(
                part.Label, part.Name, [.. actions.Select(a => found.GetValueOrDefault((i, a)))],
                Address(Here, to => (to.Period, to.From, to.To) = ("", Time.Format(part.At), Time.Format(part.Until))))),
        ];
    }
}
