using System.Diagnostics;
using Expand.Asterisk.Ami;
using Expand.TestKit;
using Microsoft.Extensions.Time.Testing;

namespace Expand.Asterisk.Tests;

public sealed class AmiConnectionTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Authentication_failing_twice_stops_the_client_and_says_so()
    {
        await using var asterisk = new FakeAsterisk { RefuseAuthentication = true };
        await using var ami = new AmiClient(asterisk.ClientOptions);
        var notices = ami.Subscribe(ct: Ct);
        ami.Start();
        await Assert.ThrowsAsync<AmiAuthenticationException>(() => ami.WaitUntilUpAsync(Ct).WaitAsync(TimeSpan.FromSeconds(15), Ct));
        Assert.Equal(AmiState.AuthenticationFailed, ami.State);
        var told = Assert.Single(await notices.TakeAsync(1, Ct));
        Assert.Equal((AmiNoticeKind.AuthenticationFailed, "Authentication failed"), (told.Kind, told.Detail));
        await Task.Delay(400, Ct);   // four times the longest wait before a reconnect
        Assert.Equal(2, asterisk.Received.Count(a => a.Name == "Login"));
        Assert.Equal(2, asterisk.Connections);

        asterisk.RefuseAuthentication = false;   // somebody corrected the secret
        ami.Start();
        await ami.WaitUntilUpAsync(Ct).WaitAsync(TimeSpan.FromSeconds(15), Ct);
        Assert.Equal(AmiState.Up, ami.State);
    }

    [Fact]
    public async Task One_refusal_is_forgiven_and_other_failures_are_retried_for_ever()
    {
        var logins = 0;
        await using var asterisk = new FakeAsterisk(a => a.Name != "Login" ? null : ++logins switch
        {
            1 or 10 => FakeReply.Error("Authentication failed") with { Close = true },
            < 9 => FakeReply.HangUp,
            _ => null,
        });
        // One refusal, seven hang-ups, one success; then, after a loss, one refusal again: never two refusals in a row.
        var script = asterisk;
        await using var ami = await script.ConnectAsync(ct: Ct);
        Assert.Equal(9, logins);
        script.HangUp();
        await script.WaitForAsync("Login", 11, Ct);
        await ami.WaitUntilUpAsync(Ct);
        Assert.Equal(AmiState.Up, ami.State);
    }

    [Fact]
    public async Task Up_waits_for_fully_booted_and_events_before_it_reach_nobody()
    {
        await using var asterisk = new FakeAsterisk(options: new() { Boots = false });
        await using var ami = new AmiClient(asterisk.ClientOptions with { BootedTimeout = TimeSpan.FromSeconds(60) });
        var notices = ami.Subscribe(ct: Ct);
        ami.Start();
        await asterisk.WaitForAsync("Login", ct: Ct);
        await asterisk.SendAsync("Event: PeerStatus\n\n");
        await Notices.UntilAsync(() => ami.EventsReceived == 1, Ct);
        Assert.Equal(AmiState.Connecting, ami.State);
        Assert.Null(ami.UpSince);
        await Assert.ThrowsAsync<AmiConnectionLostException>(() => ami.SendAsync(new AmiAction("QueueStatus"), Ct));

        await asterisk.SendAsync("Event: FullyBooted\nStatus: Fully Booted\n\nEvent: Next\n\n");
        await ami.WaitUntilUpAsync(Ct).WaitAsync(TimeSpan.FromSeconds(15), Ct);
        Assert.NotNull(ami.UpSince);
        Assert.Equal(["Connected", "FullyBooted", "Next"], (await notices.TakeAsync(3, Ct)).Select(n => n.Event?.Name ?? n.Kind.ToString()));
        Assert.Equal(["Login"], asterisk.Received.Select(a => a.Name));
    }

    [Fact]
    public async Task Without_fully_booted_a_ping_that_is_answered_counts_as_up_and_a_late_boot_is_told_again()
    {
        await using var asterisk = new FakeAsterisk(options: new() { Boots = false });
        await using var ami = await asterisk.ConnectAsync(o => o with { BootedTimeout = TimeSpan.FromMilliseconds(100) }, Ct);
        var notices = ami.Subscribe(new HashSet<string>(), ct: Ct);
        Assert.Equal(["Login", "Ping"], asterisk.Received.Select(a => a.Name));
        await asterisk.SendAsync("Event: FullyBooted\n\n");
        Assert.Equal([AmiNoticeKind.Connected, AmiNoticeKind.Connected], (await notices.TakeAsync(2, Ct)).Select(n => n.Kind));
        Assert.Equal(0, ami.Reconnects);
    }

    [Fact]
    public async Task A_silent_server_is_pinged_and_declared_lost_when_it_stays_silent()
    {
        await using var asterisk = new FakeAsterisk();
        await using var ami = await asterisk.ConnectAsync(o => o with
        {
            PingInterval = TimeSpan.FromSeconds(1),
            ActionTimeout = TimeSpan.FromSeconds(3),
        }, Ct);
        await asterisk.WaitForAsync("Ping", 2, Ct);
        Assert.Equal(1, asterisk.Connections);   // answered pings keep it

        var notices = ami.Subscribe(new HashSet<string>(), ct: Ct);
        var clock = Stopwatch.StartNew();
        asterisk.Mute = true;
        var told = await notices.TakeAsync(2, Ct);
        Assert.Equal(AmiNoticeKind.Lost, told[1].Kind);
        Assert.Contains("ping", told[1].Detail, StringComparison.Ordinal);
        Assert.InRange(clock.ElapsedMilliseconds, 2900, 20_000);
        asterisk.Mute = false;
        await ami.WaitUntilUpAsync(Ct).WaitAsync(TimeSpan.FromSeconds(15), Ct);
    }

    [Fact]
    public async Task Keep_alive_follows_the_clock_that_was_given()
    {
        var time = new FakeTimeProvider();
        await using var asterisk = new FakeAsterisk();
        await using var ami = new AmiClient(asterisk.ClientOptions, time: time);
        ami.Start();
        await ami.WaitUntilUpAsync(Ct).WaitAsync(TimeSpan.FromSeconds(15), Ct);
        Assert.DoesNotContain(asterisk.Received, a => a.Name == "Ping");
        await Task.Delay(100, Ct);   // lets the keep-alive reach its wait on the fake clock
        time.Advance(TimeSpan.FromSeconds(14));
        await Task.Delay(50, Ct);
        Assert.DoesNotContain(asterisk.Received, a => a.Name == "Ping");
        time.Advance(TimeSpan.FromSeconds(1.5));
        await asterisk.WaitForAsync("Ping", ct: Ct);
    }

    [Fact]
    public async Task A_message_beyond_the_bound_ends_the_connection_with_a_clear_reason()
    {
        await using var asterisk = new FakeAsterisk();
        await using var ami = await asterisk.ConnectAsync(o => o with { MaxMessageBytes = 4096 }, Ct);
        var notices = ami.Subscribe(new HashSet<string>(), ct: Ct);
        await asterisk.SendAsync("Event: X\nData: " + new string('x', 5000));
        var told = await notices.TakeAsync(3, Ct);
        Assert.Equal([AmiNoticeKind.Connected, AmiNoticeKind.Lost, AmiNoticeKind.Connected], told.Select(n => n.Kind));
        Assert.Equal("A message larger than 4096 bytes was received.", told[1].Detail);
    }

    [Fact]
    public async Task What_is_not_an_asterisk_manager_gets_no_login()
    {
        await using var asterisk = new FakeAsterisk(options: new() { Banner = "SSH-2.0-OpenSSH_9.2" });
        await using var ami = new AmiClient(asterisk.ClientOptions);
        ami.Start();
        await asterisk.WaitUntilAsync(() => asterisk.Connections >= 3, Ct);
        Assert.Empty(asterisk.ReceivedBytes);
        Assert.NotEqual(AmiState.Up, ami.State);
    }

    [Fact]
    public async Task A_server_without_a_banner_is_given_up_after_the_connect_timeout()
    {
        await using var asterisk = new FakeAsterisk(options: new() { Banner = null });
        await using var ami = new AmiClient(asterisk.ClientOptions with { ConnectTimeout = TimeSpan.FromMilliseconds(100) });
        ami.Start();
        await asterisk.WaitUntilAsync(() => asterisk.Connections >= 3, Ct);
        Assert.Empty(asterisk.ReceivedBytes);
    }

    [Fact]
    public async Task A_port_nobody_listens_on_is_tried_until_somebody_does()
    {
        var port = FreePorts.Tcp();
        var options = new AmiOptions
        {
            Host = "127.0.0.1",
            Port = port,
            Username = "expand",
            Secret = "fake-secret",
            ReconnectMin = TimeSpan.FromMilliseconds(10),
            ReconnectMax = TimeSpan.FromMilliseconds(50),
        };
        await using var ami = new AmiClient(options);
        ami.Start();
        await Notices.UntilAsync(() => ami.State == AmiState.WaitingToReconnect, Ct);
        await using var asterisk = new FakeAsterisk(options: new() { Port = port });
        await ami.WaitUntilUpAsync(Ct).WaitAsync(TimeSpan.FromSeconds(15), Ct);
        Assert.Equal("Asterisk Call Manager/11.0.0", ami.Banner);
        Assert.NotNull(ami.LastHeard);
    }

    [Fact]
    public async Task A_server_that_takes_no_bytes_is_declared_lost()
    {
        await using var asterisk = new FakeAsterisk();
        await using var ami = await asterisk.ConnectAsync(o => o with { ActionTimeout = TimeSpan.FromSeconds(2) }, Ct);
        var notices = ami.Subscribe(new HashSet<string>(), ct: Ct);
        asterisk.Stall = true;
        var filler = new string('x', 900);
        var stuck = Enumerable.Range(0, 20_000).Select(_ => ami.SendAsync(new AmiAction("Filler") { { "X", filler }, { "Y", filler } }, Ct)).ToList();
        var told = await notices.TakeAsync(2, Ct);
        asterisk.Stall = false;
        Assert.Equal(AmiNoticeKind.Lost, told[1].Kind);
        Assert.Contains("took no bytes", told[1].Detail, StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<Exception>(() => Task.WhenAll(stuck));
        Assert.All(stuck, s => Assert.True(s.IsFaulted));
    }
}
