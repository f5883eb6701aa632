using System.Diagnostics;

namespace Expand.Simulator.Tests;

public sealed class ProtocolTests
{
    [Theory]
    [InlineData(22, "Asterisk Call Manager/11.0.0")]
    [InlineData(16, "Asterisk Call Manager/5.0.4")]
    public async Task The_banner_is_that_of_the_generation(int generation, string banner)
    {
        await using var bench = await Bench.StartAsync(change: o => o with { Generation = generation });
        await using var ami = await AmiTestClient.ConnectAsync(bench.Pbx, login: false);
        Assert.Equal(banner, ami.Banner);
    }

    [Fact]
    public async Task A_wrong_secret_is_answered_after_a_second_and_the_connection_closes()
    {
        await using var bench = await Bench.StartAsync();
        await using var ami = await AmiTestClient.ConnectAsync(bench.Pbx, login: false);
        await ami.SendRawAsync("Action: Login\r\nActionID: a1\r\nUsername: expand\r\nSecret: wrong\r\n\r\nAction: Ping\r\nActionID: a2\r\n\r\n");
        // The answer to the ping shows that the login has been read and not been answered.
        Assert.Equal("Permission denied", (await ami.WaitForAsync(p => p["ActionID"] == "a2"))["Message"]);
        Assert.Single(ami.Received);
        await bench.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.Equal("Authentication failed", (await ami.WaitForAsync(p => p["ActionID"] == "a1"))["Message"]);
        Assert.True(await ami.IsClosedAsync());
    }

    [Fact]
    public async Task An_md5_challenge_logs_in_without_sending_the_secret()
    {
        await using var bench = await Bench.StartAsync();
        await using var ami = await AmiTestClient.ConnectAsync(bench.Pbx, login: false);
        var challenge = (await ami.AskAsync("Challenge", ("AuthType", "MD5")))["Challenge"];
#pragma warning disable CA5351
        var key = Convert.ToHexString(System.Security.Cryptography.MD5.HashData(System.Text.Encoding.UTF8.GetBytes(challenge + "secret")));
#pragma warning restore CA5351
        var answer = await ami.AskAsync("Login", ("AuthType", "MD5"), ("Username", "expand"), ("Key", key));
        Assert.Equal("Authentication accepted", answer["Message"]);
    }

    [Theory]
    [InlineData("Ping")]
    [InlineData("Originate")]
    [InlineData("QueueStatus")]
    public async Task Before_the_login_every_action_is_denied(string action)
    {
        await using var bench = await Bench.StartAsync();
        await using var ami = await AmiTestClient.ConnectAsync(bench.Pbx, login: false);
        Assert.Equal("Permission denied", (await ami.AskAsync(action))["Message"]);
    }

    [Theory]
    [InlineData("Command", "Permission denied")]
    [InlineData("GetConfig", "Permission denied")]
    [InlineData("PJSIPShowEndpoints", "Permission denied")]
    [InlineData("NoSuchAction", "Invalid/unknown command: NoSuchAction. Use Action: ListCommands to show available commands.")]
    public async Task What_the_account_may_not_do_and_what_does_not_exist_are_refused_in_Asterisks_words(string action, string message)
    {
        await using var bench = await Bench.StartAsync();
        await using var ami = await AmiTestClient.ConnectAsync(bench.Pbx);
        var answer = await ami.AskAsync(action);
        Assert.Equal(("Error", message), (answer["Response"], answer["Message"]));
    }

    [Fact]
    public async Task A_bare_LF_ends_a_header_two_start_another_action_and_NUL_cuts_a_line()
    {
        await using var bench = await Bench.StartAsync();
        await using var ami = await AmiTestClient.ConnectAsync(bench.Pbx);
        await ami.SendRawAsync("Action: Ping\nActionID: one\n\nAction: Ping\r\nActionID: two\0hidden\r\n\r\n");
        Assert.Equal("Pong", (await ami.WaitForAsync(p => p["ActionID"] == "one"))["Ping"]);
        Assert.Equal("Pong", (await ami.WaitForAsync(p => p["ActionID"] == "two"))["Ping"]);
    }

    [Fact]
    public async Task Lines_over_a_thousand_characters_and_130_headers_are_refused_and_the_session_goes_on()
    {
        await using var bench = await Bench.StartAsync();
        await using var ami = await AmiTestClient.ConnectAsync(bench.Pbx);
        Assert.Equal("Success", (await ami.AskAsync("Ping", ("X", new string('x', 900))))["Response"]);
        Assert.Equal("Failed to parse message: line too long", (await ami.AskAsync("Ping", ("X", new string('x', 1100))))["Message"]);
        Assert.Equal("Failed to parse message: line too long", (await ami.AskAsync("Ping", ("X", new string('x', 200_000))))["Message"]);
        var many = Enumerable.Range(0, 130).Select(i => ($"H{i}", "x")).ToArray();
        Assert.Equal("Too many lines in message or allocation failure", (await ami.AskAsync("Ping", many))["Message"]);
        Assert.Equal("Pong", (await ami.AskAsync("Ping"))["Ping"]);
    }

