using Expand.Server.Access;
using Expand.Server.Pbx;
using Expand.Server.Queues;
using Expand.Server.Tests.Host;
using Expand.TestKit;

namespace Expand.Server.Tests.Agents;

/// <summary>What is told of users, agents and extensions: the contract's samples as they stand, and its codes.</summary>
public sealed class AgentsSoapTests(Databases databases)
{
    private const string Prolog = """<?xml version="1.0" encoding="UTF-8" ?>""";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetAgentLoggedInfo_is_the_contracts_sample_where_logged_in_and_0_where_not()
    {
        await using var world = await AgentsWorld.EmptyAsync(databases, pbx =>
        {
            pbx.Devices["SIP/803"] = "NOT_INUSE";
            pbx.Queues.Add("q_call");
            pbx.Members.Add(new PbxMember("q_call", "12345", "SIP/803", MemberState.Free, false, "", DateTimeOffset.UnixEpoch));
        });
        await world.UserAsync("admin", "Administrador", "12345", "administrador", "admin@expand.com.uy", supervises: true);
        await world.UserAsync("otro", "Otro", "12346");
        Assert.Equal(
            Prolog + """<agentAgent><user nombre="Administrador" email="admin@expand.com.uy" logueado="1" agente="admin" nroAgente="12345" extension="803"/></agentAgent>""",
            await world.AskAsync("getAgentLoggedInfo", ("username", "admin")));
        Assert.Equal("0", await world.AskAsync("getAgentLoggedInfo", ("username", "otro")));
        Assert.Equal("0", await world.AskAsync("getAgentLoggedInfo", ("username", "nadie")));
        Assert.Equal("-2", await world.AskAsync("getAgentLoggedInfo", ("username", " ")));
        Assert.Equal("-2", await world.AskAsync("getAgentLoggedInfo", ("username", new string('a', 65))));
    }

    [Fact]
    public async Task GetUserInfo_is_the_contracts_sample()
    {
        await using var world = await AgentsWorld.EmptyAsync(databases, _ => { });
        await world.UserAsync("ngarcia", "Natalia Garcia", "118", "operador_tecnico", "ngarcia@garcia.com.uy");
        Assert.Equal(
            Prolog + """<userInfo><user nombre="Natalia Garcia" email="ngarcia@garcia.com.uy" perfil="operador_tecnico" supervisor="0" agente="1" nroAgente="118"/></userInfo>""",
            await world.AskAsync("getUserInfo", ("username", "NGARCIA")));
        Assert.Equal("", await world.AskAsync("getUserInfo", ("username", "nadie")));
        Assert.Equal("-2", await world.AskAsync("getUserInfo", ("username", "")));
    }

    [Fact]
    public async Task Accents_and_markup_in_names_come_out_as_they_went_in()
    {
        await using var world = await AgentsWorld.EmptyAsync(databases, _ => { });
        await world.UserAsync("x", "Núñez <b>\"&\" 😀", "1", "op&<>", supervises: true);
        var answer = await world.AskAsync("getUserInfo", ("username", "x"));
        Assert.All(answer, c => Assert.InRange(c, ' ', '~'));
        var user = System.Xml.Linq.XDocument.Parse(answer).Root!.Element("user")!;
        Assert.Equal(["Núñez <b>\"&\" 😀", "", "op&<>", "1", "1", "1"], user.Attributes().Select(a => a.Value));
    }

    [Fact]
    public async Task GetUserByAgent_is_the_username_of_now()
    {
        await using var world = await AgentsWorld.StartAsync(databases);
        Assert.Equal("acosta", await world.AskAsync("getUserByAgent", ("agent", "101")));
        Assert.Equal("", await world.AskAsync("getUserByAgent", ("agent", "999")));
        Assert.Equal("-2", await world.AskAsync("getUserByAgent", ("agent", "")));
        Assert.Equal("-2", await world.AskAsync("getUserByAgent", ("agent", "101\t")));
        Assert.Null(await world.Host.Get<Users>().DeleteAsync(world.Host.Get<UserDirectory>().Find("acosta")!.Id, Actor.System, Ct));
        Assert.Equal("", await world.AskAsync("getUserByAgent", ("agent", "101")));
        Assert.Equal("", await world.AskAsync("getUserInfo", ("username", "acosta")));
    }

