using System.Xml.Linq;
using Expand.Server.Access;
using Expand.Server.Activity;
using Expand.Server.Tests.Host;

namespace Expand.Server.Tests.Queues;

/// <summary>queueData and agentData through the SOAP door, over rows in a real PostgreSQL.</summary>
public sealed class QueueReportsTests(Databases databases)
{
    /// <summary>2012-05-02 09:13:17 in Montevideo, where the contract's sample begins.</summary>
    private static readonly DateTimeOffset Login = new(2012, 5, 2, 12, 13, 17, TimeSpan.Zero);

    private readonly CancellationToken ct = TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_contracts_sample_of_queueData_comes_out_attribute_by_attribute()
    {
        const string Call = "1335961066.118";
        await using var world = await WorldAsync(
            Activity(0, QueueAction.Login, agent: "157"),
            Activity(289, QueueAction.Ringing, Call, "157"),
            Activity(294, QueueAction.Connect, Call, "157", wait: 5),
            Activity(405, QueueAction.CompleteCaller, Call, "157", talk: 111),
            Activity(775, QueueAction.Pause, agent: "157", cause: "Tareas administrativas"),
            Activity(987, QueueAction.Unpause, agent: "157"));
        const string Expected =
            """
            <queue_activity>
              <activity date="2012-05-02 09:13:17" queue="q_ven" uniqueid="NONE" action="LOGIN" callerid="" agent="157" waitsec="" talksec="" dest="" cause="" />
              <activity date="2012-05-02 09:18:06" queue="q_ven" uniqueid="1335961066.118" action="RINGING" callerid="" agent="157" waitsec="" talksec="" dest="" cause="" />
              <activity date="2012-05-02 09:18:11" queue="q_ven" uniqueid="1335961066.118" action="CONNECT" callerid="" agent="157" waitsec="5" talksec="" dest="" cause="" />
              <activity date="2012-05-02 09:20:02" queue="q_ven" uniqueid="1335961066.118" action="COMPLETECALLER" callerid="" agent="157" waitsec="" talksec="111" dest="" cause="" />
              <activity date="2012-05-02 09:26:12" queue="q_ven" uniqueid="NONE" action="PAUSE" callerid="" agent="157" waitsec="" talksec="" dest="" cause="Tareas administrativas" />
              <activity date="2012-05-02 09:29:44" queue="q_ven" uniqueid="NONE" action="UNPAUSE" callerid="" agent="157" waitsec="" talksec="" dest="" cause="" />
            </queue_activity>
            """;
        var answer = await world.QueueDataAsync("q_ven", "");
        Assert.StartsWith("<?xml version=\"1.0\" encoding=\"UTF-8\" ?>", answer, StringComparison.Ordinal);
        Assert.Equal(Expected, XDocument.Parse(answer).Root!.ToString(), ignoreLineEndingDifferences: true);
    }

    [Fact]
    public async Task Every_activity_has_its_word_and_fills_what_the_contract_says()
    {
        await using var world = await WorldAsync([.. Enum.GetValues<QueueAction>().Select((action, i) => Activity(i, action, "1.1", "157"))]);
        var words = XDocument.Parse(await world.QueueDataAsync("", "")).Root!.Elements().Select(e => e.Attribute("action")!.Value);
        Assert.Equal(
            "ENTERQUEUE RINGING CONNECT NOANSWER CONGESTION COMPLETECALLER COMPLETEAGENT COMPLETETRANSFER ABANDON DIALOUT DIALOUTEND LOGIN LOGOUT PAUSE UNPAUSE",
            string.Join(' ', words));
    }

