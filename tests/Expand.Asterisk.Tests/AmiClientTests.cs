using System.Diagnostics;
using Expand.Asterisk.Ami;
using Expand.TestKit;

namespace Expand.Asterisk.Tests;

public sealed class AmiClientTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Responses_find_their_actions_whatever_order_they_come_in()
    {
        await using var asterisk = new FakeAsterisk(a => a.Name != "Getvar" ? null
            : FakeReply.Success(("Value", a["Variable"]!)) with { Delay = TimeSpan.FromMilliseconds(a["Variable"] == "slow" ? 150 : 0) });
        await using var ami = await asterisk.ConnectAsync(ct: Ct);
        var slow = ami.SendAsync(new AmiAction("Getvar") { { "Variable", "slow" } }, Ct);
        var quick = Enumerable.Range(0, 200).Select(i => ami.SendAsync(new AmiAction("Getvar") { { "Variable", $"v{i}" } }, Ct)).ToList();
        Assert.Equal(Enumerable.Range(0, 200).Select(i => $"v{i}"), (await Task.WhenAll(quick)).Select(r => r["Value"]));
        Assert.Equal("slow", (await slow)["Value"]);
        Assert.Equal(202, asterisk.Received.Select(a => a.ActionId).Distinct().Count());
    }

    [Fact]
    public async Task An_error_is_an_answer_and_not_an_exception()
    {
        await using var asterisk = new FakeAsterisk(a => a.Name == "Hangup" ? FakeReply.Error("No such channel") : null);
        await using var ami = await asterisk.ConnectAsync(ct: Ct);
        var answer = await ami.SendAsync(new AmiAction("Hangup") { { "Channel", "x" } }, Ct);
        Assert.False(answer.IsSuccess);
        Assert.Equal("No such channel", answer.MessageText);
        Assert.Equal(AmiMessageKind.Response, answer.Kind);
    }

    [Fact]
    public async Task A_list_ends_at_the_event_its_caller_names_and_strangers_stay_out()
    {
        await using var asterisk = new FakeAsterisk(a => a.Name switch
        {
            "CoreShowChannels" => "Response: Success\nActionID: {id}\nEventList: start\n\nEvent: CoreShowChannel\nActionID: {id}\nChannel: A\n\n"
                + "Event: Newchannel\nChannel: other\n\nEvent: CoreShowChannel\nActionID: someone-else\nChannel: C\n\n"
                + "Event: CoreShowChannel\nActionID: {id}\nChannel: B\n\nEvent: CoreShowChannelsComplete\nActionID: {id}\nListItems: 2\n\n",
            "QueueStatus" => FakeReply.List("QueueStatusComplete", []),
            "PJSIPShowEndpoints" => FakeReply.Error("Permission denied"),
            _ => null,
        });
        await using var ami = await asterisk.ConnectAsync(ct: Ct);
        var all = ami.Subscribe(ct: Ct);

        var channels = await ami.SendListAsync(new AmiAction("CoreShowChannels"), "CoreShowChannelsComplete", Ct);
        Assert.Equal(["A", "B"], channels.Items.Select(i => i["Channel"]));
        Assert.Equal("2", channels.Complete!["ListItems"]);
        Assert.Empty((await ami.SendListAsync(new AmiAction("QueueStatus"), "QueueStatusComplete", Ct)).Items);

        var refused = await ami.SendListAsync(new AmiAction("PJSIPShowEndpoints"), "EndpointListComplete", Ct);
        Assert.False(refused.Response.IsSuccess);
        Assert.Empty(refused.Items);
        Assert.Null(refused.Complete);

        var told = await all.TakeAsync(3, Ct);
        Assert.Equal([null, "other", "C"], told.Select(n => n.Event?["Channel"]));
    }

    [Fact]
    public async Task A_list_that_still_grows_is_not_late_and_one_that_stops_is()
    {
        await using var asterisk = new FakeAsterisk(a => a.Name == "Status" ? "Response: Success\nActionID: {id}\n\n" : null);
        await using var ami = await asterisk.ConnectAsync(o => o with { ActionTimeout = TimeSpan.FromSeconds(3) }, Ct);
        var clock = Stopwatch.StartNew();
        var list = ami.SendListAsync(new AmiAction("Status"), "StatusComplete", Ct);
        var id = (await asterisk.WaitForAsync("Status", ct: Ct)).ActionId;
        for (var i = 0; i < 7; i++)
        {
            await Task.Delay(600, Ct);
            await asterisk.SendAsync($"Event: Status\nActionID: {id}\n\n");
        }
        Assert.False(list.IsCompleted);
        await Assert.ThrowsAsync<TimeoutException>(() => list);
        Assert.InRange(clock.ElapsedMilliseconds, 6000, 30_000);
    }

    [Fact]
    public async Task Command_output_is_collected_in_both_forms()
    {
        await using var asterisk = new FakeAsterisk(a => a["Command"] switch
        {
            "new" => "Response: Success\nActionID: {id}\nMessage: Command output follows\nOutput: one\nOutput: two\n\n",
            "old" => "Response: Follows\nPrivilege: Command\nActionID: {id}\none\n\ntwo\n--END COMMAND--\n\n",
            _ => null,
        });
        await using var ami = await asterisk.ConnectAsync(ct: Ct);
        Assert.Equal(["one", "two"], (await ami.SendAsync(new AmiAction("Command") { { "Command", "new" } }, Ct)).Output);
        Assert.Equal(["one", "", "two"], (await ami.SendAsync(new AmiAction("Command") { { "Command", "old" } }, Ct)).Output);
    }

    [Fact]
    public async Task A_dropped_connection_fails_the_pending_action_at_once_and_does_not_resend_it()
    {
        await using var asterisk = new FakeAsterisk(a => a.Name == "Originate" ? FakeReply.HangUp : null);
        await using var ami = await asterisk.ConnectAsync(ct: Ct);
        var waiting = ami.SendAsync(new AmiAction("Silent"), Ct);   // answered before: shows that only what is pending fails
        await waiting;
        var clock = Stopwatch.StartNew();
        var lost = await Assert.ThrowsAsync<AmiConnectionLostException>(() => ami.SendAsync(new AmiAction("Originate"), Ct));
        Assert.True(lost.MayHaveBeenSent);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10));

        await asterisk.WaitForAsync("Login", 2, Ct);
        await ami.WaitUntilUpAsync(Ct);
        await ami.SendAsync(new AmiAction("Marker"), Ct);
        Assert.Equal(["Login", "Silent", "Originate", "Login", "Marker"], asterisk.Received.Select(a => a.Name));
        Assert.Equal(1, ami.Reconnects);
    }

    [Fact]
    public async Task Nothing_is_sent_while_not_up_and_the_sender_knows_it()
    {
        await using var asterisk = new FakeAsterisk { RefuseAuthentication = true };
        await using var ami = new AmiClient(asterisk.ClientOptions);
        var before = await Assert.ThrowsAsync<AmiConnectionLostException>(() => ami.SendAsync(new AmiAction("Originate"), Ct));
        Assert.False(before.MayHaveBeenSent);
        Assert.Equal(AmiState.Stopped, ami.State);
        Assert.Empty(asterisk.ReceivedBytes);
    }

    [Fact]
    public async Task An_action_given_up_before_it_was_written_is_never_written()
    {
        await using var asterisk = new FakeAsterisk();
        await using var ami = await asterisk.ConnectAsync(o => o with { ActionTimeout = TimeSpan.FromSeconds(8) }, Ct);
        asterisk.Stall = true;
        var filler = new string('x', 900);
        using var giveUp = new CancellationTokenSource();
        // Far more than the socket's buffers take: the last ones are still in this process when their senders give up.
        var stuck = Enumerable.Range(0, 12_000).Select(i =>
        {
            var action = new AmiAction("Filler");
            for (var n = 0; n < 3; n++) action.Add("X", filler);
            return ami.SendAsync(action, giveUp.Token);
        }).ToList();
        var last = ami.SendAsync(new AmiAction("Originate"), giveUp.Token);
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => last);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(stuck));

        asterisk.Stall = false;
        Assert.True((await ami.SendAsync(new AmiAction("Marker"), Ct)).IsSuccess);
        Assert.DoesNotContain(asterisk.Received, a => a.Name == "Originate");
    }

    [Fact]
    public async Task An_action_without_an_answer_times_out_and_the_connection_goes_on()
    {
        await using var asterisk = new FakeAsterisk(a => a.Name == "Silent" ? FakeReply.Silence : null);
        await using var ami = await asterisk.ConnectAsync(o => o with { ActionTimeout = TimeSpan.FromSeconds(3) }, Ct);
        await Assert.ThrowsAsync<TimeoutException>(() => ami.SendAsync(new AmiAction("Silent"), Ct));
        Assert.True((await ami.SendAsync(new AmiAction("Marker"), Ct)).IsSuccess);
        Assert.Equal(1, asterisk.Connections);
    }

    [Fact]
    public async Task Disposing_logs_off_fails_what_is_pending_and_ends_the_subscriptions()
    {
        await using var asterisk = new FakeAsterisk(a => a.Name == "Silent" ? FakeReply.Silence : null);
        var ami = await asterisk.ConnectAsync(ct: Ct);
        var notices = ami.Subscribe(ct: Ct);
        var pending = ami.SendAsync(new AmiAction("Silent"), Ct);
        await asterisk.WaitForAsync("Silent", ct: Ct);
        await ami.DisposeAsync();
        await Assert.ThrowsAsync<AmiConnectionLostException>(() => pending);
        Assert.Equal("Logoff", asterisk.Received[^1].Name);
        Assert.Equal([AmiNoticeKind.Connected], (await notices.TakeAsync(10, Ct)).Select(n => n.Kind));
        Assert.Equal(AmiState.Stopped, ami.State);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => ami.SendAsync(new AmiAction("Ping"), Ct));
        Assert.Throws<ObjectDisposedException>(ami.Start);
        await ami.DisposeAsync();
    }

    [Fact]
    public async Task Disposing_is_bounded_when_asterisk_answers_nothing()
    {
        await using var asterisk = new FakeAsterisk();
        var ami = await asterisk.ConnectAsync(ct: Ct);
        asterisk.Mute = true;
        var clock = Stopwatch.StartNew();
        await ami.DisposeAsync();
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5));
        await asterisk.WaitForAsync("Logoff", ct: Ct);
    }
}
