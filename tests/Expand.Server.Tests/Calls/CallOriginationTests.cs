using Expand.Server.Calls;
using Expand.Server.Pbx;
using Expand.Server.Tests.Host;
using Expand.TestKit;
using Npgsql;

namespace Expand.Server.Tests.Calls;

/// <summary>The main job end to end: our host, a real PostgreSQL, the real AMI client, a scripted Asterisk.</summary>
public sealed class CallOriginationTests(Databases databases)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_job_is_a_row_before_the_PBX_is_asked()
    {
        var database = await databases.NewAsync();
        await using var pbx = new ScriptedPbx("701", "702");
        (short Status, string Source)? seen = null;
        pbx.OnOriginate = action =>
        {
            using var connection = new NpgsqlConnection(database);
            connection.Open();
            using var command = new NpgsqlCommand("select status, source from originated_calls where channel_id = $1", connection);
            command.Parameters.Add(new() { Value = action["ChannelId"]! });
            using var row = command.ExecuteReader();
            if (row.Read()) seen = (row.GetInt16(0), row.GetString(1));
            return null;
        };
        await using var host = await ServerHost.StartAsync(database, pbx);
        var job = await host.Calls.RequestAsync(Request(), Ct);
        Assert.Matches("^[0-9a-f]{8}$", job);
        await pbx.NextOriginateAsync();
        await Eventually.TrueAsync(() => seen is not null);
        Assert.Equal(((short)1, "701"), seen!.Value);
        Assert.Equal(CallStatus.Ringing, await host.Calls.StatusAsync(job, Ct));
    }

    [Fact]
    public async Task A_call_is_followed_from_ringing_over_connected_to_its_end_and_the_row_follows()
    {
        var database = await databases.NewAsync();
        await using var pbx = new ScriptedPbx("701", "702");
        await using var host = await ServerHost.StartAsync(database, pbx);
        var job = await host.Calls.RequestAsync(Request(), Ct);
        var channel = await pbx.NextOriginateAsync();
        await pbx.ConnectAsync(channel, "5.1");
        await StatusIsAsync(host, job, CallStatus.Answer);
        await pbx.HangupAsync("5.1", channel, 16);
        await pbx.HangupAsync(channel, channel, 16);
        await StatusIsAsync(host, job, CallStatus.HungUp);
        await Eventually.EqualAsync("3 true true", () => ScalarAsync(database,
            "select status || ' ' || (answered_at is not null) || ' ' || (ended_at is not null) from originated_calls"));
        Assert.Single(pbx.Originates);
    }

    [Fact]
    public async Task Without_a_PBX_a_request_gets_a_job_whose_status_is_6_and_nothing_is_sent_later()
    {
        await using var pbx = new ScriptedPbx("701");
        pbx.Asterisk.RefuseAuthentication = true;
        await using var host = await ServerHost.StartUnheardAsync(await databases.NewAsync(), pbx.Asterisk.Port);
        var job = await host.Calls.RequestAsync(Request(), Ct);
        await StatusIsAsync(host, job, CallStatus.Congestion);
        Assert.Empty(pbx.Originates);
    }

    [Fact]
    public async Task An_order_that_the_PBX_refuses_is_6()
    {
        await using var pbx = new ScriptedPbx("701") { OnOriginate = _ => FakeReply.Error("Extension does not exist.") };
        await using var host = await ServerHost.StartAsync(await databases.NewAsync(), pbx);
        await StatusIsAsync(host, await host.Calls.RequestAsync(Request(), Ct), CallStatus.Congestion);
    }

    [Fact]
    public async Task A_refused_request_gets_a_job_with_6_and_its_reason_and_the_PBX_hears_nothing()
    {
        var database = await databases.NewAsync();
        await using var pbx = new ScriptedPbx("701");
        await using var host = await ServerHost.StartAsync(database, pbx);
        var job = await host.Calls.RequestAsync(Request() with { SourceName = "x\r\nAction: Logoff" }, Ct);
        Assert.Equal(CallStatus.Congestion, await host.Calls.StatusAsync(job, Ct));
        var nul = await host.Calls.RequestAsync(Request() with { Destination = "70\02", CallInfo = "a\0b" }, Ct);
        Assert.Equal(CallStatus.Congestion, await host.Calls.StatusAsync(nul, Ct));
        Assert.Equal("srcCallerID holds a line break or a NUL", await ScalarAsync(database, "select refusal from originated_calls where refusal like 'src%'"));
        Assert.Empty(pbx.Originates);
    }

    [Theory]
    [InlineData("INUSE")]
    [InlineData("BUSY")]
    [InlineData("RINGINUSE")]
    [InlineData("ONHOLD")]
    public async Task A_source_in_a_call_is_7_and_is_not_rung(string state)
    {
        await using var pbx = new ScriptedPbx("701", "702");
        await using var host = await ServerHost.StartAsync(await databases.NewAsync(), pbx);
        await ExtensionsAsync(host);
        pbx.Channels["9.1"] = "Linkedid: 9.1\nChannel: PJSIP/701-0000004d\nChannelState: 6\n";
        await pbx.DeviceAsync("PJSIP/701", state);
        await Eventually.TrueAsync(() => host.Get<ExtensionDirectory>().StateOf("PJSIP/701") != DeviceState.NotInUse);
        var job = await host.Calls.RequestAsync(Request(), Ct);
        Assert.Equal(CallStatus.OffHook, await host.Calls.StatusAsync(job, Ct));
        Assert.Empty(pbx.Originates);
    }

    [Fact]
    public async Task A_source_that_has_hung_up_is_rung_although_its_device_state_still_says_busy()
    {
        await using var pbx = new ScriptedPbx("701", "7011", "702");
        await using var host = await ServerHost.StartAsync(await databases.NewAsync(), pbx);
        await ExtensionsAsync(host);
        pbx.Channels["9.1"] = "Linkedid: 9.1\nChannel: PJSIP/7011-0000004d\nChannelState: 6\n";
        await pbx.DeviceAsync("PJSIP/701", "INUSE");
        await Eventually.TrueAsync(() => host.Get<ExtensionDirectory>().StateOf("PJSIP/701") == DeviceState.InUse);
        var job = await host.Calls.RequestAsync(Request(), Ct);
        Assert.Equal(CallStatus.Ringing, await host.Calls.StatusAsync(job, Ct));
        await pbx.NextOriginateAsync();
    }

    [Fact]
    public async Task Jobs_of_one_source_at_the_same_time_ring_it_once_and_the_others_are_7()
    {
        await using var pbx = new ScriptedPbx("701", "702");
        await using var host = await ServerHost.StartAsync(await databases.NewAsync(), pbx);
        await ExtensionsAsync(host);
        var jobs = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => host.Calls.RequestAsync(Request(), Ct)));
        await pbx.NextOriginateAsync();
        var statuses = await Task.WhenAll(jobs.Select(job => host.Calls.StatusAsync(job, Ct).AsTask()));
        Assert.Single(statuses, CallStatus.Ringing);
        Assert.Equal(7, statuses.Count(s => s == CallStatus.OffHook));
        Assert.Single(pbx.Originates);
    }

    [Fact]
    public async Task A_source_is_free_again_once_its_job_has_ended()
    {
        await using var pbx = new ScriptedPbx("701", "702");
        await using var host = await ServerHost.StartAsync(await databases.NewAsync(), pbx);
        await ExtensionsAsync(host);
        var first = await host.Calls.RequestAsync(Request(), Ct);
        await pbx.OriginateFailsAsync(await pbx.NextOriginateAsync(), 0);
        await StatusIsAsync(host, first, CallStatus.Congestion);
        Assert.Equal(CallStatus.Ringing, await host.Calls.StatusAsync(await host.Calls.RequestAsync(Request(), Ct), Ct));
    }

    [Fact]
    public async Task A_finished_job_is_known_for_its_time_and_then_0()
    {
        await using var pbx = new ScriptedPbx("701");
        await using var host = await ServerHost.StartAsync(await databases.NewAsync(), pbx, settings: ("Calls:KnownAfterEndSeconds", "4"));
        var job = await host.Calls.RequestAsync(Request(), Ct);
        await pbx.OriginateFailsAsync(await pbx.NextOriginateAsync(), 0);
        await StatusIsAsync(host, job, CallStatus.Congestion);
        await StatusIsAsync(host, job, CallStatus.None);
        Assert.Equal(CallStatus.None, await host.Calls.StatusAsync("ffffffff", Ct));
        Assert.Equal(CallStatus.None, await host.Calls.StatusAsync("not an id", Ct));
    }

    [Fact]
    public async Task Two_hundred_requests_at_once_are_two_hundred_calls_each_with_its_own_end()
    {
        var extensions = Enumerable.Range(1000, 200).Select(n => n.ToString(System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        await using var pbx = new ScriptedPbx(extensions);
        await using var host = await ServerHost.StartAsync(await databases.NewAsync(), pbx);
        await Eventually.TrueAsync(() => host.Get<ExtensionDirectory>().All.Count() == 200);
        var jobs = await Task.WhenAll(extensions.Select(e => host.Calls.RequestAsync(Request() with { Source = e }, Ct)));
        Assert.Equal(200, jobs.Distinct().Count());
        await pbx.Asterisk.WaitForAsync("Originate", 200, Ct);
        var channels = pbx.Originates.ToDictionary(o => o["Channel"]!["PJSIP/".Length..], o => o["ChannelId"]!);
        Assert.Equal(200, channels.Count);
        for (var i = 0; i < extensions.Length; i++) await EndAsync(pbx, channels[extensions[i]], i);
        CallStatus[] expected = [CallStatus.Congestion, CallStatus.OffHook, CallStatus.Busy, CallStatus.Answer];
        for (var i = 0; i < jobs.Length; i++) await StatusIsAsync(host, jobs[i], expected[i % 4]);
        Assert.Equal(200, pbx.Originates.Count());
    }

    private static async Task EndAsync(ScriptedPbx pbx, string channel, int i)
    {
        switch (i % 4)
        {
            case 0:
                await pbx.OriginateFailsAsync(channel, 0);
                break;
            case 1:
                await pbx.NewchannelAsync(channel);
                await pbx.Asterisk.SendAsync($"Event: DialEnd\nDestUniqueid: {channel}\nDestLinkedid: {channel}\nDialStatus: BUSY\n\n");
                await pbx.OriginateFailsAsync(channel, 0);
                await pbx.HangupAsync(channel, channel, 17);
                break;
            case 2:
                await pbx.NewchannelAsync(channel);
                await pbx.SourceAnswersAsync(channel);
                await pbx.DialBeginAsync(channel, "9." + i);
                await pbx.DialEndAsync(channel, "9." + i, "BUSY");
                await pbx.HangupAsync(channel, channel, 17);
                break;
            default:
                await pbx.ConnectAsync(channel, "9." + i);
                break;
        }
    }

    internal static CallRequest Request() => new("701", "Juan", "702", "Ana", 30, "contrato=9");

    internal static Task StatusIsAsync(ServerHost host, string job, CallStatus status) =>
        Eventually.EqualAsync(status, () => host.Calls.StatusAsync(job, Ct).AsTask());

    internal static Task ExtensionsAsync(ServerHost host) => Eventually.TrueAsync(() => host.Get<ExtensionDirectory>().Find("701") is not null);

    internal static async Task<string> ScalarAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(Ct);
        await using var command = new NpgsqlCommand(sql, connection);
        return Convert.ToString(await command.ExecuteScalarAsync(Ct), System.Globalization.CultureInfo.InvariantCulture) ?? "";
    }
}
