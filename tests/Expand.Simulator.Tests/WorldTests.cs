namespace Expand.Simulator.Tests;

public sealed class WorldTests
{
    private static SimulatorOptions Demo(SimulatorOptions o) => o with { World = SimulatorWorld.Demo };

    private static (string, string)[] Call(string id, string from, string to, params (string, string)[] more) =>
        [("Channel", $"PJSIP/{from}"), ("Context", "internal"), ("Exten", to), ("Priority", "1"), ("Async", "true"), ("ChannelId", id), .. more];

    [Fact]
    public async Task A_line_that_a_client_writes_stands_in_the_queue_log_behind_the_login_that_it_is_about()
    {
        await using var bench = await Bench.StartAsync();
        await using var ami = await AmiTestClient.ConnectAsync(bench.Pbx);
        await ami.AskAsync("QueueAdd", ("Queue", "q_ven"), ("Interface", "PJSIP/701"), ("MemberName", "101"));
        await ami.AskAsync("QueueLog", ("Queue", "q_ven"), ("Event", "DEVICE"), ("Interface", "101"), ("Message", "PJSIP/701"));
        Assert.Equal(
            ["MANAGER|q_ven|101|ADDMEMBER|", "NONE|q_ven|101|DEVICE|PJSIP/701"],
            bench.QueueLog().Where(r => r[4] != "QUEUESTART").Select(r => string.Join('|', r[1..6])));
    }

