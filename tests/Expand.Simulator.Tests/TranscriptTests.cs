using System.Globalization;

namespace Expand.Simulator.Tests;

/// <summary>The simulator goes through the scenarios recorded on a real Asterisk 22 and must tell the same story.</summary>
public sealed class TranscriptTests
{
    public static TheoryData<string> Of22 => new(
        "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19", "20", "21", "25",
        "30", "31", "32", "35", "37", "38", "40", "41", "42", "46");

    public static TheoryData<string> Of16 => new(
        "03", "05", "06", "07", "08", "09", "11", "12", "13", "14", "15", "17", "18", "19", "21",
        "30", "31", "32", "37", "38", "40", "41", "42");

    [Theory]
    [MemberData(nameof(Of22))]
    public Task A_scenario_recorded_on_22_gives_the_same_events_responses_and_rows(string number) => ReplayAsync(22, number);

    [Theory]
    [MemberData(nameof(Of16))]
    public Task A_scenario_recorded_on_16_gives_the_same_events_responses_and_rows(string number) => ReplayAsync(16, number);

    private static async Task ReplayAsync(int generation, string number)
    {
        var real = Transcript.Load(generation, number);
        // Seconds are cut off all over: the clock starts at the fraction of a second at which the recording did.
        var first = real.Packets.FirstOrDefault(p => !p.Sent && p.Packet.Has("Timestamp"));
        await using var bench = await Bench.StartAsync(
            first.Packet is null ? null : FromEpoch(first.Packet["Timestamp"]) - TimeSpan.FromSeconds(first.At),
            o => o with { Generation = generation });
        await using var ami = await AmiTestClient.ConnectAsync(bench.Pbx);
        ami.Received.Clear();

        await PlayAsync(real, bench, ami);

        var simulated = ami.Received;
        AssertSame(new EventTopics(real.Events), new EventTopics(simulated));
        AssertSameResponses(real, simulated);
        AssertSameHeaders(real.Events, simulated);
        AssertSameQueueLog(real, bench, simulated);
        AssertSameCdr(real, bench, simulated);
    }

    private static DateTimeOffset FromEpoch(string text) =>
        DateTimeOffset.UnixEpoch + TimeSpan.FromTicks((long)(decimal.Parse(text, CultureInfo.InvariantCulture) * TimeSpan.TicksPerSecond));

    /// <summary>Sends what was sent and has callers come when they came.</summary>
    private static async Task PlayAsync(Transcript real, Bench bench, AmiTestClient ami)
    {
        var now = 0.0;
        var packets = real.Packets;
        for (var i = 0; i < packets.Count; i++)
        {
            var (at, sent, packet) = packets[i];
            if (sent && packet["Action"] != "Login")
            {
                await GoToAsync(at);
                var together = new List<Packet> { packet };
                while (i + 1 < packets.Count && packets[i + 1].Sent) together.Add(packets[++i].Packet);
                await ami.CatchUpAsync();
                await ami.SendRawAsync(string.Concat(together.Select(p =>
                    string.Concat(p.Headers.Select(h => $"{h.Key}: {Ours(h.Value)}\r\n")) + "\r\n")));
                foreach (var action in together) await ami.WaitForAsync(p => p.Has("Response") && p["ActionID"] == action["ActionID"] && !p.Has("Event"));
            }
            else if (packet.Event == "Newchannel" && packet["ChannelState"] == "4" && packet["Channel"].StartsWith("PJSIP/trunk", StringComparison.Ordinal))
            {
                await GoToAsync(at);
                var hangup = packets.Where(p => p.Packet.Event == "HangupRequest" && p.Packet["Uniqueid"] == packet["Uniqueid"]).Select(p => p.At - at);
                var stay = hangup.Select(s => (TimeSpan?)TimeSpan.FromSeconds(s)).FirstOrDefault();
                Assert.NotNull(await bench.Pbx.PlaceCallAsync(packet["CallerIDNum"], packet["Exten"], packet["CallerIDName"], hangsUpAfter: stay));
            }
        }
        await GoToAsync(packets[^1].At + 2);
        await ami.CatchUpAsync();

        // A channel of the recording is our channel that was made in the same place.
        string Ours(string value)
        {
            var place = packets.Where(p => p.Packet.Event == "Newchannel").Select(p => p.Packet["Channel"]).ToList().IndexOf(value);
            return place < 0 ? value : ami.Received.Where(p => p.Event == "Newchannel").ElementAt(place)["Channel"];
        }

        async Task GoToAsync(double at)
        {
            // Real steps take a few milliseconds each; what follows at once must not be overtaken by what is due then.
            if (at > now) await bench.AdvanceAsync(TimeSpan.FromSeconds(at - now));
            now = Math.Max(now, at);
        }
    }

