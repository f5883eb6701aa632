using Expand.Server.Access;
using Expand.Server.Access.Settings;
using Expand.Server.Crm;
using Expand.Server.Tests.Host;

namespace Expand.Server.Tests.Crm;

/// <summary>Which settings are refused, and how a stored password is kept.</summary>
public sealed class CrmSettingsTests(Databases databases)
{
    private static readonly Actor Admin = new("admin", "127.0.0.1");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("", "Url")]
    [InlineData("ftp://crm/", "Url")]
    [InlineData("crm.local/x", "Url")]
    [InlineData("http://user:pass@crm/", "Url")]
    [InlineData("http://{callerIdNum}/", "Url")]
    [InlineData("http://crm.{callerIdNum}:80/", "Url")]
    [InlineData("http://crm:{callerIdNum}/", "Url")]
    [InlineData("http://crm/{nothing}", "Url")]
    [InlineData("http://crm/{callerIdNum}", null)]
    public void An_address_is_the_administrator_s_alone(string url, string? field) =>
        Assert.Equal(field, CrmServiceRules.Broken(new() { Enabled = true, Kind = CrmKind.Rest, Url = url }, CrmOperation.CallerName)?.Field);

    [Fact]
    public void Each_other_rule_names_its_field()
    {
        var good = new CrmServiceSettings { Enabled = true, Kind = CrmKind.Rest, Url = "http://crm/" };
        Assert.Equal("CallerName:TimeoutSeconds", Field(good with { TimeoutSeconds = 11 }));
        Assert.Equal("CallerName:TimeoutSeconds", Field(good with { TimeoutSeconds = double.NaN }));
        Assert.Equal("CallerName:Username", Field(good with { Username = "a:b" }));
        Assert.Equal("CallerName:Method", Field(good with { Method = "DELETE" }));
        Assert.Equal("CallerName:Answer", Field(good with { Answer = "a..b" }));
        Assert.Equal("CallerName:Body", Field(good with { Body = "{\"n\":{callerIdNum}}" }));
        Assert.Equal("CallerName:Body", Field(good with { Body = "{\"n\":\"{name}\"}" }));
        Assert.Equal("CallerName:SoapAction", Field(good with { Kind = CrmKind.Soap, SoapAction = "a\"b" }));
        Assert.Null(Field(good with { Body = "{\"n\":\"{callerIdNum}\"}", Answer = "data[0].name" }));
        Assert.Equal("AgiPort", new CrmSettings { AgiPort = 70_000 }.Validate()?.Field);
        Assert.Equal("AgiAddress", new CrmSettings { AgiAddress = "localhost" }.Validate()?.Field);
        Assert.Equal("PushSeconds", new CrmSettings { PushSeconds = 1 }.Validate()?.Field);
        foreach (var link in new[] { "javascript:alert({callerid})", "http://{callerid}/", "https://crm/{nothing}", "crm" })
            Assert.Equal("LinkTemplate", new CrmSettings { LinkTemplate = link }.Validate()?.Field);
        Assert.Equal("https://crm/c?n=099&d=a%26b%20c", CrmLink.Fill("https://crm/c?n={callerid}&d={ivrdata}", new("1.1", "099", "", "", "", "a&b c")));

        static string? Field(CrmServiceSettings service) => new CrmSettings { CallerName = service }.Validate()?.Field;
    }

    [Fact]
    public async Task A_stored_password_stays_and_goes_to_no_other_server()
    {
        await using var pbx = new ScriptedPbx("701");
        await using var host = await ServerHost.StartAsync(await databases.NewAsync(), pbx);
        var (changes, settings) = (host.Get<CrmChanges>(), host.Get<Settings<CrmSettings>>());
        var service = new CrmServiceSettings { Url = "http://crm.local/a", Username = "u", Password = "secreto" };
        Assert.Null(await changes.ServiceAsync(CrmOperation.CallerName, service, null, Admin, Ct));
        var kept = service with { Url = "http://crm.local/b", Password = "" };
        Assert.Null(await changes.ServiceAsync(CrmOperation.CallerName, kept, settings.InForce.ChangedAt, Admin, Ct));
        Assert.Equal(("http://crm.local/b", "secreto"), (settings.Value.CallerName.Url, settings.Value.CallerName.Password));
        Assert.Equal("Password", (await changes.ServiceAsync(CrmOperation.CallerName, kept with { Url = "http://other.local/b" }, settings.InForce.ChangedAt, Admin, Ct))!.Field);
        Assert.Equal("Url", (await changes.ServiceAsync(CrmOperation.AgentInfo, kept with { Url = "x", Password = "y" }, settings.InForce.ChangedAt, Admin, Ct))!.Field);
        Assert.Null(await changes.CommonAsync(new() { PushAttempts = 3 }, settings.InForce.ChangedAt, Admin, Ct));
        Assert.Equal((3, "secreto"), (settings.Value.PushAttempts, settings.Value.CallerName.Password));
        Assert.Null(await changes.ServiceAsync(CrmOperation.CallerName, kept with { Username = "" }, settings.InForce.ChangedAt, Admin, Ct));
        Assert.Equal("", settings.Value.CallerName.Password);
    }
}
