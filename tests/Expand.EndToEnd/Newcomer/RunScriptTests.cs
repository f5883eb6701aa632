using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Expand.TestKit;
using Xunit;

namespace Expand.EndToEnd.Newcomer;

/// <summary>The command <c>./run</c> as a newcomer uses it.</summary>
public sealed class RunScriptTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_serves_says_where_keeps_its_data_over_a_second_start_and_leaves_nothing_running()
    {
        var data = Directory.CreateTempSubdirectory("expand-run-").FullName;
        var port = FreePort();
        try
        {
            var first = await OnceAsync(data, port);
            var second = await OnceAsync(data, port);
            Assert.Equal(first, second);
            var mode = File.GetUnixFileMode(Path.Combine(data, "credentials.json"));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, mode);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    public async Task A_taken_port_is_one_clear_line_and_an_exit_code()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var data = Directory.CreateTempSubdirectory("expand-run-").FullName;
        try
        {
            var (exitCode, errors) = await FailAsync("--port", $"{((IPEndPoint)taken.LocalEndpoint).Port}", "--data", data);
            Assert.NotEqual(0, exitCode);
            Assert.Matches(@"\Aexpand: port \d+ is taken by another program.*\n\z", errors);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [Theory]
    [InlineData("Expand__Port", "abc", "port 'abc'")]
    [InlineData("Pbx__Host", "127.0.0.1", "Pbx:Username")]
    [InlineData("Expand__TimeZone", "Mars/Olympus", "Expand:TimeZone")]
    [InlineData("Cdr__Estado", "{nonsense}", "Cdr:Estado")]
    [InlineData("Calls__DefaultRingSeconds", "0", "DefaultRingSeconds")]
    [InlineData("ConnectionStrings__Expand", "Nonsense=1", "ConnectionStrings:Expand")]
    [InlineData("ConnectionStrings__Expand", "Host=127.0.0.1;Port=1;Username=x;Database=x", "PostgreSQL")]
    public async Task A_bad_setting_is_one_clear_line_and_an_exit_code(string name, string value, string named)
    {
        var data = Directory.CreateTempSubdirectory("expand-run-").FullName;
        try
        {
            string[] port = name == "Expand__Port" ? [] : ["--port", $"{FreePort()}"];
            var (exitCode, errors) = await FailAsync(new Dictionary<string, string> { [name] = value }, [.. port, "--data", data]);
            Assert.NotEqual(0, exitCode);
            Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
            Assert.StartsWith("expand: ", errors, StringComparison.Ordinal);
            Assert.Contains(named, errors, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static async Task<string> OnceAsync(string data, int port)
    {
        using var run = Start(new Dictionary<string, string>(), "--port", $"{port}", "--data", data);
        var ready = await ReadLineAsync(run, "eXpand is ready at ");
        Assert.Contains($"http://127.0.0.1:{port}", ready, StringComparison.Ordinal);
        Assert.Contains("sign in as admin", ready, StringComparison.Ordinal);
        var credentials = await File.ReadAllTextAsync(Path.Combine(data, "credentials.json"), Ct);
        var key = JsonDocument.Parse(credentials).RootElement.GetProperty("authorizedKey").GetString()!;
        using (var soap = new SoapCaller($"http://127.0.0.1:{port}", key)) Assert.Equal(0, await soap.StatusAsync("00000000", Ct));

        // bash became the server: Ctrl-C goes to it.
        using (var kill = Process.Start("kill", ["-INT", $"{run.Id}"])) await kill.WaitForExitAsync(Ct);
        await run.WaitForExitAsync(Ct).WaitAsync(TimeSpan.FromSeconds(30), Ct);
        Assert.Equal(0, run.ExitCode);
        Assert.DoesNotContain(Directory.GetDirectories("/proc").Select(CommandLine), line => line.Contains(data, StringComparison.Ordinal));
        return credentials;
    }

    private static Task<(int ExitCode, string Errors)> FailAsync(params string[] arguments) => FailAsync(new Dictionary<string, string>(), arguments);

    private static async Task<(int ExitCode, string Errors)> FailAsync(Dictionary<string, string> environment, params string[] arguments)
    {
        using var run = Start(environment, arguments);
        var errors = await run.StandardError.ReadToEndAsync(Ct).WaitAsync(TimeSpan.FromSeconds(120), Ct);
        await run.WaitForExitAsync(Ct);
        return (run.ExitCode, errors);
    }

    private static Process Start(Dictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(Checkout.Folder(), "run"), arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetTempPath() };
        foreach (var name in start.Environment.Keys.Where(n => n.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList()) start.Environment.Remove(name);
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    private static async Task<string> ReadLineAsync(Process run, string beginning)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        // Building is part of it where nothing is built yet.
        patience.CancelAfter(TimeSpan.FromSeconds(240));
        while (await run.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.StartsWith(beginning, StringComparison.Ordinal)) return line;
        }

        throw new InvalidOperationException("./run ended: " + await run.StandardError.ReadToEndAsync(Ct));
    }

    private static string CommandLine(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline"));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static int FreePort() => FreePorts.Tcp();
}
