using Expand.Server.Cdr;
using Expand.Server.Platform;

namespace Expand.Server.Reports.Pages;

/// <summary>Informes / Llamadas: cdrData's and cdrCustom's records.</summary>
public partial class Llamadas
{
    internal const string Here = "/informes/llamadas";
    private const string Answered = "ANSWERED";
    private RowPage<CustomRow>? page;
    private IReadOnlyList<ChartColumn> columns = [];
    private IReadOnlyList<KeyFigure> figures = [];
    private IReadOnlySet<string> recorded = new HashSet<string>();
    private bool ever;

    private IReadOnlyList<string> Series => [Texts["calls.answered"], Texts["calls.unanswered"]];

    private protected override async Task AskAsync(ReportPeriod period, CancellationToken ct)
    {
        var filter = Filter.Calls;
        var found = await Records.PageAsync(filter, period.From, period.To, Window, ct);
        recorded = await Recordings.HaveAsync([.. found.Rows.Select(r => r.Call.UniqueId).Distinct()], ct);
        if (found.Rows.Count == 0) ever = await Records.AnyAsync(ct);
        var parts = period.Parts(Time);
        var counts = await Records.CountsAsync(filter, period.From, period.To, [.. parts.Select(p => p.At)], ct);
        Draw(parts, counts);
        page = found;
    }

    private static string Mark(CustomRow row) => new RowMark(row.Call.CallDate, row.Id).ToString();

    private void Draw(IReadOnlyList<PeriodPart> parts, IReadOnlyList<CallCount> counts)
    {
        var byPart = counts.ToLookup(c => c.Part);
        columns =
        [
            .. parts.Select((part, i) => new ChartColumn(
                part.Label, part.Name, [byPart[i].Where(c => c.Disposition == Answered).Sum(c => c.Count), byPart[i].Where(c => c.Disposition != Answered).Sum(c => c.Count)],
                Address(Here, to => (to.Period, to.From, to.To) = ("", Time.Format(part.At), Time.Format(part.Until))))),
        ];
        var (all, answered, talk) = (counts.Sum(c => c.Count), counts.Where(c => c.Disposition == Answered).Sum(c => c.Count), counts.Sum(c => c.BillableSeconds));
        figures =
        [
            new(Texts["calls.records"], ReportWords.Count(all)),
            new(Texts["calls.answered"], ReportWords.Count(answered), all == 0 ? null : ReportWords.Percent(100.0 * answered / all)),
            new(Texts["column.talk"], ReportWords.Duration(talk)),
            new(Texts["column.talk.mean"], ReportWords.Duration(answered == 0 ? null : (double)talk / answered)),
        ];
    }
}
