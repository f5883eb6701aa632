using System.Net;
using System.Net.Sockets;
using Expand.TestKit;
using Xunit;

namespace Expand.EndToEnd.Newcomer;

/// <summary>What stops <c>./run</c>: one clear line on standard error, and exit code 2.</summary>
[Collection(nameof(RunScript))]
public sealed class RunRefusalTests : IDisposable
{
    private readonly string data = Directory.CreateTempSubdirectory("expand-run-").FullName;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(data, recursive: true);

    [Fact]
    public async Task A_taken_port_is_one_clear_line_and_an_exit_code()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var line = await RefusedAsync([], "--port", $"{((IPEndPoint)taken.LocalEndpoint).Port}", "--data", data);
        Assert.Matches(@"\Aexpand: port \d+ is taken by another program", line);
    }

    [Theory]
    [InlineData("Expand__Port", "abc", "port 'abc'")]
    [InlineData("Expand__TimeZone", "Mars/Olympus", "Expand:TimeZone")]
    [InlineData("Expand__PublicUrl", "pbx.example.com", "Expand:PublicUrl")]
    [InlineData("Expand__Urls", "foo", "Expand:Urls")]
    [InlineData("Expand__Urls", "ftp://127.0.0.1:8080", "Expand:Urls")]
    [InlineData("Expand__Urls", "http://127.0.0.1:eighty", "Expand:Urls")]
    [InlineData("Expand__Urls", "http://192.0.2.1:8080", "192.0.2.1 is not an address of this machine")]
    [InlineData("Expand__Urls", "http://127.0.0.1:0/folder", "http://127.0.0.1:0/folder cannot be served")]
    [InlineData("Expand__LogToConsole", "perhaps", "Expand:LogToConsole")]
    [InlineData("Serilog__MinimumLevel", "loud", "loud")]
    [InlineData("Pbx__Host", "127.0.0.1", "Pbx:Username")]
    [InlineData("Pbx__Port", "abc", "Pbx:Port")]
    [InlineData("Pbx__Tls", "perhaps", "Pbx:Tls")]
    [InlineData("Pbx__ExtensionPattern", "[", "Pbx:ExtensionPattern")]
    [InlineData("Cdr__Estado", "{nonsense}", "Cdr:Estado")]
    [InlineData("Calls__DefaultRingSeconds", "0", "DefaultRingSeconds")]
    [InlineData("Calls__DefaultRingSeconds", "x", "Calls:DefaultRingSeconds")]
    [InlineData("ConnectionStrings__Expand", "Nonsense=1", "ConnectionStrings:Expand")]
    [InlineData("ConnectionStrings__Expand", "Host=127.0.0.1;Port=1;Username=x;Database=x", "PostgreSQL")]
    public async Task A_bad_setting_is_one_clear_line_and_an_exit_code(string name, string value, string named)
    {
        // A PBX that is brought along comes with its own settings.
        var environment = name.StartsWith("Pbx__", StringComparison.Ordinal) && name != "Pbx__Host"
            ? new Dictionary<string, string?> { ["Pbx__Host"] = "127.0.0.1", ["Pbx__Username"] = "expand", ["Pbx__Secret"] = "x" }
            : [];
        // Before a database is asked, and so without one; only what Kestrel refuses comes later.
        if (name != "Expand__Urls") environment["ConnectionStrings__Expand"] = "Host=127.0.0.1;Port=1;Username=x;Database=x";
        environment[name] = value;
        string[] port = name == "Expand__Port" ? [] : ["--port", $"{FreePorts.Tcp()}"];
        Assert.Contains(named, await RefusedAsync(environment, [.. port, "--data", data]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("601")]
    [InlineData("-1")]
    [InlineData("NaN")]
    [InlineData("1e300")]
    [InlineData("many")]
    public async Task A_demonstration_that_is_busier_than_it_can_be_is_one_clear_line(string calls) =>
        Assert.Contains("CallsPerMinute", await RefusedAsync(
            new() { ["Demo__CallsPerMinute"] = calls, ["ConnectionStrings__Expand"] = "Host=127.0.0.1;Port=1;Username=x;Database=x" },
            "--port", $"{FreePorts.Tcp()}", "--data", data), StringComparison.Ordinal);

    [Fact]
    public async Task Settings_that_are_wrong_in_two_sections_are_told_in_one_line()
    {
        var line = await RefusedAsync(
            new() { ["Calls__DefaultRingSeconds"] = "0", ["Queues__WarningAfter"] = "0" }, "--port", $"{FreePorts.Tcp()}", "--data", data);
        Assert.Contains("DefaultRingSeconds", line, StringComparison.Ordinal);
        Assert.Contains("WarningAfter", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_settings_file_that_cannot_be_read_is_one_clear_line()
    {
        var file = Path.Combine(data, "expand.json");
        await File.WriteAllTextAsync(file, "{ nonsense", Ct);
        Assert.Contains(file, await RefusedAsync([], "--data", data, "--config", file), StringComparison.Ordinal);
        // Root may read every file: a socket in its place cannot be opened by anybody.
        File.Delete(file);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(file));
        Assert.Contains(file, await RefusedAsync([], "--data", data, "--config", file), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dotnet", "the .NET 10 SDK is missing")]
    [InlineData("initdb", "postgresql is missing, and there is no apt-get here")]
    [InlineData("mmdebstrap", "no apt on this machine to unpack Debian's Asterisk with", "--pbx", "asterisk")]
    public async Task A_program_that_is_missing_and_cannot_be_installed_is_one_clear_line(string missing, string named, params string[] arguments)
    {
        // A machine that has everything but that program, and no apt-get.
        var programs = Directory.CreateDirectory(Path.Combine(data, "bin")).FullName;
        foreach (var program in Environment.GetEnvironmentVariable("PATH")!.Split(':').Where(Directory.Exists).SelectMany(Directory.GetFiles))
        {
            var name = Path.GetFileName(program);
            var link = Path.Combine(programs, name);
            if (name != missing && name != "apt-get" && !File.Exists(link)) File.CreateSymbolicLink(link, program);
        }

        var environment = new Dictionary<string, string?> { ["PATH"] = programs };
        if (missing == "initdb") environment["EXPAND_POSTGRESQL"] = Path.Combine(data, "nowhere");
        Assert.Contains(named, await RefusedAsync(environment, ["--port", $"{FreePorts.Tcp()}", "--data", data, .. arguments]), StringComparison.Ordinal);
    }

    private static async Task<string> RefusedAsync(Dictionary<string, string?> environment, params string[] arguments)
    {
        using var run = RunScript.Start(arguments, environment);
        var (exitCode, errors) = await run.EndAsync(TimeSpan.FromSeconds(240), Ct);
        Assert.Equal(2, exitCode);
        var line = Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("expand: ", line, StringComparison.Ordinal);
        return line;
    }
}
