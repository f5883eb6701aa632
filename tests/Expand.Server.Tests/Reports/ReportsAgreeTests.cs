using System.Globalization;
using System.Xml.Linq;
using Expand.Server.Activity;
using Expand.Server.Cdr;
using Expand.Server.Platform;
using Expand.Server.Queues;
using Expand.Server.Reports;
using Expand.Server.Tests.Host;

namespace Expand.Server.Tests.Reports;

/// <summary>The pages' numbers, the files' and the SOAP operations' are the same, over the same rows.</summary>
public sealed class ReportsAgreeTests(Databases databases) : IAsyncLifetime
{
    private ReportsWorld world = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => world = await ReportsWorld.MakeAsync(databases);

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task The_service_level_adds_up_from_queueData()
    {
        var period = world.Period(ReportsWorld.Filter());
        var parts = period.Parts(world.Host.Get<LocalTime>());
        var report = await world.Host.Get<ServiceLevels>().OfAsync("", period.From, period.To, new ServiceTarget(20, 5), [.. parts.Select(p => p.At)], Ct);
        var all = (await world.QueueDataAsync()).Elements().ToList();
        Assert.Equal(Counted(all), report.Total);
        foreach (var queue in ReportsWorld.Queues) Assert.Equal(Counted([.. all.Where(a => Text(a, "queue") == queue)]), report.Queues[queue]);
        foreach (var (part, figures) in report.Parts)
            Assert.Equal(Counted([.. all.Where(a => Text(a, "date").StartsWith($"{ReportsWorld.Day} {part:00}:", StringComparison.Ordinal))]), figures);
        Assert.True(report.Total.Answered > 5 && report.Total.ShortlyAbandoned > 0 && report.Total.Late > 0);

        var file = await world.CsvAsync(files => files.Service(ReportsWorld.Filter(), Ct));
        Assert.Equal("Cola", file[0][0]);
        var total = file[^1];
        Assert.Equal([.. new[] { report.Total.Offered, report.Total.Answered, report.Total.InTime, report.Total.Abandoned, report.Total.ShortlyAbandoned }.Select(n => n.ToString(CultureInfo.InvariantCulture))], total[2..7]);
        Assert.Equal(ReportsWorld.Queues.Length + 2, file.Count);
    }

    [Fact]
    public async Task Page_after_page_the_activities_are_queueDatas_and_so_is_the_file()
    {
        foreach (var (queue, agent) in new[] { ("", ""), ("q_ven", ""), ("", "101"), ("q_año", "77") })
        {
            var expected = (await world.SoapAsync("queueData", ("Cola", queue), ("Agente", agent), ("FechaInicio", ReportsWorld.Day), ("FechaFin", ReportsWorld.Day)))
                .Elements().Select(a => string.Join('|', a.Attributes().Select(x => x.Value))).ToList();
            var filter = ReportsWorld.Filter(queue) with { Agent = agent };
            var reports = world.Host.Get<ActivityReports>();
            var period = world.Period(filter);
            var pages = await PagesAsync(window => reports.ActivityPageAsync(filter.Activities, period.From, period.To, window, Ct), row => row.Mark);
            Assert.Equal(expected, pages.Select(row => Line(row.Activity)));
            var counts = await reports.ActivityCountsAsync(filter.Activities, period.From, period.To, [period.From], Ct);
            Assert.Equal(expected.Count, counts.Sum(c => c.Count));

            var file = await world.CsvAsync(files => files.Activities(filter, Ct));
            Assert.Equal(expected.Select(e => e.Split('|')).Select(e => (e[0], e[1], e[3], e[5])), file.Skip(1).Select(f => (f[0], f[1], f[4], f[5])));
        }
    }

