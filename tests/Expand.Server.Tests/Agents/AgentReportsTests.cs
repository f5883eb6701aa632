using Expand.Server.Access;
using Expand.Server.Activity;
using Expand.Server.Queues;
using Expand.Server.Tests.Host;

namespace Expand.Server.Tests.Agents;

/// <summary>getAgentTimes and agentSessionDetail over sessions in a real PostgreSQL: the contract's samples, its codes, and the clock's changes.</summary>
public sealed class AgentReportsTests(Databases databases)
{
    private const string Prolog = """<?xml version="1.0" encoding="UTF-8" ?>""";
    private static readonly (string, string, string?)[] None = [];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetAgentTimes_has_the_form_of_the_contracts_sample_and_counts_time_in_several_queues_once()
    {
        await using var world = await WorldAsync();
        await world.UserAsync("fmega", "Franco Mega", "123");
        await world.UserAsync("pgandini", "Paula Gandini", "99");
        foreach (var (queue, description) in new[] { ("q_tcc", "tccadsl"), ("q_tec", "Callcenter Tecnico") })
            Assert.Null(await world.Host.Get<QueueCatalog>().SetDescriptionAsync(queue, description, Actor.System, Ct));
        await world.SessionsAsync(
            ("123", "q_tcc", "2026-03-02T10:00:00", "2026-03-02T12:00:00", [("Almuerzo", "2026-03-02T11:00:00", "2026-03-02T11:10:00")]),
            ("123", "q_tec", "2026-03-02T11:00:00", "2026-03-02T13:00:00", [("Baño", "2026-03-02T11:05:00", "2026-03-02T11:20:00")]),
            ("99", "q_zzz", "2026-03-02T10:00:00", "2026-03-02T10:00:30", None));
        Assert.Equal(
            Prolog + """<agents><agent agent="99" user="pgandini" name="Paula Gandini" loged="30" paused="0"><queueagent name="q_zzz" description="q_zzz"/></agent>"""
            + """<agent agent="123" user="fmega" name="Franco Mega" loged="10800" paused="1200"><queueagent name="q_tcc" description="tccadsl"/>"""
            + """<queueagent name="q_tec" description="Callcenter Tecnico"/></agent></agents>""",
            await TimesAsync(world, "2026-03-02", "2026-03-02"));
        Assert.Equal(
            Prolog + """<agents><agent agent="123" user="fmega" name="Franco Mega" loged="7200" paused="900"><queueagent name="q_tec" description="Callcenter Tecnico"/></agent></agents>""",
            await TimesAsync(world, "2026-03-02", "2026-03-02", "fmega", "q_tec"));
    }