    [Fact]
    public async Task The_queue_and_the_agent_are_filters_and_empty_means_all()
    {
        await using var world = await WorldAsync(
            Activity(0, QueueAction.Login, agent: "157"), Activity(1, QueueAction.Login, agent: "158"), Activity(2, QueueAction.Login, agent: "157", queue: "q_b"),
            Activity(3, QueueAction.EnterQueue, "1.1", callerId: "\"<&ñ"));
        Assert.Equal(4, Count(await world.QueueDataAsync("", "")));
        Assert.Equal(3, Count(await world.QueueDataAsync(" q_ven ", "")));
        Assert.Equal(2, Count(await world.QueueDataAsync("", " 157 ")));
        Assert.Equal(0, Count(await world.QueueDataAsync("q_ven' or 1=1 --", "")));
        Assert.Equal("\"<&ñ", XDocument.Parse(await world.QueueDataAsync("", "")).Root!.Elements().Last().Attribute("callerid")!.Value);
    }

    [Fact]
    public async Task AgentData_shows_a_row_of_the_contracts_sample_and_names_who_can_be_named()
    {
        await using var world = await WorldAsync(
            [.. Day("152", 25840, 3483, 2077, 13, 8), .. Day("160", 100, 0, 0, 0, 0), .. Day("9", 100, 0, 0, 0, 0), .. Day("161", 100, 0, 0, 0, 0)]);
        await world.AgentAsync("abatto", "Angela Batto", "152");
        await world.AgentAsync("zoe", "Zoé \"Z\" <Núñez> & Cía", "161");
        var former = await world.AgentAsync("angel", "Angel Ida", "160");
        Assert.Null(await world.Host.Get<Users>().DeleteAsync(former, Actor.System, ct));

        var agents = XDocument.Parse(await world.CallAsync("agentData", ("Cola", "q_ven"), ("FechaInicio", "2012-05-02"), ("FechaFin", "2012-05-02"))).Root!;
        Assert.Equal(["(9) ", "(160) Angel Ida", "(152) Angela Batto", "(161) Zoé \"Z\" <Núñez> & Cía"], agents.Elements().Select(e => e.Attribute("agente")!.Value));
        const string Expected =
            """
            <agent agente="(152) Angela Batto" logueado="07h 10' 40''" logueadoSeg="25840" pausado="00h 58' 03''" pausadoSeg="3483" promedio="00h 02' 40''" promedioSeg="159.76923076923" hablado="00h 34' 37''" habladoSeg="2077" habladoSaliente="00h 00' 00''" habladoSalienteSeg="0" disponible="05h 38' 00''" disponibleSeg="20280" atendidas="13" perdidas="0" presentadas="13" salientes="8" entrantes="0" entrantesTransferidas="0" atendidasCortas="0" promedioEntranteYSaliente="0" />
            """;
        Assert.Equal(Expected, agents.Elements().ElementAt(2).ToString());
    }

    [Fact]
    public async Task What_is_missing_or_wrong_is_a_fault_that_names_it_and_a_wrong_key_is_minus_1()
    {
        await using var world = await WorldAsync();
        Assert.Contains("Cola must be", await world.RawAsync("agentData", ("Cola", " "), ("FechaInicio", "2012-05-02"), ("FechaFin", "2012-05-02")), StringComparison.Ordinal);
        foreach (var operation in new[] { "agentData", "queueData" })
        {
            Assert.Contains("FechaInicio must be a date", await world.RawAsync(operation, ("Cola", "q"), ("FechaInicio", ""), ("FechaFin", "2012-05-02")), StringComparison.Ordinal);
            Assert.Contains("FechaFin must be a date", await world.RawAsync(operation, ("Cola", "q"), ("FechaInicio", "2012-05-02"), ("FechaFin", "mañana")), StringComparison.Ordinal);
            Assert.Matches(">-1<", await world.Host.SoapAsync(operation, ("authorizedKey", "wrong"), ("Cola", ""), ("FechaInicio", ""), ("FechaFin", "")));
        }
    }

