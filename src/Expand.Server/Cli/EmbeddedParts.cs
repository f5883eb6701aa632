using Expand.Server.Platform;
using Expand.Server.Platform.Embedded;

namespace Expand.Server.Cli;

/// <summary>What is brought along where the settings name none: a private PostgreSQL, a PBX. Stopped with the server, last started first.</summary>
internal sealed class EmbeddedParts : IAsyncDisposable
{
    private readonly Stack<IAsyncDisposable> started = [];
    private readonly Dictionary<string, string?> settings = [];

    /// <summary>The settings by which the rest of the server finds them.</summary>
    public IReadOnlyDictionary<string, string?> Settings => settings;

    /// <summary>Whether the PBX is one that was brought along, with the demonstration in it.</summary>
    public bool HasDemoPbx { get; private set; }

    public static async Task<EmbeddedParts> StartAsync(Settings run, string folder, string pbxKind, CancellationToken ct)
    {
        var parts = new EmbeddedParts();
        try
        {
            await parts.AddDatabaseAsync(run, folder, ownsCluster: true, ct);
            if (string.IsNullOrEmpty(run.Configuration["Pbx:Host"])) await parts.AddPbxAsync(run, folder, pbxKind, ct);
            return parts;
        }
        catch
        {
            await parts.DisposeAsync();
            throw;
        }
    }

    /// <summary>Only the database, for commands that need no PBX. A cluster that a running server has started is used and left running.</summary>
    public static async Task<EmbeddedParts> DatabaseAsync(Settings run, CancellationToken ct)
    {
        var parts = new EmbeddedParts();
        await parts.AddDatabaseAsync(run, run.DataFolder, ownsCluster: false, ct);
        return parts;
    }

    public async ValueTask DisposeAsync()
    {
        while (started.TryPop(out var part)) await part.DisposeAsync();
    }

    /// <summary><paramref name="ownsCluster"/>: a server holds the data folder, so a cluster that runs there was left by a killed one and is its to stop.</summary>
    private async Task AddDatabaseAsync(Settings run, string folder, bool ownsCluster, CancellationToken ct)
    {
        if (!string.IsNullOrEmpty(run.Configuration.GetConnectionString(DatabaseModule.ConnectionName))) return;
        var postgres = await EmbeddedPostgres.StartAsync(folder, ct);
        if (ownsCluster || !postgres.WasRunning) started.Push(postgres);
        settings[$"ConnectionStrings:{DatabaseModule.ConnectionName}"] = postgres.ConnectionString;
    }

    private async Task AddPbxAsync(Settings run, string folder, string kind, CancellationToken ct)
    {
        IEmbeddedPbx pbx = kind == "asterisk"
            ? await EmbeddedAsterisk.StartAsync(folder, Environment.GetEnvironmentVariable("EXPAND_HOME") ?? ".", PhonesCommand(), ct)
            : await EmbeddedSimulator.StartAsync(folder, DemoOptions.Of(run.Configuration), ct);
        started.Push(pbx);
        foreach (var (name, value) in pbx.Settings) settings[name] = value;
        settings["Pbx:IsDemonstration"] = "true";
        HasDemoPbx = true;
    }

    /// <summary>The phone bank is a program of its own, built beside the server.</summary>
    private static string[] PhonesCommand() =>
        Environment.GetEnvironmentVariable("EXPAND_PHONES") is { Length: > 0 } dll && File.Exists(dll)
            ? ["dotnet", dll]
            : throw new SettingException("the answering phones are not built: start with ./run --pbx asterisk from the checkout, or use docker compose up");
}
