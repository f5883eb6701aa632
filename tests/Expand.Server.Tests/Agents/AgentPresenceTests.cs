using Expand.Server.Access;
using Expand.Server.Pbx;
using Expand.Server.Queues;
using Expand.Server.Tests.Host;
using Expand.TestKit;

namespace Expand.Server.Tests.Agents;

public sealed class AgentPresenceTests(Databases databases)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_login_adds_every_linked_queue_with_its_penalty_and_the_picture_shows_it_when_it_is_answered()
    {
        await using var world = await AgentsWorld.StartAsync(databases);
        Assert.True(await world.ActAsync("loginAgent", ("agent", "acosta"), ("extension", "701")));
        Assert.Equal(["q_soporte", "q_ventas"], world.Picture.MembershipsOf("101").Select(m => m.Queue));
        Assert.Equal(["QueueAdd q_soporte PJSIP/701 101 3", "QueueAdd q_ventas PJSIP/701 101 0"], world.Commands);
        // Once more changes nothing and asks nothing.
        Assert.True(await world.ActAsync("loginAgent", ("agent", "acosta"), ("extension", "701")));
        Assert.Equal(2, world.Commands.Count());
    }

    [Fact]
    public async Task A_login_writes_its_device_into_the_queue_log_and_one_that_is_there_already_does_not()
    {
        await using var world = await AgentsWorld.StartAsync(databases);
        // Somebody's command of which no event is told yet.
        world.Pbx.OnMember = action => action["Queue"] == "q_ventas" ? FakeReply.Error("Unable to add interface: Already there") : null;
        Assert.True(await world.ActAsync("loginAgent", ("agent", "acosta"), ("extension", "701")));
        var line = Assert.Single(world.Pbx.Asterisk.Received, a => a.Name == "QueueLog");
        Assert.Equal(["q_soporte", "DEVICE", "101", "PJSIP/701"], new[] { "Queue", "Event", "Interface", "Message" }.Select(h => line[h]));
    }

    [Fact]
    public async Task A_login_is_one_where_the_PBX_does_not_take_the_device_into_its_log()
    {
        await using var world = await AgentsWorld.StartAsync(databases);
        world.Pbx.OnQueueLog = _ => FakeReply.Error("Permission denied");
        Assert.True(await world.ActAsync("loginAgent", ("agent", "acosta"), ("extension", "701")));
        Assert.Equal(["q_soporte", "q_ventas"], world.Picture.MembershipsOf("101").Select(m => m.Queue));
    }

    [Fact]
    public async Task A_link_that_is_written_in_another_case_is_the_PBXs_queue()
    {
        await using var world = await AgentsWorld.StartAsync(databases);
        Assert.Null(await world.Host.Get<QueueCatalog>().LinkAsync("Q_Soporte", "gsosa", 4, Actor.System, Ct));
        Assert.Null(await world.Host.Get<QueueCatalog>().LinkAsync("Q_Ventas", "acosta", 0, Actor.System, Ct));
        var began = TimeProvider.System.GetTimestamp();
        Assert.True(await world.ActAsync("loginAgent", ("agent", "gsosa"), ("extension", "703")));
        Assert.InRange(TimeProvider.System.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(1.9));
        Assert.Equal(["QueueAdd q_soporte PJSIP/703 107 4"], world.Commands);
        // Linked twice to the same queue.
        Assert.True(await world.ActAsync("loginAgent", ("agent", "acosta"), ("extension", "701")));
        Assert.Equal(["QueueAdd q_ventas PJSIP/701 101 0", "QueueAdd q_soporte PJSIP/701 101 3"], world.Commands.Skip(1));
    }

    [Fact]
    public async Task An_agent_may_be_called_by_number_and_a_username_goes_before_a_number()
    {
        await using var world = await AgentsWorld.StartAsync(databases);
        Assert.True(await world.ActAsync("loginAgent", ("agent", " 102 "), ("extension", "702")));
        Assert.Equal("PJSIP/702", Assert.Single(world.Picture.MembershipsOf("102")).Device);
        await world.UserAsync("101", "Another", "555");
        Assert.False(await world.ActAsync("loginAgent", ("agent", "101"), ("extension", "701")));
        Assert.Empty(world.Picture.MembershipsOf("101"));
    }

    [Theory]
    [InlineData("nobody", "701")]
    [InlineData("", "701")]
    [InlineData("gsosa", "701")]
    [InlineData("acosta", "999")]
    [InlineData("acosta", "")]
    [InlineData("acosta", "PJSIP/701")]
    [InlineData("admin", "701")]
    public async Task An_unknown_or_not_linked_agent_or_extension_is_false_and_nothing_is_asked(string agent, string extension)
    {
        await using var world = await AgentsWorld.StartAsync(databases);
        await world.UserAsync("admin", "Administrador", "", "administrador");
        Assert.False(await world.ActAsync("loginAgent", ("agent", agent), ("extension", extension)));
        Assert.Empty(world.Commands);
    }

    [Fact]
    public async Task An_agent_is_not_moved_and_an_extension_is_one_agents()
    {
        await using var world = await AgentsWorld.StartAsync(databases);
        Assert.True(await world.ActAsync("loginAgent", ("agent", "acosta"), ("extension", "701")));
        Assert.False(await world.ActAsync("loginAgent", ("agent", "acosta"), ("extension", "702")));
        Assert.False(await world.ActAsync("loginAgent", ("agent", "bnunez"), ("extension", "701")));
        Assert.Equal(2, world.Commands.Count());
    }

    [Fact]
    public async Task A_queue_that_was_linked_since_is_added_by_the_next_login()
    {
        await using var world = await AgentsWorld.StartAsync(databases);
        Assert.True(await world.ActAsync("loginAgent", ("agent", "bnunez"), ("extension", "702")));
        Assert.Null(await world.Host.Get<QueueCatalog>().LinkAsync("q_soporte", "bnunez", 0, Actor.System, Ct));
        Assert.True(await world.ActAsync("loginAgent", ("agent", "bnunez"), ("extension", "702")));
        Assert.Equal("QueueAdd q_soporte PJSIP/702 102 0", world.Commands.Last());
        Assert.Equal(2, world.Picture.MembershipsOf("102").Count);
    }

    [Fact]
    public async Task Where_one_queue_is_refused_those_that_this_login_added_are_taken_back()
    {
        await using var world = await AgentsWorld.StartAsync(databases);
        world.Pbx.OnMember = action => action.Name == "QueueAdd" && action["Queue"] == "q_ventas" ? FakeReply.Error("Unable to add interface to queue: No such queue") : null;
        Assert.False(await world.ActAsync("loginAgent", ("agent", "acosta"), ("extension", "701")));
        Assert.Equal(["QueueAdd q_soporte PJSIP/701 101 3", "QueueAdd q_ventas PJSIP/701 101 0", "QueueRemove q_soporte PJSIP/701"], world.Commands);
        await Eventually.TrueAsync(() => world.Picture.MembershipsOf("101").Count == 0);
        lock (world.Pbx.Members) Assert.Empty(world.Pbx.Members);
    }

    [Fact]
    public async Task What_was_there_before_a_refused_login_stays()
    {
        await using var world = await AgentsWorld.StartAsync(databases);
        world.Pbx.OnMember = action => action["Queue"] == "q_ventas" ? FakeReply.Error("Unable to add interface to queue: No such queue") : null;
        lock (world.Pbx.Members) world.Pbx.Members.Add(new PbxMember("q_soporte", "101", "PJSIP/701", MemberState.Free, false, "", TimeProvider.System.GetUtcNow()));
        PbxMember there;
        lock (world.Pbx.Members) there = world.Pbx.Members[0];
        await world.Pbx.Asterisk.SendAsync(ScriptedQueues.Event("QueueMemberAdded", there));
        await Eventually.TrueAsync(() => world.Picture.MembershipsOf("101").Count == 1);
        Assert.False(await world.ActAsync("loginAgent", ("agent", "acosta"), ("extension", "701")));
        Assert.Equal(["QueueAdd q_ventas PJSIP/701 101 0"], world.Commands);
        lock (world.Pbx.Members) Assert.Single(world.Pbx.Members);
    }

    [Fact]
    public async Task A_queue_that_another_agent_holds_at_that_device_is_no_login_of_this_one()
    {
        await using var world = await AgentsWorld.StartAsync(databases);
        // Another host logs agent 107 in there in this very moment: the PBX knows it before this host hears of it.
        world.Pbx.OnMember = action =>
        {
            if (action.Name == "QueueAdd" && action["Queue"] == "q_ventas")
            {
                lock (world.Pbx.Members)
                {
                    var other = new PbxMember("q_ventas", "107", "PJSIP/701", MemberState.Free, false, "", TimeProvider.System.GetUtcNow());
                    world.Pbx.Members.Add(other);
                    return FakeReply.FromString("Response: Error\nActionID: {id}\nMessage: Unable to add interface: Already there\n\n" + ScriptedQueues.Event("QueueMemberAdded", other));
                }
            }

            return null;
        };
        Assert.False(await world.ActAsync("loginAgent", ("agent", "acosta"), ("extension", "701")));
        lock (world.Pbx.Members) Assert.Equal(["107"], world.Pbx.Members.Select(m => m.Agent));
    }

    [Fact]
    public async Task A_logout_leaves_every_queue_also_one_no_longer_linked_and_only_once()
    {
        await using var world = await AgentsWorld.StartAsync(databases);
        Assert.False(await world.ActAsync("logoutAgent", ("agent", "acosta")));
        Assert.True(await world.ActAsync("loginAgent", ("agent", "acosta"), ("extension", "701")));
        Assert.Null(await world.Host.Get<QueueCatalog>().UnlinkAsync("q_ventas", "acosta", Actor.System, Ct));
        // The original's third argument is tolerated, named or not.
        Assert.True(await world.ActAsync("logoutAgent", ("agent", "acosta"), ("extension", "701")));
        Assert.Empty(world.Picture.MembershipsOf("101"));
        Assert.Equal(["QueueRemove q_soporte PJSIP/701", "QueueRemove q_ventas PJSIP/701"], world.Commands.Skip(2));
        Assert.False(await world.ActAsync("logoutAgent", ("agent", "acosta"), ("extension", "701")));
    }

    [Fact]
    public async Task A_pause_names_its_reason_to_the_PBX_and_is_not_asked_twice()
    {
        await using var world = await LoggedInAsync();
        Assert.True(await world.ActAsync("pauseAgent", ("agent", "acosta"), ("queues", ""), ("pauseDTMF", "3")));
        Assert.Equal(["QueuePause q_soporte PJSIP/701 true Baño", "QueuePause q_ventas PJSIP/701 true Baño"], world.Commands.Skip(2));
        Assert.All(world.Picture.MembershipsOf("101"), m => Assert.Equal((true, "Baño"), (m.Paused, m.PauseReason)));
        Assert.True(await world.ActAsync("pauseAgent", ("agent", "acosta"), ("queues", ""), ("pauseDTMF", "3")));
        Assert.Equal(4, world.Commands.Count());
        // Another reason is another pause.
        Assert.True(await world.ActAsync("pauseAgent", ("agent", "acosta"), ("queues", "q_ventas"), ("pauseDTMF", "1")));
        Assert.Equal("QueuePause q_ventas PJSIP/701 true Almuerzo", world.Commands.Last());
        Assert.Equal("Almuerzo", world.Picture.MembershipsOf("101").Single(m => m.Queue == "q_ventas").PauseReason);
    }

    [Theory]
    [InlineData("q_ventas", 1)]
    [InlineData("q_ventas,q_soporte", 2)]
    [InlineData("q_ventas q_soporte", 2)]
    [InlineData(" Q_Ventas , q_soporte,", 2)]
    [InlineData("q_ventas,q_ventas", 1)]
    public async Task Queues_are_separated_by_comma_or_space(string queues, int paused)
    {
        await using var world = await LoggedInAsync();
        Assert.True(await world.ActAsync("pauseAgent", ("agent", "acosta"), ("queues", queues), ("pauseDTMF", "")));
        Assert.Equal(paused, world.Picture.MembershipsOf("101").Count(m => m.Paused));
    }

    [Theory]
    [InlineData("acosta", "q_ventas,q_none", "1")]
    [InlineData("acosta", "q_ventas", "9")]
    [InlineData("acosta", "q_ventas", "Almuerzo")]
    [InlineData("bnunez", "", "1")]
    [InlineData("nobody", "", "1")]
    public async Task A_pause_that_cannot_be_done_everywhere_is_done_nowhere(string agent, string queues, string code)
    {
        await using var world = await LoggedInAsync();
        Assert.False(await world.ActAsync("pauseAgent", ("agent", agent), ("queues", queues), ("pauseDTMF", code)));
        Assert.Equal(2, world.Commands.Count());
    }

    [Fact]
    public async Task A_pause_ends_where_it_was_and_its_end_is_not_asked_where_there_is_none()
    {
        await using var world = await LoggedInAsync();
        Assert.True(await world.ActAsync("unpauseAgent", ("agent", "acosta"), ("queues", "")));
        Assert.Equal(2, world.Commands.Count());
        Assert.True(await world.ActAsync("pauseAgent", ("agent", "acosta"), ("queues", "q_ventas"), ("pauseDTMF", "1")));
        Assert.True(await world.ActAsync("unpauseAgent", ("agent", "acosta"), ("queues", "")));
        Assert.Equal("QueuePause q_ventas PJSIP/701 false", world.Commands.Last());
        Assert.Equal(4, world.Commands.Count());
        Assert.All(world.Picture.MembershipsOf("101"), m => Assert.False(m.Paused));
        Assert.False(await world.ActAsync("unpauseAgent", ("agent", "acosta"), ("queues", "q_none")));
        Assert.False(await world.ActAsync("unpauseAgent", ("agent", "bnunez"), ("queues", "")));
    }

    [Fact]
    public async Task A_pause_that_the_PBX_refuses_in_one_queue_is_false()
    {
        await using var world = await LoggedInAsync();
        world.Pbx.OnMember = action => action["Queue"] == "q_ventas" ? FakeReply.Error("Interface not found") : null;
        Assert.False(await world.ActAsync("pauseAgent", ("agent", "acosta"), ("queues", ""), ("pauseDTMF", "1")));
    }

    [Fact]
    public async Task Without_the_PBX_every_action_is_false_whatever_was_known()
    {
        await using var world = await LoggedInAsync();
        world.Pbx.Asterisk.RefuseAuthentication = true;
        world.Pbx.Asterisk.HangUp();
        await Eventually.TrueAsync(() => world.Picture.StaleSince is not null);
        Assert.False(await world.ActAsync("loginAgent", ("agent", "acosta"), ("extension", "701")));
        Assert.False(await world.ActAsync("pauseAgent", ("agent", "acosta"), ("queues", ""), ("pauseDTMF", "")));
        Assert.False(await world.ActAsync("unpauseAgent", ("agent", "acosta"), ("queues", "")));
        Assert.False(await world.ActAsync("logoutAgent", ("agent", "acosta")));
    }

    [Fact]
    public async Task A_connection_that_is_lost_in_the_middle_of_a_login_is_false()
    {
        await using var world = await AgentsWorld.StartAsync(databases);
        world.Pbx.OnMember = action => action["Queue"] == "q_ventas" ? FakeReply.HangUp : null;
        Assert.False(await world.ActAsync("loginAgent", ("agent", "acosta"), ("extension", "701")));
    }

    [Fact]
    public async Task Actions_on_one_agent_take_turns()
    {
        await using var world = await AgentsWorld.StartAsync(databases);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => world.ActAsync("loginAgent", ("agent", "acosta"), ("extension", "701"))));
        Assert.All(answers, Assert.True);
        Assert.Equal(2, world.Commands.Count());
        // At one extension one of two agents is taken, whoever comes first.
        await world.ActAsync("logoutAgent", ("agent", "acosta"));
        var both = await Task.WhenAll(
            world.ActAsync("loginAgent", ("agent", "acosta"), ("extension", "703")), world.ActAsync("loginAgent", ("agent", "bnunez"), ("extension", "703")));
        Assert.Single(both, a => a);
    }

    [Theory]
    [InlineData("\r\nAction: Originate\r\nX: y")]
    [InlineData("\nAction: Originate")]
    [InlineData("x\rAction: Originate")]
    [InlineData("a\u0085b\u007F")]
    public async Task A_line_break_in_any_argument_never_reaches_the_PBX(string evil)
    {
        await using var world = await LoggedInAsync();
        var (received, commands) = (Received(world), world.Commands.Count());
        // Straight to the use case: an XML parser on the way would turn a lone CR into a line feed.
        foreach (var agent in new[] { "acosta" + evil, evil + "101" })
        {
            Assert.NotNull(await world.Presence.LogInAsync(agent, "701", Ct));
            Assert.NotNull(await world.Presence.LogOutAsync(agent, Ct));
            Assert.NotNull(await world.Presence.PauseAsync(agent, "", "1", Ct));
            Assert.NotNull(await world.Presence.UnpauseAsync(agent, "", Ct));
        }

        Assert.NotNull(await world.Presence.LogInAsync("bnunez", "702" + evil, Ct));
        Assert.NotNull(await world.Presence.PauseAsync("acosta", "q_ventas" + evil, "1", Ct));
        Assert.NotNull(await world.Presence.PauseAsync("acosta", "q_ventas", "1" + evil, Ct));
        Assert.NotNull(await world.Presence.UnpauseAsync("acosta", "q_ventas" + evil, Ct));
        Assert.False(await world.ActAsync("pauseAgent", ("agent", "acosta"), ("queues", "q_ventas\nAction: Originate"), ("pauseDTMF", "1")));
        Assert.False(await world.ActAsync("loginAgent", ("agent", "bnunez"), ("extension", "702\nAction: Originate")));
        Assert.Equal((received, commands), (Received(world), world.Commands.Count()));
        Assert.DoesNotContain(world.Pbx.Asterisk.Received, a => a.Name == "Originate");
    }

    /// <summary>What the PBX was asked, but for what the server asks by itself.</summary>
    private static int Received(AgentsWorld world) => world.Pbx.Asterisk.Received.Count(a => a.Name is not ("DeviceStateList" or "Getvar" or "Ping"));

    [Fact]
    public async Task A_wrong_key_is_false()
    {
        await using var world = await AgentsWorld.StartAsync(databases);
        foreach (var operation in new[] { "loginAgent", "logoutAgent", "pauseAgent", "unpauseAgent" })
            Assert.Contains(">false<", await world.Host.SoapAsync(operation, ("authorizedKey", "wrong"), ("agent", "acosta"), ("extension", "701")), StringComparison.Ordinal);
    }

    private async Task<AgentsWorld> LoggedInAsync()
    {
        var world = await AgentsWorld.StartAsync(databases);
        Assert.True(await world.ActAsync("loginAgent", ("agent", "acosta"), ("extension", "701")));
        return world;
    }
}
