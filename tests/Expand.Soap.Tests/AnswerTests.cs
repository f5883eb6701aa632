using System.Text;
using System.Xml.Linq;

namespace Expand.Soap.Tests;

public sealed class AnswerTests
{
    [Theory]
    [InlineData("originateCallStatus", "xsd:int", "2")]
    [InlineData("pauseAgent", "xsd:boolean", "false")]
    [InlineData("code", "xsd:string", "-1")]
    [InlineData("echo", "xsd:string", "")]
    public async Task Pitfall_5_return_is_unqualified_typed_and_never_left_out(string operation, string type, string value)
    {
        await using var host = await SoapHost.StartAsync();
        var reply = await host.CallAsync(operation);
        Assert.Equal(value, reply.Answers());
        Assert.Equal(type, reply.ReturnType);
        Assert.Equal(XName.Get("return"), reply.Payload.Elements().Single().Name);
        Assert.Equal(XName.Get(operation + "Response", "urn:apiws"), reply.Payload.Name);
        Assert.Equal("http://www.w3.org/2001/XMLSchema", reply.Payload.GetNamespaceOfPrefix("xsd")!.NamespaceName);
    }

    [Fact]
    public async Task The_bytes_of_a_small_answer_are_exactly_these()
    {
        await using var host = await SoapHost.StartAsync();
        var reply = await host.CallAsync("pauseAgent", ("agent", "101"));
        Assert.Equal(
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/" xmlns:ns1="urn:apiws" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><SOAP-ENV:Body><ns1:pauseAgentResponse><return xsi:type="xsd:boolean">true</return></ns1:pauseAgentResponse></SOAP-ENV:Body></SOAP-ENV:Envelope>

            """, reply.Text);
        Assert.Equal(reply.Text.Length, reply.ContentLength);
        Assert.Equal("text/xml; charset=utf-8", reply.ContentType);
    }

    [Fact]
    public async Task An_answer_is_of_the_soap_version_of_its_request()
    {
        await using var host = await SoapHost.StartAsync();
        var reply = await host.PostAsync(Envelope.Around("<code xmlns='urn:apiws'/>", Envelope.Ns12), "application/soap+xml; charset=utf-8; action=\"x\"");
        Assert.Equal("-1", reply.Answers());
        Assert.Equal(Envelope.Ns12, reply.EnvelopeNamespace);
        Assert.Equal("application/soap+xml; charset=utf-8", reply.ContentType);
    }

    [Fact]
    public async Task Pitfall_7_inner_documents_hold_ascii_only_and_read_right_under_any_encoding()
    {
        await using var host = await SoapHost.StartAsync();
        var reply = await InnerAsync(host, "María Peña €😀");
        var inner = reply.Return;
        Assert.True(Ascii.IsValid(inner));
        Assert.StartsWith("<?xml version=\"1.0\" encoding=\"UTF-8\" ?><root ", inner, StringComparison.Ordinal);
        Assert.Contains("<text>Mar&#237;a Pe&#241;a &#8364;&#128512;</text>", inner, StringComparison.Ordinal);
        Assert.Contains("<utf8>Mar&#237;a Pe&#241;a &#8364;&#128512;</utf8>", inner, StringComparison.Ordinal);
        Assert.Equal("María Peña €😀", reply.Inner.Attribute("chars")!.Value);
    }

    [Fact]
    public async Task The_inner_document_is_exactly_this()
    {
        await using var host = await SoapHost.StartAsync();
        var reply = await InnerAsync(host, "a<b>\"c\"&d\t\n\r'");
        const string attribute = "a&lt;b&gt;&quot;c&quot;&amp;d&#9;&#10;&#13;'";
        const string text = "a&lt;b&gt;\"c\"&amp;d\t\n&#13;'";
        Assert.Equal(
            $"<?xml version=\"1.0\" encoding=\"UTF-8\" ?><root chars=\"{attribute}\" bytes=\"{attribute}\" number=\"-9223372036854775808\" truth=\"true\" nothing=\"\">"
            + $"<empty/><text>{text}</text><utf8>{text}</utf8><numbers>7false</numbers></root>", reply.Return);
    }

    [Fact]
    public async Task The_prolog_may_name_another_encoding()
    {
        await using var host = await SoapHost.StartAsync();
        Assert.Equal("<?xml version=\"1.0\" encoding=\"ISO-8859-1\" ?><panel/>", (await host.CallAsync("latin")).Answers());
    }

    [Fact]
    public async Task Pitfall_8_a_carriage_return_survives_and_forbidden_characters_are_dropped()
    {
        await using var host = await SoapHost.StartAsync();
        const string text = "a\r\nb\0\u0001\u001F\uFFFE\uFFFF\uD800c\uDC00\u007F";
        Assert.Equal("a\r\nbc\u007F", (await RawAsync(host, text)).Answers());
        var inner = (await InnerAsync(host, text)).Inner;
        Assert.Equal("a\r\nbc\u007F", inner.Element("text")!.Value);
        Assert.Equal("a\r\nbc\u007F", inner.Attribute("chars")!.Value);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(49_151)]
    [InlineData(49_152)]
    [InlineData(200_000)]
    public async Task A_recording_of_any_length_arrives_as_base64(int length)
    {
        await using var host = await SoapHost.StartAsync();
        var reply = await host.CallAsync("recording", ("bytes", $"{length}"));
        Assert.Equal(Enumerable.Range(0, length).Select(i => (byte)i), Convert.FromBase64String(reply.Inner.Value));
    }

    [Fact]
    public async Task An_answer_that_is_not_of_the_declared_type_is_a_server_fault()
    {
        await using var host = await SoapHost.StartAsync();
        (await host.CallAsync("mistyped")).Faults("Server");
    }

    [Fact]
    public async Task Both_paths_answer()
    {
        await using var host = await SoapHost.StartAsync();
        using var content = new StringContent(Envelope.Rpc("code"));
        using var response = await host.Http.PostAsync("/apiws/1/APIWS.php", content, TestContext.Current.CancellationToken);
        Assert.Equal("-1", (await Reply.ReadAsync(response)).Answers());
    }

    internal static Task<Reply> RawAsync(SoapHost host, string text) => host.CallAsync("raw", ("utf16", ToBase64(text)));

    internal static Task<Reply> InnerAsync(SoapHost host, string text) => host.CallAsync("document", ("utf16", ToBase64(text)));

    // Char by char: an encoding would replace lone surrogates.
    private static string ToBase64(string text) => Convert.ToBase64String([.. text.SelectMany(c => new[] { (byte)c, (byte)(c >> 8) })]);
}
