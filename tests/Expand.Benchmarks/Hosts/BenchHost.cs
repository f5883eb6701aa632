using System.Globalization;
using System.Text;
using Expand.TestKit;

namespace Expand.Benchmarks.Hosts;

/// <summary>
/// One host of an installation with a PBX of its own: a manager interface that makes every ordered call at once (rung, answered, ended), and the two files that
/// Asterisk would write, written by this.
/// </summary>
internal sealed class BenchHost : IAsyncDisposable
{
    /// <summary>Lines of queue_log and of CDRs that a call leaves.</summary>
    public const int QueueLines = 3;

    /// <summary>Queues of a PBX; each agent is a member of all of them.</summary>
    public const int Queues = 5;
    private readonly string folder = Directory.CreateTempSubdirectory("expand-bench-pbx-").FullName;
    private readonly FakeAsterisk pbx;
    private readonly string name;
    private ServerFixture? server;
    private long calls;

    private readonly int agents;

    private BenchHost(int number, int agents)
    {
        this.agents = agents;
        name = string.Create(CultureInfo.InvariantCulture, $"pbx{number}");
        pbx = new FakeAsterisk(Answer);
    }

    /// <summary>The server.</summary>
    public ServerFixture Server => server ?? throw new InvalidOperationException("it is not started");

    private string CdrFile => Path.Combine(folder, "cdr.csv");

    private string QueueLog => Path.Combine(folder, "queue_log");

    /// <summary>Starts the host on the database; its agents log in.</summary>
    public static async Task<BenchHost> StartAsync(int number, int agents, string database, CancellationToken ct)
    {
        var host = new BenchHost(number, agents);
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        await File.WriteAllTextAsync(host.CdrFile, "", ct);
        var logins = host.Members().Select(m => string.Create(CultureInfo.InvariantCulture, $"{now}|MANAGER|{m.Queue}|{m.Agent}|ADDMEMBER|"));
        await File.WriteAllLinesAsync(host.QueueLog, logins, ct);
        host.server = await ServerFixture.StartAsync(
            new Dictionary<string, string?>
            {
                ["ConnectionStrings__Expand"] = database,
                ["Pbx__Name"] = host.name,
                ["Pbx__Host"] = "127.0.0.1",
                ["Pbx__Port"] = host.pbx.Port.ToString(CultureInfo.InvariantCulture),
                ["Pbx__Username"] = host.pbx.Script.Username,
                ["Pbx__Secret"] = host.pbx.Script.Secret,
                ["Pbx__CdrFile"] = host.CdrFile,
                ["Pbx__QueueLogFile"] = host.QueueLog,
                ["Pbx__OriginatesPerSecond"] = "10000",
            },
            ct: ct);
        return host;
    }

    /// <summary>Writes to both files what so many calls of the queues leave: a record, and that they entered, were taken and ended.</summary>
    public async Task WriteAsync(int count, CancellationToken ct)
    {
        var (records, lines) = (new StringBuilder(), new StringBuilder());
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        for (var i = 0; i < count; i++)
        {
            var n = calls++;
            var (queue, agent) = (n % Queues, n % agents);
            var id = string.Create(CultureInfo.InvariantCulture, $"{now}.{n}");
            records.Append(CultureInfo.InvariantCulture, $"\"{id}\",\"{n}\",\"{id}\",\"{now - 60}.250000\",\"{now - 55}.250000\",\"{now}.250000\",")
                .Append(CultureInfo.InvariantCulture, $"\"\"\"Cliente\"\" <09{n % 10_000_000:D7}>\",")
                .Append(CultureInfo.InvariantCulture, $"\"09{n % 10_000_000:D7}\",\"q_{queue}\",\"queues\",\"PJSIP/trunk-{n:x8}\",")
                .Append(CultureInfo.InvariantCulture, $"\"PJSIP/{5000 + agent}-{n:x8}\",\"Queue\",\"q_{queue},tT,,,60\",")
                .Append("\"60\",\"55\",\"ANSWERED\",\"\",\"\",\"\"\n");
            lines.Append(CultureInfo.InvariantCulture, $"{now - 60}|{id}|q_{queue}|NONE|ENTERQUEUE||09{n % 10_000_000:D7}|1\n")
                .Append(CultureInfo.InvariantCulture, $"{now - 55}|{id}|q_{queue}|{5000 + agent}|CONNECT|5|{id}9|3\n")
                .Append(CultureInfo.InvariantCulture, $"{now}|{id}|q_{queue}|{5000 + agent}|COMPLETECALLER|5|55|1\n");
        }

        await File.AppendAllTextAsync(CdrFile, records.ToString(), ct);
        await File.AppendAllTextAsync(QueueLog, lines.ToString(), ct);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (server is not null) await server.DisposeAsync();
        await pbx.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private IEnumerable<(string Queue, int Agent)> Members() =>
        from queue in Enumerable.Range(0, Queues) from agent in Enumerable.Range(5000, agents) select ($"q_{queue}", agent);

    private FakeReply? Answer(FakeAction action) => action.Name switch
    {
        "Originate" => Call(action["ChannelId"]!),
        "QueueStatus" => FakeReply.List("QueueStatusComplete", [.. Members().Select(m =>
            $"Event: QueueMember\nQueue: {m.Queue}\nName: {m.Agent}\nLocation: PJSIP/{m.Agent}\nStatus: 1\nPaused: 0\n")]),
        "DeviceStateList" or "CoreShowChannels" => FakeReply.List(action.Name + "Complete", []),
        _ => null,
    };

    /// <summary>What Asterisk says of a call whose both sides answer, without the waiting.</summary>
    private static FakeReply Call(string id)
    {
        const string Class = "Privilege: call,all";
        return new FakeReply
        {
            Text = $"""
                Response: Success
                ActionID: {"{id}"}
                Message: Originate successfully queued

                Event: Newchannel
                {Class}
                Channel: Local/1@internal-00000001;1
                ChannelState: 0
                CallerIDNum: 1
                Uniqueid: {id}
                Linkedid: {id}

                Event: OriginateResponse
                {Class}
                Response: Success
                Reason: 4
                Uniqueid: {id}

                Event: DialBegin
                {Class}
                Channel: Local/1@internal-00000001;1
                Uniqueid: {id}
                DestUniqueid: {id}7
                DestLinkedid: {id}

                Event: DialEnd
                {Class}
                Channel: Local/1@internal-00000001;1
                Uniqueid: {id}
                DestUniqueid: {id}7
                DestLinkedid: {id}
                DialStatus: ANSWER

                Event: Hangup
                {Class}
                Uniqueid: {id}7
                Linkedid: {id}
                Cause: 16

                Event: Hangup
                {Class}
                Uniqueid: {id}
                Linkedid: {id}
                Cause: 16


                """,
        };
    }
}