    [Fact]
    public async Task A_part_of_a_call_is_recorded_into_the_folder_until_it_is_hung_up_or_the_call_ends()
    {
        var folder = Directory.CreateTempSubdirectory("expand-monitor-").FullName;
        await using var bench = await Bench.StartAsync(change: o => Demo(o) with { RecordingsFolder = folder });
        await using var ami = await AmiTestClient.ConnectAsync(bench.Pbx);
        Assert.Equal("Permission denied", (await ami.AskAsync("MixMonitor", ("Channel", "x"), ("File", "x.wav")))["Message"]);
        await ami.AskAsync("Originate", Call("call-1", "701", "702"));
        await bench.AdvanceAsync(TimeSpan.FromSeconds(8));
        foreach (var part in new[] { "part-1", "part-2", "part-3" })
        {
            await ami.AskAsync("Originate", ("Channel", "Local/write@expand-recording/n"), ("Context", "expand-recording"), ("Exten", "listen"), ("Priority", "1"),
                ("Async", "true"), ("ChannelId", part), ("OtherChannelId", part + "-2"), ("Variable", "EXPAND_HEARD=" + (part == "part-3" ? "gone" : "call-1")),
                ("Variable", "EXPAND_PART=audio_7_1505840066." + part));
        }
        await bench.AdvanceAsync(TimeSpan.FromSeconds(2));
        await ami.CatchUpAsync();
        Assert.Contains(ami.Received, p => p.Event == "MixMonitorStart" && p["Uniqueid"] == "part-1-2");
        Assert.Contains(ami.Received, p => p.Event == "MixMonitorStart" && p["Uniqueid"] == "part-2-2");
        Assert.Contains(ami.Received, p => p.Event == "Hangup" && p["Uniqueid"] == "part-3-2");
        await ami.AskAsync("Hangup", ("Channel", "part-1"));
        await bench.AdvanceAsync(TimeSpan.FromSeconds(2));
        await ami.CatchUpAsync();
        Assert.Contains(ami.Received, p => p.Event == "Hangup" && p["Uniqueid"] == "part-1-2");
        Assert.DoesNotContain(ami.Received, p => p.Event == "Hangup" && p["Uniqueid"] == "part-2-2");
        await ami.AskAsync("Hangup", ("Channel", "call-1"));
        await bench.AdvanceAsync(TimeSpan.FromSeconds(2));
        await ami.CatchUpAsync();
        Assert.Contains(ami.Received, p => p.Event == "Hangup" && p["Uniqueid"] == "part-2-2");
        Assert.True(new FileInfo(Path.Combine(folder, "audio_7_1505840066.part-1.wav")).Length > 16_000);
        Assert.DoesNotContain(bench.Cdr(), r => r["channel"].StartsWith("Local/", StringComparison.Ordinal));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_contact_of_the_dialer_does_what_its_number_does_and_its_record_says_so()
    {
        await using var bench = await Bench.StartAsync(change: Demo);
        await using var ami = await AmiTestClient.ConnectAsync(bench.Pbx);
        async Task DialAsync(string number) => await ami.AskAsync("Originate",
            ("Channel", $"PJSIP/{number}@trunk"), ("Context", "expand-dialer"), ("Exten", "q_ventas"), ("Priority", "1"), ("Async", "true"), ("Timeout", "10000"),
            ("ChannelId", $"call-{number}"), ("Variable", $"CALLERID(num)={number}"), ("Variable", "EXPAND_WAIT=20"), ("Variable", "EXPAND_MACHINES=yes"),
            ("Variable", @"CHANNEL(hangup_handler_push)=expand-dialer-end\,q_ventas\,1"));
        const string Busy = "27110009", Never = "27110000", Missing = "27110001", Machine = "27110002", Person = "27110004";
        foreach (var number in (string[])[Busy, Never, Missing, Machine, Person]) await DialAsync(number);
        await bench.AdvanceAsync(TimeSpan.FromSeconds(200));

        string Of(string number) => string.Join("; ", bench.Cdr().Where(r => r["uniqueid"] == $"call-{number}").Select(r => $"{r["disposition"]} {r["hangupcause"]}".Trim()));
        Assert.Equal(("BUSY", "NO ANSWER", "NO ANSWER; NO ANSWER 1", "ANSWERED 200"), (Of(Busy), Of(Never), Of(Missing), Of(Machine)));
        Assert.Contains("ANSWERED", Of(Person), StringComparison.Ordinal);
        var log = bench.QueueLog().Where(r => r[1].StartsWith("call-", StringComparison.Ordinal)).ToList();
        Assert.All(log, r => Assert.Equal($"call-{Person}", r[1]));
        Assert.Equal(Person, log.First(r => r[4] == "ENTERQUEUE")[6]);
        Assert.Contains(log, r => r[4] == "CONNECT");
    }

    [Fact]
    public async Task The_demo_world_has_its_extensions_with_names_and_states()
    {
        await using var bench = await Bench.StartAsync(change: Demo);
        await using var ami = await AmiTestClient.ConnectAsync(bench.Pbx);
        await ami.AskAsync("DeviceStateList");
        await ami.WaitForAsync(p => p.Event == "DeviceStateListComplete");
        var states = ami.Received.Where(p => p.Event == "DeviceStateChange").ToDictionary(p => p["Device"], p => p["State"]);
        Assert.Equal("NOT_INUSE", states["PJSIP/701"]);
        Assert.Equal("UNAVAILABLE", states["PJSIP/714"]);
        Assert.Equal("INUSE", states["PJSIP/715"]);
        Assert.Equal("\"Ana Acosta\" <701>", (await ami.AskAsync("Getvar", ("Variable", "PJSIP_ENDPOINT(701,callerid)")))["Value"]);
        Assert.Equal("1", (await ami.AskAsync("ExtensionState", ("Exten", "715"), ("Context", "hints")))["Status"]);
        Assert.Equal(9, SimulatorWorld.Demo.Agents.Count);
        Assert.Equal("abcdefghi", string.Concat(SimulatorWorld.Demo.Agents.Select(a => a.User[0])));
    }

    [Fact]
    public async Task The_first_four_agents_are_logged_in_and_the_others_are_not()
    {
        await using var bench = await Bench.StartAsync(change: Demo);
        Assert.Equal(["101", "102", "103", "104"], bench.QueueLog().Where(r => r[4] == "ADDMEMBER").Select(r => r[3]).Distinct());
    }

    [Fact]
    public async Task Agents_who_live_pause_go_come_back_and_call_and_some_always_stay()
    {
        await using var bench = await Bench.StartAsync(change: o => Demo(o) with { Agents = new AgentLifeOptions { MovesPerMinute = 2 } });
        for (var minute = 0; minute < 240; minute++) await bench.AdvanceAsync(TimeSpan.FromMinutes(1));
        var rows = bench.QueueLog();
        Assert.Contains(rows, r => r[4] == "PAUSE" && r[5] == "Almuerzo");
        Assert.Contains(rows, r => r[4] == "UNPAUSE");
        // The six logins of the start, and whoever came back.
        Assert.InRange(rows.Count(r => r[4] == "ADDMEMBER"), 7, 100);
        Assert.InRange(bench.Cdr().Count(r => r["src"].StartsWith("70", StringComparison.Ordinal) && r["dst"].StartsWith("09", StringComparison.Ordinal)), 20, 300);
        var ready = new HashSet<(string Queue, string Agent)>();
        var fewest = int.MaxValue;
        foreach (var row in rows)
        {
            if (row[4] is "ADDMEMBER" or "UNPAUSE") ready.Add((row[2], row[3]));
            if (row[4] is "REMOVEMEMBER" or "PAUSE") ready.Remove((row[2], row[3]));
            if (row[4] is "REMOVEMEMBER" or "PAUSE") fewest = Math.Min(fewest, ready.Select(r => r.Agent).Distinct().Count());
        }

        Assert.Equal(2, fewest);
    }

    /// <summary>What tells the statuses apart: DialEnd of the called side and the Cause of its or the source's Hangup.</summary>
    [Theory]
    [InlineData("702", "ANSWER", "16", "ANSWERED", 1)]
    [InlineData("711", "BUSY", "17", "BUSY", 1)]
    [InlineData("712", "NOANSWER", "0", "NO ANSWER", 1)]
    [InlineData("713", "NOANSWER", "21", "NO ANSWER", 2)]
    [InlineData("714", null, "3", "ANSWERED", 1)]
    [InlineData("799", null, "3", "ANSWERED", 1)]
    [InlineData("099123456", "ANSWER", "16", "ANSWERED", 1)]
    public async Task Each_extension_of_the_demo_gives_its_outcome(string to, string? dialEnd, string cause, string disposition, int records)
    {
        await using var bench = await Bench.StartAsync(change: Demo);
        await using var ami = await AmiTestClient.ConnectAsync(bench.Pbx);
        await ami.AskAsync("Originate", Call("job", "701", to, ("Variable", "EXPAND_RINGTIME=20")));
        await bench.AdvanceAsync(TimeSpan.FromMinutes(3));
        await ami.WaitForAsync(p => p.Event == "Hangup" && p["Uniqueid"] == "job");
        var dialled = ami.Received.SingleOrDefault(p => p.Event == "DialEnd" && p["Uniqueid"] == "job");
        Assert.Equal(dialEnd, dialled?["DialStatus"]);
        var ended = ami.Received.Single(p => p.Event == "Hangup" && p["Uniqueid"] == (dialled?["DestUniqueid"] ?? "job"));
        Assert.Equal(cause, ended["Cause"]);
        var rows = bench.Cdr();
        Assert.Equal(records, rows.Count);
        Assert.Equal(disposition, rows[0]["disposition"]);
        Assert.All(rows, r => Assert.Equal("job", r["uniqueid"]));
        if (to == "099123456") Assert.StartsWith("PJSIP/trunk-", rows[0]["dstchannel"], StringComparison.Ordinal);
        if (to == "712") Assert.Equal("PJSIP/712,20,tTU(expand-connected)", rows[0]["lastdata"]);
        Assert.Equal(dialEnd == "ANSWER", rows[0]["connected"].Length > 0);
        if (to == "713") Assert.Equal("21", rows[1]["hangupcause"]);
    }

    [Fact]
    public async Task A_caller_is_rung_to_agents_talks_and_leaves_a_full_trail_in_queue_log()
    {
        await using var bench = await Bench.StartAsync(change: Demo);
        var id = await bench.Pbx.PlaceCallAsync("099123456", "q_ventas", "Cliente", patience: TimeSpan.FromSeconds(60));
        await bench.AdvanceAsync(TimeSpan.FromMinutes(3));
        var trail = bench.QueueLog().Where(r => r[1] == id && r[4] != "RINGNOANSWER").ToList();
        Assert.Equal(["ENTERQUEUE", "CONNECT"], trail.Take(2).Select(r => r[4]));
        Assert.Contains(trail[2][4], (string[])["COMPLETECALLER", "COMPLETEAGENT"]);
        Assert.InRange(int.Parse(trail[2][6], System.Globalization.CultureInfo.InvariantCulture), 19, 91);
        Assert.Equal(0, await bench.Pbx.CountChannelsAsync());
    }

    [Fact]
    public async Task A_phone_can_dial_transfer_and_hang_up_by_itself()
    {
        await using var bench = await Bench.StartAsync();
        await using var ami = await AmiTestClient.ConnectAsync(bench.Pbx);
        await bench.Pbx.LoginAgentAsync("157", "701", "q_ven");
        var id = await bench.Pbx.PlaceCallAsync("099123456", "q_ven");
        await bench.AdvanceAsync(TimeSpan.FromSeconds(4));
        Assert.True(await bench.Pbx.TransferAsync("701", "702"));
        await bench.AdvanceAsync(TimeSpan.FromSeconds(3));
        Assert.Equal(1, await bench.Pbx.HangUpPhoneAsync("702"));
        await ami.WaitForAsync(p => p.Event == "Hangup" && p["Uniqueid"] == id);
        Assert.Equal(["702", "internal"], bench.QueueLog().Single(r => r[4] == "BLINDTRANSFER")[5..7]);
        Assert.Equal(["q_ven", "702"], bench.Cdr().Select(r => r["dst"]));
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_day_and_another_seed_another()
    {
        var first = await DayAsync(seed: 7);
        Assert.Equal(first, await DayAsync(seed: 7));
        Assert.NotEqual(first, await DayAsync(seed: 8));
        Assert.Contains("|CONNECT|", first.QueueLog, StringComparison.Ordinal);
        Assert.Contains("|ABANDON|", first.QueueLog, StringComparison.Ordinal);

        static async Task<(string QueueLog, string Cdr)> DayAsync(int seed)
        {
            await using var bench = await Bench.StartAsync(change: o => Demo(o) with { Seed = seed, Callers = new() { CallsPerMinute = 12 } });
            for (var minute = 0; minute < 60; minute++) await bench.AdvanceAsync(TimeSpan.FromMinutes(1));
            return (await File.ReadAllTextAsync(Path.Combine(bench.Folder, "queue_log")), await File.ReadAllTextAsync(Path.Combine(bench.Folder, "cdr.csv")));
        }
    }

    [Fact]
    public async Task Every_call_that_enters_a_queue_leaves_it_once()
    {
        await using var bench = await Bench.StartAsync(change: o => Demo(o) with { Callers = new() { CallsPerMinute = 20 } });
        await bench.AdvanceAsync(TimeSpan.FromHours(2));
        await bench.Pbx.StopAsync();
        var byCall = bench.QueueLog().Where(r => r[1].Contains('.', StringComparison.Ordinal)).GroupBy(r => r[1]).ToList();
        Assert.InRange(byCall.Count, 1500, 3500);
        foreach (var call in byCall)
        {
            Assert.Single(call, r => r[4] == "ENTERQUEUE");
            Assert.Single(call, r => r[4] is "COMPLETECALLER" or "COMPLETEAGENT" or "ABANDON");
        }
        Assert.All(bench.Cdr().GroupBy(r => (r["uniqueid"], r["sequence"])), g => Assert.Single(g));
    }

    [Fact]
    public async Task Two_hundred_originations_at_once_all_end_with_one_record_each()
    {
        var folder = Directory.CreateTempSubdirectory("simulator-load-").FullName;
        var options = new SimulatorOptions { Secret = "secret", World = SimulatorWorld.Demo, Speed = 60, CdrFile = Path.Combine(folder, "cdr.csv") };
        await using (var pbx = await PbxSimulator.StartAsync(options, ct: TestContext.Current.CancellationToken))
        {
            await using var ami = await AmiTestClient.ConnectAsync(pbx);
            string[] targets = ["702", "711", "099123456", "712"];
            await ami.SendRawAsync(string.Concat(Enumerable.Range(0, 200).Select(i =>
                "Action: Originate\r\n" + string.Concat(Call($"job-{i}", $"70{1 + (i % 9)}", targets[i % 4]).Select(h => $"{h.Item1}: {h.Item2}\r\n")) + "\r\n")));
            var over = new HashSet<string>();
            while (over.Count < 200)
            {
                var hangup = await ami.WaitForAsync(p => p.Event == "Hangup" && p["Uniqueid"].StartsWith("job-", StringComparison.Ordinal));
                Assert.True(over.Add(hangup["Uniqueid"]));
            }
            Assert.Equal(0, await pbx.CountChannelsAsync());
        }
        var rows = CdrRow.Read(Path.Combine(folder, "cdr.csv"));
        Assert.Equal(200, rows.Count);
        Assert.Equal(200, rows.Select(r => r["uniqueid"]).Distinct().Count());
        Assert.Equal((50, 50, 100), (rows.Count(r => r["disposition"] == "BUSY"), rows.Count(r => r["disposition"] == "NO ANSWER"),
            rows.Count(r => r["disposition"] == "ANSWERED")));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Thousands_of_channels_are_carried_at_hundreds_of_originations_a_second()
    {
        await using var pbx = await PbxSimulator.StartAsync(
            new SimulatorOptions { Secret = "secret", World = SimulatorWorld.Demo, MaxUnreadBytes = 100_000_000 }, ct: TestContext.Current.CancellationToken);
        await using var ami = await AmiTestClient.ConnectAsync(pbx);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        await ami.SendRawAsync(string.Concat(Enumerable.Range(0, 2000).Select(i =>
            $"Action: Originate\r\nChannel: Local/park@load\r\nContext: load\r\nExten: park\r\nPriority: 1\r\nAsync: true\r\nChannelId: l{i}\r\n\r\n")));
        for (var seen = 0; seen < 2000; seen++) await ami.WaitForAsync(p => p.Event == "OriginateResponse" && p["Response"] == "Success");
        Assert.Equal(4000, await pbx.CountChannelsAsync());
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), $"2000 originations took {clock.Elapsed}");
        TestContext.Current.TestOutputHelper?.WriteLine($"2000 originations, 4000 channels: {clock.Elapsed}");
    }
}
