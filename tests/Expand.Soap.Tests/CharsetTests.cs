using System.Text;

namespace Expand.Soap.Tests;

public sealed class CharsetTests
{
    private const string Text = "Ñandú € “x”";
    private static readonly byte[] Bom8 = [0xEF, 0xBB, 0xBF];

    static CharsetTests() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    [Theory]
    [InlineData("utf-8", "utf-8", false)]
    [InlineData("utf-8", "UTF-8", true)]
    [InlineData("utf-16", "utf-16", true)]
    [InlineData("utf-16", "utf-16", false)]
    [InlineData("utf-16BE", "UTF-16", true)]
    [InlineData("utf-16BE", "UTF-16", false)]
    [InlineData("windows-1252", "windows-1252", false)]
    [InlineData("utf-8", "iso-8859-1", true)] // the BOM is right
    [InlineData("utf-8", "utf-16", false)] // .NET's StringWriter
    public async Task Pitfall_6_bom_or_declaration_decide_not_the_http_header(string actual, string declared, bool bom)
    {
        await using var host = await SoapHost.StartAsync();
        var encoding = Encoding.GetEncoding(actual);
        var bytes = encoding.GetBytes($"<?xml version=\"1.0\" encoding=\"{declared}\" standalone='yes' ?>\n" + Envelope.Rpc("echo", ("text", Text)));
        var reply = await host.PostAsync([.. bom ? encoding.GetPreamble() : [], .. bytes], "text/xml; charset=koi8-r");
        Assert.Equal(Text, reply.Answers());
        Assert.Equal("text/xml; charset=utf-8", reply.ContentType);
    }

    [Theory]
    [InlineData("iso-8859-1")]
    [InlineData("ISO-8859-15")]
    [InlineData("us-ascii")]
    public async Task Pitfall_6_single_byte_charsets_are_read_as_declared(string name)
    {
        await using var host = await SoapHost.StartAsync();
        var text = name == "us-ascii" ? "Nandu" : "Ñandú";
        var bytes = Encoding.GetEncoding(name).GetBytes($"<?xml version='1.0' encoding='{name}'?>" + Envelope.Rpc("echo", ("text", text)));
        Assert.Equal(text, (await host.PostAsync(bytes)).Answers());
    }

    [Theory]
    [InlineData("utf8", "utf-8")]
    [InlineData("UTF8", "utf-8")]
    [InlineData("utf_8", "utf-8")]
    [InlineData("latin1", "iso-8859-1")]
    [InlineData("Latin-1", "iso-8859-1")]
    [InlineData("ISO8859-1", "iso-8859-1")]
    [InlineData("ISO8859_15", "iso-8859-15")]
    [InlineData("latin9", "iso-8859-15")]
    [InlineData("Cp1252", "windows-1252")]
    [InlineData("win-1252", "windows-1252")]
    [InlineData("ANSI", "windows-1252")]
    [InlineData("UTF16", "utf-8")] // as false as utf-16 where it can be read as ASCII
    public async Task Encodings_are_known_by_the_names_that_clients_really_write(string declared, string meant)
    {
        await using var host = await SoapHost.StartAsync();
        // The euro sign tells iso-8859-15 and windows-1252 from iso-8859-1.
        var text = meant == "iso-8859-1" ? "Ñandú" : "Ñandú €";
        var body = $"<?xml version=\"1.0\" encoding=\"{declared}\"?>" + Envelope.Rpc("echo", ("text", text));
        Assert.Equal(text, (await host.PostAsync(Encoding.GetEncoding(meant).GetBytes(body))).Answers());
    }

    [Theory]
    [InlineData("utf-8", "text/xml; charset=iso-8859-1")]
    [InlineData("utf-8", "text/xml")]
    [InlineData("windows-1252", "text/xml; charset=utf-8")]
    [InlineData("windows-1252", "text/xml")]
    [InlineData("windows-1252", "text/xml; charset=unheard-of")]
    [InlineData("windows-1251", "text/xml; charset=\"windows-1251\"")]
    public async Task An_undeclared_charset_is_utf8_else_that_of_the_header_else_windows_1252(string actual, string contentType)
    {
        await using var host = await SoapHost.StartAsync();
        var text = actual == "windows-1251" ? "Пример" : Text;
        var reply = await host.PostAsync(Encoding.GetEncoding(actual).GetBytes(Envelope.Rpc("echo", ("text", text))), contentType);
        Assert.Equal(text, reply.Answers());
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("us-ascii")]
    public async Task A_body_that_is_not_in_its_declared_encoding_is_a_fault(string declared)
    {
        await using var host = await SoapHost.StartAsync();
        var bytes = Encoding.Latin1.GetBytes($"<?xml version=\"1.0\" encoding=\"{declared}\"?>" + Envelope.Rpc("echo", ("text", "Ñandú")));
        (await host.PostAsync(bytes)).Faults("Client");
    }

    [Theory]
    [InlineData("no-such-thing")]
    [InlineData("utf-7")]
    [InlineData("utf7")]
    public async Task An_unknown_encoding_is_a_fault(string declared)
    {
        await using var host = await SoapHost.StartAsync();
        (await host.PostAsync($"<?xml version=\"1.0\" encoding=\"{declared}\"?>" + Envelope.Rpc("code"))).Faults("Client");
    }

    [Fact]
    public async Task Utf8_with_a_bom_and_broken_bytes_is_a_fault()
    {
        await using var host = await SoapHost.StartAsync();
        (await host.PostAsync([.. Bom8, .. Encoding.Latin1.GetBytes(Envelope.Rpc("echo", ("text", "Ñandú")))])).Faults("Client");
    }

    [Fact]
    public async Task White_space_before_the_declaration_is_forgiven()
    {
        await using var host = await SoapHost.StartAsync();
        Assert.Equal("-1", (await host.PostAsync("\r\n <?xml version=\"1.0\"?>" + Envelope.Rpc("code"))).Answers());
    }
}
