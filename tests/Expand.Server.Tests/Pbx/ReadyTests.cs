using Expand.Server.Tests.Host;
using Expand.TestKit;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Expand.Server.Tests.Pbx;

/// <summary>What <c>/healthz/ready</c> says while the PBX comes up.</summary>
public sealed class ReadyTests(Databases databases)
{
    [Fact]
    public async Task The_server_is_ready_once_the_extensions_are_read_and_asks_again_where_the_PBX_did_not_answer()
    {
        var lists = 0;
        await using var pbx = new ScriptedPbx("701");
        // The first list is the snapshot's, the second that of the extensions.
        pbx.OnList = action => action.Name == "DeviceStateList" && Interlocked.Increment(ref lists) == 2 ? FakeReply.Silence : null;
        await using var host = await ServerHost.StartAsync(await databases.NewAsync(), pbx);
        await Eventually.TrueAsync(() => Volatile.Read(ref lists) == 2);
        var heard = await ReportAsync(host);
        Assert.Equal(HealthStatus.Unhealthy, heard.Status);
        Assert.Equal("the extensions of the PBX are not read yet", heard.Entries["pbx"].Description);

        await Eventually.TrueAsync(async () => (await ReportAsync(host)).Status == HealthStatus.Healthy);
        Assert.Equal("701", Assert.Single(host.Get<Expand.Server.Pbx.ExtensionDirectory>().All).Number);
    }

    private static Task<HealthReport> ReportAsync(ServerHost host) =>
        host.Get<HealthCheckService>().CheckHealthAsync(check => check.Tags.Contains("ready"), TestContext.Current.CancellationToken);
}
