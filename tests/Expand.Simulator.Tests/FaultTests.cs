using System.Net.Sockets;

namespace Expand.Simulator.Tests;

public sealed class FaultTests
{
    private static (string, string)[] Call(string id, string from = "701", string to = "706") =>
        [("Channel", $"PJSIP/{from}"), ("Context", "internal"), ("Exten", to), ("Priority", "1"), ("Async", "true"), ("ChannelId", id)];

    [Fact]
    public async Task A_crash_loses_the_calls_without_records_and_the_restart_brings_the_members_back_silently()
    {
        await using var bench = await Bench.StartAsync();
        await using var ami = await AmiTestClient.ConnectAsync(bench.Pbx);
        await ami.AskAsync("QueueAdd", ("Queue", "q_ven"), ("Interface", "PJSIP/701"), ("MemberName", "101"));
        await ami.AskAsync("QueuePause", ("Queue", "q_ven"), ("Interface", "PJSIP/701"), ("Paused", "true"), ("Reason", "Almuerzo"));
        await ami.AskAsync("Originate", Call("lost"));
        await ami.WaitForAsync(p => p.Event == "DialState");
        var port = bench.Pbx.AmiPort;

        await bench.Pbx.CrashAsync();
        Assert.True(await ami.IsClosedAsync());
        Assert.DoesNotContain(ami.Received, p => p.Event is "Hangup" or "Shutdown");
        using (var late = new TcpClient())
            await Assert.ThrowsAsync<SocketException>(() => late.ConnectAsync("127.0.0.1", port, TestContext.Current.CancellationToken).AsTask());
        await bench.AdvanceAsync(TimeSpan.FromMinutes(1));
        await bench.Pbx.RestartAsync();

        Assert.Equal(port, bench.Pbx.AmiPort);
        Assert.Equal(0, await bench.Pbx.CountChannelsAsync());
        await using var again = await AmiTestClient.ConnectAsync(bench.Pbx);
        await again.AskAsync("QueueStatus");
        var member = await again.WaitForAsync(p => p.Event == "QueueMember");
        Assert.Equal(("101", "1", "Almuerzo"), (member["Name"], member["Paused"], member["PausedReason"]));
        await again.AskAsync("Originate", Call("after", "705"));
        await again.AskAsync("Originate", Call("after2", "704"));
        await bench.AdvanceAsync(TimeSpan.FromSeconds(5));
        var row = Assert.Single(bench.Cdr());
        Assert.Equal(("after2", "0"), (row["uniqueid"], row["sequence"]));
        Assert.Equal(["QUEUESTART", "ADDMEMBER", "PAUSE", "QUEUESTART"], bench.QueueLog().Select(r => r[4]));
    }

    [Fact]
    public async Task A_stop_in_good_order_is_announced_and_writes_the_records_of_the_calls()
    {
        await using var bench = await Bench.StartAsync();
        await using var ami = await AmiTestClient.ConnectAsync(bench.Pbx);
        await ami.AskAsync("Originate", Call("cut"));
        await bench.AdvanceAsync(TimeSpan.FromSeconds(2));
        await bench.Pbx.StopAsync();
        await ami.IsClosedAsync();
        await Assert.ThrowsAsync<TimeoutException>(() => ami.WaitForAsync(_ => false));
        Assert.Contains(ami.Received, p => p.Event == "Shutdown" && p["Shutdown"] == "Cleanly");
        Assert.Equal("cut", Assert.Single(bench.Cdr())["uniqueid"]);
    }

    [Fact]
    public async Task A_stalled_PBX_keeps_the_connection_answers_nothing_and_goes_on_later()
    {
        await using var bench = await Bench.StartAsync();
        await using var ami = await AmiTestClient.ConnectAsync(bench.Pbx);
        bench.Pbx.Stall(true);
        var ping = ami.AskAsync("Ping");
        await bench.Pbx.PlaceCallAsync("099123456", "704", hangsUpAfter: TimeSpan.FromSeconds(9));
        await bench.AdvanceAsync(TimeSpan.FromSeconds(10));
        Assert.NotSame(ping, await Task.WhenAny(ping, Task.Delay(300, TestContext.Current.CancellationToken)));
        Assert.NotEmpty(bench.Cdr());
        bench.Pbx.Stall(false);
        Assert.Equal("Pong", (await ping)["Ping"]);
        Assert.Contains(ami.Received, p => p.Event == "Hangup");
    }

    [Fact]
    public async Task Dropped_connections_and_refused_logins_leave_the_calls_alone()
    {
        await using var bench = await Bench.StartAsync();
        await using var ami = await AmiTestClient.ConnectAsync(bench.Pbx);
        await ami.AskAsync("Originate", Call("goes-on"));
        await ami.WaitForAsync(p => p.Event == "Newchannel");
        bench.Pbx.DropConnections();
        Assert.True(await ami.IsClosedAsync());
        await bench.Pbx.RefuseLoginsAsync(true);
        await using (var refused = await AmiTestClient.ConnectAsync(bench.Pbx, login: false))
        {
            var answer = refused.AskAsync("Login", ("Username", "expand"), ("Secret", "secret"));
            while (!answer.IsCompleted)
            {
                await bench.AdvanceAsync(TimeSpan.FromSeconds(1));
                await Task.WhenAny(answer, Task.Delay(20, TestContext.Current.CancellationToken));
            }
            Assert.Equal("Authentication failed", (await answer)["Message"]);
        }
        await bench.Pbx.RefuseLoginsAsync(false);
        await using var again = await AmiTestClient.ConnectAsync(bench.Pbx);
        Assert.Equal("Success", (await again.AskAsync("Hangup", ("Channel", "goes-on"), ("Cause", "16")))["Response"]);
    }

