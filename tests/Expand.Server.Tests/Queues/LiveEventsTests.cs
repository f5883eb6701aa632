using Expand.Server.Pbx;
using Expand.Server.Queues;

namespace Expand.Server.Tests.Queues;

/// <summary>The picture's events for those who subscribe.</summary>
public sealed class LiveEventsTests
{
    private readonly CancellationToken ct = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_subscribers_get_the_same_events_in_the_same_order()
    {
        var live = new LivePictures().Snapshot(["q_a"]);
        var both = new[] { Subscribe(live, null), Subscribe(live, null) };
        foreach (var one in both) Assert.Equal(LiveEventKind.Snapshot, (await NextAsync(one)).Kind);
        for (var i = 0; i < 50; i++) live.LogsIn($"{i}", $"PJSIP/{i}", "q_a");
        var seen = new[] { await TakeAsync(both[0], 150), await TakeAsync(both[1], 150) };
        Assert.Equal(seen[0], seen[1]);
        Assert.Equal(Enumerable.Range((int)seen[0][0].Number, 150), seen[0].Select(e => (int)e.Number));
        // A login, its status, the queue's figures, and then the next one's.
        Assert.Equal([LiveEventKind.Membership, LiveEventKind.AgentStatus, LiveEventKind.QueueTotals], seen[0].Take(3).Select(e => e.Kind));
        Assert.Equal((new QueueTotals("q_a", 0, 0, 49, 0), new QueueTotals("q_a", 0, 0, 50, 0)), ((QueueTotals)seen[0][^1].Before!, (QueueTotals)seen[0][^1].After!));
    }

    [Fact]
    public void An_event_bears_the_instant_that_the_PBX_tells()
    {
        var live = new LivePictures().Snapshot(["q_a"]).After(10);
        live.Hear(new MemberAdded(live.Now.AddSeconds(-3), live.Member("q_a", "1", "PJSIP/1")));
        Assert.Equal(live.Now.AddSeconds(-3), live.Events[^1].At);
    }

    [Fact]
    public async Task Who_comes_back_goes_on_after_the_last_event()
    {
        var live = new LivePictures().Snapshot(["q_a"]).LogsIn("1", "PJSIP/1", "q_a");
        var cursor = (await NextAsync(Subscribe(live, null))).Cursor;
        live.LogsIn("2", "PJSIP/2", "q_a");
        var missed = await TakeAsync(Subscribe(live, cursor), 3);
        Assert.Equal(cursor.Number + 1, missed[0].Number);
        Assert.Equal((LiveEventKind.Membership, "2"), (missed[0].Kind, missed[0].Agent));
        var waiting = NextAsync(Subscribe(live, missed[^1].Cursor));
        Assert.False(waiting.IsCompleted);
        live.Hear(new PbxLost(live.Now));
        Assert.Equal(LiveEventKind.Stale, (await waiting).Kind);
    }

    [Fact]
    public async Task Who_fell_too_far_behind_or_knows_another_life_starts_anew_with_the_whole_picture()
    {
        var live = new LivePictures(eventsKept: 20).Snapshot(["q_a"]);
        var slow = Subscribe(live, null);
        var old = (await NextAsync(slow)).Cursor;
        for (var i = 0; i < 30; i++) live.LogsIn($"{i}", $"PJSIP/{i}", "q_a");
        foreach (var subscriber in new[] { slow, Subscribe(live, old), Subscribe(live, old with { Stream = "other" }), Subscribe(live, old with { Number = 100_000 }) })
        {
            var first = await NextAsync(subscriber);
            Assert.Equal(LiveEventKind.Snapshot, first.Kind);
            Assert.Equal(30, Assert.IsType<LiveView>(first.After).Queues.Single().Members.Count);
            live.Hear(new CallerJoined(live.Now, new PbxCaller("q_a", $"{first.Number}.1", "099", "", live.Now)));
            var next = await NextAsync(subscriber);
            Assert.Equal((first.Number + 1, LiveEventKind.CallWaiting), (next.Number, next.Kind));
        }
    }

