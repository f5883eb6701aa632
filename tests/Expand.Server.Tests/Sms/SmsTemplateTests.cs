using System.Text.Json;
using System.Xml.Linq;
using Expand.Server.Sms;
using Expand.Server.Sms.Gateways;
using Expand.Server.Tests.Host;
using static Expand.Server.Tests.Sms.SmsWorld;

namespace Expand.Server.Tests.Sms;

/// <summary>Gateways that are asked by a template.</summary>
public sealed class SmsTemplateTests(Databases databases)
{
    private const string Text = "\"Más\" & <b> a=b\\ 100% {to}\nfin";

    [Fact]
    public async Task A_json_gateway_is_asked_and_heard_as_the_administrator_says()
    {
        await using var world = await SmsWorld.StartAsync(await databases.NewAsync(), null,
            ("Sms:Gateway", "Http"), ("Sms:Method", "PUT"), ("Sms:Headers", "X-Key: k1\n"), ("Sms:BodyFormat", "Json"),
            ("Sms:Body", """{"to":"{to}","body":{"text":"{text}","ref":"{id}","hook":"{report}"}}"""), ("Sms:SuccessPattern", "\"status\": ?\"ok\""), ("Sms:IdPattern", "\"id\": ?\"([^\"]+)\""),
            ("Sms:ReportsEvery", "true"), ("Sms:ReportField", "estado"));
        world.Gateway.Answer = r => r.Body.Contains("099000002", StringComparison.Ordinal) ? (200, """{"status":"bad"}""") : (200, """{"status":"ok","id":"m-77"}""");
        var id = await world.SendAsync(Text, "099123456");
        await world.StateIsAsync(id, SmsState.Accepted);
        var request = world.Gateway.Requests.Single();
        Assert.Equal(("PUT", "k1", "application/json; charset=utf-8"), (request.Method, request.Key, request.ContentType));
        using var asked = JsonDocument.Parse(request.Body);
        Assert.Equal((Text, "099123456"), (asked.RootElement.GetProperty("body").GetProperty("text").GetString(), asked.RootElement.GetProperty("to").GetString()));
        Assert.Equal("m-77", (await world.RecipientsAsync(id))[0].GatewayId);

        var hook = new Uri(asked.RootElement.GetProperty("body").GetProperty("hook").GetString()!).PathAndQuery;
        using (var other = new StringContent("""{"estado":"whatever"}""", null, "application/json")) Assert.Equal(200, await world.ReportAsync(hook, other));
        Assert.Equal(SmsState.Accepted, (await world.RecipientsAsync(id))[0].State);
        using (var delivered = new StringContent("""{"estado":"delivrd","x":[1]}""", null, "application/json")) Assert.Equal(200, await world.ReportAsync(hook, delivered));
        Assert.Equal(SmsState.Delivered, (await world.RecipientsAsync(id))[0].State);

        var refused = await world.SendAsync("hola", "099000002");
        await world.StateIsAsync(refused, SmsState.Failed);
        Assert.Equal("""{"status":"bad"} (HTTP 200)""", (await world.RecipientsAsync(refused))[0].Reason);
    }

    [Fact]
    public async Task A_form_gateway_gets_each_value_as_a_form_has_it()
    {
        await using var world = await SmsWorld.StartAsync(await databases.NewAsync(), null,
            ("Sms:Gateway", "Http"), ("Sms:BodyFormat", "Form"), ("Sms:Body", "u={user}&p={password}&to={to}&text={text}&enc={encoding}&r={report}"));
        var id = await world.SendAsync(Text, "+59899123456");
        await world.StateIsAsync(id, SmsState.Accepted);
        var form = System.Web.HttpUtility.ParseQueryString(world.Gateway.Requests.Single().Body);
        Assert.Equal(("expand", "s3creto&", "+59899123456", Text, "ucs2"), (form["u"]!, form["p"]!, form["to"]!, form["text"]!, form["enc"]!));
        Assert.StartsWith(PublicUrl, form["r"], StringComparison.Ordinal);
    }

    [Fact]
    public void Values_of_xml_and_of_an_address_are_values_of_that()
    {
        var xml = TemplateText.Fill("<a b=\"{text}\">{text}</a>", SmsBodyFormat.Xml, _ => "\"M\" & <b>'");
        Assert.Equal(("\"M\" & <b>'", "\"M\" & <b>'"), (XElement.Parse(xml).Value, XElement.Parse(xml).Attribute("b")!.Value));
        Assert.Equal("http://h/?t=a%26b%20%7Bto%7D&x={nada}", TemplateText.Fill("http://h/?t={text}&x={nada}", SmsBodyFormat.None, _ => "a&b {to}"));
    }

    [Theory]
    [InlineData("http://{to}/", "Url")]
    [InlineData("ftp://h/", "Url")]
    [InlineData("http://u:p@h/", "Url")]
    [InlineData("http://h/?a={to}", "Body")]
    [InlineData("http://h/?a={to}&b={text}", "Body", "{")]
    [InlineData("http://h/?a={to}&b={text}", "SuccessPattern", "{}", "(")]
    [InlineData("http://h/?a={to}&b={text}", "SuccessPattern", "{}", "(a)\\1")]
    [InlineData("http://h/?a={to}&b={text}", "Headers", "{}", "", "a b")]
    [InlineData("http://h/?a={to}&b={text}", "Headers", "{}", "", "Content-Type: x")]
    [InlineData("http://h/?a={to}&b={text}", null, "{}")]
    public void A_template_that_cannot_work_is_refused_with_its_field(string url, string? field, string body = "{}", string success = "", string headers = "") =>
        Assert.Equal(field, new SmsSettings { Gateway = SmsGatewayKind.Http, Url = url, Body = body, SuccessPattern = success, Headers = headers }.Validate()?.Field);
}
