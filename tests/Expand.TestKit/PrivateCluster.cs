using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Expand.TestKit;

/// <summary>
/// A PostgreSQL cluster of its own in a temporary folder, without durability: it lives for one test run. Its folder carries the id
/// of the process that made it; what a killed run left is stopped and removed by the next.
/// </summary>
internal sealed class PrivateCluster : IAsyncDisposable
{
    private const string Prefix = "expand-tests-pg-";
    private const int Nobody = 65534;

    /// <summary>Autovacuum looks at every database once in that time: of hundreds, ten a second. No test lives long enough to need it.</summary>
    private const string NotDurable = "-c max_connections=300 -c fsync=off -c full_page_writes=off -c jit=off -c autovacuum_naptime=1h";
    private readonly string _binaries;
    private readonly string _folder;
    private readonly string _options;
    private readonly bool _kept;

    private PrivateCluster(string binaries, string folder, string options = NotDurable, bool kept = false) =>
        (_binaries, _folder, _options, _kept) = (binaries, folder, options, kept);

    /// <summary>How to reach it; the database is <c>postgres</c>.</summary>
    public string ConnectionString =>
        new NpgsqlConnectionStringBuilder { Host = _folder, Username = "expand", Database = "postgres" }.ConnectionString;

    private string Data => Path.Combine(_folder, "data");

    public static async Task<PrivateCluster> StartAsync(CancellationToken ct)
    {
        var binaries = FindBinaries();
        await RemoveLeftOversAsync(binaries, ct);
        var folder = Path.Combine(Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}-{Guid.NewGuid():N}")[..48]);
        Directory.CreateDirectory(folder);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        if (Environment.IsPrivilegedProcess) await DemandAsync(["chown", $"{Nobody}:{Nobody}", folder], ct);
        var cluster = new PrivateCluster(binaries, folder);
        await cluster.MakeAsync(ct);
        await cluster.StartAgainAsync(ct);
        return cluster;
    }

    /// <summary>Starts the cluster of a folder that is kept, making it where there is none; one that a killed run left running is started again.</summary>
    /// <param name="folder">Its path is 90 bytes long at most: a socket is in it.</param>
    /// <param name="options">Settings as <c>postgres</c> takes them, such as <c>-c fsync=on</c>.</param>
    /// <param name="ct">Gives up.</param>
    public static async Task<PrivateCluster> OpenAsync(string folder, string options, CancellationToken ct)
    {
        Directory.CreateDirectory(folder);
        if (Environment.IsPrivilegedProcess) await DemandAsync(["chown", $"{Nobody}:{Nobody}", folder], ct);
        var cluster = new PrivateCluster(FindBinaries(), folder, options, kept: true);
        if (!File.Exists(Path.Combine(cluster.Data, "PG_VERSION"))) await cluster.MakeAsync(ct);
        else if (File.Exists(Path.Combine(cluster.Data, "postmaster.pid"))) await RunAsync(cluster.As("pg_ctl", "stop", "-D", cluster.Data, "-m", "fast", "-w"), ct);
        await cluster.StartAgainAsync(ct);
        return cluster;
    }

    /// <summary>Stops it as an administrator does: whoever is connected is thrown out, what was committed stays.</summary>
    public Task StopAsync(CancellationToken ct) => DemandAsync(As("pg_ctl", "stop", "-D", Data, "-m", "fast", "-w", "-t", "20"), ct);

    /// <summary>Starts it, on the same socket.</summary>
    public Task StartAgainAsync(CancellationToken ct) =>
        DemandAsync(As("pg_ctl", "start", "-D", Data, "-w", "-t", "60", "-l", Path.Combine(_folder, "log"), "-o",
            $"-c listen_addresses= -c unix_socket_directories='{_folder}' {_options}"), ct);

    private Task MakeAsync(CancellationToken ct) =>
        DemandAsync(As("initdb", "-D", Data, "-U", "expand", "-E", "UTF8", "--locale=C.UTF-8", "--auth=trust", "--no-sync"), ct);

    public async ValueTask DisposeAsync()
    {
        await RunAsync(As("pg_ctl", "stop", "-D", Data, "-m", _kept ? "fast" : "immediate", "-w", "-t", "60"), CancellationToken.None);
        if (!_kept) await ForgetAsync(CancellationToken.None);
    }

    /// <summary>Hundreds of databases are many files: nobody waits for their removal. What is left of one that is cut off, the next run removes.</summary>
    private Task ForgetAsync(CancellationToken ct) =>
        Directory.Exists(_folder) ? RunAsync(["sh", "-c", $"setsid rm -rf '{_folder}' >/dev/null 2>&1 &"], ct) : Task.CompletedTask;

    private static async Task RemoveLeftOversAsync(string binaries, CancellationToken ct)
    {
        foreach (var folder in Directory.GetDirectories(Path.GetTempPath(), Prefix + "*"))
        {
            var owner = Path.GetFileName(folder)[Prefix.Length..].Split('-')[0];
            if (Directory.Exists("/proc/" + owner)) continue;
            var left = new PrivateCluster(binaries, folder);
            // Without it nothing runs there: its removal is under way.
            if (File.Exists(Path.Combine(left.Data, "postmaster.pid"))) await RunAsync(left.As("pg_ctl", "stop", "-D", left.Data, "-m", "immediate", "-w", "-t", "10"), ct);
            await left.ForgetAsync(ct);
        }
    }

    /// <summary>PostgreSQL refuses to run as root.</summary>
    private string[] As(string program, params string[] arguments)
    {
        string[] command = [Path.Combine(_binaries, program), .. arguments];
        return Environment.IsPrivilegedProcess ? ["setpriv", $"--reuid={Nobody}", $"--regid={Nobody}", "--clear-groups", .. command] : command;
    }

    private static async Task DemandAsync(string[] command, CancellationToken ct)
    {
        var (code, output) = await RunAsync(command, ct);
        if (code != 0) throw new InvalidOperationException($"{string.Join(' ', command)} ended with {code}: {output}");
    }

    private static async Task<(int Code, string Output)> RunAsync(string[] command, CancellationToken ct)
    {
        // Into a file: a server left behind by pg_ctl would hold a pipe open.
        var output = Path.GetTempFileName();
        try
        {
            var script = string.Join(' ', command.Select(part => "'" + part.Replace("'", "'\\''", StringComparison.Ordinal) + "'"));
            using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"{script} >'{output}' 2>&1 </dev/null"]) { WorkingDirectory = "/" })!;
            await process.WaitForExitAsync(ct);
            return (process.ExitCode, await File.ReadAllTextAsync(output, ct));
        }
        finally
        {
            File.Delete(output);
        }
    }

    private static string FindBinaries()
    {
        const string Debian = "/usr/lib/postgresql";
        var found = Directory.Exists(Debian)
            ? Directory.GetDirectories(Debian).Select(folder => Path.Combine(folder, "bin")).Where(bin => File.Exists(Path.Combine(bin, "initdb")))
                .OrderByDescending(bin => int.TryParse(Path.GetFileName(Path.GetDirectoryName(bin)), CultureInfo.InvariantCulture, out var v) ? v : 0).FirstOrDefault()
            : null;
        found ??= (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').FirstOrDefault(bin => bin.Length > 0 && File.Exists(Path.Combine(bin, "initdb")));
        return found ?? throw new InvalidOperationException("Neither a Docker engine nor PostgreSQL's programs (package postgresql) are on this machine.");
    }
}
