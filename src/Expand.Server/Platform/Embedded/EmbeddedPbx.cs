using Expand.Simulator;

namespace Expand.Server.Platform.Embedded;

/// <summary>A PBX that this process brings along, where none is configured, as settings of the sections <c>Pbx</c> and <c>Recordings</c>.</summary>
internal interface IEmbeddedPbx : IAsyncDisposable
{
    /// <summary>What the configuration gains: host, port, user, secret, files, recordings.</summary>
    IReadOnlyDictionary<string, string?> Settings { get; }
}

/// <summary>The PBX simulator with the demo world, in this process.</summary>
internal sealed class EmbeddedSimulator : IEmbeddedPbx
{
    private readonly PbxSimulator simulator;

    private EmbeddedSimulator(PbxSimulator simulator, IReadOnlyDictionary<string, string?> settings) => (this.simulator, Settings) = (simulator, settings);

    public IReadOnlyDictionary<string, string?> Settings { get; }

    public static async Task<EmbeddedSimulator> StartAsync(string dataFolder, DemoOptions demo, CancellationToken ct)
    {
        var folder = Directory.CreateDirectory(Path.Combine(dataFolder, "simulator")).FullName;
        var secret = System.Security.Cryptography.RandomNumberGenerator.GetHexString(32);
        var options = new SimulatorOptions
        {
            Secret = secret,
            CdrFile = Path.Combine(folder, "cdr.csv"),
            QueueLogFile = Path.Combine(folder, "queue_log"),
            MembersFile = Path.Combine(folder, "members.json"),
            RecordingsFolder = Directory.CreateDirectory(Path.Combine(folder, "monitor")).FullName,
            Seed = Random.Shared.Next(),
            Callers = new CallerStreamOptions { CallsPerMinute = demo.CallsPerMinute },
            Agents = new AgentLifeOptions { MovesPerMinute = demo.MovesPerMinute },
        };
        var simulator = await PbxSimulator.StartAsync(options, ct: ct);
        var settings = new Dictionary<string, string?>
        {
            ["Pbx:Name"] = "simulador",
            ["Pbx:Host"] = "127.0.0.1",
            ["Pbx:Port"] = simulator.AmiPort.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["Pbx:Username"] = options.Username,
            ["Pbx:Secret"] = secret,
            ["Pbx:CdrFile"] = options.CdrFile,
            ["Pbx:QueueLogFile"] = options.QueueLogFile,
            ["Recordings:Folder"] = options.RecordingsFolder,
            // A demonstration fills nobody's disk.
            ["Recordings:KeepDays"] = "1",
        };
        return new EmbeddedSimulator(simulator, settings);
    }

    public ValueTask DisposeAsync() => simulator.DisposeAsync();
}
