using Expand.Server.Calls;
using Expand.Server.Cdr;
using Expand.Server.Tests.Host;
using Expand.TestKit;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace Expand.Server.Tests.Calls;

/// <summary>Lost connections, lost answers, lost hosts: each job gets its true end, and no call is made twice.</summary>
public sealed class RecoveryTests(Databases databases)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_connection_lost_at_the_Originate_sends_nothing_again_and_a_call_that_was_made_is_found_in_the_channels()
    {
        await using var pbx = new ScriptedPbx("701", "702");
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        pbx.OnOriginate = action =>
        {
            var id = action["ChannelId"]!;
            pbx.Channel(id, id, 6, "b");
            pbx.Channel("9.1", id, 6, "b");
            return FakeReply.HangUp;
        };
        await using var host = await StartAsync(await databases.NewAsync(), pbx, clock);
        var job = await host.Calls.RequestAsync(CallOriginationTests.Request(), Ct);
        await pbx.NextOriginateAsync();
        await StatusIsAsync(host, clock, job, CallStatus.Answer);
        Assert.Single(pbx.Originates);
        Assert.True(pbx.Asterisk.Connections >= 2);
    }

    [Fact]
    public async Task A_connection_lost_at_the_Originate_whose_call_was_never_made_is_1_and_then_6()
    {
        await using var pbx = new ScriptedPbx("701", "702") { OnOriginate = _ => FakeReply.HangUp };
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var host = await StartAsync(await databases.NewAsync(), pbx, clock);
        var job = await host.Calls.RequestAsync(CallOriginationTests.Request(), Ct);
        await pbx.NextOriginateAsync();
        await pbx.Asterisk.WaitUntilAsync(() => pbx.Asterisk.Connections >= 2, Ct);
        Assert.Equal(CallStatus.Ringing, await host.Calls.StatusAsync(job, Ct));
        await StatusIsAsync(host, clock, job, CallStatus.Congestion);
        Assert.Single(pbx.Originates);
    }

    [Fact]
    public async Task A_row_that_is_written_a_moment_before_its_call_is_followed_is_not_taken_for_one_of_an_earlier_life()
    {
        await using var pbx = new ScriptedPbx("701", "702");
        await using var host = await ServerHost.StartAsync(await databases.NewAsync(), pbx);
        var ids = new[] { OriginatedCall.NewId(), OriginatedCall.NewId() };
        var now = DateTimeOffset.UtcNow;
        foreach (var (id, requestedAt) in new[] { (ids[0], now), (ids[1], now.AddMinutes(-1)) })
        {
            await host.Get<CallRepository>().AddAsync(new OriginatedCall
            {
                Id = id,
                ChannelId = OriginatedCall.ChannelIdOf(id, requestedAt),
                Pbx = "pbx",
                Owner = host.Get<Expand.Server.Platform.HostPresence>().Id,
                Source = "701",
                SourceName = "",
                Destination = "702",
                DestinationName = "",
                RingSeconds = 30,
                Status = CallStatus.Ringing,
                RequestedAt = requestedAt,
            }, null, Ct);
        }

        await Eventually.EqualAsync(true, () => Task.FromResult(host.Get<CallTracker>().Find(ids[1]) is not null));
        Assert.Null(host.Get<CallTracker>().Find(ids[0]));
    }

    [Fact]
    public async Task An_Originate_without_an_answer_stays_1_and_its_events_still_count()
    {
        await using var pbx = new ScriptedPbx("701", "702") { OnOriginate = _ => FakeReply.Silence };
        await using var host = await ServerHost.StartAsync(await databases.NewAsync(), pbx);
        var job = await host.Calls.RequestAsync(CallOriginationTests.Request(), Ct);
        var channel = await pbx.NextOriginateAsync();
        Assert.Equal(CallStatus.Ringing, await host.Calls.StatusAsync(job, Ct));
        await pbx.ConnectAsync(channel, "9.1");
        await CallOriginationTests.StatusIsAsync(host, job, CallStatus.Answer);
    }

    [Fact]
    public async Task A_destination_that_a_dialplan_lets_ring_for_ever_is_hung_up_and_5()
    {
        await using var pbx = new ScriptedPbx("701", "702");
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var host = await StartAsync(await databases.NewAsync(), pbx, clock);
        var job = await host.Calls.RequestAsync(CallOriginationTests.Request() with { RingSeconds = 5 }, Ct);
        var channel = await pbx.NextOriginateAsync();
        pbx.Channel(channel, channel, 6);
        pbx.Channel("9.1", channel, 5);
        await pbx.NewchannelAsync(channel);
        await pbx.SourceAnswersAsync(channel);
        await pbx.DialBeginAsync(channel, "9.1");
        await AdvanceUntilAsync(clock, () => Task.FromResult(pbx.Hangups.Any()));
        await pbx.DialEndAsync(channel, "9.1", "CANCEL");
        await pbx.HangupAsync("9.1", channel, 16);
        await pbx.HangupAsync(channel, channel, 16);
        await CallOriginationTests.StatusIsAsync(host, job, CallStatus.NoAnswer);
    }

    [Fact]
    public async Task A_hangup_of_a_destination_that_rings_too_long_is_tried_again_where_the_PBX_refuses_it_and_an_answer_still_counts()
    {
        await using var pbx = new ScriptedPbx("701", "702") { OnHangup = _ => FakeReply.Error("Permission denied") };
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var host = await StartAsync(await databases.NewAsync(), pbx, clock);
        var job = await host.Calls.RequestAsync(CallOriginationTests.Request() with { RingSeconds = 5 }, Ct);
        var channel = await pbx.NextOriginateAsync();
        pbx.Channel(channel, channel, 6);
        pbx.Channel("9.1", channel, 5);
        await pbx.NewchannelAsync(channel);
        await pbx.SourceAnswersAsync(channel);
        await pbx.DialBeginAsync(channel, "9.1");
        await AdvanceUntilAsync(clock, () => Task.FromResult(pbx.Hangups.Count() > 1));
        await pbx.DialEndAsync(channel, "9.1", "ANSWER");
        await CallOriginationTests.StatusIsAsync(host, job, CallStatus.Answer);
        await pbx.HangupAsync("9.1", channel, 16);
        await pbx.HangupAsync(channel, channel, 16);
        await CallOriginationTests.StatusIsAsync(host, job, CallStatus.HungUp);
    }

    [Fact]
    public async Task An_end_whose_last_fact_never_comes_is_decided_a_second_later()
    {
        await using var pbx = new ScriptedPbx("701", "702");
        await using var host = await ServerHost.StartAsync(await databases.NewAsync(), pbx);
        var job = await host.Calls.RequestAsync(CallOriginationTests.Request(), Ct);
        var channel = await pbx.NextOriginateAsync();
        await pbx.NewchannelAsync(channel);
        await pbx.SourceAnswersAsync(channel);
        await pbx.HangupAsync(channel, channel, 3);
        await CallOriginationTests.StatusIsAsync(host, job, CallStatus.Congestion);
    }

    [Theory]
    [InlineData("host-1")]
    [InlineData("host-2")]
    public async Task A_call_that_a_killed_host_left_connected_is_taken_over_and_ends_with_3(string successor)
    {
        var database = await databases.NewAsync();
        await using var pbx = new ScriptedPbx("701", "702");
        var left = await LeaveAsync(database, "host-1");
        pbx.Channel(left.ChannelId, left.ChannelId, 6, "b");
        pbx.Channel("9.1", left.ChannelId, 6, "b");
        await using var host = await ServerHost.StartAsync(database, pbx, successor);
        await CallOriginationTests.StatusIsAsync(host, OriginatedCall.Text(left.Id), CallStatus.Answer);
        Assert.Equal(successor, await CallOriginationTests.ScalarAsync(database, "select owner from originated_calls"));
        await pbx.HangupAsync(left.ChannelId, left.ChannelId, 16);
        await CallOriginationTests.StatusIsAsync(host, OriginatedCall.Text(left.Id), CallStatus.HungUp);
        Assert.Empty(pbx.Originates);
    }

    [Fact]
    public async Task A_call_that_a_killed_host_left_ringing_goes_on_ringing_and_is_followed_to_its_end()
    {
        var database = await databases.NewAsync();
        await using var pbx = new ScriptedPbx("701", "702");
        var left = await LeaveAsync(database, "host-1");
        pbx.Channel(left.ChannelId, left.ChannelId, 6);
        pbx.Channel("9.1", left.ChannelId, 5);
        await using var host = await ServerHost.StartAsync(database, pbx);
        await Eventually.TrueAsync(() => host.Get<CallTracker>().Find(left.Id)?.Progress.DestinationRingsSince is not null);
        Assert.Equal(CallStatus.Ringing, await host.Calls.StatusAsync(OriginatedCall.Text(left.Id), Ct));
        await pbx.DialEndAsync(left.ChannelId, "9.1", "BUSY");
        await pbx.HangupAsync("9.1", left.ChannelId, 17);
        await pbx.HangupAsync(left.ChannelId, left.ChannelId, 17);
        await CallOriginationTests.StatusIsAsync(host, OriginatedCall.Text(left.Id), CallStatus.Busy);
    }

    [Fact]
    public async Task A_cancel_that_a_killed_host_had_noted_is_carried_out_by_the_next()
    {
        var database = await databases.NewAsync();
        await using var pbx = new ScriptedPbx("701", "702");
        var left = await LeaveAsync(database, "host-1");
        await CallOriginationTests.ScalarAsync(database, "update originated_calls set cancel_requested_at = now() returning 1");
        pbx.Channel(left.ChannelId, left.ChannelId, 5);
        await using var host = await ServerHost.StartAsync(database, pbx);
        Assert.Equal(left.ChannelId, (await pbx.Asterisk.WaitForAsync("Hangup", ct: Ct))["Channel"]);
    }

    [Theory]
    [InlineData("BUSY", 2, false, (int)CallStatus.Busy)]
    [InlineData("ANSWERED", 12, false, (int)CallStatus.HungUp)]
    [InlineData("NO ANSWER", 30, false, (int)CallStatus.NoAnswer)]
    [InlineData("CONGESTION", 1, false, (int)CallStatus.Congestion)]
    [InlineData("BUSY", 2, true, (int)CallStatus.HungUp)]
    public async Task A_call_that_ended_while_no_host_listened_is_settled_from_its_records(string disposition, int seconds, bool cancelled, int expected)
    {
        var database = await databases.NewAsync();
        await using var pbx = new ScriptedPbx("701", "702");
        var left = await LeaveAsync(database, "host-gone");
        if (cancelled) await CallOriginationTests.ScalarAsync(database, "update originated_calls set cancel_requested_at = now() returning 1");
        await RecordAsync(database, left.ChannelId, disposition, seconds);
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var host = await StartAsync(database, pbx, clock);
        await StatusIsAsync(host, clock, OriginatedCall.Text(left.Id), (CallStatus)expected);
        await Eventually.EqualAsync(expected.ToString(System.Globalization.CultureInfo.InvariantCulture),
            () => CallOriginationTests.ScalarAsync(database, "select status from originated_calls where ended_at is not null"));
    }

    [Fact]
    public async Task A_call_without_a_channel_and_without_a_record_was_never_made_and_is_6()
    {
        var database = await databases.NewAsync();
        await using var pbx = new ScriptedPbx("701", "702");
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var left = await LeaveAsync(database, "host-gone");
        await using var host = await StartAsync(database, pbx, clock);
        await StatusIsAsync(host, clock, OriginatedCall.Text(left.Id), CallStatus.Congestion);
        Assert.Empty(pbx.Originates);
    }

    [Fact]
    public async Task The_source_of_a_call_that_ended_while_no_host_listened_is_free_before_it_is_known_how_it_ended()
    {
        var database = await databases.NewAsync();
        await using var pbx = new ScriptedPbx("701", "702");
        var left = await LeaveAsync(database, "host-1");
        Assert.Equal("701", await CallOriginationTests.ScalarAsync(database, "update originated_calls set extension = '701' where source = '701' returning extension"));
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var host = await StartAsync(database, pbx, clock);
        await AdvanceUntilAsync(clock, () => Task.FromResult(host.Get<CallTracker>().Find(left.Id)?.MissingSince is not null));
        Assert.Equal(CallStatus.Ringing, await host.Calls.StatusAsync(OriginatedCall.Text(left.Id), Ct));
        var job = await host.Calls.RequestAsync(CallOriginationTests.Request(), Ct);
        Assert.Equal(CallStatus.Ringing, await host.Calls.StatusAsync(job, Ct));
        await pbx.NextOriginateAsync();
        var another = await host.Calls.RequestAsync(CallOriginationTests.Request(), Ct);
        Assert.Equal(CallStatus.OffHook, await host.Calls.StatusAsync(another, Ct));
        Assert.Single(pbx.Originates);
    }

    [Fact]
    public async Task A_source_that_has_hung_up_is_free_before_the_last_fact_of_its_call_has_come()
    {
        await using var pbx = new ScriptedPbx("701", "702");
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var host = await StartAsync(await databases.NewAsync(), pbx, clock);
        var job = await host.Calls.RequestAsync(CallOriginationTests.Request(), Ct);
        var channel = await pbx.NextOriginateAsync();
        await pbx.NewchannelAsync(channel);
        await pbx.SourceAnswersAsync(channel);
        await pbx.HangupAsync(channel, channel, 3);
        var first = host.Get<CallTracker>().Find(OriginatedCall.Parse(job)!.Value)!;
        await Eventually.TrueAsync(() => first.Progress.Ended);
        Assert.Equal(CallStatus.Ringing, await host.Calls.StatusAsync(job, Ct));
        Assert.Equal(CallStatus.Ringing, await host.Calls.StatusAsync(await host.Calls.RequestAsync(CallOriginationTests.Request(), Ct), Ct));
        await StatusIsAsync(host, clock, job, CallStatus.Congestion);
    }

    [Fact]
    public async Task The_calls_of_a_host_that_lives_are_left_to_it()
    {
        var database = await databases.NewAsync();
        await using var pbx = new ScriptedPbx("701", "702");
        await using var first = await ServerHost.StartAsync(database, pbx, "host-1");
        var job = await first.Calls.RequestAsync(CallOriginationTests.Request(), Ct);
        await pbx.NewchannelAsync(await pbx.NextOriginateAsync());
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var second = await StartAsync(database, pbx, clock, "host-2");
        for (var i = 0; i < 20; i++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(300));
            await Task.Delay(15, Ct);
        }

        Assert.Null(second.Get<CallTracker>().Find(OriginatedCall.Parse(job)!.Value));
        Assert.Equal("host-1", await CallOriginationTests.ScalarAsync(database, "select owner from originated_calls"));
        Assert.Equal(CallStatus.Ringing, await second.Calls.StatusAsync(job, Ct));
    }

    [Fact]
    public async Task A_change_that_the_database_could_not_take_is_written_once_it_is_back()
    {
        var database = await databases.NewAsync();
        await using var pbx = new ScriptedPbx("701", "702");
        await using var host = await ServerHost.StartAsync(database, pbx);
        var job = await host.Calls.RequestAsync(CallOriginationTests.Request(), Ct);
        var channel = await pbx.NextOriginateAsync();
        await databases.Postgres.SetReachableAsync(database, false);
        await pbx.ConnectAsync(channel, "9.1");
        await CallOriginationTests.StatusIsAsync(host, job, CallStatus.Answer);
        await databases.Postgres.SetReachableAsync(database, true);
        await Eventually.EqualAsync("2", async () => await CallOriginationTests.ScalarAsync(database, "select status from originated_calls"));
    }

    /// <summary>A host that runs on the test's clock.</summary>
    internal static async Task<ServerHost> StartAsync(
        string database, ScriptedPbx pbx, FakeTimeProvider clock, string hostId = "host-1", params (string Name, string Value)[] settings)
    {
        var host = await ServerHost.StartAsync(database, pbx, hostId, clock, settings: settings);
        await AdvanceUntilAsync(clock, () => Task.FromResult(host.Get<Expand.Server.Pbx.ExtensionDirectory>().Find("701") is not null));
        return host;
    }

    internal static Task AdvanceUntilAsync(FakeTimeProvider clock, Func<Task<bool>> condition) => Eventually.TrueAsync(async () =>
    {
        if (await condition()) return true;
        clock.Advance(TimeSpan.FromMilliseconds(300));
        return false;
    });

    internal static Task StatusIsAsync(ServerHost host, FakeTimeProvider clock, string job, CallStatus status) =>
        AdvanceUntilAsync(clock, async () => await host.Calls.StatusAsync(job, Ct) == status);

    /// <summary>A row as a host that was killed leaves it: asked for, and nothing more known.</summary>
    private static async Task<OriginatedCall> LeaveAsync(string database, string owner)
    {
        var id = OriginatedCall.NewId();
        var at = DateTimeOffset.UtcNow.AddSeconds(-20);
        var call = new OriginatedCall
        {
            Id = id,
            ChannelId = OriginatedCall.ChannelIdOf(id, at),
            Pbx = "pbx",
            Owner = owner,
            Source = "701",
            SourceName = "Juan",
            Destination = "702",
            DestinationName = "Ana",
            RingSeconds = 30,
            Status = CallStatus.Ringing,
            RequestedAt = at,
        };
        await using var source = NpgsqlDataSource.Create(database);
        Assert.Equal(RowAnswer.Added, await new CallRepository(source).AddAsync(call, null, Ct));
        return call;
    }

    private static async Task RecordAsync(string database, string channel, string disposition, int seconds)
    {
        await using var db = Databases.Open(database);
        db.Add(new CallRecord
        {
            Pbx = "pbx",
            UniqueId = channel,
            LinkedId = channel,
            CallDate = DateTimeOffset.UtcNow,
            AnsweredAt = DateTimeOffset.UtcNow,
            CallerId = "",
            Source = "701",
            Destination = "702",
            Context = "internal",
            Channel = "PJSIP/701-1",
            DestinationChannel = "PJSIP/702-1",
            LastApplication = "Dial",
            LastData = "",
            Duration = seconds,
            Disposition = disposition,
            UserField = "",
        });
        await db.SaveChangesAsync(Ct);
    }
}
