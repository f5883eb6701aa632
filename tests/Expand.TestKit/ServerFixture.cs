using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Expand.TestKit;

/// <summary>
/// The built server as a child process on a data folder of its own, with the PostgreSQL cluster and the simulator that it brings along
/// where the settings name none. Every wait is bounded; nothing is left behind, however the server ended.
/// </summary>
public sealed class ServerFixture : IAsyncDisposable
{
    private const string ReadyLine = "eXpand is ready at ";
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(40);
    private readonly Dictionary<string, string?> _settings;
    private readonly string[] _arguments;
    private ServerProcess? _process;
    private string _earlierOutput = "";

    private ServerFixture(IReadOnlyDictionary<string, string?>? settings, string[] arguments)
    {
        _settings = new(settings ?? new Dictionary<string, string?>(), StringComparer.Ordinal);
        _arguments = arguments;
        DataFolder = Directory.CreateTempSubdirectory("expand-server-").FullName;
        Port = FreePorts.Tcp();
    }

    /// <summary>The server's own folder: credentials.json, log/, postgres/.</summary>
    public string DataFolder { get; }

    /// <summary>Its port on 127.0.0.1, the same one after a restart.</summary>
    public int Port { get; }

    /// <summary>Its address, without a slash at the end.</summary>
    public string Url => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}");

    /// <summary>What its first start made.</summary>
    public ServerCredentials Credentials { get; private set; } = null!;

    /// <summary>Process id of the server that runs now, or ran last.</summary>
    public int ProcessId => _process?.Id ?? 0;

    /// <summary>Whether it runs.</summary>
    public bool IsRunning => _process is { HasExited: false };

    /// <summary>What it wrote to its standard output and error, all starts together.</summary>
    public string Output => string.Concat(_earlierOutput, _process?.Output);

    /// <summary>Settings as environment variables (<c>Pbx__Host</c>); a change counts from the next start on. Null takes a variable away.</summary>
    public IDictionary<string, string?> Settings => _settings;

    /// <summary>Connection string of its database: the one configured, else that of the cluster in the data folder.</summary>
    public string ConnectionString =>
        _settings.TryGetValue("ConnectionStrings__Expand", out var given) && given is not null
            ? given
            : new NpgsqlConnectionStringBuilder
            {
                Host = Path.Combine(DataFolder, "postgres", "socket"),
                Username = "expand",
                Database = "expand",
            }.ConnectionString;

    /// <summary>Starts it and returns when it is ready.</summary>
    /// <param name="settings">Environment variables for it, such as <c>Pbx__Host</c>.</param>
    /// <param name="arguments">Further arguments, after <c>--port</c> and <c>--data</c>.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="InvalidOperationException">It did not become ready; the message holds its output.</exception>
    public static async Task<ServerFixture> StartAsync(
        IReadOnlyDictionary<string, string?>? settings = null, string[]? arguments = null, CancellationToken ct = default)
    {
        var server = new ServerFixture(settings, arguments ?? []);
        try
        {
            await server.StartAgainAsync(ct);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it on the same data and port, after <see cref="Kill"/> or <see cref="StopAsync"/>.</summary>
    public async Task StartAgainAsync(CancellationToken ct = default)
    {
        if (IsRunning) throw new InvalidOperationException("the server runs already");
        _earlierOutput = Output;
        _process?.Dispose();
        _process = ServerProcess.Start(
            ["--port", Port.ToString(CultureInfo.InvariantCulture), "--data", DataFolder, .. _arguments], _settings, DataFolder);
        await _process.WaitForLineAsync(ReadyLine, StartTimeout, ct);
        // A further host of an installation makes none.
        if (File.Exists(Path.Combine(DataFolder, "credentials.json"))) Credentials = await ServerCredentials.ReadAsync(DataFolder, ct);
    }

    /// <summary>Runs a command on its data, such as <c>users add</c>, while it serves.</summary>
    /// <param name="command">The command and its arguments.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="InvalidOperationException">It was refused; the message holds what it wrote.</exception>
    public async Task CommandAsync(string[] command, CancellationToken ct = default)
    {
        using var run = ServerProcess.Start([.. command, "--data", DataFolder], _settings, DataFolder);
        var code = await run.WaitForExitAsync(StartTimeout, ct);
        if (code != 0) throw new InvalidOperationException($"'{string.Join(' ', command)}' ended with exit code {code}: {run.Output}");
    }

    /// <summary>SIGKILL: the server has no time for anything. Its PostgreSQL goes on running, as after a crash.</summary>
    public void Kill() => _process?.Kill();

    /// <summary>SIGINT, as Ctrl-C sends it; returns its exit code when it and its children have ended.</summary>
    public async Task<int> StopAsync(CancellationToken ct = default)
    {
        if (_process is not { } process) return 0;
        process.Interrupt();
        return await process.WaitForExitAsync(StopTimeout, ct);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (IsRunning) await StopAsync();
        }
        finally
        {
            Kill();
            _process?.Dispose();
            NpgsqlConnection.ClearAllPools();
            await StopClusterAsync();
            Directory.Delete(DataFolder, recursive: true);
        }
    }

    /// <summary>A killed server leaves its cluster running; SIGINT is PostgreSQL's fast shutdown (its documentation, "Shutting Down the Server").</summary>
    private async Task StopClusterAsync()
    {
        var file = Path.Combine(DataFolder, "postgres", "data", "postmaster.pid");
        if (!File.Exists(file)) return;
        var lines = await File.ReadAllLinesAsync(file);
        if (lines.Length == 0 || !int.TryParse(lines[0], CultureInfo.InvariantCulture, out var pid)) return;
        using var postmaster = Running(pid);
        if (postmaster is null) return;
        ServerProcess.Signal(pid, "INT");
        using var bound = new CancellationTokenSource(StopTimeout);
        while (File.Exists(file)) await Task.Delay(50, bound.Token);
    }

    private static Process? Running(int pid)
    {
        try
        {
            return Process.GetProcessById(pid);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
