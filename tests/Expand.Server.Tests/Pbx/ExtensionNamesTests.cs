using System.Net;
using Expand.Server.Access;
using Expand.Server.Pbx;
using Expand.Server.Platform;
using Expand.Server.Tests.Host;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Tests.Pbx;

/// <summary>The caller-ID name that an administrator gives an extension.</summary>
public sealed class ExtensionNamesTests(Databases databases)
{
    private static readonly Actor Admin = new("admin", "127.0.0.1");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_name_given_here_is_answered_by_extensionPbx_of_every_host_until_it_is_taken_back()
    {
        var database = await databases.NewAsync();
        await using var pbx = new ScriptedPbx("701", "702");
        await using var one = await ServerHost.StartAsync(database, pbx);
        await using var other = await ServerHost.StartAsync(database, pbx, "host-2");
        await Eventually.TrueAsync(() => one.Get<ExtensionDirectory>().Find("701") is not null && other.Get<ExtensionDirectory>().Find("701") is not null);
        var key = await one.KeyAsync();
        await Eventually.TrueAsync(async () => (await ShownAsync(other, key)).Contains("extension=\"701\"", StringComparison.Ordinal));

        Assert.Null(await one.Get<ExtensionNaming>().NameAsync("701", "Recepción & Mesa", Admin, Ct));
        Assert.Contains("calleridName=\"Recepción & Mesa\"", await ShownAsync(one, key), StringComparison.Ordinal);
        await Eventually.TrueAsync(async () => (await ShownAsync(other, key)).Contains("Recepción & Mesa", StringComparison.Ordinal));
        Assert.Equal("Ana Acosta", one.Get<ExtensionDirectory>().PbxNameOf("701"));

        Assert.Null(await one.Get<ExtensionNaming>().NameAsync("701", "", Admin, Ct));
        Assert.Equal("Ana Acosta", one.Get<ExtensionDirectory>().Find("701")!.CallerIdName);
        await Eventually.TrueAsync(() => other.Get<ExtensionDirectory>().Find("701")!.CallerIdName == "Ana Acosta");
        await using var db = Databases.Open(database);
        Assert.Equal(2, await db.Set<AuditEntry>().CountAsync(a => a.Action == "extension.named" && a.Subject == "extension 701" && a.Actor == "admin", Ct));
    }

    [Theory]
    [InlineData("con \"comillas\"")]
    [InlineData("<701>")]
    [InlineData("a\r\nb")]
    [InlineData("1234567890123456789012345678901234567890123456789012345678901")]
    public async Task A_name_that_no_caller_ID_can_hold_is_refused_and_nothing_is_audited(string name)
    {
        var database = await databases.NewAsync();
        await using var pbx = new ScriptedPbx("701");
        await using var host = await ServerHost.StartAsync(database, pbx);
        await Eventually.TrueAsync(() => host.Get<ExtensionDirectory>().Find("701") is not null);
        Assert.Equal("name", (await host.Get<ExtensionNaming>().NameAsync("701", name, Admin, Ct))!.Field);
        Assert.Equal(FailureKind.NotFound, (await host.Get<ExtensionNaming>().NameAsync("799", "Nadie", Admin, Ct))!.Kind);
        Assert.Null(await host.Get<ExtensionNaming>().NameAsync("701", "", Admin, Ct));
        await using var db = Databases.Open(database);
        Assert.Equal(0, await db.Set<AuditEntry>().CountAsync(a => a.Action == "extension.named", Ct));
    }

    private static async Task<string> ShownAsync(ServerHost host, string key) =>
        WebUtility.HtmlDecode(WebUtility.HtmlDecode(await host.SoapAsync("extensionPbx", ("authorizedKey", key))));
}
