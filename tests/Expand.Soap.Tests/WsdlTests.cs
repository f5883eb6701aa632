using System.Net;
using System.Xml.Linq;

namespace Expand.Soap.Tests;

public sealed class WsdlTests
{
    private static readonly SoapService Golden = new(
    [
        new("originateCall", SoapType.String, SampleService.OriginateParameters, Nothing),
        new("originateCallStatus", SoapType.Int, ["authorizedKey", "originatedID"], Nothing),
        new("pauseAgent", SoapType.Boolean, ["authorizedKey", "agent", "queues", "pauseDTMF"], Nothing),
        new("noArguments", SoapType.String, [], Nothing),
    ]);

    [Theory]
    [InlineData("", "rpc-literal.wsdl")]
    [InlineData("1", "rpc-literal.wsdl")]
    [InlineData("anything", "rpc-literal.wsdl")]
    [InlineData("rpc-encoded", "rpc-encoded.wsdl")]
    [InlineData("document", "document.wsdl")]
    public void The_published_wsdl_is_frozen_byte_for_byte(string variant, string file)
    {
        var expected = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Golden", file));
        var actual = new Wsdl(Golden).For(variant, "http://pbx.example.com/apiws/2/apiws.php");
        Assert.Equal(expected, actual);
    }

    [Theory]
    [InlineData("?wsdl")]
    [InlineData("?WSDL")]
    [InlineData("?wsdl=1")]
    [InlineData("?x=2&Wsdl=")]
    public async Task Pitfall_12_the_wsdl_is_there_by_get_and_head_in_every_spelling(string query)
    {
        await using var host = await SoapHost.StartAsync();
        var ct = TestContext.Current.CancellationToken;
        using var get = await host.Http.GetAsync(SoapHost.Path + query, ct);
        using var headRequest = new HttpRequestMessage(HttpMethod.Head, SoapHost.Path + query);
        using var head = await host.Http.SendAsync(headRequest, ct);

        var text = await get.Content.ReadAsStringAsync(ct);
        Assert.Equal("urn:apiws", XDocument.Parse(text).Root!.Attribute("targetNamespace")!.Value);
        Assert.Equal("text/xml; charset=utf-8", get.Content.Headers.ContentType!.ToString());
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Equal(get.Content.Headers.ContentLength, head.Content.Headers.ContentLength);
        Assert.Empty(await head.Content.ReadAsStringAsync(ct));
    }

    [Fact]
    public async Task Pitfall_13_the_address_is_the_one_by_which_the_wsdl_was_asked_for()
    {
        await using var host = await SoapHost.StartAsync(pipeline: app => Microsoft.AspNetCore.Builder.UsePathBaseExtensions.UsePathBase(app, "/pbx"));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/pbx/apiws/1/apiws.php?wsdl") { Headers = { Host = "pbx.example.com:8443" } };
        using var response = await host.Http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("location=\"http://pbx.example.com:8443/pbx/apiws/1/apiws.php\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pitfall_13_a_configured_public_url_stands_in_for_the_requests_own()
    {
        await using var host = await SoapHost.StartAsync(new SoapEndpointOptions { PublicUrl = "https://pbx.example.com/x/" });
        var text = await host.Http.GetStringAsync(SoapHost.Path + "?wsdl", TestContext.Current.CancellationToken);
        Assert.Contains("location=\"https://pbx.example.com/x/apiws/2/apiws.php\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_without_host_gets_the_address_of_its_connection()
    {
        await using var host = await SoapHost.StartAsync();
        var text = await host.RawAsync($"GET {SoapHost.Path}?wsdl HTTP/1.0\r\n\r\n");
        Assert.Contains($"location=\"http://127.0.0.1:{host.Base.Port}{SoapHost.Path}\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_without_query_shows_a_page_that_leads_to_the_wsdl()
    {
        await using var host = await SoapHost.StartAsync();
        var page = await host.Http.GetStringAsync(SoapHost.Path, TestContext.Current.CancellationToken);
        Assert.Contains("href=\"?wsdl\"", page, StringComparison.Ordinal);
        Assert.Contains("originateCallStatus(authorizedKey, originatedID)", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_methods_are_refused_with_a_fault()
    {
        await using var host = await SoapHost.StartAsync();
        using var response = await host.Http.DeleteAsync(SoapHost.Path, TestContext.Current.CancellationToken);
        var reply = await Reply.ReadAsync(response);
        Assert.Equal(405, reply.Status);
        Assert.Equal("Client", reply.FaultCode);
        Assert.Equal(["GET", "HEAD", "POST"], response.Content.Headers.Allow);
    }

    [Fact]
    public void A_service_with_two_operations_or_parameters_of_one_name_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new SoapService([new("a", SoapType.Int, [], Nothing), new("A", SoapType.Int, [], Nothing)]));
        Assert.Throws<ArgumentException>(() => new SoapService([new("a", SoapType.Int, ["x", new("y", Aliases: "X")], Nothing)]));
        Assert.Throws<ArgumentException>(() => new SoapService([new("a b", SoapType.Int, [], Nothing)]));
    }

    private static ValueTask<SoapAnswer> Nothing(SoapCall call, CancellationToken ct) => new(SoapAnswer.Text(""));
}
