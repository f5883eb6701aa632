using System.Text.RegularExpressions;
using System.Xml.Linq;
using Expand.Server.Access;
using Expand.Server.Activity;
using Expand.Server.Pbx;
using Expand.Server.Queues;
using Expand.Server.Tests.Host;
using Expand.TestKit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;

namespace Expand.Server.Tests.Queues;

/// <summary>statusQueues through the SOAP door, from facts that the test tells.</summary>
public sealed partial class StatusQueuesTests(Databases databases)
{
    /// <summary>The instant of the contract's sample.</summary>
    private static readonly DateTimeOffset Generated = DateTimeOffset.UnixEpoch.AddMilliseconds(1_275_586_846_789);
    private static readonly DateTimeOffset Paused = DateTimeOffset.FromUnixTimeSeconds(1_275_585_158);
    private static readonly DateTimeOffset Called = DateTimeOffset.FromUnixTimeSeconds(1_275_586_803);

    private readonly CancellationToken ct = TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_contracts_sample_comes_out_attribute_by_attribute()
    {
        await using var pbx = new ScriptedPbx();
        await using var host = await ServerHost.StartAsync(await databases.NewAsync(), pbx, clock: new FakeTimeProvider(Generated));
        var key = await host.KeyAsync();
        foreach (var (number, name) in new[] { ("104", "Juan Perez"), ("105", "Facundo Martinez"), ("106", "Elisa Rodriguez"), ("99", "Ana Ríos") })
            await AgentAsync(host, "a" + number, name, number, "q_call");
        Assert.Null(await host.Get<QueueCatalog>().SetDescriptionAsync("q_call", "Callcenter", Actor.System, ct));
        var picture = host.Get<LivePicture>();
        foreach (var fact in Sample()) picture.Heard(fact);

        var answer = Inner(await host.SoapAsync("statusQueues", ("authorizedKey", key)));
        const string Expected =
            """
            <?xml version="1.0" encoding="ISO-8859-1" ?><panel generated="1275586846.78">
            <agents>
            <agent lastcongestion="0" laststatuschange="0" name="Ana R&#237;os" status="offline" warning="0">99</agent>
            <agent lastcongestion="0" laststatuschange="1275586803" name="Juan Perez" status="busy" warning="0">104</agent>
            <agent lastcongestion="0" laststatuschange="1275585158" name="Facundo Martinez" status="busyout" warning="0">105</agent>
            <agent lastcongestion="0" laststatuschange="1275586803" name="Elisa Rodriguez" status="originate" warning="0">106</agent>
            <agent lastcongestion="0" laststatuschange="1275586803" name="" status="busy" warning="0">107</agent>
            </agents>
            <queues>
            <queue qname="q_call" name="Callcenter">
            <qstatus>
            <abandoned>0</abandoned><completed>0</completed><counterabn>0</counterabn><counterans>0</counterans>
            <numongoing>3</numongoing><numwaiting>1</numwaiting><ratio>0</ratio>
            </qstatus>
            <qagents>
            <qagent logged="false" paused="false" status="unavailable" pausetype="">99</qagent>
            <qagent logged="true" paused="false" status="busy" pausetype="">104</qagent>
            <qagent logged="true" paused="true" status="waiting" pausetype="Almuerzo">105</qagent>
            <qagent logged="true" paused="false" status="busy" pausetype="">106</qagent>
            <qagent logged="true" paused="false" status="busy" pausetype="">107</qagent>
            </qagents>
            <qcalls>
            <call type="in" callerid="5062934" calleridname="" connecttime="1275586803" intime="1275586803" uniqueid="1275586803.1502">104</call>
            <call type="in" callerid="5062935" calleridname="&lt;b&gt; &amp; &quot;&#241;&quot;" connecttime="0" intime="1275586803" uniqueid="1275586803.1503">0</call>
            <call type="out" callerid="5062936" calleridname="" connecttime="0" intime="1275586803" uniqueid="1275586803.1504">106</call>
            <call type="out" callerid="5062937" calleridname="" connecttime="1275586803" intime="1275586803" uniqueid="1275586803.1505">107</call>
            <call type="out" callerid="5062938" calleridname="" connecttime="1275586803" intime="1275586803" uniqueid="1275586803.1506">107</call>
            </qcalls>
            </queue>
            </queues>
            </panel>
            """;
        Assert.Equal(LineBreak().Replace(Expected, ""), answer);
        // Reads right whatever a client takes the declared encoding for.
        Assert.Equal("Ana Ríos", XDocument.Parse(answer).Descendants("agent").First().Attribute("name")!.Value);
    }

    [Fact]
    public async Task Offers_that_were_written_down_as_failed_and_rejected_are_shown_and_warned_of()
    {
        var database = await databases.NewAsync();
        var at = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - 30);
        await using (var db = Databases.Open(database))
        {
            foreach (var (action, i) in new[] { QueueAction.NoAnswer, QueueAction.Congestion, QueueAction.NoAnswer }.Select((a, i) => (a, i)))
                db.Add(new QueueActivity { Pbx = "pbx", At = at.AddSeconds(i), Queue = "q_a", Action = action, UniqueId = "1.1", Agent = "157" });
            await db.SaveChangesAsync(ct);
        }

