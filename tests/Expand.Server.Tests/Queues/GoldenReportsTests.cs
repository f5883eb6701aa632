using System.Globalization;
using System.Text;
using System.Xml.Linq;
using Expand.Server.Access;
using Expand.Server.Queues;
using Expand.Server.Tests.Host;
using Npgsql;

namespace Expand.Server.Tests.Queues;

/// <summary>
/// The contract's samples of queueData, agentData and getAgentTimes, attribute by attribute, out of a queue_log and CDRs made for the purpose: through the
/// feed, the tables and the SOAP door.
/// </summary>
public sealed class GoldenReportsTests(Databases databases) : IAsyncLifetime
{
    private readonly string log = Path.Combine(Path.GetTempPath(), $"queue_log-{Guid.NewGuid():N}");
    private readonly StringBuilder lines = new();
    private readonly ScriptedPbx pbx = new("701");
    private string database = "";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => database = await databases.NewAsync();

    public async ValueTask DisposeAsync()
    {
        await pbx.DisposeAsync();
        File.Delete(log);
    }

    [Fact]
    public async Task QueueData_gives_the_contracts_sample()
    {
        // Its six activities, of a shift that has more before and after them.
        Line("2012-05-02 09:13:17", "MANAGER|q_ven|157|ADDMEMBER");
        Line("2012-05-02 09:18:06", "1335961066.118|q_ven|NONE|ENTERQUEUE||099123456|1");
        Line("2012-05-02 09:18:11", "1335961066.118|q_ven|157|CONNECT|5|1335961066.119|5");
        Line("2012-05-02 09:20:02", "1335961066.118|q_ven|157|COMPLETECALLER|5|111|1");
        Line("2012-05-02 09:26:12", "NONE|q_ven|157|PAUSE|Tareas administrativas");
        Line("2012-05-02 09:29:44", "NONE|q_ven|157|UNPAUSE");
        Line("2012-05-02 09:30:00", "NONE|q_otra|157|PAUSE|Baño");
        await using var host = await StartAsync();
        var report = await AnswerAsync(host, "queueData", 6, ("Cola", "q_ven"), ("Agente", "157"), ("FechaInicio", "2012-05-02 09:13:17"), ("FechaFin", "2012-05-02 09:29:44"));
        Assert.Equal(
            """
            <queue_activity>
              <activity date="2012-05-02 09:13:17" queue="q_ven" uniqueid="NONE" action="LOGIN" callerid="" agent="157" waitsec="" talksec="" dest="" cause="" />
              <activity date="2012-05-02 09:18:06" queue="q_ven" uniqueid="1335961066.118" action="RINGING" callerid="" agent="157" waitsec="" talksec="" dest="" cause="" />
              <activity date="2012-05-02 09:18:11" queue="q_ven" uniqueid="1335961066.118" action="CONNECT" callerid="" agent="157" waitsec="5" talksec="" dest="" cause="" />
              <activity date="2012-05-02 09:20:02" queue="q_ven" uniqueid="1335961066.118" action="COMPLETECALLER" callerid="" agent="157" waitsec="" talksec="111" dest="" cause="" />
              <activity date="2012-05-02 09:26:12" queue="q_ven" uniqueid="NONE" action="PAUSE" callerid="" agent="157" waitsec="" talksec="" dest="" cause="Tareas administrativas" />
              <activity date="2012-05-02 09:29:44" queue="q_ven" uniqueid="NONE" action="UNPAUSE" callerid="" agent="157" waitsec="" talksec="" dest="" cause="" />
            </queue_activity>
            """.ReplaceLineEndings("\n"), report.ToString().ReplaceLineEndings("\n"));

        // Without an agent the queue's own activity is among them; no other queue's is.
        var all = await AnswerAsync(host, "queueData", 7, ("Cola", "q_ven"), ("Agente", ""), ("FechaInicio", "2012-05-02"), ("FechaFin", "2012-05-02"));
        Assert.Equal("099123456", all.Elements().Single(a => (string?)a.Attribute("action") == "ENTERQUEUE").Attribute("callerid")?.Value);
    }

