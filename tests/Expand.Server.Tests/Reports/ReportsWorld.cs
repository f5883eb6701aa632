using System.Globalization;
using System.Text;
using System.Xml.Linq;
using CsvHelper;
using CsvHelper.Configuration;
using Expand.Server.Access;
using Expand.Server.Activity;
using Expand.Server.Cdr;
using Expand.Server.Platform;
using Expand.Server.Reports;
using Expand.Server.Tests.Host;
using Microsoft.AspNetCore.Http;

namespace Expand.Server.Tests.Reports;

/// <summary>A call centre's day made at random, the same each time, behind the SOAP door and the reports alike.</summary>
internal sealed class ReportsWorld : IAsyncDisposable
{
    /// <summary>The day of the installation that is made.</summary>
    public const string Day = "2026-03-02";

    public static readonly string[] Queues = ["q_ven", "q_sop", "q_año"];
    public static readonly string[] Agents = ["101", "102", "103", "77"];

    /// <summary>Midnight in Montevideo.</summary>
    private static readonly DateTimeOffset Midnight = new(2026, 3, 2, 3, 0, 0, TimeSpan.Zero);

    private readonly ScriptedPbx pbx;
    private readonly string key;

    private ReportsWorld(ServerHost host, ScriptedPbx pbx, string key) => (Host, this.pbx, this.key) = (host, pbx, key);

    public ServerHost Host { get; }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<ReportsWorld> MakeAsync(Databases databases)
    {
        var database = await databases.NewAsync();
        await using (var db = Databases.Open(database))
        {
            var chance = new Random(20260302);
            foreach (var row in Rows(chance)) db.Add(row);
            await db.SaveChangesAsync(Ct);
        }

        var pbx = new ScriptedPbx();
        var host = await ServerHost.StartAsync(database, pbx);
        var world = new ReportsWorld(host, pbx, await host.KeyAsync());
        await world.UserAsync("acosta", "Ana Acosta", "101");
        await world.UserAsync("bnunez", "Bruno Núñez", "102");
        return world;
    }

