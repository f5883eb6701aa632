using System.Diagnostics;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Expand.TestKit;
using Xunit;

namespace Expand.EndToEnd.Newcomer;

/// <summary>The first calls of README.md, run as they stand there; only the address and the folder of the credentials are this test's.</summary>
public sealed partial class ReadmeTests(ReadmeTests.Demonstration demonstration) : IClassFixture<ReadmeTests.Demonstration>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public sealed class Demonstration : IAsyncLifetime
    {
        public ServerFixture Server { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Server = await ServerFixture.StartAsync();

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }

    [Theory]
    [InlineData("php", "call.php", "php call.php")]
    [InlineData("python", "call.py", "/usr/bin/python3 call.py")]
    [InlineData("csharp", "call.cs", "dotnet run call.cs")]
    public async Task The_first_call_of_the_readme_connects_both_phones(string language, string file, string command)
    {
        var output = await RunAsync(Sample(language, containing: "originateCallStatus"), file, command);
        Assert.Matches(@"(?m)^[0-9a-f]{8}: 2$", output);
        // The sample has hung up; the next one finds the phones free.
        using var soap = new SoapCaller(demonstration.Server.Url, demonstration.Server.Credentials.AuthorizedKey);
        await soap.FollowAsync(output.Trim().Split('\n')[^1][..8], TimeSpan.FromSeconds(10), Ct, 3);
    }

    [Fact]
    public async Task The_first_call_of_the_readme_with_curl_answers_a_job()
    {
        var output = await RunAsync(Sample("sh"), "call.sh", "bash call.sh");
        var job = Regex.Match(output, ">([0-9a-f]{8})</return>").Groups[1].Value;
        using var soap = new SoapCaller(demonstration.Server.Url, demonstration.Server.Credentials.AuthorizedKey);
        await soap.FollowAsync(job, TimeSpan.FromSeconds(20), Ct, 2);
        Assert.Equal(1, await soap.CancelAsync(job, Ct));
        await soap.FollowAsync(job, TimeSpan.FromSeconds(10), Ct, 3);
    }

    [Theory]
    [InlineData("sh", "rest.sh", "bash rest.sh")]
    [InlineData("python", "rest.py", "/usr/bin/python3 rest.py")]
    [InlineData("php", "rest.php", "php rest.php")]
    [InlineData("csharp", "rest.cs", "dotnet run rest.cs")]
    public async Task The_requests_of_the_readme_list_the_elements_and_add_a_pending_call(string language, string file, string command)
    {
        var output = await RunAsync(Sample(language, containing: "outgoingcalls/call"), file, command);
        foreach (var value in new[] { "26004477", "703" }) Assert.Contains(value, output, StringComparison.Ordinal);
        var id = Regex.Match(output, @"['""]callid['""]: ?([0-9]+)\}").Groups[1].Value;
        using var http = new HttpClient();
        var known = demonstration.Server.Credentials;
        http.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{known.ApiUser}:{known.ApiPassword}")));
        var call = await http.GetFromJsonAsync<JsonElement>(new Uri($"{demonstration.Server.Url}/expandweb3/api/external/outgoingcalls/call/{id}"), Ct);
        Assert.Equal(("q_ventas", "Confirmación de contrato", "2030-11-10 15:00", "PENDING"),
            (call.GetProperty("queue").GetString(), call.GetProperty("subject").GetString(), call.GetProperty("calldate").GetString(), call.GetProperty("status").GetString()));
    }

    [Fact]
    public async Task The_agents_day_of_the_readme_is_in_the_panel_and_in_the_reports()
    {
        // A demonstration of its own: customers may still ring the telephone of an agent who just left.
        await using var server = await ServerFixture.StartAsync(ct: Ct);
        var output = await RunAsync(Sample("sh", containing: "loginAgent"), "agent.sh", "bash agent.sh", server);
        var answers = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["true", "true", "true", "true"], answers.Where(line => !line.StartsWith('<')));
        var reports = answers.Where(line => line.StartsWith('<')).Select(report => XDocument.Parse(report).Root!).ToArray();
        Assert.Equal(["panel", "agents", "agents"], reports.Select(report => report.Name.LocalName));
        var places = reports[0].Descendants("qagent").Where(agent => agent.Value == "105").ToList();
        Assert.Equal(2, places.Count);
        Assert.All(places, place => Assert.Equal(("true", "Descanso"), ((string?)place.Attribute("paused"), (string?)place.Attribute("pausetype"))));
        // What was just done is read from the PBX's log a moment later: here the four who work by themselves are there for certain.
        Assert.Contains(reports[1].Elements("agent"), agent => (string?)agent.Attribute("agente") == "(101) Ana Acosta");
        using var soap = new SoapCaller(server.Url, server.Credentials.AuthorizedKey);
        await Eventually.TrueAsync(
            async () => (await soap.XmlAsync("agentSessionDetail", Ct, "2026-01-01", "2199-01-01", "emunoz", "")).Descendants("session").Count() == 2,
            "the sessions of agent 105 are reported", TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task The_recording_and_the_message_of_the_readme_are_an_MP3_and_sent()
    {
        var output = await RunAsync(Sample("php", containing: "recordingPbx"), "record.php", "php record.php && lame --quiet --decode call.mp3 call.wav");
        Assert.Matches(@"^[0-9]+: SENT\n$", output);
        Assert.Contains("\"state\":\"PENDING\"", await RunAsync(Sample("sh", containing: "/sms"), "sms.sh", "bash sms.sh"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_campaign_of_the_readme_calls_its_contacts()
    {
        var output = await RunAsync(Sample("sh", containing: "redialrules"), "campaign.sh", "bash campaign.sh");
        Assert.Contains("\"name\":\"Rodrigo\"", output, StringComparison.Ordinal);
        var id = Regex.Match(output, "\"id\":([0-9]+),\"name\":\"Bienvenida\"").Groups[1].Value;
        using var http = new HttpClient();
        var known = demonstration.Server.Credentials;
        http.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{known.ApiUser}:{known.ApiPassword}")));
        var contacts = new Uri($"{demonstration.Server.Url}/expandweb3/api/campaign/external/campaigns/{id}/contacts");
        await Eventually.TrueAsync(
            async () => (await http.GetFromJsonAsync<JsonElement>(contacts, Ct)).GetProperty("data")[0].GetProperty("lastattempt").GetString() == "Busy",
            "the contact whose line is engaged was called", TimeSpan.FromSeconds(60));
    }

    private static string Sample(string language, string containing = "<timeout>") =>
        Blocks().Matches(File.ReadAllText(Path.Combine(Checkout.Folder(), "README.md")))
            .Single(block => block.Groups["language"].Value == language && block.Groups["code"].Value.Contains(containing, StringComparison.Ordinal))
            .Groups["code"].Value;

    private Task<string> RunAsync(string code, string file, string command) => RunAsync(code, file, command, demonstration.Server);

    private static async Task<string> RunAsync(string code, string file, string command, ServerFixture server)
    {
        var folder = Directory.CreateTempSubdirectory("expand-readme-").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder, file),
                code.Replace("http://127.0.0.1:8080", server.Url, StringComparison.Ordinal)
                    .Replace(".expand/credentials.json", server.DataFolder + "/credentials.json", StringComparison.Ordinal), Ct);
            var start = new ProcessStartInfo("bash", ["-c", command]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
            // The tests' own MSBuild settings are none of a newcomer's.
            foreach (var name in start.Environment.Keys.Where(n => n.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList()) start.Environment.Remove(name);
            using var process = Process.Start(start)!;
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(Ct);
            patience.CancelAfter(TimeSpan.FromSeconds(150));
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(patience.Token), process.StandardError.ReadToEndAsync(patience.Token));
            await process.WaitForExitAsync(patience.Token);
            Assert.True(process.ExitCode == 0, $"{command}: exit code {process.ExitCode}\n{await output}\n{await errors}");
            return await output;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [GeneratedRegex("```(?<language>[a-z]+)\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Blocks();
}
