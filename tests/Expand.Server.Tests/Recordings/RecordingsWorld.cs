using System.Buffers.Binary;
using Expand.Server.Access;
using Expand.Server.Cdr;
using Expand.Server.Recordings;
using Expand.Server.Tests.Host;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Tests.Recordings;

/// <summary>Hosts on one folder of recordings, which the test fills as a PBX does.</summary>
internal sealed class RecordingsWorld : IAsyncDisposable
{
    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("expand-recordings-");
    private readonly ScriptedPbx pbx = new();
    private readonly List<ServerHost> hosts = [];

    private RecordingsWorld(string database) => Database = database;

    public string Database { get; }

    public string Folder => Path.Combine(root.FullName, "monitor");

    public string Copies => Path.Combine(root.FullName, "copies");

    public string Outside => root.FullName;

    public ServerHost Host => hosts[0];

    public LogCollector Logs { get; } = new();

    public ScriptedPbx Pbx => pbx;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<RecordingsWorld> StartAsync(Databases databases, params (string Name, string Value)[] settings)
    {
        var world = new RecordingsWorld(await databases.NewAsync());
        Directory.CreateDirectory(world.Folder);
        await world.AddHostAsync(settings);
        return world;
    }

    public async Task<ServerHost> AddHostAsync(params (string Name, string Value)[] settings)
    {
        (string, string)[] all = [("Recordings:Folder", Folder), ("Recordings:Mp3Folder", Copies), .. settings];
        hosts.Add(await ServerHost.StartAsync(Database, pbx, $"host-{hosts.Count + 1}", logs: Logs, settings: all));
        return hosts[^1];
    }

    /// <summary>The record of a call.</summary>
    public async Task CallAsync(string uniqueId, string? linkedId = null, string source = "701", string destination = "702")
    {
        await using var db = Databases.Open(Database);
        db.Add(new CallRecord
        {
            Pbx = "pbx",
            UniqueId = uniqueId,
            LinkedId = linkedId ?? uniqueId,
            Sequence = 1,
            CallDate = DateTimeOffset.UtcNow,
            CallerId = source,
            Source = source,
            Destination = destination,
            Context = "internal",
            Channel = "",
            DestinationChannel = "",
            LastApplication = "Dial",
            LastData = "",
            Duration = 3,
            BillableSeconds = 3,
            Disposition = "ANSWERED",
            UserField = "",
        });
        await db.SaveChangesAsync(Ct);
    }

    /// <summary>Writes a sound; <paramref name="said"/>: what its head says of its length, in bytes, where that is not the truth.</summary>
    public string Write(string name, double seconds = 2, int? said = null, TimeSpan? age = null)
    {
        var path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, Wave(seconds, said));
        if (age is { } old) File.SetLastWriteTimeUtc(path, DateTime.UtcNow - old);
        return path;
    }

    public async Task<string> StatusAsync(string uniqueId, string? key = null)
    {
        var answer = await Host.SoapAsync("recordingPbx", ("authorizedKey", key ?? await Host.KeyAsync()), ("uniqueId", uniqueId));
        return System.Text.RegularExpressions.Regex.Match(answer, "status=(?:&quot;|\")(-?[0-9]+)").Groups[1].Value;
    }

    /// <summary>Waits until the index holds this many recordings of a state.</summary>
    public Task IndexedAsync(int count, RecordingState state = RecordingState.Ready) => Eventually.EqualAsync(count, async () =>
    {
        await using var db = Databases.Open(Database);
        return await db.Set<Recording>().CountAsync(r => r.State == state, Ct);
    });

    public async Task<List<AuditEntry>> ListeningsAsync()
    {
        await using var db = Databases.Open(Database);
        return await db.Set<AuditEntry>().Where(a => a.Action == "recording.listened").OrderBy(a => a.Id).ToListAsync(Ct);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in hosts) await host.DisposeAsync();
        await pbx.DisposeAsync();
        root.Delete(recursive: true);
    }

    /// <summary>A tone.</summary>
    public static byte[] Wave(double seconds, int? said)
    {
        var samples = (int)(8000 * seconds);
        var wave = new byte[44 + (2 * samples)];
        "RIFF"u8.CopyTo(wave);
        BinaryPrimitives.WriteInt32LittleEndian(wave.AsSpan(4), said is { } claimed ? claimed : wave.Length - 8);
        "WAVEfmt "u8.CopyTo(wave.AsSpan(8));
        BinaryPrimitives.WriteInt32LittleEndian(wave.AsSpan(16), 16);
        BinaryPrimitives.WriteInt16LittleEndian(wave.AsSpan(20), 1);
        BinaryPrimitives.WriteInt16LittleEndian(wave.AsSpan(22), 1);
        BinaryPrimitives.WriteInt32LittleEndian(wave.AsSpan(24), 8000);
        BinaryPrimitives.WriteInt32LittleEndian(wave.AsSpan(28), 16000);
        BinaryPrimitives.WriteInt16LittleEndian(wave.AsSpan(32), 2);
        BinaryPrimitives.WriteInt16LittleEndian(wave.AsSpan(34), 16);
        "data"u8.CopyTo(wave.AsSpan(36));
        BinaryPrimitives.WriteInt32LittleEndian(wave.AsSpan(40), said ?? (2 * samples));
        for (var i = 0; i < samples; i++) BinaryPrimitives.WriteInt16LittleEndian(wave.AsSpan(44 + (2 * i)), (short)(3000 * Math.Sin(i * 0.7)));
        return wave;
    }
}