    [Fact]
    public async Task A_period_that_ends_before_it_begins_holds_nothing_and_is_the_bare_root()
    {
        const string Prolog = """<?xml version="1.0" encoding="UTF-8" ?>""";
        await using var world = await WorldAsync([.. Day("152", 25840, 3483, 2077, 13, 8)]);
        (string, string)[] reversed = [("Cola", "q_ven"), ("FechaInicio", "2012-05-03"), ("FechaFin", "2012-05-01")];
        Assert.Equal(Prolog + "<agents/>", await world.CallAsync("agentData", reversed));
        Assert.Equal(Prolog + "<queue_activity/>", await world.CallAsync("queueData", [.. reversed, ("Agente", "")]));
    }

    private static int Count(string answer) => XDocument.Parse(answer).Root!.Elements().Count();

    private static QueueActivity Activity(
        int second, QueueAction action, string call = "", string agent = "", int? wait = null, int? talk = null, string cause = "", string callerId = "", string queue = "q_ven") =>
        new()
        {
            Pbx = "pbx",
            At = Login.AddSeconds(second),
            Queue = queue,
            Action = action,
            UniqueId = call,
            Agent = agent,
            WaitSeconds = wait,
            TalkSeconds = talk,
            Cause = cause,
            CallerId = callerId,
        };

    /// <summary>A session with a pause, calls that share the talk time, and outgoing attempts.</summary>
    private static IEnumerable<object> Day(string agent, int logged, int paused, int talk, int answered, int outgoing)
    {
        var session = new AgentSession { Pbx = "pbx", Queue = "q_ven", Agent = agent, BeganAt = Login, EndedAt = Login.AddSeconds(logged) };
        yield return session;
        if (paused > 0) yield return new AgentPause { Session = session, Queue = "q_ven", Agent = agent, Cause = "", BeganAt = Login, EndedAt = Login.AddSeconds(paused) };
        var began = Login.AddSeconds(paused);
        for (var i = 0; i < answered; i++)
        {
            var ended = i == answered - 1 ? Login.AddSeconds(paused + talk) : began.AddSeconds(talk / answered);
            yield return new AgentCall { Pbx = "pbx", Queue = "q_ven", Agent = agent, UniqueId = $"{i}.1", Kind = AgentCallKind.Answered, At = began, TalkFrom = began, TalkTo = ended };
            began = ended;
        }

        for (var i = 0; i < outgoing; i++)
            yield return new AgentCall { Pbx = "pbx", Queue = "q_ven", Agent = agent, UniqueId = $"{i}.2", Kind = AgentCallKind.Outgoing, At = began };
    }

    private async Task<World> WorldAsync(params object[] rows)
    {
        var database = await databases.NewAsync();
        await using (var db = Databases.Open(database))
        {
            // One by one: equal instants stand in the order of their ids.
            foreach (var row in rows)
            {
                db.Add(row);
                await db.SaveChangesAsync(ct);
            }
        }

        var pbx = new ScriptedPbx();
        var host = await ServerHost.StartAsync(database, pbx);
        return new World(host, pbx, await host.KeyAsync());
    }

    private sealed record World(ServerHost Host, ScriptedPbx Pbx, string Key) : IAsyncDisposable
    {
        public Task<string> RawAsync(string operation, params (string Name, string Value)[] arguments) => Host.SoapAsync(operation, [("authorizedKey", Key), .. arguments]);

        public async Task<string> CallAsync(string operation, params (string Name, string Value)[] arguments) =>
            XDocument.Parse(await RawAsync(operation, arguments)).Descendants().Single(e => e.Name.LocalName == "return").Value;

        public Task<string> QueueDataAsync(string queue, string agent) =>
            CallAsync("queueData", ("Cola", queue), ("Agente", agent), ("FechaInicio", "2012-05-02"), ("FechaFin", "2012-05-02 23:59:59"));

        public async Task<int> AgentAsync(string username, string name, string number) =>
            (await Host.Get<Users>().CreateAsync(new UserForm(username, name, "", "operador", false, true, number), null, Actor.System, TestContext.Current.CancellationToken)).Value;

        public async ValueTask DisposeAsync()
        {
            await Host.DisposeAsync();
            await Pbx.DisposeAsync();
        }
    }
}
