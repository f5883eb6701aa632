using Expand.Server.Activity;
using Expand.Server.Pbx;
using Expand.Server.Queues;
using Expand.Server.Tests.Agents;
using Expand.Server.Tests.Host;
using Expand.Server.Ui.Wallboard;
using Microsoft.Extensions.DependencyInjection;

namespace Expand.Server.Tests.Ui;

/// <summary>What the supervisor's wallboard shows.</summary>
public sealed class WallTests(Databases databases)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_shows_who_waits_who_talks_with_whom_and_warns_beyond_what_was_set()
    {
        await using var world = await AgentsWorld.StartAsync(databases);
        Assert.True(await world.ActAsync("loginAgent", ("agent", "acosta"), ("extension", "701")));
        Assert.True(await world.ActAsync("loginAgent", ("agent", "bnunez"), ("extension", "702")));
        Assert.True(await world.ActAsync("pauseAgent", ("agent", "bnunez"), ("queue", ""), ("reason", "1")));
        var now = DateTimeOffset.UtcNow;
        world.Picture.Heard(new CallerJoined(now, new PbxCaller("q_ventas", "c.1", "099111222", "Cliente", now.AddSeconds(-90))));
        world.Picture.Heard(new CallerJoined(now, new PbxCaller("q_ventas", "c.2", "099333444", "", now.AddSeconds(-5))));
        world.Picture.Heard(new AgentRung(now, "q_ventas", "c.1", "101", "PJSIP/701", "leg.1"));
        var wall = Draw(world);

        var sales = wall.Queues.Single(q => q.Name == "q_ventas");
        Assert.Equal(("Ventas", 2, 0, 2, 1), (sales.Title, sales.Waiting, sales.Talking, sales.LoggedIn, sales.Paused));
        // The phone that rings is not free for another.
        Assert.Equal(0, sales.Available);
        Assert.True(sales.WaitsTooLong);
        Assert.Equal(now.AddSeconds(-90), wall.Totals.OldestWait);
        Assert.Equal(["c.1", "c.2"], wall.Calls.Select(c => c.Id));
        Assert.Equal([true, false], wall.Calls.Select(c => c.TooLong));
        Assert.DoesNotContain(Draw(world, new WallSettings { WaitSeconds = 120 }).Queues, q => q.WaitsTooLong);

        world.Picture.Heard(new CallerLeft(now, "q_ventas", "c.1"));
        world.Picture.Heard(new AgentConnected(now, "q_ventas", "c.1", "101", "PJSIP/701", "leg.1"));
        wall = Draw(world);
        Assert.Equal(["Ana Acosta", "Bruno Núñez"], wall.Agents.Select(a => a.Name));
        var ana = wall.Agents[0];
        Assert.Equal((AgentStatus.Busy, "701", "q_soporte, Ventas", "Cliente (099111222)", "leg.1"), (ana.Status, ana.Device, ana.Queues, ana.Call!.Party, ana.Call.AgentChannel));
        var bruno = wall.Agents[1];
        Assert.Equal((AgentStatus.BusyOut, "Almuerzo", false), (bruno.Status, bruno.PauseReason, bruno.TooLong));
        Assert.Equal(new WallTotals(1, wall.Totals.OldestWait, false, 1, 2, 0, 1), wall.Totals);
    }

    [Fact]
    public async Task Queues_agents_and_calls_are_chosen_and_ordered()
    {
        await using var world = await AgentsWorld.StartAsync(databases);
        Assert.True(await world.ActAsync("loginAgent", ("agent", "bnunez"), ("extension", "702")));
        Assert.True(await world.ActAsync("loginAgent", ("agent", "acosta"), ("extension", "701")));
        Assert.Equal(["Ana Acosta", "Bruno Núñez", "Gabriela Sosa"], Names(world, WallChoice.All with { Show = WallShow.All, Order = WallOrder.Name }));
        Assert.Equal(["Gabriela Sosa"], Names(world, WallChoice.All with { Show = WallShow.Offline }));
        Assert.Equal(["Ana Acosta"], Names(world, WallChoice.All with { Queues = ["q_soporte"] }));
        Assert.Equal(["Bruno Núñez"], Names(world, WallChoice.All with { Agent = "núñ" }));
        Assert.Equal(["Bruno Núñez"], Names(world, WallChoice.All with { Agent = "102" }));
        Assert.Equal(["Bruno Núñez", "Ana Acosta"], Names(world, WallChoice.All with { Order = WallOrder.Since }));
        Assert.Equal(["q_soporte"], Draw(world, choice: WallChoice.All with { Queues = ["q_soporte"] }).Queues.Select(q => q.Name));
        world.Picture.Heard(new CallerJoined(DateTimeOffset.UtcNow, new PbxCaller("q_ventas", "c.1", "099", "", DateTimeOffset.UtcNow)));
        Assert.Empty(Draw(world, choice: WallChoice.All with { Queues = ["q_soporte"] }).Calls);
        // Linked to it, though logged in nowhere.
        Assert.True(await world.ActAsync("logoutAgent", ("agent", "bnunez")));
        Assert.Equal(["Bruno Núñez"], Names(world, WallChoice.All with { Queues = ["q_ventas"], Show = WallShow.Offline }));
    }

    [Fact]
    public async Task The_days_figures_are_those_that_were_written_down()
    {
        await using var world = await AgentsWorld.StartAsync(databases);
        var midnight = QueueTally.Midnight(world.Host.Get<Expand.Server.Platform.LocalTime>());
        await using (var db = Databases.Open(world.Database))
        {
            foreach (var (at, action, wait) in new[]
            {
                (midnight, QueueAction.Connect, 20), (midnight.AddSeconds(1), QueueAction.Connect, 21), (midnight, QueueAction.Abandon, 3), (midnight.AddSeconds(-1), QueueAction.Connect, 1),
            })
                db.Add(new QueueActivity { Pbx = "pbx", At = at, Queue = "q_ventas", Action = action, UniqueId = "c", WaitSeconds = wait });
            await db.SaveChangesAsync(Ct);
        }

        var day = world.Host.Get<DayFigures>();
        day.Look();
        await Eventually.TrueAsync(() => day.Of("q_ventas") is { Answered: > 0 });
        Assert.Equal(new QueueDay(2, 1, 1), day.Of("q_ventas"));
        Assert.Equal((33, null), (day.Of("q_ventas")!.Level, day.Of("q_soporte")!.Level));
        var sales = Draw(world).Queues.Single(q => q.Name == "q_ventas");
        Assert.Equal((2, 1, 33, true), (sales.Answered, sales.Abandoned, sales.Level, sales.LevelTooLow));
        Assert.False(Draw(world, new WallSettings { LevelPercent = 33 }).Queues.Single(q => q.Name == "q_ventas").LevelTooLow);
    }

    private static WallPicture Draw(AgentsWorld world, WallSettings? settings = null, WallChoice? choice = null) =>
        Of(world).Draw(settings ?? new(), choice ?? WallChoice.All);

    /// <summary>The test's host has no web UI.</summary>
    internal static Wall Of(AgentsWorld world) => ActivatorUtilities.CreateInstance<Wall>(world.Host.Get<IServiceProvider>());

    private static List<string> Names(AgentsWorld world, WallChoice choice) => [.. Draw(world, choice: choice).Agents.Select(a => a.Name)];
}
