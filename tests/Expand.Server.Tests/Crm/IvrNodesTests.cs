using System.Net.Sockets;
using System.Text;
using Expand.Server.Crm;
using Expand.Server.Pbx;
using Expand.Server.Tests.Host;
using Expand.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Expand.Server.Tests.Crm;

/// <summary>Nodes of the IVR, and the AGI services as the dialplan finds them.</summary>
public sealed class IvrNodesTests(Databases databases)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_a_crm_the_labels_are_kept_with_what_was_pressed_at_whatever_host_and_within_a_bound()
    {
        await using var source = NpgsqlDataSource.Create(await databases.NewAsync());
        var (one, other) = (Nodes(source, new()), Nodes(source, new()));
        Assert.Equal("inicio", await PassAsync(one, "inicio"));
        Assert.Equal("inicio,menu=2", await PassAsync(other, "menu", "2"));
        Assert.Equal("inicio,menu=2,cliente=48213", await PassAsync(one, "cliente", "48213"));
        Assert.Equal("static=1,otra", (await one.PassAsync(new("2.1", "099", "otra", "", "static=1"), Ct)).Value);
        for (var i = 0; i < 20; i++) await PassAsync(one, new string('x', 60), new string('1', 250));
        Assert.Equal(IvrDataStore.Longest, (await PassAsync(other, "fin")).Length);
        Assert.Equal("code", (await one.PassAsync(new("1.1", "099", "", "", ""), Ct)).Failure!.Field);
        Assert.Equal("data", (await one.PassAsync(new("1.1", "099", "a", new string('1', 300), ""), Ct)).Failure!.Field);
    }

    [Fact]
    public async Task With_a_crm_its_answer_is_appended_and_with_none_or_without_a_database_the_call_goes_on()
    {
        await using var crm = await CrmBackend.StartAsync();
        await using var source = NpgsqlDataSource.Create(await databases.NewAsync());
        var nodes = Nodes(source, new() { IvrCode = new() { Enabled = true, Kind = CrmKind.Rest, Url = crm.Url } });
        crm.Answer = _ => (200, "text/plain", ";tipo\n=oro");
        Assert.Equal("cliente=48;tipo =oro", await PassAsync(nodes, "cliente", "48"));
        Assert.Contains("\"IVRData\":\"cliente=48\"", Assert.Single(crm.Asked).Body, StringComparison.Ordinal);
        Assert.Equal("cliente=48;tipo =oro;tipo =oro", await PassAsync(nodes, "fin"));
        crm.Answer = _ => (500, "text/plain", "x");
        Assert.Equal("cliente=48;tipo =oro;tipo =oro", await PassAsync(nodes, "fin"));

        await using var nowhere = NpgsqlDataSource.Create("Host=127.0.0.1;Port=1;Username=x");
        crm.Answer = _ => (200, "text/plain", "+");
        Assert.Equal("known,menu=1+", (await Nodes(nowhere, new() { IvrCode = new() { Enabled = true, Kind = CrmKind.Rest, Url = crm.Url } })
            .PassAsync(new("1.1", "099", "menu", "1", "known"), Ct)).Value);
    }

    [Fact]
    public async Task The_dialplan_gets_the_name_and_the_IVRData_and_the_crm_is_told_all_when_an_agent_takes_the_call()
    {
        await using var crm = await CrmBackend.StartAsync();
        crm.Answer = body => (200, "text/plain", body.Contains("agentchan", StringComparison.Ordinal) ? "true" : body.Contains("IVRCode", StringComparison.Ordinal) ? ",oro" : "Juan \"el\" Peña");
        await using var pbx = new ScriptedPbx("701");
        var port = FreePorts.Tcp();
        (string, string)[] Service(string name) => [($"Crm:{name}:Enabled", "true"), ($"Crm:{name}:Kind", "Rest"), ($"Crm:{name}:Url", crm.Url + "/" + name)];
        await using var host = await ServerHost.StartAsync(await databases.NewAsync(), pbx, settings:
            [.. Service("CallerName"), .. Service("IvrCode"), .. Service("AgentInfo"), ("Crm:AgiPort", $"{port}")]);
        await Host.Eventually.TrueAsync(() => host.Get<AgiDoor>().State.IsListening);

        Assert.Equal(["""SET VARIABLE CALLERID(name) "Juan el Peña" """.TrimEnd()], await CallAsync(port, "callerid-name", "200 result=1"));
        Assert.Equal(["GET VARIABLE IVRDATA", "SET VARIABLE __IVRDATA \"menu=1,oro\""], await CallAsync(port, "ivr-code?code=menu&data=1", "200 result=0", "200 result=1"));
        Assert.Empty(await CallAsync(port, "nothing"));
        Assert.Equal(["GET VARIABLE IVRDATA"], await CallAsync(port, "ivr-code?code=", "200 result=0"));

        await pbx.Asterisk.SendAsync("Event: AgentConnect\nQueue: q_ventas\nUniqueid: 1.1\nCallerIDNum: 099\nCallerIDName: Juan el Peña\nInterface: PJSIP/701\nMemberName: 101\n"
            + "DestUniqueid: 1.2\nDestChannel: PJSIP/701-1\nHoldTime: 1\n\n");
        await Host.Eventually.TrueAsync(() => crm.Asked.Any(a => a.Path == "/AgentInfo"));
        Assert.Equal("""{"uniqueid":"1.1","queuename":"q_ventas","callerid":"Juan el Peña <099>","agentchan":"PJSIP/701","ivrdata":"menu=1,oro"}""",
            crm.Asked.Single(a => a.Path == "/AgentInfo").Body);
    }

    private static IvrNodes Nodes(NpgsqlDataSource source, CrmSettings crm)
    {
        var settings = CrmBackend.Settings(crm, TimeProvider.System);
        return new(CrmBackend.Services(settings, TimeProvider.System), new IvrDataStore(source, Options.Create(new PbxOptions()), TimeProvider.System), NullLogger<IvrNodes>.Instance);
    }

    private static async Task<string> PassAsync(IvrNodes nodes, string code, string data = "") => (await nodes.PassAsync(new("1.1", "099", code, data, ""), Ct)).Value!;

    /// <summary>Asks as Asterisk does; the commands that came.</summary>
    private static async Task<IReadOnlyList<string>> CallAsync(int port, string script, params string[] answers)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port, Ct);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes($"agi_network: yes\nagi_network_script: {script}\nagi_uniqueid: 1.1\nagi_callerid: 099\n\n"), Ct);
        using var lines = new StreamReader(stream);
        var commands = new List<string>();
        while (await lines.ReadLineAsync(Ct) is { } line)
        {
            commands.Add(line);
            await stream.WriteAsync(Encoding.UTF8.GetBytes(answers[commands.Count - 1] + "\n"), Ct);
        }

        return commands;
    }
}
