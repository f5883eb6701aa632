using System.Text;
using CsCheck;

namespace Expand.Soap.Tests;

/// <summary>The short way of reading an envelope says what the long one says, or nothing.</summary>
public sealed class PlainEnvelopeTests
{
    private static readonly string[] Pieces =
    [
        "<", ">", "/", "</", "/>", "\"", "'", "=", "&", "&amp;", "&lt;", "&#65;", "]]>", "<![CDATA[x]]>", "<!-- c -->", "<?p i?>", "<!DOCTYPE s>", " ", "\t", "\r\n", "\0",
        "\uFEFF", "\uFFFE", "ñ", "s:", "m:", "x:", "xmlns=\"\"", " xmlns:x=\"urn:x\"", " xmlns:s=\"urn:other\"", " xsi:nil=\"true\"", " id=\"a\"", " href=\"#a\"", " root=\"0\"",
        " xsi:type=\"xsd:string\"", " type=\"t\"", "<s:Header/>", "<a>1</a>", "<a><b/></a>", "text", "0", "-", ":", "xml", "<?xml version=\"1.0\" encoding=\"utf-8\"?>",
        "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?>",
    ];

    private static readonly string[] Whole =
    [
        Envelope.Rpc("originateCallStatus", ("authorizedKey", "0123456789abcdef"), ("originatedID", "<&>\"'ñ€😀")),
        Envelope.Around("<m:code xmlns:m='urn:apiws'/>", Envelope.Ns12),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + Envelope.Around("<code xmlns=\"urn:a\"><k xsi:type=\"xsd:string\">a</k>\n <x:l xmlns:x='urn:x' /></code>"),
    ];

    [Fact]
    public void What_clients_in_the_field_send_is_mostly_read_the_short_way()
    {
        var read = Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Envelopes"), "*.xml")
            .Where(file => PlainEnvelope.Read(File.ReadAllBytes(file)) is not null).Select(Path.GetFileNameWithoutExtension).ToList();
        Assert.Contains("php-rpc-literal", read);
        Assert.Contains("dotnet-rpc", read);
        Assert.DoesNotContain("axis14-multiref", read);
        Assert.DoesNotContain("vb6-utf16", read);
    }

    [Fact]
    public void Envelopes_of_clients_are_read_alike()
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Envelopes"), "*.xml")) SaysTheSame(File.ReadAllBytes(file));
        foreach (var envelope in Whole)
        {
            Assert.NotNull(PlainEnvelope.Read(Encoding.UTF8.GetBytes(envelope)));
            SaysTheSame(Encoding.UTF8.GetBytes(envelope));
        }
    }

    [Fact]
    public void Whatever_is_put_in_or_taken_out_of_an_envelope_is_read_alike_or_left_to_the_other()
    {
        Gen.Select(Gen.Int[0, Whole.Length - 1], Gen.Select(Gen.Int[0, 400], Gen.Int[0, 12], Gen.Int[-1, Pieces.Length - 1]).Array[1, 3]).Sample((of, changes) =>
        {
            var text = Whole[of];
            foreach (var (at, without, piece) in changes)
            {
                var from = at % (text.Length + 1);
                text = text[..from] + (piece < 0 ? "" : Pieces[piece]) + text[Math.Min(text.Length, from + (at % 2 == 0 ? 0 : without))..];
            }

            SaysTheSame(Encoding.UTF8.GetBytes(text));
        }, iter: 100_000);
    }

    /// <summary>Where it reads anything: the same operation, namespace, version and arguments as the other reader, which must not refuse it.</summary>
    private static void SaysTheSame(byte[] body)
    {
        if (PlainEnvelope.Read(body) is not var (request, version)) return;
        using var reader = new EnvelopeReader(RequestText.Decode(body, null), 64);
        var other = reader.Read();
        Assert.Equal((other.Operation, other.Namespace, reader.Version), (request.Operation, request.Namespace, version));
        Assert.Equal(other.Arguments, request.Arguments);
        Assert.Empty(other.Siblings);
    }
}