    public async Task<int> UserAsync(string username, string name, string number) =>
        (await Host.Get<Users>().CreateAsync(new UserForm(username, name, "", "operador", false, true, number), null, Actor.System, Ct)).Value;

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await pbx.DisposeAsync();
    }

    /// <summary>The document of a SOAP operation's answer.</summary>
    public async Task<XElement> SoapAsync(string operation, params (string Name, string Value)[] arguments)
    {
        var answer = XDocument.Parse(await Host.SoapAsync(operation, [("authorizedKey", key), .. arguments])).Descendants().Single(e => e.Name.LocalName == "return").Value;
        return XDocument.Parse(answer).Root!;
    }

    public Task<XElement> QueueDataAsync(string queue = "") =>
        SoapAsync("queueData", ("Cola", queue), ("Agente", ""), ("FechaInicio", Day), ("FechaFin", Day));

    public ReportPeriod Period(ReportFilter filter) => filter.Check(Host.Get<LocalTime>()).Value!;

    public static ReportFilter Filter(string queue = "") => new() { From = Day, To = Day, Queue = queue };

    /// <summary>The file's rows, its titles first.</summary>
    public async Task<List<string[]>> CsvAsync(Func<ReportFiles, IResult> file)
    {
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("es");
        using var body = new MemoryStream();
        var http = new DefaultHttpContext { RequestServices = Host.Get<IServiceProvider>(), Response = { Body = body } };
        await file(Host.Get<ReportFiles>()).ExecuteAsync(http);
        Assert.Equal(200, http.Response.StatusCode);
        using var csv = new CsvParser(new StringReader(Encoding.UTF8.GetString(body.ToArray()).TrimStart('\uFEFF')), new CsvConfiguration(CultureInfo.InvariantCulture));
        var rows = new List<string[]>();
        while (await csv.ReadAsync()) rows.Add(csv.Record!);
        return rows;
    }

    private static IEnumerable<object> Rows(Random chance)
    {
        T Of<T>(T[] all) => all[chance.Next(all.Length)];
        DateTimeOffset At(int from, int to) => Midnight.AddSeconds(chance.Next(from, to));
        for (var i = 0; i < 400; i++)
        {
            // Some lie before and after the day.
            var action = Of(Enum.GetValues<QueueAction>());
            var ends = action is QueueAction.CompleteAgent or QueueAction.CompleteCaller or QueueAction.CompleteTransfer or QueueAction.DialOutEnd;
            yield return new QueueActivity
            {
                Pbx = "pbx",
                At = At(-3600, 90_000),
                Queue = Of(Queues),
                Action = action,
                UniqueId = $"c.{i}",
                Agent = action is QueueAction.EnterQueue or QueueAction.Abandon ? "" : Of(Agents),
                WaitSeconds = action is QueueAction.Connect or QueueAction.Abandon ? chance.Next(0, 60) : null,
                TalkSeconds = ends ? chance.Next(0, 600) : null,
                CallerId = action == QueueAction.EnterQueue ? "=099\"ñ" : "",
                Cause = action == QueueAction.Pause ? "Baño; café" : "",
            };
        }

        foreach (var (agent, queue) in Agents.SelectMany(a => Queues.Select(q => (a, q))))
        {
            foreach (var row in Shift(chance, agent, queue)) yield return row;
        }

        for (var i = 0; i < 150; i++)
        {
            yield return new CallRecord
            {
                Pbx = "pbx",
                UniqueId = $"c.{i / 2}",
                Sequence = i,
                LinkedId = $"c.{i / 2}",
                CallDate = At(-3600, 90_000).AddMilliseconds(chance.Next(1000)),
                CallerId = $"\"José {i}\" <70{i % 9}>",
                Source = $"70{i % 9}",
                Destination = $"09912{i}",
                Context = "internal",
                Channel = $"PJSIP/70{i % 9}-{i:x8}",
                DestinationChannel = "PJSIP/trunk-1",
                LastApplication = "Dial",
                LastData = "",
                Duration = chance.Next(100),
                BillableSeconds = chance.Next(50),
                Disposition = Of(ReportFilter.Results),
                UserField = "",
            };
        }

        for (var i = 0; i < 75; i += 3) yield return new CallNote { UniqueId = $"c.{i}", CallInfo = $"contrato={i}" };
    }

    /// <summary>Two sessions, the second one over midnight, with pauses and calls.</summary>
    private static IEnumerable<object> Shift(Random chance, string agent, string queue)
    {
        foreach (var start in new[] { 30_000, 80_000 })
        {
            var (began, length) = (Midnight.AddSeconds(start + chance.Next(2000)), 9000 + chance.Next(1000));
            var session = new AgentSession { Pbx = "pbx", Queue = queue, Agent = agent, BeganAt = began, EndedAt = began.AddSeconds(length) };
            yield return session;
            yield return new AgentPause { Session = session, Queue = queue, Agent = agent, Cause = "Almuerzo", BeganAt = began.AddSeconds(10), EndedAt = began.AddSeconds(chance.Next(20, 900)) };
            yield return new AgentPause { Session = session, Queue = queue, Agent = agent, Cause = "", BeganAt = began.AddSeconds(1000), EndedAt = began.AddSeconds(1000 + chance.Next(600)) };
            for (var i = 0; i < 5; i++)
            {
                var at = began.AddSeconds(2000 + (i * 700));
                var kind = (AgentCallKind)chance.Next(1, 7);
                var talked = kind is AgentCallKind.Answered or AgentCallKind.Direct || (kind == AgentCallKind.Outgoing && i % 2 == 0);
                yield return new AgentCall
                {
                    Pbx = "pbx",
                    Queue = queue,
                    Agent = agent,
                    UniqueId = $"a.{agent}.{i}",
                    Kind = kind,
                    At = at,
                    TalkFrom = talked ? at : null,
                    TalkTo = talked ? at.AddSeconds(chance.Next(1, 600)) : null,
                };
            }
        }
    }
}
