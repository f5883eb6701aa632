using Expand.Server.Activity;
using Expand.Server.Platform;
using Expand.Server.Tests.Host;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace Expand.Server.Tests.Activity;

/// <summary>The figures of statusQueues, counted from what is written down.</summary>
public sealed class CountersTests(Databases databases)
{
    private static readonly TimeZoneInfo Montevideo = TimeZoneInfo.FindSystemTimeZoneById("America/Montevideo");

    [Fact]
    public void Today_begins_at_local_midnight_and_the_hour_moves()
    {
        // 23:30 in Montevideo.
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 24, 2, 30, 0, TimeSpan.Zero));
        var counters = new ActivityCounters(new LocalTime(Montevideo, clock));
        counters.Count("q", "1", QueueAction.CompleteAgent, clock.GetUtcNow().AddHours(-20));
        counters.Count("q", "1", QueueAction.CompleteCaller, clock.GetUtcNow().AddMinutes(-59));
        counters.Count("q", "1", QueueAction.CompleteTransfer, clock.GetUtcNow());
        counters.Count("q", "", QueueAction.Abandon, clock.GetUtcNow());
        Assert.Equal(new QueueCounters(3, 1, 2, 1), counters.Of("q"));
        Assert.Equal(75, counters.Of("q").Ratio);
        Assert.Equal(default, counters.Of("other"));

        clock.Advance(TimeSpan.FromMinutes(29));
        Assert.Equal(new QueueCounters(3, 1, 1, 1), counters.Of("q"));
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(new QueueCounters(0, 0, 1, 1), counters.Of("q"));
        // Read late, from before midnight.
        counters.Count("q", "", QueueAction.Abandon, clock.GetUtcNow().AddMinutes(-5));
        counters.Count("q", "", QueueAction.Abandon, clock.GetUtcNow());
        Assert.Equal(new QueueCounters(0, 1, 1, 3), counters.Of("q"));
        Assert.Equal(0, counters.Of("q").Ratio);
    }

    [Fact]
    public void Offers_that_failed_are_counted_until_one_is_answered()
    {
        var clock = new FakeTimeProvider(ActivityDesk.Nine);
        var counters = new ActivityCounters(new LocalTime(Montevideo, clock));
        counters.Count("q", "1", QueueAction.Congestion, ActivityDesk.At(1));
        counters.Count("q", "1", QueueAction.NoAnswer, ActivityDesk.At(2));
        counters.Count("p", "1", QueueAction.NoAnswer, ActivityDesk.At(3));
        Assert.Equal(new AgentOffers(3, ActivityDesk.At(1)), counters.OffersOf("1"));
        counters.Count("q", "1", QueueAction.Connect, ActivityDesk.At(4));
        Assert.Equal(new AgentOffers(0, ActivityDesk.At(1)), counters.OffersOf("1"));
        Assert.Equal(default, counters.OffersOf("2"));
    }

    [Fact]
    public async Task A_host_that_starts_knows_the_day_and_follows_what_is_written()
    {
        await using var desk = await ActivityDesk.OpenAsync(databases);
        await desk.TakeAsync("0|MANAGER|q|1|ADDMEMBER", "10|c.1|q|1|CONNECT|1|c.2|1", "17|c.1|q|1|COMPLETECALLER|1|7|1", "20|c.3|q|1|RINGNOANSWER|0");
        var clock = new RunningFrom(ActivityDesk.At(30));
        var counters = new ActivityCounters(new LocalTime(Montevideo, clock));
        await using var source = NpgsqlDataSource.Create(desk.Database);
        using var tail = new ActivityTail(source, counters, clock, NullLogger<ActivityTail>.Instance);
        await tail.StartAsync(TestContext.Current.CancellationToken);
        await Eventually.EqualAsync(new QueueCounters(1, 0, 1, 0), () => Task.FromResult(counters.Of("q")));
        await desk.TakeAsync("25|c.3|q|NONE|ABANDON|1|1|9", "26|c.4|q|1|RINGNOANSWER|15000");
        await databases.Postgres.BreakConnectionsAsync(desk.Database);
        await Eventually.EqualAsync(new QueueCounters(1, 1, 1, 1), () => Task.FromResult(counters.Of("q")));
        await Eventually.EqualAsync(new AgentOffers(2, ActivityDesk.At(20)), () => Task.FromResult(counters.OffersOf("1")));
        await tail.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_host_that_starts_after_a_long_time_knows_the_last_offers_of_every_agent()
    {
        await using var desk = await ActivityDesk.OpenAsync(databases);
        await desk.TakeAsync(
            "1|c.1|q|2|RINGNOANSWER|0", "2|c.2|q|2|CONNECT|1|c.3|1", "3|c.2|q|2|COMPLETECALLER|1|1|1", "4|c.4|p|2|RINGNOANSWER|15000", "5|c.5|q|2|RINGNOANSWER|15000",
            "6|c.6|q|1|RINGNOANSWER|0", "7|c.7|q|1|CONNECT|1|c.8|1", "8|c.9|q|1|RINGNOANSWER|15000", "9|c.10|p|1|RINGNOANSWER|15000", "10|c.11|q|1|RINGNOANSWER|15000",
            "11|MANAGER|q|3|ADDMEMBER");
        var counters = new ActivityCounters(new LocalTime(Montevideo, new RunningFrom(ActivityDesk.At(4 * 86_400))));
        await using var source = NpgsqlDataSource.Create(desk.Database);
        using var tail = new ActivityTail(source, counters, TimeProvider.System, NullLogger<ActivityTail>.Instance);
        await tail.StartAsync(TestContext.Current.CancellationToken);
        await Eventually.EqualAsync(new AgentOffers(3, ActivityDesk.At(6)), () => Task.FromResult(counters.OffersOf("1")));
        Assert.Equal(new AgentOffers(2, ActivityDesk.At(1)), counters.OffersOf("2"));
        Assert.Equal(default, counters.OffersOf("3"));
        Assert.Equal(default, counters.Of("q"));
        await tail.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Calls_do_not_add_up_where_nobody_asks_for_the_figures()
    {
        var clock = new FakeTimeProvider(ActivityDesk.Nine);
        var tally = new QueueTally(new LocalTime(Montevideo, clock));
        for (var i = 0; i < 60 * 24 * 3; i++)
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            tally.Add(clock.GetUtcNow(), isAbandoned: i % 2 == 0);
        }

        Assert.Equal(60, tally.Held);
        // Nine in the morning, and what was read late counts for its day only.
        tally.Add(clock.GetUtcNow().AddHours(-10), isAbandoned: true);
        Assert.Equal(new QueueCounters(271, 270, 30, 30), tally.Now());
    }

    /// <summary>A clock that runs, but from another day.</summary>
    private sealed class RunningFrom(DateTimeOffset start) : TimeProvider
    {
        private readonly DateTimeOffset began = System.GetUtcNow();

        public override DateTimeOffset GetUtcNow() => start + (System.GetUtcNow() - began);
    }
}