    [Fact]
    public async Task A_period_cuts_sessions_and_one_still_open_counts_up_to_now()
    {
        await using var world = await WorldAsync();
        await world.UserAsync("fmega", "Franco Mega", "123");
        // 07:00 to 09:00 local time, cut at 07:30:00 and after 07:59:59.
        await world.SessionsAsync(("123", "q_tcc", "2026-03-02T10:00:00", "2026-03-02T12:00:00", [("", "2026-03-02T10:20:00", "2026-03-02T10:40:00")]));
        Assert.Contains("loged=\"1800\" paused=\"600\"", await TimesAsync(world, "2026-03-02 07:30:00", "2026-03-02 07:59:59"), StringComparison.Ordinal);
        var hourAgo = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()).AddHours(-1);
        await world.SessionsAsync(("123", "q_tec", hourAgo.ToString("yyyy-MM-dd'T'HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture), null, None));
        var answer = await TimesAsync(world, "2026-03-03", "9999-12-31");
        Assert.InRange(int.Parse(System.Text.RegularExpressions.Regex.Match(answer, "loged=\"(\\d+)\"").Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture), 3600, 3630);
    }

    [Theory]
    [InlineData("x", "x", "nadie", "none", "-4")]
    [InlineData("2026-03-02", "2026-02-30", "nadie", "none", "-5")]
    [InlineData("2026-03-02 10:00:01", "2026-03-02 10:00:00", "nadie", "none", "-8")]
    [InlineData("9000-01-01", "9000-01-02", "nadie", "none", "-9")]
    [InlineData("2026-03-02", "2026-03-02", "nadie", "none", "-6")]
    [InlineData("2026-03-02", "2026-03-02", "nadie", "q_tcc", "-7")]
    [InlineData("2026-03-02", "2026-03-02", "jefa", "", "-7")]
    [InlineData("2026-03-02", "2026-03-02", "fmega", "q_tcc", "-10")]
    [InlineData("2026-03-02", "2026-03-02", "", "q_old", "-10")]
    [InlineData("2026-03-02", "2026-03-02", "", "q_pbx", "-10")]
    [InlineData("x", "x", "a\tb", "", "-2")]
    [InlineData("x", "x", "", "a\nb", "-2")]
    public async Task GetAgentTimes_has_the_contracts_codes_the_dates_before_the_queue_and_the_queue_before_the_agent(string from, string to, string agent, string queue, string code)
    {
        await using var world = await WorldAsync();
        await world.UserAsync("fmega", "Franco Mega", "123");
        await world.UserAsync("jefa", "La Jefa", "", "supervisor", supervises: true);
        Assert.Null(await world.Host.Get<QueueCatalog>().SetDescriptionAsync("q_tcc", "tccadsl", Actor.System, Ct));
        // The PBX has it no longer; what happened in it is known.
        await using (var db = Databases.Open(world.Database))
        {
            db.Add(new QueueActivity { Pbx = "pbx", At = DateTimeOffset.UnixEpoch, Queue = "q_old", Action = QueueAction.Login, Agent = "5" });
            await db.SaveChangesAsync(Ct);
        }

        Assert.Equal(code, await TimesAsync(world, from, to, agent, queue));
    }

    [Fact]
    public async Task An_agent_who_was_deleted_since_is_still_named_and_found()
    {
        await using var world = await WorldAsync();
        var id = await world.UserAsync("fmega", "Franco <Mega>", "123");
        await world.SessionsAsync(("123", "q_tcc", "2026-03-02T10:00:00", "2026-03-02T10:01:00", None));
        Assert.Null(await world.Host.Get<Users>().DeleteAsync(id, Actor.System, Ct));
        Assert.Contains("""<agent agent="123" user="fmega" name="Franco &lt;Mega&gt;" loged="60" """, await TimesAsync(world, "2026-03-02", "2026-03-02", "fmega"), StringComparison.Ordinal);
        Assert.Contains("""<agent userID="fmega" agentID="123">""", await SessionsAsync(world, "2026-03-02", "2026-03-02", "FMEGA"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AgentSessionDetail_is_the_contracts_sample()
    {
        await using var world = await WorldAsync();
        await world.UserAsync("ngarcia", "Natalia Garcia", "711");
        // Two hours behind UTC: summer of 2014.
        await world.SessionsAsync(
            ("711", "q_bps", "2014-01-01T02:00:00", "2014-01-01T14:00:00",
            [
                ("smoking", "2014-01-01T04:10:00", "2014-01-01T04:20:00"), ("bathroom", "2014-01-01T05:00:00", "2014-01-01T05:01:40"),
                ("bathroom", "2014-01-01T05:05:00", "2014-01-01T05:05:20"), ("lunch", "2014-01-01T11:00:00", "2014-01-01T12:00:00"),
            ]),
            ("711", "q_1199", "2014-01-01T12:00:00", "2014-01-01T13:00:00", [("", "2014-01-01T12:30:00", "2014-01-01T12:34:00")]),
            ("711", "q_1199", "2014-01-01T13:30:00", "2014-01-01T13:40:00", None),
            // Not complete within the period.
            ("711", "q_bps", "2014-01-02T01:00:00", "2014-01-02T02:00:00", None),
            ("711", "q_bps", "2014-01-01T23:00:00", null, None));
        Assert.Equal(
            Prolog + """<agents><agent userID="ngarcia" agentID="711">"""
            + """<queue queuename="q_1199" logged="4200" paused="240"><pauses><pause type="" duration="240"/></pauses><sessions>"""
            + """<session start="2014-01-01 10:00:00" end="2014-01-01 11:00:00" duration="3600"><pause type="" start="2014-01-01 10:30:00" end="2014-01-01 10:34:00" duration="240"/></session>"""
            + """<session start="2014-01-01 11:30:00" end="2014-01-01 11:40:00" duration="600"/></sessions></queue>"""
            + """<queue queuename="q_bps" logged="43200" paused="4320">"""
            + """<pauses><pause type="smoking" duration="600"/><pause type="bathroom" duration="120"/><pause type="lunch" duration="3600"/></pauses><sessions>"""
            + """<session start="2014-01-01 00:00:00" end="2014-01-01 12:00:00" duration="43200">"""
            + """<pause type="smoking" start="2014-01-01 02:10:00" end="2014-01-01 02:20:00" duration="600"/>"""
            + """<pause type="bathroom" start="2014-01-01 03:00:00" end="2014-01-01 03:01:40" duration="100"/>"""
            + """<pause type="bathroom" start="2014-01-01 03:05:00" end="2014-01-01 03:05:20" duration="20"/>"""
            + """<pause type="lunch" start="2014-01-01 09:00:00" end="2014-01-01 10:00:00" duration="3600"/></session></sessions></queue></agent></agents>""",
            await SessionsAsync(world, "2014-01-01", "2014-01-01 23:59:59"));
    }

    [Fact]
    public async Task Several_agents_and_one_that_nobody_knows_each_have_their_element()
    {
        await using var world = await WorldAsync();
        await world.UserAsync("ngarcia", "Natalia Garcia", "711");
        await world.SessionsAsync(
            ("711", "q_bps", "2026-03-02T10:00:00", "2026-03-02T10:00:05", None), ("712", "q_bps", "2026-03-02T10:00:00", "2026-03-02T10:00:07", None));
        Assert.Equal(
            ["ngarcia/711/5", "/712/7"],
            System.Xml.Linq.XDocument.Parse(await SessionsAsync(world, "2026-03-02", "2026-03-02")).Root!.Elements("agent")
                .Select(a => $"{a.Attribute("userID")!.Value}/{a.Attribute("agentID")!.Value}/{a.Element("queue")!.Attribute("logged")!.Value}"));
    }

    [Fact]
    public async Task A_session_over_a_change_of_the_clock_has_its_true_duration()
    {
        // Spain, 29 March 2026: at 02:00 it became 03:00; 25 October: at 03:00 it became 02:00.
        await using var world = await WorldAsync(("Expand:TimeZone", "Europe/Madrid"));
        await world.SessionsAsync(
            ("1", "q_a", "2026-03-29T00:30:00", "2026-03-29T01:30:00", None), ("1", "q_a", "2026-10-25T00:30:00", "2026-10-25T01:30:00", None));
        Assert.Contains("""start="2026-03-29 01:30:00" end="2026-03-29 03:30:00" duration="3600""", await SessionsAsync(world, "2026-03-29", "2026-03-29"), StringComparison.Ordinal);
        Assert.Contains("""start="2026-10-25 02:30:00" end="2026-10-25 02:30:00" duration="3600""", await SessionsAsync(world, "2026-10-25", "2026-10-25"), StringComparison.Ordinal);
        Assert.Contains("loged=\"3600\"", await TimesAsync(world, "2026-10-25 02:30:00", "2026-10-25 02:30:00"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_day_of_Montevideo_that_lost_an_hour_has_23_hours_of_login()
    {
        await using var world = await WorldAsync();
        await world.SessionsAsync(("1", "q_a", "2014-10-01T00:00:00", "2014-10-10T00:00:00", None));
        Assert.Contains($"loged=\"{23 * 3600}\"", await TimesAsync(world, "2014-10-05", "2014-10-05"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x", "x", "nadie", "none", "-3")]
    [InlineData("2026-03-02", "", "nadie", "none", "-4")]
    [InlineData("2026-03-02", "2026-03-02", "nadie", "none", "-5")]
    [InlineData("2026-03-02", "2026-03-02", "nadie", "a\nb", "-5")]
    [InlineData("2026-03-02", "2026-03-02", "nadie", "q_pbx", "-6")]
    [InlineData("2026-03-02", "2026-03-02", "a\tb", "", "-6")]
    [InlineData("2026-03-02", "2026-03-02", "fmega", "", "bare")]
    [InlineData("2026-03-02", "2026-03-02", "jefa", "", "bare")]
    [InlineData("2026-03-03", "2026-03-02", "", "", "bare")]
    [InlineData("9000-01-01", "9000-01-01", "", "q_pbx", "bare")]
    public async Task AgentSessionDetail_has_the_contracts_codes_and_nothing_found_is_the_bare_root(string from, string to, string user, string queue, string code)
    {
        await using var world = await WorldAsync();
        await world.UserAsync("fmega", "Franco Mega", "123");
        await world.UserAsync("jefa", "La Jefa", "", "supervisor", supervises: true);
        Assert.Equal(code == "bare" ? Prolog + "<agents/>" : code, await SessionsAsync(world, from, to, user, queue));
    }

    private Task<AgentsWorld> WorldAsync(params (string Name, string Value)[] settings) =>
        AgentsWorld.EmptyAsync(databases, pbx => pbx.Queues.Add("q_pbx"), settings);

    private static Task<string> TimesAsync(AgentsWorld world, string from, string to, string agent = "", string queue = "") =>
        world.AskAsync("getAgentTimes", ("inicio", from), ("fin", to), ("agente", agent), ("cola", queue));

    private static Task<string> SessionsAsync(AgentsWorld world, string from, string to, string user = "", string queue = "") =>
        world.AskAsync("agentSessionDetail", ("inicio", from), ("fin", to), ("userID", user), ("cola", queue));
}