    [Theory]
    [InlineData("CALLINFO=a,EVIL=b", "a")]
    [InlineData("CALLINFO=a\\,b", "a,b")]
    [InlineData("CALLINFO=\"a,b\"", "a,b")]
    [InlineData("CALLINFO=a\"b", "ab")]
    [InlineData("CALLINFO=a(b,c)d", "a(b,c)d")]
    [InlineData("CALLINFO=ñandú ¿?", "ñandú ¿?")]
    public async Task Variables_are_read_as_Asterisk_reads_them(string header, string value)
    {
        await using var bench = await Bench.StartAsync();
        await using var ami = await AmiTestClient.ConnectAsync(bench.Pbx);
        await ami.AskAsync("Originate", ("Channel", "PJSIP/706"), ("Context", "internal"), ("Exten", "702"), ("Priority", "1"),
            ("Async", "true"), ("ChannelId", "v1"), ("Variable", header));
        await ami.WaitForAsync(p => p.Event == "DialBegin");
        Assert.Equal(value, (await ami.AskAsync("Getvar", ("Channel", "v1"), ("Variable", "CALLINFO")))["Value"]);
    }

    [Theory]
    [InlineData("\"Juan Perez\" <701>", "701", "Juan Perez")]
    [InlineData("Juan Perez <701>", "701", "Juan Perez")]
    [InlineData("\"Peña, \"x\" Núñez\" <701>", "701", "Peña, \"x\" Núñez")]
    [InlineData("Juan Perez", "<unknown>", "Juan Perez")]
    [InlineData("701", "701", "<unknown>")]
    public async Task CallerID_is_read_as_Asterisk_reads_it(string header, string number, string name)
    {
        await using var bench = await Bench.StartAsync();
        await using var ami = await AmiTestClient.ConnectAsync(bench.Pbx);
        await ami.AskAsync("Originate", ("Channel", "PJSIP/799"), ("Context", "internal"), ("Exten", "702"), ("Priority", "1"),
            ("Async", "true"), ("CallerID", header));
        var response = await ami.WaitForAsync(p => p.Event == "OriginateResponse");
        Assert.Equal((number, name), (response["CallerIDNum"], response["CallerIDName"]));
    }

    [Theory]
    [InlineData("System", "touch x")]
    [InlineData("NoOp", "${SHELL(x)}")]
    public async Task Dangerous_applications_are_refused_to_the_account_without_the_system_class(string app, string data)
    {
        await using var bench = await Bench.StartAsync();
        await using var ami = await AmiTestClient.ConnectAsync(bench.Pbx);
        var answer = await ami.AskAsync("Originate", ("Channel", "Local/wait@caller"), ("Application", app), ("Data", data), ("Async", "true"));
        Assert.Equal("Originate Access Forbidden: app or data blacklisted", answer["Message"]);
    }

    [Fact]
    public async Task An_Originate_that_is_not_asynchronous_is_answered_when_the_source_has_answered()
    {
        await using var bench = await Bench.StartAsync();
        await using var ami = await AmiTestClient.ConnectAsync(bench.Pbx);
        await ami.SendRawAsync("Action: Originate\r\nActionID: s1\r\nChannel: PJSIP/701\r\nContext: internal\r\nExten: 702\r\nPriority: 1\r\n\r\n");
        await ami.WaitForAsync(p => p.Event == "DialState");
        Assert.DoesNotContain(ami.Received, p => p["ActionID"] == "s1");
        await bench.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.Equal("Success", (await ami.WaitForAsync(p => p["ActionID"] == "s1"))["Response"]);
        await ami.SendRawAsync("Action: Originate\r\nActionID: s2\r\nChannel: PJSIP/704\r\nContext: internal\r\nExten: 702\r\nPriority: 1\r\n\r\n");
        await ami.WaitForAsync(p => p.Event == "DialState" && p["DestCallerIDNum"] == "704");
        await bench.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.Equal("Originate failed", (await ami.WaitForAsync(p => p["ActionID"] == "s2"))["Message"]);
    }

    [Fact]
    public async Task A_session_that_turned_events_off_gets_none()
    {
        await using var bench = await Bench.StartAsync();
        await using var quiet = await AmiTestClient.ConnectAsync(bench.Pbx);
        Assert.Equal("Off", (await quiet.AskAsync("Events", ("EventMask", "off")))["Events"]);
        await bench.Pbx.PlaceCallAsync("099123456", "701");
        await quiet.CatchUpAsync();
        Assert.DoesNotContain(quiet.Received, p => p.Event == "Newchannel");
    }

    [Fact]
    public async Task A_reader_that_does_not_read_is_disconnected_and_the_others_are_not_disturbed()
    {
        await using var bench = await Bench.StartAsync(change: o => o with { MaxUnreadBytes = 1_000_000 });
        await using var good = await AmiTestClient.ConnectAsync(bench.Pbx);
        using var deaf = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
        deaf.ReceiveBufferSize = 4096;
        await deaf.ConnectAsync("127.0.0.1", bench.Pbx.AmiPort, TestContext.Current.CancellationToken);
        await deaf.SendAsync("Action: Login\r\nUsername: expand\r\nSecret: secret\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        var clock = Stopwatch.StartNew();
        var gone = false;
        while (!gone && clock.Elapsed < TimeSpan.FromSeconds(20))
        {
            for (var i = 0; i < 20; i++) await bench.Pbx.PlaceCallAsync("099123456", "701", hangsUpAfter: TimeSpan.FromSeconds(1));
            await bench.AdvanceAsync(TimeSpan.FromSeconds(2));
            await good.CatchUpAsync();
            gone = await IsResetAsync();
        }
        Assert.True(gone, "the deaf session is still connected");
        Assert.Equal("Pong", (await good.AskAsync("Ping"))["Ping"]);

        async Task<bool> IsResetAsync()
        {
            try
            {
                await deaf.SendAsync("X"u8.ToArray(), TestContext.Current.CancellationToken);
                return false;
            }
            catch (Exception e) when (e is System.Net.Sockets.SocketException or InvalidOperationException)
            {
                return true;
            }
        }
    }
}