        await using var pbx = new ScriptedPbx();
        await using var host = await ServerHost.StartAsync(database, pbx);
        await AgentAsync(host, "ana", "Ana", "157", "q_a");
        var key = await host.KeyAsync();
        await Eventually.EqualAsync($"{at.AddSeconds(1).ToUnixTimeSeconds()} 1", async () =>
        {
            var agent = XDocument.Parse(Inner(await host.SoapAsync("statusQueues", ("authorizedKey", key)))).Descendants("agent").Single();
            return $"{agent.Attribute("lastcongestion")!.Value} {agent.Attribute("warning")!.Value}";
        });
    }

    [Fact]
    public async Task It_answers_and_says_since_when_it_is_old_while_the_PBX_and_PostgreSQL_are_gone()
    {
        var postgres = await PostgresFixture.StartPrivateAsync(ct);
        try
        {
            await postgres.MakeTemplateAsync(async connection =>
            {
                await using var db = Databases.Open(connection);
                await db.Database.MigrateAsync(ct);
            });
            var pbx = new ScriptedPbx();
            pbx.Queues.Add("q_a");
            pbx.Members.Add(new PbxMember("q_a", "157", "PJSIP/701", MemberState.Free, false, "", TimeProvider.System.GetUtcNow()));
            await using var host = await ServerHost.StartAsync(await postgres.NewDatabaseAsync(), pbx);
            await AgentAsync(host, "ana", "Ana", "157", "q_a");
            var key = await host.KeyAsync();
            await pbx.DisposeAsync();
            await postgres.DisposeAsync();
            await Eventually.TrueAsync(() => host.Get<LivePicture>().StaleSince is not null);

            var began = TimeProvider.System.GetTimestamp();
            var panel = XDocument.Parse(Inner(await host.SoapAsync("statusQueues", ("authorizedKey", key)))).Root!;
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(2));
            Assert.Equal(host.Get<LivePicture>().StaleSince!.Value.ToUnixTimeSeconds(), (long)panel.Attribute("stale")!);
            Assert.Equal("true", panel.Descendants("qagent").Single().Attribute("logged")!.Value);
            Assert.Equal("Ana", panel.Descendants("agent").Single().Attribute("name")!.Value);
        }
        finally
        {
            await postgres.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_wrong_key_is_minus_1()
    {
        await using var pbx = new ScriptedPbx();
        await using var host = await ServerHost.StartAsync(await databases.NewAsync(), pbx);
        Assert.Equal("-1", Inner(await host.SoapAsync("statusQueues", ("authorizedKey", "wrong"))));
    }

    [Fact]
    public async Task Pauses_whose_reason_the_PBX_lost_are_explained_by_what_was_written_down()
    {
        var database = await databases.NewAsync();
        await using (var db = Databases.Open(database))
        {
            var session = new AgentSession { Pbx = "pbx", Queue = "q_a", Agent = "157", BeganAt = Called };
            db.Add(session);
            db.Add(new AgentPause { Session = session, Queue = "q_a", Agent = "157", Cause = "Almuerzo", BeganAt = Called });
            await db.SaveChangesAsync(ct);
        }

        await using var pbx = new ScriptedPbx();
        pbx.Queues.Add("q_a");
        pbx.Members.Add(new PbxMember("q_a", "157", "PJSIP/701", MemberState.Free, true, "", Called, Called));
        await using var host = await ServerHost.StartAsync(database, pbx);
        await Eventually.TrueAsync(() => host.Get<LivePicture>().MembershipsOf("157") is [{ PauseReason: "Almuerzo" }]);
    }

    private static IEnumerable<PbxFact> Sample()
    {
        yield return new QueuesSnapshot(Called, ["q_call"],
            [
                new("q_call", "104", "PJSIP/104", MemberState.Free, false, "", Paused.AddHours(-1)),
                new("q_call", "105", "PJSIP/105", MemberState.Free, true, "Almuerzo", Paused.AddHours(-1), Paused),
                new("q_call", "106", "PJSIP/106", MemberState.Free, false, "", Paused.AddHours(-1)),
                new("q_call", "107", "PJSIP/107", MemberState.Free, false, "", Paused.AddHours(-1)),
            ], [], []);
        yield return new CallerJoined(Called, new("q_call", "1275586803.1502", "5062934", "", Called));
        yield return new AgentRung(Called, "q_call", "1275586803.1502", "104", "PJSIP/104", "1275586803.1512");
        yield return new CallerLeft(Called, "q_call", "1275586803.1502");
        yield return new AgentConnected(Called, "q_call", "1275586803.1502", "104", "PJSIP/104", "1275586803.1512");
        yield return new CallerJoined(Called, new("q_call", "1275586803.1503", "5062935", "<b> & \"\u0001ñ\"", Called));
        yield return new DialStarted(Called, "1275586803.1504", "1275586803.1514", "1275586803.1504", "PJSIP/106-00000001", "5062936");
        foreach (var (call, number) in new[] { ("1275586803.1505", "5062937"), ("1275586803.1506", "5062938") })
        {
            yield return new DialStarted(Called, call, call + "b", call, "PJSIP/107-00000001", number);
            yield return new DialEnded(Called, call, call + "b", call, "ANSWER");
        }
    }

    private async Task AgentAsync(ServerHost host, string username, string name, string number, string queue)
    {
        Assert.Null((await host.Get<Users>().CreateAsync(new UserForm(username, name, "", "operador", false, true, number), null, Actor.System, ct)).Failure);
        Assert.Null(await host.Get<QueueCatalog>().LinkAsync(queue, username, 0, Actor.System, ct));
    }

    private static string Inner(string answer) => XDocument.Parse(answer).Descendants().Single(e => e.Name.LocalName == "return").Value;

    [GeneratedRegex("\r?\n")]
    private static partial Regex LineBreak();
}