    [Fact]
    public async Task GetAgentLogin_is_the_contracts_sample()
    {
        var login = DateTimeOffset.Parse("2014-09-11T18:29:27Z", System.Globalization.CultureInfo.InvariantCulture);
        await using var world = await AgentsWorld.EmptyAsync(databases, pbx =>
        {
            foreach (var device in new[] { "SIP/101", "SIP/151", "PJSIP/152" }) pbx.Devices[device] = "NOT_INUSE";
            pbx.Queues.UnionWith(["q_tra", "q_ven", "q_age"]);
            pbx.Members.AddRange(
            [
                new("q_tra", "711", "SIP/101", MemberState.Free, false, "", login),
                new("q_ven", "705", "SIP/151", MemberState.Busy, false, "", login.AddSeconds(1)),
                new("q_age", "705", "SIP/151", MemberState.Busy, true, "Descanso", login, login.AddHours(1)),
                new("q_ven", "900", "PJSIP/152", MemberState.Free, true, "", login, login),
            ]);
        });
        await world.UserAsync("nagarcia", "Nazaret Garcia", "711");
        await world.UserAsync("darioj", "Darío", "705");
        foreach (var (queue, description) in new[] { ("q_tra", "CallCenter C"), ("q_ven", "Callcenter Ventas"), ("q_age", "Agesic") })
            Assert.Null(await world.Host.Get<QueueCatalog>().SetDescriptionAsync(queue, description, Actor.System, Ct));

        Assert.Equal(
            Prolog + """<extensions><extension number="101" channelType="SIP" channelId="101"><agent number="711" user="nagarcia" name="Nazaret Garcia"/>"""
            + """<queue name="q_tra" description="CallCenter C" is_logged="true" logged_date="2014-09-11 15:29:27" is_paused="false" pause_type=""/></extension></extensions>""",
            await world.AskAsync("getAgentLogin", ("extensions", "101")));
        // In the order that was asked for, each once; the queues by name.
        Assert.Equal(
            Prolog + """<extensions><extension number="152" channelType="PJSIP" channelId="152"><agent number="900" user="" name=""/>"""
            + """<queue name="q_ven" description="Callcenter Ventas" is_logged="true" logged_date="2014-09-11 15:29:27" is_paused="true" pause_type=""/></extension>"""
            + """<extension number="151" channelType="SIP" channelId="151"><agent number="705" user="darioj" name="Dar&#237;o"/>"""
            + """<queue name="q_age" description="Agesic" is_logged="true" logged_date="2014-09-11 15:29:27" is_paused="true" pause_type="Descanso"/>"""
            + """<queue name="q_ven" description="Callcenter Ventas" is_logged="true" logged_date="2014-09-11 15:29:28" is_paused="false" pause_type=""/></extension></extensions>""",
            await world.AskAsync("getAgentLogin", ("extensions", " 152 ,151,,151")));
    }

    [Theory]
    [InlineData("", "-4")]
    [InlineData(" , ", "-4")]
    [InlineData("701,999", "-5")]
    [InlineData("PJSIP/701", "-5")]
    [InlineData("701\n702", "-2")]
    public async Task What_is_no_list_of_extensions_has_its_code(string extensions, string code)
    {
        await using var world = await AgentsWorld.StartAsync(databases);
        Assert.Equal(code, await world.AskAsync("getAgentLogin", ("extensions", extensions)));
    }

    [Fact]
    public async Task An_extension_without_an_agent_has_no_children()
    {
        await using var world = await AgentsWorld.StartAsync(databases);
        Assert.Equal(
            Prolog + """<extensions><extension number="702" channelType="PJSIP" channelId="702"/></extensions>""",
            await world.AskAsync("getAgentLogin", ("extensions", "702")));
    }

