using System.Collections.Frozen;
using Expand.Asterisk.Ami;
using Expand.TestKit;

namespace Expand.Asterisk.Tests;

public sealed class AmiSubscriptionTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Up_and_lost_come_in_order_with_the_events()
    {
        await using var asterisk = new FakeAsterisk();
        await using var ami = new AmiClient(asterisk.ClientOptions);
        var notices = ami.Subscribe(new HashSet<string> { "newchannel", "Hangup" }, ct: Ct);
        ami.Start();
        await ami.WaitUntilUpAsync(Ct);
        await asterisk.SendAsync("Event: Newchannel\nUniqueid: 1\n\nEvent: VarSet\n\nEvent: Hangup\nUniqueid: 1\n\n");
        await Notices.UntilAsync(() => ami.EventsReceived == 4, Ct);
        asterisk.HangUp();
        await asterisk.WaitForAsync("Login", 2, Ct);
        await ami.WaitUntilUpAsync(Ct);
        await asterisk.SendAsync("Event: Newchannel\nUniqueid: 2\n\n");

        var told = await notices.TakeAsync(6, Ct);
        Assert.Equal(["Connected", "Newchannel", "Hangup", "Lost", "Connected", "Newchannel"], told.Select(n => n.Event?.Name ?? n.Kind.ToString()));
        Assert.Equal("Asterisk Call Manager/11.0.0", told[0].Detail);
        Assert.NotNull(told[3].Detail);
        Assert.Equal("2", told[5].Event!["Uniqueid"]);
    }

    [Fact]
    public async Task Events_are_queued_from_the_call_on_and_who_joins_while_up_is_told_connected_first()
    {
        await using var asterisk = new FakeAsterisk();
        await using var ami = await asterisk.ConnectAsync(ct: Ct);
        var notices = ami.Subscribe(FrozenSet.Create("Hangup"), ct: Ct);
        await asterisk.SendAsync("Event: Hangup\n\n");
        await Notices.UntilAsync(() => ami.EventsReceived == 2, Ct);
        Assert.Equal([AmiNoticeKind.Connected, AmiNoticeKind.Event], (await notices.TakeAsync(2, Ct)).Select(n => n.Kind));
    }

    [Fact]
    public async Task A_slow_consumer_gets_a_gap_and_the_reader_goes_on()
    {
        await using var asterisk = new FakeAsterisk();
        await using var ami = await asterisk.ConnectAsync(ct: Ct);
        var slow = ami.Subscribe(FrozenSet.Create("E"), capacity: 10, ct: Ct);
        var quick = ami.Subscribe(FrozenSet.Create("E"), ct: Ct);
        await asterisk.SendAsync(string.Concat(Enumerable.Range(0, 1000).Select(i => $"Event: E\nN: {i}\n\n")));
        Assert.True((await ami.SendAsync(new AmiAction("Marker"), Ct)).IsSuccess);   // the reader did not wait for the slow one
        Assert.Equal(991, ami.EventsDropped);

        var told = await quick.TakeAsync(1001, Ct);
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => $"{i}"), told.Skip(1).Select(n => n.Event!["N"]));

        await using var reading = slow.GetAsyncEnumerator(Ct);
        var first = new List<AmiNotice<AmiMessage>>();
        for (var i = 0; i < 11 && await reading.MoveNextAsync(); i++) first.Add(reading.Current);
        Assert.Equal(AmiNoticeKind.Connected, first[0].Kind);
        Assert.Equal(Enumerable.Range(0, 9).Select(i => $"{i}"), first.Skip(1).Take(9).Select(n => n.Event!["N"]));
        Assert.Equal((AmiNoticeKind.Gap, 991L), (first[10].Kind, first[10].Dropped));

        await asterisk.SendAsync("Event: E\nN: after\n\n");
        Assert.True(await reading.MoveNextAsync());
        Assert.Equal("after", reading.Current.Event!["N"]);
    }

    [Fact]
    public async Task A_full_queue_still_tells_that_the_connection_was_lost_after_the_gap()
    {
        await using var asterisk = new FakeAsterisk();
        await using var ami = await asterisk.ConnectAsync(ct: Ct);
        var notices = ami.Subscribe(FrozenSet.Create("E"), capacity: 2, ct: Ct);
        await asterisk.SendAsync("Event: E\nN: 0\n\nEvent: E\nN: 1\n\nEvent: E\nN: 2\n\n");
        await ami.SendAsync(new AmiAction("Marker"), Ct);
        asterisk.HangUp();
        await asterisk.WaitForAsync("Login", 2, Ct);
        await ami.WaitUntilUpAsync(Ct);
        var told = await notices.TakeAsync(5, Ct);
        Assert.Equal([AmiNoticeKind.Connected, AmiNoticeKind.Event, AmiNoticeKind.Gap, AmiNoticeKind.Lost, AmiNoticeKind.Connected], told.Select(n => n.Kind));
        Assert.Equal(2, told[2].Dropped);
    }

    [Fact]
    public async Task A_reader_makes_of_each_event_what_its_subscriber_wants_and_texts_that_come_again_are_the_same()
    {
        await using var asterisk = new FakeAsterisk();
        await using var ami = await asterisk.ConnectAsync(ct: Ct);
        var names = ami.Subscribe<string>((scoped in packet) => packet["Channel"], FrozenSet.Create("Hangup"), ct: Ct);
        var whole = ami.Subscribe(FrozenSet.Create("Hangup"), ct: Ct);
        await asterisk.SendAsync("Event: Hangup\nChannel: PJSIP/701-1\n\nEvent: Hangup\nCause: 16\n\nEvent: Newchannel\nChannel: PJSIP/702-2\n\n"
            + "Event: Hangup\nchannel: PJSIP/701-1\n\nEvent: Hangup\nChannel: Ñandú\n\nEvent: Hangup\nChannel:\n\n");
        var read = new List<string?>();
        await foreach (var notice in names.WithCancellation(Ct))
        {
            if (notice.Kind == AmiNoticeKind.Event) read.Add(notice.Event);
            if (read.Count == 4) break;
        }

        Assert.Equal(["PJSIP/701-1", "PJSIP/701-1", "Ñandú", ""], read);
        Assert.Same(read[0], read[1]);
        Assert.Equal(5, (await whole.TakeAsync(6, Ct)).Count(n => n.Kind == AmiNoticeKind.Event));
    }

    [Fact]
    public async Task An_event_on_which_a_reader_throws_is_missing_for_its_subscriber_alone()
    {
        await using var asterisk = new FakeAsterisk();
        await using var ami = await asterisk.ConnectAsync(ct: Ct);
        var numbers = ami.Subscribe<object>((scoped in packet) => int.Parse(packet["N"]!, System.Globalization.CultureInfo.InvariantCulture), FrozenSet.Create("E"), ct: Ct);
        var whole = ami.Subscribe(FrozenSet.Create("E"), ct: Ct);
        await asterisk.SendAsync("Event: E\nN: 1\n\nEvent: E\nN: two\n\nEvent: E\nN: 3\n\n");
        var told = new List<(AmiNoticeKind, object?, long)>();
        await foreach (var notice in numbers.WithCancellation(Ct))
        {
            told.Add((notice.Kind, notice.Event, notice.Dropped));
            if (told.Count == 4) break;
        }

        Assert.Equal([(AmiNoticeKind.Connected, null, 0), (AmiNoticeKind.Event, 1, 0), (AmiNoticeKind.Gap, null, 1), (AmiNoticeKind.Event, 3, 0)], told);
        Assert.Equal(4, (await whole.TakeAsync(4, Ct)).Count);
        Assert.True((await ami.SendAsync(new AmiAction("Marker"), Ct)).IsSuccess);
    }

    [Fact]
    public async Task A_cancelled_subscription_ends_with_a_cancellation_and_takes_nothing_more()
    {
        await using var asterisk = new FakeAsterisk();
        await using var ami = await asterisk.ConnectAsync(ct: Ct);
        using var leave = new CancellationTokenSource();
        var notices = ami.Subscribe(capacity: 1, ct: leave.Token);
        await leave.CancelAsync();
        await asterisk.SendAsync("Event: E\n\nEvent: E\n\n");
        await ami.SendAsync(new AmiAction("Marker"), Ct);
        Assert.Equal(0, ami.EventsDropped);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => notices.TakeAsync(1, Ct));
        Assert.Throws<InvalidOperationException>(() => notices.GetAsyncEnumerator(Ct));
    }

    [Fact]
    public async Task A_flood_of_100_000_events_at_full_speed_is_delivered_whole_and_in_order_within_the_capacity()
    {
        await using var asterisk = new FakeAsterisk();
        await using var ami = await asterisk.ConnectAsync(ct: Ct);
        var notices = ami.Subscribe(FrozenSet.Create("DialEnd"), capacity: 100_000, ct: Ct);
        const int Total = 100_000;
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var counting = Task.Run(async () =>
        {
            var next = 0;
            await foreach (var notice in notices.WithCancellation(Ct))
            {
                if (notice.Kind != AmiNoticeKind.Event) continue;
                Assert.Equal(next, int.Parse(notice.Event!["N"]!, System.Globalization.CultureInfo.InvariantCulture));
                if (++next == Total) break;
            }
            return next;
        }, Ct);
        var filler = string.Concat(Enumerable.Range(0, 14).Select(i => $"SomeHeader{i}: some value {i}\n"));
        for (var sent = 0; sent < Total; sent += 2000)
        {
            await asterisk.SendAsync(string.Concat(Enumerable.Range(sent, 2000).Select(i => $"Event: DialEnd\n{filler}N: {i}\n\n")));
        }
        Assert.Equal(Total, await counting.WaitAsync(TimeSpan.FromSeconds(30), Ct));
        Assert.Equal(0, ami.EventsDropped);
        // Asterisk's peak on two cores is about 15,000 events a second.
        TestContext.Current.TestOutputHelper?.WriteLine($"{Total / clock.Elapsed.TotalSeconds:N0} events/s over a socket");
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(Total / 5000.0));
    }
}
