using System.Text.Json;
using Expand.TestKit;
using Xunit;

namespace Expand.EndToEnd.Newcomer;

/// <summary><c>./run --pbx asterisk</c>: a real Asterisk and its phones as children of the server, whatever becomes of it.</summary>
[Trait(EachAsterisk.Trait, EachAsterisk.Asterisk22)]
[Collection(nameof(RunScript))]
public sealed class RunAsteriskTests : IDisposable
{
    private readonly string data = Directory.CreateTempSubdirectory("expand-run-").FullName;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(data, recursive: true);

    [Fact]
    public async Task A_killed_server_starts_again_on_what_it_left_running_and_ends_with_nothing_running()
    {
        Prepare();
        string[] arguments = ["--pbx", "asterisk", "--port", $"{FreePorts.Tcp()}", "--data", data];
        var url = $"http://127.0.0.1:{arguments[3]}";
        try
        {
            using (var first = RunScript.Start(arguments))
            {
                await first.ReadyAsync(Ct);
                await CallAsync(url);
                await first.KillAsync(Ct);
            }

            Assert.Equal(2, Children().Count);
            using var second = RunScript.Start(arguments);
            await second.ReadyAsync(Ct);
            Assert.Equal(2, Children().Count);
            await CallAsync(url);
            await second.InterruptAsync(Ct);
            Assert.Empty(RunScript.Mentioning(data));
        }
        finally
        {
            // A test that fails leaves nothing behind either.
            RunScript.KillMentioning(data);
        }
    }

    private string Work => Path.Combine(data, "asterisk", "work");

    /// <summary>With the Asterisk that the tests have unpacked already; the user that it runs as must get there.</summary>
    private void Prepare()
    {
        File.SetUnixFileMode(data, (UnixFileMode)0b111_101_101);
        Directory.CreateDirectory(Path.Combine(data, "asterisk"));
        File.CreateSymbolicLink(Path.Combine(data, "asterisk", "root"), AsteriskRoot.Of(AsteriskGeneration.Asterisk22));
    }

    /// <summary>Asterisk and the phones.</summary>
    private IReadOnlyList<string> Children() => RunScript.Mentioning(Work);

    private async Task CallAsync(string url)
    {
        var credentials = await File.ReadAllTextAsync(Path.Combine(data, "credentials.json"), Ct);
        using var soap = new SoapCaller(url, JsonDocument.Parse(credentials).RootElement.GetProperty("authorizedKey").GetString()!);
        var extensions = (await soap.XmlAsync("extensionPbx", Ct)).Elements().ToDictionary(e => (string)e.Attribute("extension")!, e => (string)e.Attribute("calleridName")!);
        Assert.Equal("Ana Acosta", extensions["701"]);
        Assert.Equal(14, extensions.Count);
        var job = await soap.OriginateAsync("706", "707", Ct);
        await soap.FollowAsync(job, TimeSpan.FromSeconds(30), Ct, 2);
        Assert.Equal(1, await soap.CancelAsync(job, Ct));
        // Over, and not only asked to be: its telephone is free for the next one.
        await soap.FollowAsync(job, TimeSpan.FromSeconds(30), Ct, 3);
    }
}
