using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using Expand.Phones;
using Expand.Server.Crm;
using Expand.TestKit;
using Npgsql;
using Xunit;

namespace Expand.RealTime.Crm;

/// <summary>A real dialplan that asks for names and codes: of a CRM in PHP by SOAP, of another one by REST, of one that hangs, and of nobody.</summary>
public sealed class CrmOnAsteriskTests
{
    private const double Timeout = 3;
    private const string PhpName = "José Pepe Núñez";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);
    private static readonly JsonSerializerOptions Json = new() { Converters = { new JsonStringEnumConverter() } };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_name_is_on_the_phone_the_IVRData_is_complete_and_a_crm_that_hangs_holds_no_call_for_longer_than_its_timeout()
    {
        var agi = FreePorts.Tcp();
        using var php = new PhpCrm();
        using var rest = new RestCrm(FreePorts.Tcp());
        await using var asterisk = await AsteriskFixture.StartAsync(new() { Agi = $"127.0.0.1:{agi}", MoreDialplan = Dialplan }, Ct);
        await using var server = await ServerFixture.StartAsync(Settings(asterisk, agi, php.Url), ct: Ct);
        await php.WaitAsync();
        using var soap = new SoapCaller(server.Url, server.Credentials.AuthorizedKey);
        await Eventually.TrueAsync(async () => await soap.ExtensionsAsync(Ct) > 0, "the server knows the extensions", Patience);
        asterisk.Phones["703"].Behaviour = PhoneBehaviour.NeverAnswers;
        var login = asterisk.Phones["703"].Dial("*45105*1");
        await login.WaitForAsync(PhoneCallState.Ended, Patience, Ct);
        Assert.Null(login.Refusal);

        // By SOAP, of PHP: the name everywhere that it is to show, and all that the IVR gathered.
        var (_, agent, caller) = await CallAsync(asterisk, "099100001");
        Assert.Equal(new ShownParty(PhpName, "099100001"), agent.Shown);
        agent.Answer();
        await Eventually.TrueAsync(() => php.Asked.Count == 4, "PHP is told of the agent", Patience);
        var uniqueId = JsonSerializer.Deserialize<string[]>(php.Asked[1])![1];
        Assert.Equal(
            [
                """["getCallerIDName","099100001"]""", $"""["IVRCode","{uniqueId}","099100001","menu","menu=2"]""",
                $"""["IVRCode","{uniqueId}","099100001","cliente","menu=2;menu ok,cliente=48213"]""",
                $"""["pushAgentInfo","{uniqueId}","q_ventas","{PhpName} <099100001>","PJSIP/703","menu=2;menu ok,cliente=48213;cliente ok"]""",
            ],
            php.Asked);
        Assert.Contains($"calleridname=\"{PhpName}\"", System.Net.WebUtility.HtmlDecode(await soap.CallAsync("statusQueues", Ct)), StringComparison.Ordinal);
        await EndAsync(agent, caller);
        await Eventually.TrueAsync(() => File.Exists(asterisk.CdrFile) && File.ReadAllText(asterisk.CdrFile).Contains(PhpName, StringComparison.Ordinal), "the call's record has the name", Patience);
        Assert.Contains("IVRDATA=menu=2;menu ok,cliente=48213;cliente ok.", await File.ReadAllTextAsync(asterisk.LogFile, Ct), StringComparison.Ordinal);

        // By REST.
        await ChangeAsync(server, RestSettings(rest.Url));
        (_, agent, caller) = await CallAsync(asterisk, "099100002");
        Assert.Equal(new ShownParty("Sofía García", "099100002"), agent.Shown);
        agent.Answer();
        await Eventually.TrueAsync(() => rest.Asked.Count == 4, "the REST CRM is told of the agent", Patience);
        var told = rest.Asked.ToArray();
        Assert.Equal("/name?n=099100002", told[0].Path);
        Assert.Equal("""menu=2,plan=oro,cliente=48213,plan=oro""", JsonDocument.Parse(told[3].Body).RootElement.GetProperty("ivrdata").GetString());
        await EndAsync(agent, caller);

        // It hangs: each question costs its timeout and no more, and after a few nobody asks.
        rest.Hangs = true;
        (var took, agent, caller) = await CallAsync(asterisk, "099100003");
        Assert.InRange(took.TotalSeconds, Timeout * 2, (Timeout * 3) + 10);
        await EndAsync(agent, caller);
        (took, agent, caller) = await CallAsync(asterisk, "099100004");
        await EndAsync(agent, caller);
        var asked = rest.Asked.Count;
        (took, agent, caller) = await CallAsync(asterisk, "099100005");
        Assert.InRange(took.TotalSeconds, 0, Timeout - 0.2);
        Assert.Equal(asked, rest.Asked.Count);
        await EndAsync(agent, caller);

        // Nobody listens: nothing is waited for.
        server.Kill();
        (took, agent, caller) = await CallAsync(asterisk, "099100006");
        Assert.InRange(took.TotalSeconds, 0, Timeout - 0.2);
        await EndAsync(agent, caller);
    }

    /// <summary>The subroutines are those of deploy/asterisk; phones of the tests press nothing, so what would be pressed stands here.</summary>
    private const string Dialplan = """
        [from-trunk](+)
        exten => 800,1,Gosub(expand-caller-name,s,1)
         same => n,Set(code=menu)
         same => n,Set(data=2)
         same => n,Gosub(expand-ivr-code,s,1)
         same => n,Set(code=cliente)
         same => n,Set(data=48213)
         same => n,Gosub(expand-ivr-code,s,1)
         same => n,Log(NOTICE,IVRDATA=${IVRDATA}.)
         same => n,Goto(queues,q_ventas,1)

        """;

    private static Dictionary<string, string?> Settings(AsteriskFixture asterisk, int agi, string crm)
    {
        var settings = asterisk.ServerSettings();
        settings["Agi__Port"] = $"{agi}";
        foreach (var service in new[] { "CallerName", "IvrCode", "AgentInfo" })
            (settings[$"Crm__{service}__Enabled"], settings[$"Crm__{service}__Url"], settings[$"Crm__{service}__TimeoutSeconds"]) = ("true", crm, "9");
        return settings;
    }

    private static CrmSettings RestSettings(string url)
    {
        var service = new CrmServiceSettings { Enabled = true, Kind = CrmKind.Rest, TimeoutSeconds = Timeout };
        return new CrmSettings
        {
            CallerName = service with { Url = url + "name?n={callerIdNum}", Method = "GET", Answer = "customer.name" },
            IvrCode = service with { Url = url + "code", Answer = "add" },
            AgentInfo = service with { Url = url + "push" },
        };
    }

    /// <summary>As an administrator's change on another host comes to this one.</summary>
    private static async Task ChangeAsync(ServerFixture server, CrmSettings settings)
    {
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        await using var command = source.CreateCommand(
            """
            with stored as (insert into installation_settings (section, value, changed_at, changed_by) values ('Crm', $1::jsonb, now(), 'admin'))
            insert into access_version as v (id, version) values (8, 1) on conflict (id) do update set version = v.version + 1
            """);
        command.Parameters.Add(new() { Value = JsonSerializer.Serialize(settings, Json) });
        await command.ExecuteNonQueryAsync(Ct);
        await Task.Delay(1500, Ct);
    }

    /// <summary>A call from outside; how long it took until the agent's phone rang.</summary>
    private static async Task<(TimeSpan Took, PhoneCall Agent, PhoneCall Caller)> CallAsync(AsteriskFixture asterisk, string number)
    {
        var begun = Stopwatch.GetTimestamp();
        var caller = asterisk.Phones["trunk"].Dial("800", new ShownParty(null, number));
        var agent = await asterisk.Phones["703"].NextCallAsync(Patience, Ct);
        return (Stopwatch.GetElapsedTime(begun), agent, caller);
    }

    private static async Task EndAsync(PhoneCall agent, PhoneCall caller)
    {
        await caller.HangUpAsync(Ct);
        await agent.WaitForAsync(PhoneCallState.Ended, Patience, Ct);
    }
}