    [Fact]
    public async Task The_agents_of_a_queue_have_agentDatas_numbers()
    {
        foreach (var queue in ReportsWorld.Queues)
        {
            var agents = (await world.SoapAsync("agentData", ("Cola", queue), ("FechaInicio", ReportsWorld.Day), ("FechaFin", ReportsWorld.Day))).Elements().ToList();
            var filter = ReportsWorld.Filter(queue);
            var lines = await world.Host.Get<AgentReport>().OfAsync(filter, world.Period(filter), Ct);
            Assert.Equal(agents.Select(a => Text(a, "agente")), lines.Select(l => $"({l.Number}) {l.Name}"));
            Assert.Equal(
                agents.Select(a => string.Join(' ', a.Attributes().Skip(1).Select(x => x.Value))),
                lines.Select(l => string.Join(' ', AgentFigures.Of(l.Totals).Select(f => f.Value))));

            var file = await world.CsvAsync(files => files.Agents(filter, Ct));
            string[] names = ["logueadoSeg", "pausadoSeg", "habladoSeg", "habladoSalienteSeg", "disponibleSeg"];
            Assert.Equal(agents.Select(a => string.Join(' ', names.Select(n => Text(a, n)))), file.Skip(1).Select(f => string.Join(' ', f[2..7])));
            Assert.Equal(agents.Select(a => $"{Text(a, "presentadas")} {Text(a, "atendidas")} {Text(a, "perdidas")} {Text(a, "salientes")}"), file.Skip(1).Select(f => string.Join(' ', f[9..13])));
        }
    }

    [Fact]
    public async Task The_agents_of_all_queues_have_getAgentTimes_times_and_the_sums_of_agentData()
    {
        var times = await world.SoapAsync("getAgentTimes", ("agente", ""), ("cola", ""), ("inicio", ReportsWorld.Day), ("fin", ReportsWorld.Day));
        var data = new List<XElement>();
        foreach (var queue in ReportsWorld.Queues)
            data.AddRange((await world.SoapAsync("agentData", ("Cola", queue), ("FechaInicio", ReportsWorld.Day), ("FechaFin", ReportsWorld.Day))).Elements());
        var lines = await world.Host.Get<AgentReport>().OfAsync(ReportsWorld.Filter(), world.Period(ReportsWorld.Filter()), Ct);
        Assert.Equal(ReportsWorld.Agents.Order(), lines.Select(l => l.Number).Order());
        foreach (var line in lines)
        {
            var time = times.Elements().Single(a => Text(a, "agent") == line.Number);
            Assert.Equal((Text(time, "loged"), Text(time, "paused")), (line.Totals.Logged.ToString(CultureInfo.InvariantCulture), line.Totals.Paused.ToString(CultureInfo.InvariantCulture)));
            long Sum(string name) => data.Where(a => Text(a, "agente").StartsWith($"({line.Number})", StringComparison.Ordinal)).Sum(a => Number(a, name));
            Assert.Equal(
                (Sum("habladoSeg"), Sum("habladoSalienteSeg"), Sum("atendidas"), Sum("perdidas"), Sum("salientes"), Sum("entrantes"), Sum("entrantesTransferidas"), Sum("atendidasCortas")),
                (line.Totals.Talk, line.Totals.OutgoingTalk, line.Totals.Answered, line.Totals.Lost, line.Totals.Outgoing, line.Totals.Direct, line.Totals.Transferred, line.Totals.Short));
            Assert.True(line.Totals.Logged < Sum("logueadoSeg"));
        }
    }