    [Fact]
    public async Task Rotation_renames_both_files_and_goes_on_in_new_ones()
    {
        await using var bench = await Bench.StartAsync();
        await bench.Pbx.LoginAgentAsync("101", "701", "q_ven");
        await bench.Pbx.RotateLogsAsync();
        await bench.Pbx.LogoutAgentAsync("701", "q_ven");
        var old = await File.ReadAllLinesAsync(Path.Combine(bench.Folder, "queue_log.0"), TestContext.Current.CancellationToken);
        Assert.Equal(["QUEUESTART", "ADDMEMBER"], old.Select(l => l.Split('|')[4]));
        Assert.Equal(["CONFIGRELOAD", "REMOVEMEMBER"], bench.QueueLog().Select(r => r[4]));
        Assert.Empty(bench.Cdr());
        Assert.True(File.Exists(Path.Combine(bench.Folder, "cdr.csv.0")));
    }

    [Fact]
    public async Task The_port_opens_before_the_modules_are_loaded_and_FullyBooted_tells_when()
    {
        await using var bench = await Bench.StartAsync(change: o => o with { BootTime = TimeSpan.FromSeconds(3) });
        await using var ami = await AmiTestClient.ConnectAsync(bench.Pbx, login: false);
        await ami.AskAsync("Login", ("Username", "expand"), ("Secret", "secret"));
        Assert.StartsWith("Invalid/unknown command: QueueStatus.", (await ami.AskAsync("QueueStatus"))["Message"], StringComparison.Ordinal);
        Assert.DoesNotContain(ami.Received, p => p.Event == "FullyBooted");
        await bench.AdvanceAsync(TimeSpan.FromSeconds(3));
        Assert.Equal("Fully Booted", (await ami.WaitForAsync(p => p.Event == "FullyBooted"))["Status"]);
        Assert.Equal("Success", (await ami.AskAsync("QueueStatus"))["Response"]);
    }

    [Fact]
    public async Task An_extension_added_or_removed_is_a_reload_and_a_new_behaviour_shows_in_the_device_state()
    {
        await using var bench = await Bench.StartAsync();
        await using var ami = await AmiTestClient.ConnectAsync(bench.Pbx);
        await bench.Pbx.AddExtensionAsync(new("720", "Nueva", ExtensionBehaviour.NeverAnswers));
        await ami.WaitForAsync(p => p.Event == "Reload");
        Assert.Equal("\"Nueva\" <720>", (await ami.AskAsync("Getvar", ("Variable", "PJSIP_ENDPOINT(720,callerid)")))["Value"]);
        Assert.True(await bench.Pbx.SetBehaviourAsync("720", ExtensionBehaviour.NotRegistered));
        var state = await ami.WaitForAsync(p => p.Event == "DeviceStateChange" && p["Device"] == "PJSIP/720" && p["State"] == "UNAVAILABLE");
        Assert.Equal("call,all", state["Privilege"]);
        Assert.True(await bench.Pbx.RemoveExtensionAsync("720"));
        await ami.WaitForAsync(p => p.Event == "Reload");
        Assert.Equal("", (await ami.AskAsync("Getvar", ("Variable", "PJSIP_ENDPOINT(720,callerid)")))["Value"]);
    }

    [Fact]
    public async Task Members_kept_in_a_file_come_back_in_the_next_process()
    {
        var folder = Directory.CreateTempSubdirectory("simulator-members-").FullName;
        SimulatorOptions Kept(SimulatorOptions o) => o with { World = SimulatorWorld.Demo, MembersFile = Path.Combine(folder, "members") };
        await using (var first = await Bench.StartAsync(change: Kept))
        {
            Assert.Equal(6, first.QueueLog().Count(r => r[4] == "ADDMEMBER"));
            Assert.Null(await first.Pbx.LogoutAgentAsync("702", "q_ventas"));
            Assert.True(await first.Pbx.PauseAgentAsync("701", true, "Almuerzo; baño"));
        }
        await using var second = await Bench.StartAsync(change: Kept);
        await using var ami = await AmiTestClient.ConnectAsync(second.Pbx);
        await ami.AskAsync("QueueStatus", ("Queue", "q_ventas"));
        await ami.WaitForAsync(p => p.Event == "QueueStatusComplete");
        Assert.Equal([("101", "Almuerzo; baño"), ("104", "")],
            ami.Received.Where(p => p.Event == "QueueMember").Select(p => (p["Name"], p["PausedReason"])));
        Assert.DoesNotContain(second.QueueLog(), r => r[4] == "ADDMEMBER");
        Directory.Delete(folder, recursive: true);
    }
}
