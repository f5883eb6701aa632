using Microsoft.Extensions.Time.Testing;

namespace Expand.Simulator.Tests;

/// <summary>The laboratory of the transcripts: the same phones, queues and dialplan, without any chance in them.</summary>
internal static class LabWorld
{
    private static readonly ExtensionBehaviour Second = ExtensionBehaviour.Answers(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));

    public static SimulatorWorld World { get; } = new()
    {
        Extensions =
        [
            new("701", "Juan Perez", Second), new("702", "Ana Gomez", Second), new("703", "Elisa Rodriguez", Second),
            new("704", "Ocupado", ExtensionBehaviour.Busy), new("705", "Sin registro", ExtensionBehaviour.NotRegistered),
            new("706", "No contesta", ExtensionBehaviour.NeverAnswers) { Hint = false },
            new("707", "Rechaza", ExtensionBehaviour.Rejects()) { Hint = false },
            new("708", "Congestionado", ExtensionBehaviour.Congested) { Hint = false },
            new("709", "Corta", Second with { HangsUpAfter = TimeSpan.FromSeconds(3) }) { Hint = false },
        ],
        Queues = [new("q_ven") { RingTimeout = TimeSpan.FromSeconds(5) }, new("q_tec") { RingTimeout = TimeSpan.FromSeconds(5) }],
        Dialplan = SimulatorDialplan.Lab,
        DeviceStateBusyAtOne = true,
        TrunkRegistered = false,
        OtherContexts = [],
    };
}

/// <summary>A simulator with a clock that the test moves, and its files in a folder of its own.</summary>
internal sealed class Bench : IAsyncDisposable
{

    public required FakeTimeProvider Time { get; init; }

    public required PbxSimulator Pbx { get; init; }

    public required string Folder { get; init; }

    public static async Task<Bench> StartAsync(DateTimeOffset? start = null, Func<SimulatorOptions, SimulatorOptions>? change = null)
    {
        var folder = Directory.CreateTempSubdirectory("simulator-").FullName;
        var time = new FakeTimeProvider(start ?? new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
        var options = new SimulatorOptions
        {
            Username = "expand",
            Secret = "secret",
            World = LabWorld.World,
            CdrFile = Path.Combine(folder, "cdr.csv"),
            QueueLogFile = Path.Combine(folder, "queue_log"),
        };
        var pbx = await PbxSimulator.StartAsync(change?.Invoke(options) ?? options, time, null, TestContext.Current.CancellationToken);
        return new Bench { Time = time, Pbx = pbx, Folder = folder };
    }

    /// <summary>Moves the clock; returns when everything that became due has happened.</summary>
    public async Task AdvanceAsync(TimeSpan by)
    {
        Time.Advance(by);
        await Pbx.SettleAsync();
    }

    public List<string[]> QueueLog() => [.. File.ReadAllLines(Path.Combine(Folder, "queue_log")).Select(l => l.Split('|'))];

    public List<CdrRow> Cdr() => CdrRow.Read(Path.Combine(Folder, "cdr.csv"));

    public async ValueTask DisposeAsync()
    {
        await Pbx.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}

/// <summary>A line of the CDR file, read field by field.</summary>
internal sealed record CdrRow(IReadOnlyDictionary<string, string> Fields)
{
    private static readonly string[] Columns =
    [
        "uniqueid", "sequence", "linkedid", "start", "answer", "end", "clid", "src", "dst", "dcontext", "channel", "dstchannel",
        "lastapp", "lastdata", "duration", "billsec", "disposition", "userfield", "hangupcause", "connected",
    ];

    public string this[string column] => Fields[column];

    public static List<CdrRow> Read(string path) => [.. File.ReadAllLines(path).Select(Parse)];

    public static CdrRow Parse(string line)
    {
        var fields = new List<string>();
        var at = 0;
        while (at < line.Length)
        {
            Assert.Equal('"', line[at++]);
            var field = new System.Text.StringBuilder();
            while (true)
            {
                if (line[at] != '"') field.Append(line[at++]);
                else if (at + 1 < line.Length && line[at + 1] == '"')
                {
                    field.Append('"');
                    at += 2;
                }
                else break;
            }
            fields.Add(field.ToString());
            at++;
            if (at < line.Length) Assert.Equal(',', line[at++]);
        }
        Assert.Equal(Columns.Length, fields.Count);
        return new CdrRow(Columns.Zip(fields).ToDictionary(p => p.First, p => p.Second));
    }
}
