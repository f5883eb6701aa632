using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Expand.Server.Platform.Embedded;

/// <summary>
/// A private PostgreSQL cluster in the data folder, from the system's binaries: the same engine as in production, for whoever has configured
/// none. It listens on a Unix socket only, in a folder that is its owner's alone. PostgreSQL never runs as root: where this process does,
/// the cluster runs as the user <c>nobody</c>.
/// </summary>
internal sealed class EmbeddedPostgres : IAsyncDisposable
{
    private const string Superuser = "expand";
    private readonly string binaries;
    private readonly string cluster;
    private readonly string socket;

    private EmbeddedPostgres(string binaries, string folder)
    {
        this.binaries = binaries;
        cluster = Path.Combine(folder, "data");
        // A socket's path has 107 bytes at most.
        var own = Path.Combine(folder, "socket");
        socket = own.Length < 80
            ? own
            : Path.Combine(Path.GetTempPath(), "expand-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(folder)).AsSpan(0, 6)));
    }

    /// <summary>It ran already: another process of this data folder started it and stops it, or a killed one left it.</summary>
    public bool WasRunning { get; private set; }

    /// <summary>The connection string of the database <c>expand</c> in it.</summary>
    public string ConnectionString => new NpgsqlConnectionStringBuilder
    {
        Host = socket,
        Username = Superuser,
        Database = "expand",
        MaxPoolSize = 60,
        MaxAutoPrepare = 50,
    }.ConnectionString;

    /// <summary>Starts the cluster of that data folder, making it where there is none; takes up one that a killed server left running.</summary>
    public static async Task<EmbeddedPostgres> StartAsync(string dataFolder, CancellationToken ct)
    {
        var postgres = new EmbeddedPostgres(FindBinaries(), Path.Combine(Path.GetFullPath(dataFolder), "postgres"));
        await postgres.StartAsync(ct);
        return postgres;
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await RunAsync("pg_ctl", ["stop", "-D", cluster, "-m", "fast", "-w", "-t", "20"], CancellationToken.None);
    }

    private async Task StartAsync(CancellationToken ct)
    {
        foreach (var folder in new[] { Path.GetDirectoryName(cluster)!, socket })
        {
            Directory.CreateDirectory(folder);
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            if (Environment.IsPrivilegedProcess) await GiveToNobodyAsync(folder, ct);
        }

        if (!File.Exists(Path.Combine(cluster, "PG_VERSION")))
        {
            await DemandAsync("initdb", ["-D", cluster, "-U", Superuser, "-E", "UTF8", "--locale=C.UTF-8", "--auth=trust", "--no-instructions"], ct);
        }

        WasRunning = (await RunAsync("pg_ctl", ["status", "-D", cluster], ct)).ExitCode == 0;
        if (!WasRunning)
        {
            // TCP off: the socket's folder is the only door. The log stands beside the cluster.
            var options = $"-c listen_addresses= -c unix_socket_directories='{socket}' -c max_connections=120 -c shared_buffers=128MB -c jit=off";
            await DemandAsync("pg_ctl",
                ["start", "-D", cluster, "-w", "-t", "30", "-l", Path.Combine(Path.GetDirectoryName(cluster)!, "postgres.log"), "-o", options], ct);
        }

        await MakeDatabaseAsync(ct);
    }

    private async Task MakeDatabaseAsync(CancellationToken ct)
    {
        var builder = new NpgsqlConnectionStringBuilder(ConnectionString) { Database = "postgres", Pooling = false };
        await using var connection = new NpgsqlConnection(builder.ConnectionString);
        await connection.OpenAsync(ct);
        await using var asked = new NpgsqlCommand("select 1 from pg_database where datname = 'expand'", connection);
        if (await asked.ExecuteScalarAsync(ct) is not null) return;
        await using var made = new NpgsqlCommand("create database expand", connection);
        await made.ExecuteNonQueryAsync(ct);
    }

    private async Task DemandAsync(string program, string[] arguments, CancellationToken ct)
    {
        var (exitCode, output) = await RunAsync(program, arguments, ct);
        if (exitCode == 0) return;
        var log = Path.Combine(Path.GetDirectoryName(cluster)!, "postgres.log");
        throw new SettingException($"PostgreSQL does not start ({program}: {LastLine(output)}); its log is {log}");
    }

    private async Task<(int ExitCode, string Output)> RunAsync(string program, string[] arguments, CancellationToken ct)
    {
        string[] command = [Path.Combine(binaries, program), .. arguments];
        // As nobody, who may still pass through a folder such as /root that is closed to him.
        if (Environment.IsPrivilegedProcess)
        {
            command =
            [
                "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all,+dac_read_search", "--ambient-caps=+dac_read_search",
                "--bounding-set=-all,+dac_read_search", .. command,
            ];
        }

        return await ProcessRun.ToEndAsync(command, ct);
    }

    private static async Task GiveToNobodyAsync(string folder, CancellationToken ct)
    {
        var (exitCode, output) = await ProcessRun.ToEndAsync(["chown", "65534:65534", folder], ct);
        if (exitCode != 0) throw new SettingException($"{folder} cannot be given to the user that PostgreSQL runs as: {LastLine(output)}");
    }

    /// <summary>Debian keeps each version's programs in a folder of its own; elsewhere they are on the path. EXPAND_POSTGRESQL names another such folder.</summary>
    private static string FindBinaries()
    {
        var installed = Environment.GetEnvironmentVariable("EXPAND_POSTGRESQL") is { Length: > 0 } given ? given : "/usr/lib/postgresql";
        var versions = Directory.Exists(installed)
            ? Directory.GetDirectories(installed).Where(folder => File.Exists(Path.Combine(folder, "bin", "initdb")))
                .OrderByDescending(folder => double.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var v) ? v : 0)
            : Enumerable.Empty<string>();
        if (versions.FirstOrDefault() is { } newest) return Path.Combine(newest, "bin");
        var onPath = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .FirstOrDefault(folder => folder.Length > 0 && File.Exists(Path.Combine(folder, "initdb")));
        return onPath ?? throw new SettingException(
            "PostgreSQL's programs are not on this machine: install the package postgresql, or set ConnectionStrings__Expand to a running one");
    }

    private static string LastLine(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? "no output";
}

/// <summary>Runs a program to its end.</summary>
internal static class ProcessRun
{
    public static async Task<(int ExitCode, string Output)> ToEndAsync(string[] command, CancellationToken ct)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        try
        {
            using var process = Process.Start(start)!;
            var output = new StringBuilder();
            process.OutputDataReceived += (_, line) => Add(line.Data);
            process.ErrorDataReceived += (_, line) => Add(line.Data);
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            // Not until the streams close: a server that the program leaves behind holds them open.
            while (!process.HasExited) await Task.Delay(10, ct);
            lock (output) return (process.ExitCode, output.ToString());

            void Add(string? line)
            {
                lock (output) output.AppendLine(line);
            }
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new SettingException($"the program {command[0]} is not on this machine");
        }
    }
}