    [Fact]
    public async Task What_is_in_memory_is_told_while_the_database_and_the_PBX_are_away()
    {
        await using var world = await AgentsWorld.StartAsync(databases);
        Assert.True(await world.ActAsync("loginAgent", ("agent", "acosta"), ("extension", "701")));
        await databases.Postgres.SetReachableAsync(world.Database, false);
        try
        {
            world.Pbx.Asterisk.RefuseAuthentication = true;
            world.Pbx.Asterisk.HangUp();
            Assert.Equal("acosta", await world.AskAsync("getUserByAgent", ("agent", "101")));
            Assert.Contains("extension=\"701\"", await world.AskAsync("getAgentLoggedInfo", ("username", "acosta")), StringComparison.Ordinal);
            Assert.Contains("q_ventas", await world.AskAsync("getAgentLogin", ("extensions", "701")), StringComparison.Ordinal);
            // What needs the database has the contract's code for it.
            Assert.Equal("-3", await world.AskAsync("getAgentTimes", ("inicio", "2020-01-01"), ("fin", "2020-01-01"), ("agente", ""), ("cola", "")));
            Assert.Equal("-2", await world.AskAsync("agentSessionDetail", ("inicio", "2020-01-01"), ("fin", "2020-01-01"), ("userID", ""), ("cola", "")));
        }
        finally
        {
            await databases.Postgres.SetReachableAsync(world.Database, true);
        }
    }

    [Fact]
    public async Task Before_the_PBX_was_ever_read_nobody_is_told_that_nothing_is_there()
    {
        var loads = true;
        await using var pbx = new ScriptedPbx("701");
        pbx.Queues.Add("q_ventas");
        pbx.OnList = action => Volatile.Read(ref loads) && action.Name != "CoreShowChannels" ? FakeReply.Error("Invalid/unknown command") : null;
        await using var host = await ServerHost.StartAsync(await databases.NewAsync(), pbx);
        var world = new AgentsWorld("", pbx, host, await host.KeyAsync());
        await world.UserAsync("acosta", "Ana Acosta", "101");
        Assert.Equal("-3", await world.AskAsync("getAgentLoggedInfo", ("username", "acosta")));
        Assert.Equal("-3", await world.AskAsync("getAgentLogin", ("extensions", "701")));
        var answer = await host.SoapAsync("extensionPbx", ("authorizedKey", world.Key));
        Assert.Contains("Server</faultcode>", answer, StringComparison.Ordinal);
        Assert.Contains("the extensions of the PBX are not known yet", answer, StringComparison.Ordinal);
        Assert.Contains(">-1<", await host.SoapAsync("extensionPbx", ("authorizedKey", "wrong")), StringComparison.Ordinal);

        Volatile.Write(ref loads, false);
        await pbx.Asterisk.SendAsync("Event: Reload\nModule: All\nStatus: 0\n\n");
        await Eventually.TrueAsync(() => host.Get<ExtensionDirectory>().IsKnown && world.Picture.IsKnown);
        Assert.Equal("0", await world.AskAsync("getAgentLoggedInfo", ("username", "acosta")));
        Assert.Contains("<extension number=\"701\"", await world.AskAsync("getAgentLogin", ("extensions", "701")), StringComparison.Ordinal);
        Assert.Contains("extension=\"701\"", await world.AskAsync("extensionPbx"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_key_is_minus_1()
    {
        await using var world = await AgentsWorld.EmptyAsync(databases, _ => { });
        foreach (var operation in new[] { "getAgentLoggedInfo", "getUserByAgent", "getUserInfo", "getAgentTimes", "agentSessionDetail", "getAgentLogin" })
            Assert.Contains(">-1<", await world.Host.SoapAsync(operation, ("authorizedKey", "wrong")), StringComparison.Ordinal);
    }
}
