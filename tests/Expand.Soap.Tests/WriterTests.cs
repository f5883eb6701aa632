using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.Http;

namespace Expand.Soap.Tests;

public sealed class WriterTests
{
    [Fact]
    public async Task Bytes_that_are_no_utf8_are_dropped()
    {
        var inner = await WriteAsync(xml =>
        {
            xml.Start("a");
            xml.Attribute("b", (ReadOnlySpan<byte>)[(byte)'x', 0xFF, 0xC3, (byte)'y', 0xED, 0xA0, 0x80]);
            xml.Text((ReadOnlySpan<byte>)[0x80, (byte)'z', 0xF0, 0x9F]);
        });
        Assert.Equal("<?xml version=\"1.0\" encoding=\"UTF-8\" ?><a b=\"xy\">z</a>", inner);
    }

    [Fact]
    public async Task Empty_text_leaves_an_element_empty()
    {
        var inner = await WriteAsync(xml =>
        {
            xml.Start("a");
            xml.Text("");
            xml.Text((string?)null);
            xml.WriteAscii(""u8);
        });
        Assert.EndsWith("<a/>", inner, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("1a")]
    [InlineData("a>")]
    [InlineData("añ")]
    public async Task A_name_that_is_none_is_refused(string name)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => WriteAsync(xml => xml.Start(name)));
        await Assert.ThrowsAsync<ArgumentException>(() => WriteAsync(xml =>
        {
            xml.Start("a");
            xml.Attribute(name, "x");
        }));
        Assert.ThrowsAny<ArgumentException>(() => new SoapXmlName(name));
    }

    [Fact]
    public async Task A_name_that_was_made_once_writes_what_its_text_writes()
    {
        var (text, number) = (new SoapXmlName("text"), new SoapXmlName("number"));
        var inner = await WriteAsync(xml =>
        {
            xml.Start("a");
            xml.Attribute(text, "<ñ&\"\n".AsSpan());
            xml.Attribute(new SoapXmlName("bytes"), Encoding.UTF8.GetBytes("<ñ&\"\n"));
            xml.Attribute(number, -7);
        });
        Assert.EndsWith("<a text=\"&lt;&#241;&amp;&quot;&#10;\" bytes=\"&lt;&#241;&amp;&quot;&#10;\" number=\"-7\"/>", inner, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(() => WriteAsync(xml =>
        {
            xml.Start("a");
            xml.Text("content");
            xml.Attribute(text, "late".AsSpan());
        }));
    }

    [Theory]
    [InlineData("<")]
    [InlineData("a&b")]
    [InlineData("\r")]
    [InlineData("ñ")]
    public async Task Raw_text_that_needs_escaping_is_refused(string text) =>
        await Assert.ThrowsAsync<ArgumentException>(() => WriteAsync(xml =>
        {
            xml.Start("a");
            xml.WriteAscii(Encoding.UTF8.GetBytes(text));
        }));

    [Fact]
    public async Task What_would_not_be_well_formed_is_refused()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => WriteAsync(xml => xml.Text("outside")));
        await Assert.ThrowsAsync<InvalidOperationException>(() => WriteAsync(xml => xml.End()));
        await Assert.ThrowsAsync<InvalidOperationException>(() => WriteAsync(xml =>
        {
            xml.Start("a");
            xml.Text("x");
            xml.Attribute("late", "y");
        }));
        await Assert.ThrowsAsync<InvalidOperationException>(() => WriteAsync(xml =>
        {
            xml.Start("a");
            xml.End();
            xml.Start("secondRoot");
        }));
    }

    [Fact]
    public async Task A_writer_that_never_flushes_loses_nothing()
    {
        var inner = await WriteAsync(xml =>
        {
            xml.Start("a");
            for (var i = 0; i < 100_000; i++) xml.Text("0123456789");
        });
        Assert.Equal(1_000_000, XDocument.Parse(inner).Root!.Value.Length);
    }

    private static async Task<string> WriteAsync(Action<SoapXmlWriter> write)
    {
        using var body = new MemoryStream();
        var http = new DefaultHttpContext { Response = { Body = body } };
        using var output = new SoapOutput(http.Response);
        var answer = SoapAnswer.Xml((xml, _) =>
        {
            write(xml);
            return ValueTask.CompletedTask;
        });
        output.Write("<a>"u8);
        await answer.WriteAsync(output, TestContext.Current.CancellationToken);
        output.Write("</a>"u8);
        await output.CompleteAsync(TestContext.Current.CancellationToken);
        return XDocument.Parse(Encoding.UTF8.GetString(body.ToArray()), LoadOptions.PreserveWhitespace).Root!.Value;
    }
}