    [Fact]
    public async Task Page_after_page_the_sessions_are_agentSessionDetails_and_so_is_the_file()
    {
        var detail = await world.SoapAsync("agentSessionDetail", ("userID", ""), ("cola", ""), ("inicio", ReportsWorld.Day), ("fin", ReportsWorld.Day));
        var expected = detail.Descendants("session").Select(s =>
            $"{Text(s.Ancestors("agent").Single(), "agentID")} {Text(s.Ancestors("queue").Single(), "queuename")} {Text(s, "start")} {Text(s, "end")} {s.Elements("pause").Sum(p => Number(p, "duration"))}").Order().ToList();
        Assert.NotEmpty(expected);
        var (reports, period, time) = (world.Host.Get<ActivityReports>(), world.Period(ReportsWorld.Filter()), world.Host.Get<LocalTime>());
        var pages = await PagesAsync(window => reports.SessionPageAsync("", null, period.From, period.To, window, Ct), row => row.Mark);
        Assert.Equal(expected, pages.Select(p => p.Session).Select(s =>
            $"{s.Agent} {s.Queue} {time.Format(s.BeganAt)} {time.Format(s.EndedAt)} {s.Pauses.Sum(p => (long)(p.EndedAt - p.BeganAt).TotalSeconds)}").Order());

        var sums = await reports.SessionSumsAsync("", null, period.From, period.To, Ct);
        Assert.Equal((expected.Count, detail.Descendants("queue").Sum(q => Number(q, "logged"))), ((int)sums[0].Count, sums[0].Seconds));
        var types = detail.Descendants("pauses").Elements("pause").GroupBy(p => Text(p, "type")).ToDictionary(g => g.Key, g => g.Sum(p => Number(p, "duration")));
        Assert.Equal(types.OrderBy(t => t.Key, StringComparer.Ordinal), sums.Skip(1).OrderBy(s => s.Cause, StringComparer.Ordinal).Select(s => KeyValuePair.Create(s.Cause!, s.Seconds)));

        var file = (await world.CsvAsync(files => files.Sessions(ReportsWorld.Filter(), Ct))).Skip(1).ToList();
        Assert.Equal(detail.Descendants("session").Select(s => $"{Text(s, "start")} {Text(s, "end")} {Text(s, "duration")}"), file.Where(f => f[0] == "Sesión").Select(f => $"{f[6]} {f[7]} {f[8]}"));
        Assert.Equal(types.Values.Sum(), file.Where(f => f[0] == "Pausa").Sum(f => long.Parse(f[8], CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task Page_after_page_the_calls_are_cdrDatas_and_so_is_the_file()
    {
        var expected = (await world.SoapAsync("cdrData", ("uniqueid", ""), ("inicio", ReportsWorld.Day), ("fin", ReportsWorld.Day))).Elements()
            .Select(c => $"{Text(c, "uniqueid")} {Text(c, "src")} {Text(c, "dst")} {Text(c, "clid")} {Text(c, "calldate")} {Text(c, "duration")} {Text(c, "billsec")} {Text(c, "disposition")}").ToList();
        var notes = (await world.SoapAsync("cdrCustom", ("inicio", ReportsWorld.Day), ("fin", ReportsWorld.Day))).Elements().Select(c => Text(c, "observaciones")).ToList();
        var (records, time, period) = (world.Host.Get<CallRecords>(), world.Host.Get<LocalTime>(), world.Period(ReportsWorld.Filter()));
        var pages = await PagesAsync(window => records.PageAsync(CallFilter.All, period.From, period.To, window, Ct), row => new RowMark(row.Call.CallDate, row.Id));
        Assert.Equal(expected, pages.Select(r => r.Call).Select(c =>
            $"{c.UniqueId} {c.Source} {c.Destination} {CdrSoap.CallerId(c.CallerId)} {time.Format(c.CallDate)} {c.Duration} {c.BillableSeconds} {c.Disposition}"));
        Assert.Equal(notes, pages.Select(r => r.CallInfo));
        Assert.Contains(notes, n => n.Length > 0);
        Assert.Equal(expected.Count, (await records.CountsAsync(CallFilter.All, period.From, period.To, [period.From], Ct)).Sum(c => c.Count));

        var file = (await world.CsvAsync(files => files.Calls(ReportsWorld.Filter(), Ct))).Skip(1).ToList();
        Assert.Equal(expected, file.Select(f => $"{f[1]} {f[2]} {f[3]} {f[4]} {f[0]} {f[7]} {f[8]} {f[6]}"));
        Assert.Equal(notes, file.Select(f => f[9]));
    }

    [Fact]
    public async Task Calls_are_found_by_number_extension_result_and_duration()
    {
        var (records, period) = (world.Host.Get<CallRecords>(), world.Period(ReportsWorld.Filter()));
        var all = await AllAsync(CallFilter.All);
        Assert.Equal(all.Where(c => c.Call.Destination.Contains("9125", StringComparison.Ordinal)), await AllAsync(new CallFilter(Number: "9125")));
        Assert.Equal(all.Where(c => c.Call.Source == "703"), await AllAsync(new CallFilter(Extension: "703")));
        Assert.Empty(await AllAsync(new CallFilter(Extension: "70")));
        Assert.Equal(all, await AllAsync(new CallFilter(Extension: "trunk")));
        Assert.Equal(all.Where(c => c.Call is { Disposition: "BUSY", Duration: >= 30 }), await AllAsync(new CallFilter(Disposition: "BUSY", MinSeconds: 30)));
        Assert.Empty(await AllAsync(new CallFilter(Number: "' or 1=1 --")));

        async Task<List<CustomRow>> AllAsync(CallFilter filter)
        {
            var rows = new List<CustomRow>();
            await foreach (var row in records.StreamCustomAsync(filter, period.From, period.To, Ct)) rows.Add(row);
            return rows;
        }
    }

    [Fact]
    public async Task A_file_names_whoever_had_the_number_then()
    {
        var file = await world.CsvAsync(files => files.Activities(ReportsWorld.Filter() with { Agent = "102" }, Ct));
        Assert.All(file.Skip(1), row => Assert.Equal(("102", "Bruno Núñez"), (row[5], row[6])));
    }

    /// <summary>What queueData tells, counted by the words of the definition.</summary>
    private static ServiceFigures Counted(IReadOnlyList<XElement> activities)
    {
        List<XElement> Of(params string[] actions) => [.. activities.Where(a => actions.Contains(Text(a, "action")))];
        var (answered, abandoned, ended) = (Of("CONNECT"), Of("ABANDON"), Of("COMPLETECALLER", "COMPLETEAGENT", "COMPLETETRANSFER"));
        return new ServiceFigures(
            answered.Count, answered.Count(a => Number(a, "waitsec") <= 20), abandoned.Count, abandoned.Count(a => Number(a, "waitsec") <= 5), answered.Sum(a => Number(a, "waitsec")),
            (int)answered.Concat(abandoned).Select(a => Number(a, "waitsec")).DefaultIfEmpty(0).Max(), ended.Count, ended.Sum(a => Number(a, "talksec")));
    }

    private string Line(ActivityRow a) => string.Join('|',
        world.Host.Get<LocalTime>().Format(a.At), a.Queue, a.UniqueId.Length == 0 ? "NONE" : a.UniqueId, QueuesSoap.WordOf(a.Action), a.CallerId, a.Agent, a.WaitSeconds, a.TalkSeconds, a.Destination, a.Cause);

    /// <summary>All rows, oldest first: to the last page, and back again to the first by the other links.</summary>
    private static async Task<List<T>> PagesAsync<T>(Func<RowWindow, Task<RowPage<T>>> read, Func<T, RowMark> mark)
    {
        const int Size = 7;
        var there = new List<T>();
        var page = await read(new RowWindow(Size));
        Assert.False(page.HasNewer);
        there.AddRange(page.Rows);
        while (page.HasOlder)
        {
            page = await read(new RowWindow(Size, OlderThan: RowMark.Parse(mark(page.Rows[^1]).ToString())));
            Assert.True(page.HasNewer);
            there.AddRange(page.Rows);
        }

        var back = page.Rows.ToList();
        while (page.HasNewer)
        {
            page = await read(new RowWindow(Size, NewerThan: RowMark.Parse(mark(page.Rows[0]).ToString())));
            back.InsertRange(0, page.Rows);
        }

        Assert.Equal(there.Select(mark), back.Select(mark));
        there.Reverse();
        return there;
    }

    private static string Text(XElement element, string attribute) => element.Attribute(attribute)?.Value ?? "";

    private static long Number(XElement element, string attribute) => long.Parse(Text(element, attribute), CultureInfo.InvariantCulture);
}
