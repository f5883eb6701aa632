using Expand.Server.Activity;
using Expand.Server.Platform;

namespace Expand.Server.Reports.Pages;

/// <summary>Informes / Sesiones: agentSessionDetail's complete sessions with their pauses.</summary>
public partial class Sesiones
{
    private const string Here = "/informes/sesiones";
    private RowPage<KeptSession>? page;
    private IReadOnlyList<SessionSum> sums = [];
    private IReadOnlyList<(string Name, string Description)> queues = [];

    private IReadOnlyList<SessionSum> Pauses => [.. sums.Where(s => s.Cause is not null)];

    private long Logged => sums.FirstOrDefault(s => s.Cause is null)?.Seconds ?? 0;

    private IReadOnlyList<KeyFigure> Figures =>
    [
        new(Texts["sessions"], ReportWords.Count(sums.FirstOrDefault(s => s.Cause is null)?.Count ?? 0)),
        new(Texts["column.logged"], ReportWords.Duration(Logged)),
        new(Texts["pauses"], ReportWords.Count(Pauses.Sum(p => p.Count))),
        new(Texts["column.paused"], ReportWords.Duration(Pauses.Sum(p => p.Seconds)), Logged == 0 ? null : ReportWords.Percent(100.0 * Pauses.Sum(p => p.Seconds) / Logged)),
    ];

    private IReadOnlyList<ChartBar> Bars
    {
        get
        {
            var most = Math.Max(1, Pauses.Max(p => p.Seconds));
            return [.. Pauses.Select(p => new ChartBar(Cause(p.Cause!), [(double)p.Seconds / most], $"{ReportWords.Duration(p.Seconds)} · {(p.Count == 1 ? Texts["pauses.once"] : Texts["pauses.times", ReportWords.Count(p.Count)])}"))];
        }
    }

    private protected override async Task AskAsync(ReportPeriod period, CancellationToken ct)
    {
        queues = [.. (await Names.QueuesAsync(ct)).Select(q => (q.Name, q.Description))];
        var found = await Reports.SessionPageAsync(Filter.Queue, Filter.Parts, period.From, period.To, Window, ct);
        sums = await Reports.SessionSumsAsync(Filter.Queue, Filter.Parts, period.From, period.To, ct);
        page = found;
    }

    private string Cause(string cause) => cause.Length == 0 ? Texts["pause.without"] : cause;

    private static string Length(DateTimeOffset from, DateTimeOffset to) => ReportWords.Duration(ReportWords.Seconds(from, to));

    private static string Paused(CompleteSession session) => ReportWords.Duration(session.Pauses.Sum(p => ReportWords.Seconds(p.BeganAt, p.EndedAt)));

    private string During(CompleteSession session) => Address("/informes/colas", to =>
    {
        (to.Period, to.From, to.To) = ("", Time.Format(session.BeganAt), Time.Format(session.EndedAt));
        (to.Queue, to.Agent) = (session.Queue, session.Agent);
    });
}