    private static void AssertSame(EventTopics real, EventTopics simulated)
    {
        Assert.Equal(Show(real.Topics), Show(simulated.Topics));

        static string Show(SortedDictionary<string, List<string>> topics) =>
            string.Join("\n", topics.SelectMany(t => t.Value.Select(e => $"[{t.Key}] {e}")));
    }

    private static void AssertSameResponses(Transcript real, List<Packet> simulated)
    {
        static IEnumerable<string> Responses(IEnumerable<Packet> packets) =>
            packets.Where(p => p.Has("Response") && !p.Has("Event") && p["ActionID"] is not ("a1" or "") && !p["ActionID"].StartsWith('t'))
                .Select(p => $"{p["ActionID"]} {p["Response"]} {p["Message"]}").Order(StringComparer.Ordinal);
        Assert.Equal(Responses(real.Packets.Where(p => !p.Sent).Select(p => p.Packet)), Responses(simulated));
    }

    /// <summary>Every kind of event has the headers of the real one, in its order.</summary>
    private static void AssertSameHeaders(IEnumerable<Packet> real, List<Packet> simulated)
    {
        static string Key(Packet p) => p.Event + (p.Has("ActionID") ? "+A" : "") + (p.Has("TechCause") ? "+T" : "") + (p.Has("Cause") ? "+C" : "") + (p.Has("Uniqueid") ? "+U" : "") + (p.Has("DestUniqueid") ? "+D" : "");
        var known = real.GroupBy(Key).ToDictionary(g => g.Key, g => string.Join(",", g.First().Headers.Select(h => h.Key)));
        foreach (var packet in simulated.Where(p => p.Has("Event")))
        {
            if (known.TryGetValue(Key(packet), out var names)) Assert.Equal(names, string.Join(",", packet.Headers.Select(h => h.Key)));
            else Assert.Equal("HangupRequest", packet.Event);
        }
    }

    private static void AssertSameQueueLog(Transcript real, Bench bench, List<Packet> simulated)
    {
        var (before, after) = (new EventTopics(real.Events), new EventTopics(simulated));
        var rows = bench.QueueLog().Where(r => r[4] != "QUEUESTART").Select(r => Row(r[1..], after));
        Assert.Equal(real.QueueLog.Select(l => Row(l.Split('|'), before)), rows);

        static string Row(string[] fields, EventTopics topics)
        {
            // The database pads to five data fields; the file does not. Milliseconds of a cancelled ring differ a little.
            if (fields[3] == "RINGCANCELED") fields[4] = long.Parse(fields[4], CultureInfo.InvariantCulture) / 100 == 0 ? "short" : "long";
            return string.Join("|", fields.Select(topics.Alias)).TrimEnd('|');
        }
    }

    private static void AssertSameCdr(Transcript real, Bench bench, List<Packet> simulated)
    {
        var (before, after) = (new EventTopics(real.Events), new EventTopics(simulated));
        string[] columns = ["clid", "src", "dst", "dcontext", "channel", "dstchannel", "lastapp", "lastdata", "disposition", "uniqueid", "linkedid"];
        var expected = real.Cdr.OrderBy(r => long.Parse(r["sequence"], CultureInfo.InvariantCulture)).ToList();
        var actual = bench.Cdr().OrderBy(r => long.Parse(r["sequence"], CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(expected.Count, actual.Count);
        foreach (var (row, mine) in expected.Zip(actual))
        {
            foreach (var column in columns) Assert.Equal($"{column}={before.Alias(row[column])}", $"{column}={after.Alias(mine[column])}");
            Assert.Equal(Step(expected[0]["sequence"], row["sequence"]), Step(actual[0]["sequence"], mine["sequence"]));
            Assert.Equal(row["answer"].Length > 0, mine["answer"].Length > 0);
            Assert.InRange(Number(mine["duration"]), Math.Floor(Number(row["duration"])) - 1, Number(row["duration"]) + 1);
            Assert.InRange(Number(mine["billsec"]), Math.Floor(Number(row["billsec"])) - 1, Number(row["billsec"]) + 1);
        }

        static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
        static double Step(string from, string to) => Number(to) - Number(from);
    }
}
