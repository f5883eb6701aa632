using System.Text;
using CsCheck;

namespace Expand.Soap.Tests;

public sealed class RoundTripTests
{
    // Mostly ordinary characters, with every kind of trouble among them.
    private static readonly Gen<string> AnyText = Gen.Frequency(
        (6, Gen.Char[' ', '~']), (2, Gen.Char['\0', '\u001F']), (2, Gen.Int[0, 5].Select(i => "<>&\"']"[i])), (1, Gen.Char['\u0080', '\u024F']),
        (1, Gen.Char['\uD800', '\uDFFF']), (1, Gen.Char['\uFFF0', '\uFFFF']), (1, Gen.Char))
        .Array[0, 60].Select(chars => new string(chars));

    [Fact]
    public async Task Any_string_comes_back_from_request_through_text_answer()
    {
        await using var host = await SoapHost.StartAsync();
        await AnyText.SampleAsync(
            async text => Assert.Equal(Allowed(text), (await host.CallAsync("echo", ("text", Allowed(text)))).Answers()), iter: 500, threads: 2);
    }

    [Fact]
    public async Task Any_string_of_a_handler_arrives_in_a_text_answer_without_what_xml_forbids()
    {
        await using var host = await SoapHost.StartAsync();
        await AnyText.SampleAsync(
            async text => Assert.Equal(Allowed(text), (await AnswerTests.RawAsync(host, text)).Answers()), iter: 500, threads: 2);
    }

    [Fact]
    public async Task Any_string_of_a_handler_arrives_in_an_inner_document_without_what_xml_forbids()
    {
        await using var host = await SoapHost.StartAsync();
        await AnyText.SampleAsync(
            async text =>
            {
                var reply = await AnswerTests.InnerAsync(host, text);
                Assert.True(Ascii.IsValid(reply.Answers()));
                var inner = reply.Inner;
                // UTF8.GetBytes writes U+FFFD for a lone surrogate.
                var throughUtf8 = Allowed(Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)));
                Assert.Equal(Allowed(text), inner.Attribute("chars")!.Value);
                Assert.Equal(Allowed(text), inner.Element("text")!.Value);
                Assert.Equal(throughUtf8, inner.Attribute("bytes")!.Value);
                Assert.Equal(throughUtf8, inner.Element("utf8")!.Value);
            },
            iter: 500, threads: 2);
    }

    /// <summary>XML 1.0, 2.2: Char.</summary>
    private static string Allowed(string text)
    {
        var kept = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1])) kept.Append(c).Append(text[++i]);
            else if (c is '\t' or '\n' or '\r' or (>= ' ' and <= '\uD7FF') or (>= '\uE000' and <= '\uFFFD')) kept.Append(c);
        }

        return kept.ToString();
    }
}