    [Fact]
    public async Task Nobody_who_does_not_read_holds_up_the_facts()
    {
        var live = new LivePictures(eventsKept: 50).Snapshot(["q_a"]);
        var asleep = Subscribe(live, null);
        await NextAsync(asleep);
        var awake = Subscribe(live, null);
        var from = (await NextAsync(awake)).Number;
        for (var i = 0; i < 10_000; i++)
        {
            live.Enters("q_a", $"{i}.1").Hear(new CallerAbandoned(live.Now, "q_a", $"{i}.1"));
            if (i % 10 == 0) Assert.True((await NextAsync(awake)).Number > from);
        }

        Assert.Equal(LiveEventKind.Snapshot, (await NextAsync(asleep)).Kind);
    }

    [Fact]
    public async Task Everything_has_its_event_with_what_was_before_and_after()
    {
        var live = new LivePictures().Snapshot(["q_a"]);
        var events = Subscribe(live, null);
        await NextAsync(events);
        live.LogsIn("157", "PJSIP/701", "q_a").Pauses("157", "PJSIP/701", "Baño", "q_a");
        live.Hear(new MemberPaused(live.Now, live.Member("q_a", "157", "PJSIP/701")));
        live.Enters("q_a", "1.1").Rings("q_a", "1.1", "157", "PJSIP/701", "1.2").Answers("q_a", "1.1", "157", "PJSIP/701", "1.2");
        live.Hear(new AgentCompleted(live.Now, "q_a", "1.1", "157", "1.2", "agent"), new MemberRemoved(live.Now, live.Member("q_a", "157", "PJSIP/701")));
        var told = (await TakeAsync(events, live.Events.Count - 2)).Select(e => $"{e.Kind} {Short(e.Before)}>{Short(e.After)}");
        Assert.Equal(
        [
            "Membership ->in", "AgentStatus ->Available", "QueueTotals 0/0/0/0>0/0/1/0",
            "Pause in>Baño", "AgentStatus Available>BusyOut", "QueueTotals 0/0/1/0>0/0/1/1",
            "Pause Baño>in", "AgentStatus BusyOut>Available", "QueueTotals 0/0/1/1>0/0/1/0",
            "CallWaiting ->waits", "QueueTotals 0/0/1/0>1/0/1/0",
            "Ringing ->rings", "AgentStatus Available>Ringing",
            "QueueTotals 1/0/1/0>0/0/1/0",
            "Ringing rings>-", "CallConnected waits>157", "AgentStatus Ringing>Busy", "QueueTotals 0/0/1/0>0/1/1/0",
            "CallEnded 157>-", "AgentStatus Busy>Available", "QueueTotals 0/1/1/0>0/0/1/0",
            "Membership in>-", "AgentStatus Available>Offline", "QueueTotals 0/0/1/0>0/0/0/0",
        ], told);
    }

    private static string Short(LiveState? state) => state switch
    {
        null => "-",
        LiveMember member => member.Paused ? member.PauseReason : "in",
        LiveAgent agent => agent.Status.ToString(),
        QueueTotals t => $"{t.Waiting}/{t.Ongoing}/{t.LoggedIn}/{t.Paused}",
        LiveCall call => call.Agent.Length == 0 ? "waits" : call.Agent,
        LiveOffer => "rings",
        _ => state.ToString(),
    };

    private IAsyncEnumerator<LiveEvent> Subscribe(LivePictures live, LiveCursor? after) =>
        new LiveEvents(live.Picture, live.Clock).SubscribeAsync(after, ct).GetAsyncEnumerator(ct);

    private async Task<LiveEvent> NextAsync(IAsyncEnumerator<LiveEvent> events)
    {
        Assert.True(await events.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10), ct));
        return events.Current;
    }

    private async Task<List<LiveEvent>> TakeAsync(IAsyncEnumerator<LiveEvent> events, int count)
    {
        var taken = new List<LiveEvent>();
        while (taken.Count < count) taken.Add(await NextAsync(events));
        return taken;
    }
}
