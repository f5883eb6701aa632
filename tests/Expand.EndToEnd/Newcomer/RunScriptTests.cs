using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Expand.TestKit;
using Xunit;

namespace Expand.EndToEnd.Newcomer;

/// <summary>The command <c>./run</c> as a newcomer uses it.</summary>
[Collection(nameof(RunScript))]
public sealed class RunScriptTests(ITestOutputHelper output) : IDisposable
{
    /// <summary>Under 20 s is promised for an idle machine; here others build and call at the same time.</summary>
    private static readonly TimeSpan StartBound = TimeSpan.FromSeconds(60);

    private readonly string data = Directory.CreateTempSubdirectory("expand-run-").FullName;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(data, recursive: true);

    [Fact]
    public async Task Run_is_soon_ready_for_calls_keeps_its_data_over_a_second_start_and_leaves_nothing_running()
    {
        await RunScript.BuildAsync(Ct);
        var port = FreePorts.Tcp();
        var first = await OnceAsync(port);
        var second = await OnceAsync(port);
        Assert.Equal(first, second);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(data, "credentials.json")));
    }

    [Fact]
    public async Task A_configured_PBX_that_is_down_does_not_stop_the_start_and_is_said()
    {
        await RunScript.BuildAsync(Ct);
        var (port, nobody) = (FreePorts.Tcp(), FreePorts.Tcp());
        var began = Stopwatch.GetTimestamp();
        using var run = RunScript.Start(["--port", $"{port}", "--data", data],
            new Dictionary<string, string?> { ["Pbx__Host"] = "127.0.0.1", ["Pbx__Port"] = $"{nobody}", ["Pbx__Username"] = "expand", ["Pbx__Secret"] = "x" });
        Assert.Contains($"http://127.0.0.1:{port}", await run.ReadyAsync(Ct), StringComparison.Ordinal);
        Measured("start to ready, the PBX down", began);
        using var http = new HttpClient();
        using (var ready = await http.GetAsync(new Uri($"http://127.0.0.1:{port}/healthz/ready"), Ct)) Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Contains($"expand: the PBX at 127.0.0.1:{nobody} is not heard yet", await run.InterruptAsync(Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_settings_file_of_the_working_folder_is_found()
    {
        var port = FreePorts.Tcp();
        await File.WriteAllTextAsync(Path.Combine(data, "expand.json"),
            JsonSerializer.Serialize(new { Expand = new { Port = port, DataFolder = "here", PublicUrl = "https://pbx.example.com" } }), Ct);
        using var run = RunScript.Start([], folder: data);
        Assert.Contains($"http://127.0.0.1:{port}", await run.ReadyAsync(Ct), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(data, "here", "credentials.json")));
        using var http = new HttpClient();
        var wsdl = await http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/apiws/2/apiws.php?wsdl"), Ct);
        Assert.Contains("location=\"https://pbx.example.com/apiws/2/apiws.php\"", wsdl, StringComparison.Ordinal);
        await run.InterruptAsync(Ct);
    }

    private async Task<string> OnceAsync(int port)
    {
        var began = Stopwatch.GetTimestamp();
        using var run = RunScript.Start(["--port", $"{port}", "--data", data], new Dictionary<string, string?> { ["Expand__PublicUrl"] = "https://expand.example.com" });
        var ready = await run.ReadyAsync(Ct);
        Measured("start to ready", began);
        Assert.Contains($"http://127.0.0.1:{port}", ready, StringComparison.Ordinal);
        Assert.Contains("sign in as admin", ready, StringComparison.Ordinal);
        var credentials = await File.ReadAllTextAsync(Path.Combine(data, "credentials.json"), Ct);
        await HoldsAsync($"http://127.0.0.1:{port}", JsonDocument.Parse(credentials).RootElement.GetProperty("authorizedKey").GetString()!);
        await run.InterruptAsync(Ct);
        Assert.Empty(RunScript.Mentioning(data));
        return credentials;
    }

    /// <summary>What ready means: the extensions are known, a call can be made; and the WSDL is the frozen one.</summary>
    private static async Task HoldsAsync(string url, string key)
    {
        using var soap = new SoapCaller(url, key);
        Assert.Equal(14, (await soap.XmlAsync("extensionPbx", Ct)).Elements().Count());
        using var http = new HttpClient();
        Assert.Equal("Healthy", await http.GetStringAsync(new Uri(url + "/healthz/ready"), Ct));
        foreach (var (query, file) in new[] { ("wsdl", "rpc-literal"), ("wsdl=rpc-encoded", "rpc-encoded"), ("wsdl=document", "document") })
        {
            var frozen = await File.ReadAllTextAsync(Path.Combine(Checkout.Folder(), "tests", "Expand.Server.Tests", "Access", "Wsdl", file + ".wsdl"), Ct);
            Assert.Equal(frozen, await http.GetStringAsync(new Uri($"{url}/apiws/2/apiws.php?{query}"), Ct));
        }
    }

    private void Measured(string what, long began)
    {
        var took = Stopwatch.GetElapsedTime(began);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {took.TotalSeconds:0.0} s"));
        Assert.True(took < StartBound, $"{what}: {took}");
    }
}