    [Fact]
    public async Task AgentData_reproduces_all_numbers_of_the_contracts_five_rows()
    {
        // agent, seconds logged, paused, talked in so many calls, lost, outgoing: the sample's independent numbers; all others follow.
        (string Agent, string Name, int Logged, int Paused, int Talk, int Calls, int Lost, int Outgoing)[] rows =
        [
            ("152", "Angela Batto", 25840, 3483, 2077, 13, 0, 8), ("155", "Elisa Perez", 20750, 4657, 2649, 13, 1, 23),
            ("157", "Horacio Fraga", 24425, 6572, 1177, 14, 0, 7), ("153", "Karina Nasif", 25207, 3978, 2387, 16, 0, 75),
            ("154", "Maria Ines Rodriguez", 25112, 6444, 3426, 14, 0, 30),
        ];
        var began = new DateTime(2012, 5, 2, 9, 0, 0);
        var log = new List<(DateTime At, string Text)>();
        foreach (var row in rows)
        {
            log.Add((began, $"MANAGER|q_ven|{row.Agent}|ADDMEMBER"));
            var at = began.AddSeconds(100);
            for (var call = 0; call < row.Calls; call++)
            {
                var talk = (row.Talk / row.Calls) + (call < row.Talk % row.Calls ? 1 : 0);
                log.Add((at, $"c.{row.Agent}{call}|q_ven|{row.Agent}|CONNECT|3|x.{row.Agent}{call}|2"));
                log.Add((at = at.AddSeconds(talk), $"c.{row.Agent}{call}|q_ven|{row.Agent}|{(call % 2 == 0 ? "COMPLETECALLER" : "COMPLETEAGENT")}|3|{talk}|1"));
                at = at.AddSeconds(2);
            }

            for (var lost = 0; lost < row.Lost; lost++) log.Add((at, $"l.{lost}|q_ven|{row.Agent}|RINGNOANSWER|15000"));
            log.Add((at = at.AddSeconds(10), $"NONE|q_ven|{row.Agent}|PAUSE|Almuerzo"));
            log.Add((at.AddSeconds(row.Paused), $"NONE|q_ven|{row.Agent}|UNPAUSE"));
            log.Add((began.AddSeconds(row.Logged), $"MANAGER|q_ven|{row.Agent}|REMOVEMEMBER"));
            log.Add((began, $"a|q_ven|{row.Agent}|DEVICE|PJSIP/{row.Agent}"));
            for (var call = 0; call < row.Outgoing; call++) await UnansweredAsync(row.Agent, call, Local(at.AddSeconds(row.Paused + 30 + (call * 20))));
        }

        foreach (var (at, text) in log.OrderBy(l => l.At)) Line(Text(at), text);
        await using var host = await StartAsync();
        foreach (var row in rows)
        {
            var made = await host.Get<Users>().CreateAsync(
                new UserForm("u" + row.Agent, row.Name, $"u{row.Agent}@example.com", "operador", false, true, row.Agent), null, Actor.System, Ct);
            Assert.Null(made.Failure);
        }

        (string, string)[] period = [("Cola", "q_ven"), ("FechaInicio", "2012-05-02 00:00:00"), ("FechaFin", "2012-05-02 23:59:59")];
        await Eventually.TrueAsync(async () => (await AnswerAsync(host, "agentData", 5, period)).Elements().Sum(a => (int)a.Attribute("salientes")!) == 143);
        Assert.Equal(
            """
            <agents>
              <agent agente="(152) Angela Batto" logueado="07h 10' 40''" logueadoSeg="25840" pausado="00h 58' 03''" pausadoSeg="3483" promedio="00h 02' 40''" promedioSeg="159.76923076923" hablado="00h 34' 37''" habladoSeg="2077" habladoSaliente="00h 00' 00''" habladoSalienteSeg="0" disponible="05h 38' 00''" disponibleSeg="20280" atendidas="13" perdidas="0" presentadas="13" salientes="8" entrantes="0" entrantesTransferidas="0" atendidasCortas="0" promedioEntranteYSaliente="0" />
              <agent agente="(155) Elisa Perez" logueado="05h 45' 50''" logueadoSeg="20750" pausado="01h 17' 37''" pausadoSeg="4657" promedio="00h 03' 24''" promedioSeg="203.76923076923" hablado="00h 44' 09''" habladoSeg="2649" habladoSaliente="00h 00' 00''" habladoSalienteSeg="0" disponible="03h 44' 04''" disponibleSeg="13444" atendidas="13" perdidas="1" presentadas="14" salientes="23" entrantes="0" entrantesTransferidas="0" atendidasCortas="0" promedioEntranteYSaliente="0" />
              <agent agente="(157) Horacio Fraga" logueado="06h 47' 05''" logueadoSeg="24425" pausado="01h 49' 32''" pausadoSeg="6572" promedio="00h 01' 24''" promedioSeg="84.071428571429" hablado="00h 19' 37''" habladoSeg="1177" habladoSaliente="00h 00' 00''" habladoSalienteSeg="0" disponible="04h 37' 56''" disponibleSeg="16676" atendidas="14" perdidas="0" presentadas="14" salientes="7" entrantes="0" entrantesTransferidas="0" atendidasCortas="0" promedioEntranteYSaliente="0" />
              <agent agente="(153) Karina Nasif" logueado="07h 00' 07''" logueadoSeg="25207" pausado="01h 06' 18''" pausadoSeg="3978" promedio="00h 02' 29''" promedioSeg="149.1875" hablado="00h 39' 47''" habladoSeg="2387" habladoSaliente="00h 00' 00''" habladoSalienteSeg="0" disponible="05h 14' 02''" disponibleSeg="18842" atendidas="16" perdidas="0" presentadas="16" salientes="75" entrantes="0" entrantesTransferidas="0" atendidasCortas="0" promedioEntranteYSaliente="0" />
              <agent agente="(154) Maria Ines Rodriguez" logueado="06h 58' 32''" logueadoSeg="25112" pausado="01h 47' 24''" pausadoSeg="6444" promedio="00h 04' 05''" promedioSeg="244.71428571429" hablado="00h 57' 06''" habladoSeg="3426" habladoSaliente="00h 00' 00''" habladoSalienteSeg="0" disponible="04h 14' 02''" disponibleSeg="15242" atendidas="14" perdidas="0" presentadas="14" salientes="30" entrantes="0" entrantesTransferidas="0" atendidasCortas="0" promedioEntranteYSaliente="0" />
            </agents>
            """.ReplaceLineEndings("\n"), (await AnswerAsync(host, "agentData", 5, period)).ToString().ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task GetAgentTimes_gives_the_contracts_sample()
    {
        // Twenty days of eight hours with pauses of 45 minutes, and a shorter one: the sample's 593714 and 56686 seconds.
        for (var day = 0; day <= 20; day++)
        {
            var at = new DateTime(2012, 5, 1, 9, 0, 0).AddDays(day);
            var (logged, paused) = day < 20 ? (28_800, 2_700) : (17_714, 2_686);
            Line(Text(at), "MANAGER|q_tcc|123|ADDMEMBER");
            Line(Text(at.AddSeconds(100)), "NONE|q_tcc|123|PAUSE|Almuerzo");
            Line(Text(at.AddSeconds(100 + paused)), "NONE|q_tcc|123|UNPAUSE");
            Line(Text(at.AddSeconds(logged)), "MANAGER|q_tcc|123|REMOVEMEMBER");
        }

        // Neither the queue nor the agent that is asked for.
        Line("2012-05-22 09:00:00", "MANAGER|q_otra|123|ADDMEMBER");
        Line("2012-05-22 09:00:00", "MANAGER|q_tcc|124|ADDMEMBER");
        Line("2012-05-22 10:00:00", "MANAGER|q_otra|123|REMOVEMEMBER");
        Line("2012-05-22 10:00:00", "MANAGER|q_tcc|124|REMOVEMEMBER");
        await using var host = await StartAsync();
        var form = new UserForm("fmega", "Franco Mega", "", "operador", false, true, "123");
        Assert.Null((await host.Get<Users>().CreateAsync(form, null, Actor.System, Ct)).Failure);
        Assert.Null(await host.Get<QueueCatalog>().SetDescriptionAsync("q_tcc", "tccadsl", Actor.System, Ct));
        const string Sample =
            """
            <agents>
              <agent agent="123" user="fmega" name="Franco Mega" loged="593714" paused="56686">
                <queueagent name="q_tcc" description="tccadsl" />
              </agent>
            </agents>
            """;
        await Eventually.EqualAsync(Sample.ReplaceLineEndings("\n"), async () => (await AnswerAsync(
            host, "getAgentTimes", 1, ("inicio", "2012-05-01"), ("fin", "2012-05-31"), ("agente", "fmega"), ("cola", "q_tcc"))).ToString().ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task Names_with_accents_and_markup_come_through_and_former_agents_keep_theirs()
    {
        Line("2026-11-02 09:00:00", "MANAGER|q_ven|152|ADDMEMBER");
        Line("2026-11-02 09:00:01", "MANAGER|q_ven|153|ADDMEMBER");
        Line("2026-11-02 09:00:02", "NONE|q_ven|152|PAUSE|Baño <&> \"ñ\" '\u0001");
        Line("2026-11-02 09:10:00", "MANAGER|q_ven|152|REMOVEMEMBER");
        Line("2026-11-02 09:10:00", "MANAGER|q_ven|153|REMOVEMEMBER");
        await using var host = await StartAsync();
        var users = host.Get<Users>();
        var id = (await users.CreateAsync(new UserForm("nunez", "María <Núñez> & \"Cía\"", "", "operador", false, true, "152"), null, Actor.System, Ct)).Value;
        Assert.Null(await users.DeleteAsync(id, Actor.System, Ct));
        var report = await AnswerAsync(host, "agentData", 2, ("Cola", "q_ven"), ("FechaInicio", "2026-11-02"), ("FechaFin", "2026-11-02"));
        Assert.Equal(["(153) ", "(152) María <Núñez> & \"Cía\""], report.Elements().Select(a => (string?)a.Attribute("agente")));
        var activity = await AnswerAsync(host, "queueData", 5, ("Cola", "q_ven"), ("Agente", ""), ("FechaInicio", "2026-11-02"), ("FechaFin", "2026-11-02"));
        Assert.Equal("Baño <&> \"ñ\" '", (string?)activity.Elements().Single(a => (string?)a.Attribute("action") == "PAUSE").Attribute("cause"));
    }

    [Theory]
    [InlineData("queueData", "FechaInicio", "2012-13-02")]
    [InlineData("queueData", "FechaFin", "")]
    [InlineData("agentData", "FechaInicio", "ayer")]
    [InlineData("agentData", "FechaFin", "2012-05-02 25:00:00")]
    [InlineData("agentData", "Cola", "")]
    public async Task A_wrong_argument_is_named_and_a_wrong_key_is_minus_one(string operation, string argument, string value)
    {
        await using var host = await StartAsync();
        var arguments = new Dictionary<string, string> { ["Cola"] = "q_ven", ["FechaInicio"] = "2012-05-02", ["FechaFin"] = "2012-05-02", [argument] = value };
        var answer = await host.SoapAsync(operation, [("authorizedKey", await host.KeyAsync()), .. arguments.Select(a => (a.Key, a.Value))]);
        Assert.Contains("Client", answer, StringComparison.Ordinal);
        Assert.Contains(argument, XDocument.Parse(answer).Descendants("faultstring").Single().Value, StringComparison.Ordinal);
        Assert.Contains(">-1<", await host.SoapAsync(operation, [("authorizedKey", new string('0', 32)), .. arguments.Select(a => (a.Key, a.Value))]), StringComparison.Ordinal);
    }

    private static string Text(DateTime local) => local.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private static DateTimeOffset Local(DateTime local) => new(local, TimeZoneInfo.FindSystemTimeZoneById("America/Montevideo").GetUtcOffset(local));

    private void Line(string local, string rest) =>
        lines.Append(CultureInfo.InvariantCulture, $"{Local(DateTime.Parse(local, CultureInfo.InvariantCulture)).ToUnixTimeSeconds()}|{rest}\n");

    /// <summary>A call of an agent that nobody took, as the CDR feed would have written it.</summary>
    private async Task UnansweredAsync(string agent, int call, DateTimeOffset at)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand(
            """
            insert into cdr (pbx, unique_id, sequence, linked_id, call_date, ended_at, caller_id, source, destination, context, channel, destination_channel,
                last_application, last_data, duration, billable_seconds, disposition, user_field)
            values ('pbx', $1, $2, $1, $3, $4, '', $5, '099123456', 'internal', $6, 'PJSIP/trunk-1', 'Dial', '', 10, 0, 'NO ANSWER', '')
            """);
        foreach (var value in new object[] { $"o.{agent}.{call}", call, at.UtcDateTime, at.AddSeconds(10).UtcDateTime, agent, $"PJSIP/{agent}-{call:x8}" })
            command.Parameters.Add(new() { Value = value });
        await command.ExecuteNonQueryAsync(Ct);
    }

    private async Task<ServerHost> StartAsync()
    {
        await File.WriteAllTextAsync(log, lines.ToString(), Ct);
        return await ServerHost.StartAsync(database, pbx, settings: ("Pbx:QueueLogFile", log));
    }

    /// <summary>The report, once it has as many elements as it should.</summary>
    private static async Task<XElement> AnswerAsync(ServerHost host, string operation, int elements, params (string, string)[] arguments)
    {
        var key = await host.KeyAsync();
        XElement? report = null;
        await Eventually.TrueAsync(async () =>
        {
            var envelope = XDocument.Parse(await host.SoapAsync(operation, [("authorizedKey", key), .. arguments]));
            var answer = envelope.Descendants("return").Single().Value.Split("?>", 2);
            if (answer.Length == 1) return false;   // a code: nothing is written down yet
            report = XElement.Parse(answer[1]);
            return report.Elements().Count() == elements;
        });
        return report!;
    }
}
