using System.Net;
using Expand.Server.Access;
using Expand.Server.Cdr;
using Expand.Server.Tests.Host;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Tests.Cdr;

/// <summary>Templates of cdrCustom that an administrator sets.</summary>
public sealed class CdrTemplatesTests(Databases databases)
{
    private static readonly Actor Admin = new("admin", "127.0.0.1");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_template_counts_on_every_host_and_the_settings_one_again_when_it_is_reset()
    {
        var database = await databases.NewAsync();
        await using (var db = Databases.Open(database))
        {
            db.Add(new CallRecord
            {
                Pbx = "pbx",
                UniqueId = "1.0",
                LinkedId = "1.0",
                CallDate = new DateTimeOffset(2026, 11, 23, 13, 0, 0, TimeSpan.Zero),
                CallerId = "",
                Source = "701",
                Destination = "702",
                Context = "internal",
                Channel = "PJSIP/701-1",
                DestinationChannel = "PJSIP/702-1",
                LastApplication = "Dial",
                LastData = "",
                Duration = 5,
                BillableSeconds = 4,
                Disposition = "ANSWERED",
                UserField = "",
            });
            db.Add(new CallNote { UniqueId = "1.0", CallInfo = "contrato=9, turno=2" });
            await db.SaveChangesAsync(Ct);
        }

        await using var pbx = new ScriptedPbx("701");
        await using var one = await ServerHost.StartAsync(database, pbx, settings: [("Cdr:Estado", "[{disposition}]")]);
        await using var other = await ServerHost.StartAsync(database, pbx, "host-2", settings: [("Cdr:Estado", "[{disposition}]")]);
        var key = await one.KeyAsync();
        await Eventually.TrueAsync(async () => (await ShownAsync(other, key)).Contains("estado=\"[ANSWERED]\" observaciones=\"contrato=9, turno=2\"", StringComparison.Ordinal));

        var templates = one.Get<CdrTemplates>();
        Assert.Null(await templates.ChangeAsync(CdrField.Estado, "{src} → {callinfo.contrato}", Admin, Ct));
        Assert.Null(await templates.ChangeAsync(CdrField.Observaciones, "", Admin, Ct));
        Assert.Contains("estado=\"701 → 9\" observaciones=\"\"", await ShownAsync(one, key), StringComparison.Ordinal);
        await Eventually.TrueAsync(async () => (await ShownAsync(other, key)).Contains("estado=\"701 → 9\" observaciones=\"\"", StringComparison.Ordinal));
        Assert.Equal("admin", other.Get<CdrTemplates>()[CdrField.Estado].ChangedBy);

        Assert.Null(await templates.ChangeAsync(CdrField.Estado, null, Admin, Ct));
        Assert.Null(await templates.ChangeAsync(CdrField.Estado, null, Admin, Ct));
        Assert.Contains("estado=\"[ANSWERED]\"", await ShownAsync(one, key), StringComparison.Ordinal);
        await using var audit = Databases.Open(database);
        Assert.Equal(3, await audit.Set<AuditEntry>().CountAsync(a => a.Action == "cdr-template.changed" && a.Actor == "admin", Ct));
    }

    [Theory]
    [InlineData("{dispocision}", "dispocision")]
    [InlineData("{callinfo.}", "callinfo.")]
    [InlineData("{src} {", "brace")]
    [InlineData("{call info}", "brace")]
    [InlineData("a\nb", "control")]
    public async Task A_wrong_template_is_refused_with_what_is_wrong_and_the_one_in_force_stays(string text, string named)
    {
        await using var pbx = new ScriptedPbx("701");
        await using var host = await ServerHost.StartAsync(await databases.NewAsync(), pbx);
        var failure = await host.Get<CdrTemplates>().ChangeAsync(CdrField.Estado, text, Admin, Ct);
        Assert.Equal("template", failure!.Field);
        Assert.Contains(named, failure.Message, StringComparison.Ordinal);
        Assert.Equal("{disposition}", host.Get<CdrTemplates>()[CdrField.Estado].Text);
    }

    private static async Task<string> ShownAsync(ServerHost host, string key) =>
        WebUtility.HtmlDecode(WebUtility.HtmlDecode(await host.SoapAsync("cdrCustom", ("authorizedKey", key), ("inicio", "2026-11-23"), ("fin", "2026-11-23"))));
}
