using System.Runtime.CompilerServices;
using Expand.Server.Activity;
using Expand.Server.Cdr;
using Expand.Server.Platform;
using Expand.Server.Platform.Exports;
using Expand.Server.Queues;
using Expand.Server.Recordings;
using Expand.Server.Recordings.Pages;
using Expand.Server.Reports.Pages;
using Microsoft.Extensions.Localization;

namespace Expand.Server.Reports;

/// <summary>The reports as files: the same use cases as the pages and the SOAP operations, streamed; titles in the visitor's language.</summary>
internal sealed class ReportFiles(
    ServiceLevels levels, ActivityReports reports, AgentReport agents, CallRecords records, RecordingArchive recordings, ReportNames names, LocalTime time,
    IStringLocalizer<ReportText> texts, IStringLocalizer<PlayerText> players)
{
    /// <summary>One row for each queue, and one of all together.</summary>
    public IResult Service(ReportFilter filter, CancellationToken ct) => File("nivel-de-servicio", filter, period => new TableFile<ServiceLine>(
        Name("nivel-de-servicio", period),
        [
            Column<ServiceLine>("queue", l => l.Queue), Column<ServiceLine>("queue.description", l => l.Description),
            Column<ServiceLine>("offered", l => l.Figures.Offered), Column<ServiceLine>("answered", l => l.Figures.Answered),
            Column<ServiceLine>("in-time", l => l.Figures.InTime), Column<ServiceLine>("abandoned", l => l.Figures.Abandoned),
            Column<ServiceLine>("abandoned.short", l => l.Figures.ShortlyAbandoned), Column<ServiceLine>("level", l => Rounded(l.Figures.Level)),
            Column<ServiceLine>("abandon-rate", l => Rounded(l.Figures.AbandonRate)), Seconds<ServiceLine>("wait.mean", l => Rounded(l.Figures.MeanWait)),
            Seconds<ServiceLine>("wait.longest", l => l.Figures.LongestWait), Seconds<ServiceLine>("talk.mean", l => Rounded(l.Figures.MeanTalk)),
        ], ServiceAsync(filter, period, ct)));

    public IResult Activities(ReportFilter filter, CancellationToken ct) => File("actividad-de-colas", filter, period => new TableFile<ActivityRow>(
        Name("actividad-de-colas", period),
        [
            Column<ActivityRow>("date", a => a.At), Column<ActivityRow>("queue", a => a.Queue), Column<ActivityRow>("queue.description", a => names.Queue(a.Queue)),
            Column<ActivityRow>("action", a => texts["action." + QueuesSoap.WordOf(a.Action)].Value), Column<ActivityRow>("action.word", a => QueuesSoap.WordOf(a.Action)),
            Column<ActivityRow>("agent", a => a.Agent), Column<ActivityRow>("agent.name", a => names.Agent(a.Agent, a.At)),
            Column<ActivityRow>("caller", a => a.CallerId), Seconds<ActivityRow>("wait", a => a.WaitSeconds), Seconds<ActivityRow>("talk", a => a.TalkSeconds),
            Column<ActivityRow>("destination", a => a.Destination), Column<ActivityRow>("cause", a => a.Cause), Column<ActivityRow>("call", a => a.UniqueId),
        ], reports.ActivitiesAsync(filter.Activities, period.From, period.To, ct)));

    public IResult Agents(ReportFilter filter, CancellationToken ct) => File("agentes", filter, period => new TableFile<AgentLine>(
        Name("agentes", period),
        [
            Column<AgentLine>("agent", l => l.Number), Column<AgentLine>("agent.name", l => l.Name), Seconds<AgentLine>("logged", l => l.Totals.Logged),
            Seconds<AgentLine>("paused", l => l.Totals.Paused), Seconds<AgentLine>("talk", l => l.Totals.Talk), Seconds<AgentLine>("talk.outgoing", l => l.Totals.OutgoingTalk),
            Seconds<AgentLine>("available", l => AgentFigures.Available(l.Totals)), Column<AgentLine>("occupancy", l => Rounded(l.Occupancy)),
            Seconds<AgentLine>("talk.mean", l => AgentFigures.RoundedMean(l.Totals.Talk, l.Totals.Answered)), Column<AgentLine>("presented", l => l.Totals.Answered + l.Totals.Lost),
            Column<AgentLine>("answered", l => l.Totals.Answered), Column<AgentLine>("lost", l => l.Totals.Lost), Column<AgentLine>("outgoing", l => l.Totals.Outgoing),
            Column<AgentLine>("outgoing.answered", l => l.Totals.OutgoingAnswered), Column<AgentLine>("direct", l => l.Totals.Direct),
            Column<AgentLine>("transferred", l => l.Totals.Transferred), Column<AgentLine>("answered.short", l => l.Totals.Short),
        ], AgentsAsync(filter, period, ct)));

    /// <summary>Sessions, each followed by its pauses: the kind of a row tells them apart, so that a column can be summed up for either.</summary>
    public IResult Sessions(ReportFilter filter, CancellationToken ct) => File("sesiones", filter, period => new TableFile<SessionLine>(
        Name("sesiones", period),
        [
            Column<SessionLine>("kind", l => texts[l.Pause is null ? "kind.session" : "kind.pause"].Value), Column<SessionLine>("agent", l => l.Session.Agent),
            Column<SessionLine>("agent.name", l => names.Agent(l.Session.Agent, l.Session.BeganAt)), Column<SessionLine>("queue", l => l.Session.Queue),
            Column<SessionLine>("queue.description", l => names.Queue(l.Session.Queue)), Column<SessionLine>("cause", l => l.Pause?.Cause),
            Column<SessionLine>("began", l => l.Pause?.BeganAt ?? l.Session.BeganAt), Column<SessionLine>("ended", l => l.Pause?.EndedAt ?? l.Session.EndedAt),
            Seconds<SessionLine>("duration", l => ReportWords.Seconds(l.Pause?.BeganAt ?? l.Session.BeganAt, l.Pause?.EndedAt ?? l.Session.EndedAt)),
        ], SessionsAsync(filter, period, ct)));

    public IResult Calls(ReportFilter filter, CancellationToken ct) => File("llamadas", filter, period => new TableFile<CustomRow>(
        Name("llamadas", period),
        [
            Column<CustomRow>("date", c => c.Call.CallDate), Column<CustomRow>("call", c => c.Call.UniqueId), Column<CustomRow>("source", c => c.Call.Source),
            Column<CustomRow>("destination", c => c.Call.Destination), Column<CustomRow>("caller", c => CdrSoap.CallerId(c.Call.CallerId)),
            Column<CustomRow>("result", c => ReportWords.Result(texts, c.Call.Disposition)), Column<CustomRow>("result.word", c => c.Call.Disposition),
            Seconds<CustomRow>("duration", c => c.Call.Duration), Seconds<CustomRow>("talk", c => c.Call.BillableSeconds), Column<CustomRow>("note", c => c.CallInfo),
            Column<CustomRow>("context", c => c.Call.Context), Column<CustomRow>("channel", c => c.Call.Channel), Column<CustomRow>("channel.destination", c => c.Call.DestinationChannel),
            Column<CustomRow>("application", c => c.Call.LastApplication), Column<CustomRow>("application.data", c => c.Call.LastData),
        ], records.StreamCustomAsync(filter.Calls, period.From, period.To, ct)));

    /// <summary>The recordings by themselves are not in it: it tells which there are.</summary>
    public IResult Recordings(ReportFilter filter, CancellationToken ct) => File("grabaciones", filter, period => new TableFile<RecordingRow>(
        Name("grabaciones", period),
        [
            Column<RecordingRow>("date", r => r.BeganAt), Column<RecordingRow>("call", r => r.UniqueId), Column<RecordingRow>("source", r => r.Source),
            Column<RecordingRow>("destination", r => r.Destination), Column<RecordingRow>("queue", r => string.Join(' ', r.Queues)),
            Column<RecordingRow>("agent", r => string.Join(' ', r.Agents)), Column<RecordingRow>("agent.name", r => string.Join(", ", r.Agents.Select(a => names.Agent(a, r.BeganAt)))),
            Seconds<RecordingRow>("duration", r => Rounded(r.Seconds)), Column<RecordingRow>("state", r => players["state." + r.State, r.KeptDays ?? 0].Value),
            Column<RecordingRow>("bytes", r => r.Bytes), Column<RecordingRow>("file", r => r.Path),
        ], recordings.ReadAsync(filter.Recordings, period.From, period.To, ct)));

    private async IAsyncEnumerable<ServiceLine> ServiceAsync(ReportFilter filter, ReportPeriod period, [EnumeratorCancellation] CancellationToken ct)
    {
        var report = await levels.OfAsync(filter.Queue, period.From, period.To, filter.Target, [period.From], ct);
        foreach (var (queue, figures) in report.Queues) yield return new ServiceLine(queue, names.Queue(queue), figures);
        yield return new ServiceLine("", texts["total"], report.Total);
    }

    private async IAsyncEnumerable<AgentLine> AgentsAsync(ReportFilter filter, ReportPeriod period, [EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var line in await agents.OfAsync(filter, period, ct)) yield return line;
    }

    private async IAsyncEnumerable<SessionLine> SessionsAsync(ReportFilter filter, ReportPeriod period, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var session in reports.CompleteSessionsAsync(filter.Queue, filter.Parts, period.From, period.To, ct))
        {
            yield return new SessionLine(session, null);
            foreach (var pause in session.Pauses) yield return new SessionLine(session, pause);
        }
    }

    private IResult File(string report, ReportFilter filter, Func<ReportPeriod, IResult> file) => filter.Check(time) switch
    {
        { Failure: { } failure } => TypedResults.Problem(failure.Message, statusCode: StatusCodes.Status400BadRequest, title: report),
        var period => file(period.Value!),
    };

    /// <summary>With its days, so that two files of one report do not have one name.</summary>
    private string Name(string report, ReportPeriod period)
    {
        var (from, to) = (time.Format(period.From)[..10], time.Format(period.To)[..10]);
        return from == to ? $"{report}-{from}" : $"{report}-{from}-{to}";
    }

    private TableColumn<T> Column<T>(string title, Func<T, object?> value) => new(texts["column." + title], value);

    private TableColumn<T> Seconds<T>(string title, Func<T, object?> value) => new(texts["seconds", texts["column." + title]], value);

    private static double? Rounded(double? value) => value is { } number ? Math.Round(number, 1, MidpointRounding.AwayFromZero) : null;

    private sealed record ServiceLine(string Queue, string Description, ServiceFigures Figures);

    private sealed record SessionLine(CompleteSession Session, CompletePause? Pause);
}
