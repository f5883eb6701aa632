using System.Globalization;
using System.Xml.Linq;
using Expand.Phones;
using Expand.TestKit;
using Xunit;

namespace Expand.RealTime.Truth;

/// <summary>
/// A real Asterisk is killed with agents logged in, one of them paused and one talking: what was open ends then, and what Asterisk kept
/// goes on when it is back.
/// </summary>
public sealed class AsteriskCrashTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Theory]
    [MemberData(nameof(EachAsterisk.Rows), MemberType = typeof(EachAsterisk))]
    public async Task Sessions_pauses_and_a_call_end_with_Asterisk_and_kept_logins_begin_anew_with_it(AsteriskGeneration generation)
    {
        var plan = new ShiftPlan(seed: 1, calls: 1, agents: 2);
        await using var world = await World.StartAsync(generation, plan, Ct);
        var (soap, began) = (world.Soap!, Now);
        var (paused, talking) = (plan.Agents[0], plan.Agents[1]);
        foreach (var agent in plan.Agents) Assert.Equal("true", await soap.CallAsync("loginAgent", Ct, agent.Username, agent.Extension));
        Assert.Equal("true", await soap.CallAsync("pauseAgent", Ct, paused.Username, "", "3"));
        world.Asterisk.Phones[talking.Extension].Behaviour = PhoneBehaviour.Answers(TimeSpan.FromMilliseconds(300));
        var call = world.Asterisk.Phones["trunk"].Dial(talking.Queues[0], new ShownParty("Cliente", "24000001"));
        await call.WaitForAsync(PhoneCallState.Answered, Patience, Ct);
        await RowsAsync(world, began, talking, rows => rows.Exists(r => r.Action == "CONNECT"));
        await Task.Delay(3000, Ct);

        var killed = Now;
        await world.Asterisk.KillAsync(Ct);
        await Eventually.TrueAsync(async () => (await soap.XmlAsync("statusQueues", Ct)).Attribute("stale") is not null, "the panel says that it is stale", Patience);
        Assert.Equal("false", await soap.CallAsync("unpauseAgent", Ct, paused.Username, ""));
        await Task.Delay(4000, Ct);
        await world.Asterisk.RestartAsync(Ct);
        await world.WellAsync(Ct);
        var back = Now;

        // The panel knows the reason, whatever Asterisk remembers of it.
        var panel = await soap.XmlAsync("statusQueues", Ct);
        var member = panel.Descendants("qagent").Single(a => a.Value == paused.Number);
        Assert.Equal(("true", "true", "Baño"), ((string?)member.Attribute("logged"), (string?)member.Attribute("paused"), (string?)member.Attribute("pausetype")));
        Assert.Empty(panel.Descendants("call"));

        var rows = await RowsAsync(world, began, paused, all => all.Count(r => r.Action == "LOGIN") == 2 && all[^1].Action == "PAUSE");
        Assert.Equal(["LOGIN", "PAUSE", "LOGOUT", "LOGIN", "PAUSE"], rows.Select(r => r.Action));
        Assert.Equal("Baño", rows[^1].Cause);
        AssertNear(killed, rows[2].At);
        Assert.InRange(rows[3].At, killed.AddSeconds(3), back);
        Assert.Equal(rows[3].At, rows[4].At);

        var totals = (await soap.XmlAsync("agentData", Ct, talking.Queues[0], world.Local(began), world.Local(Now))).Elements()
            .Single(a => ((string?)a.Attribute("agente"))!.StartsWith($"({talking.Number})", StringComparison.Ordinal));
        var talked = await RowsAsync(world, began, talking, all => all.Count(r => r.Action == "LOGIN") == 2);
        var connected = talked.Single(r => r.Action == "CONNECT").At;
        Assert.Equal(1, (int)totals.Attribute("atendidas")!);
        Assert.InRange((int)totals.Attribute("habladoSeg")!, (int)(killed - connected).TotalSeconds - 1, (int)(killed - connected).TotalSeconds + 1);
        Assert.DoesNotContain(talked, r => r.Action.StartsWith("COMPLETE", StringComparison.Ordinal));

        await Task.Delay(2000, Ct);
        foreach (var agent in plan.Agents) Assert.Equal("true", await soap.CallAsync("logoutAgent", Ct, agent.Username));
        await RowsAsync(world, began, talking, all => all.Count(r => r.Action == "LOGOUT") == 2);
        var detail = await soap.XmlAsync("agentSessionDetail", Ct, world.Local(began), world.Local(Now), "", "");
        Assert.All(plan.Agents, a => Assert.Equal(
            2 * a.Queues.Count, detail.Elements("agent").Single(e => (string?)e.Attribute("agentID") == a.Number).Descendants("session").Count()));
    }

    private sealed record Row(DateTimeOffset At, string Action, string Cause);

    private static void AssertNear(DateTimeOffset expected, DateTimeOffset actual) =>
        Assert.InRange(actual, expected.AddSeconds(-2), expected.AddSeconds(1));

    /// <summary>The agent's rows in his first queue, once they are as wished.</summary>
    private static async Task<List<Row>> RowsAsync(World world, DateTimeOffset began, AgentPlan agent, Func<List<Row>, bool> wished)
    {
        List<Row> rows = [];
        for (var until = Now + Patience; Now < until; await Task.Delay(200, Ct))
        {
            var report = await world.Soap!.XmlAsync("queueData", Ct, agent.Queues[0], agent.Number, world.Local(began.AddSeconds(-1)), world.Local(Now.AddSeconds(1)));
            rows = [.. report.Elements().Select(a => Read(world, a))];
            if (rows.Count > 0 && wished(rows)) return rows;
        }

        Assert.Fail($"Not what was wished of {agent.Number}:\n{string.Join('\n', rows)}\n{await File.ReadAllTextAsync(world.Asterisk.QueueLogFile, Ct)}");
        return rows;
    }

    private static Row Read(World world, XElement activity)
    {
        var local = DateTime.ParseExact((string)activity.Attribute("date")!, "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        return new Row(new DateTimeOffset(local, world.Zone.GetUtcOffset(local)), (string)activity.Attribute("action")!, (string)activity.Attribute("cause")!);
    }
}
