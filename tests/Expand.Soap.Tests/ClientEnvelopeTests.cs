using System.Text;

namespace Expand.Soap.Tests;

/// <summary>originateCall as toolkits of the last fifteen years put it on the wire.</summary>
public sealed class ClientEnvelopeTests
{
    private const string Expected = "key|701|cid1|702|cid2|45|a=1";

    [Theory]
    [InlineData("php-without-wsdl", "text/xml; charset=utf-8")]
    [InlineData("php-rpc-literal", "text/xml; charset=utf-8")]
    [InlineData("php-rpc-encoded", "text/xml; charset=utf-8")]
    [InlineData("php-soap12", "application/soap+xml; charset=utf-8; action=\"urn:apiws#originateCall\"")]
    [InlineData("nusoap", "text/xml; charset=ISO-8859-1")]
    [InlineData("soap-lite", "text/xml; charset=utf-8")]
    [InlineData("zeep", "text/xml; charset=utf-8")]
    [InlineData("suds", "text/xml; charset=utf-8")]
    [InlineData("node-soap", "text/xml; charset=utf-8")]
    [InlineData("axis14-multiref", "text/xml; charset=utf-8")]
    [InlineData("jax-ws", "text/xml; charset=utf-8")]
    [InlineData("dotnet-rpc", "text/xml; charset=utf-8")]
    [InlineData("dotnet-document", "text/xml; charset=utf-8")]
    [InlineData("soap12-encoded-reference", "application/soap+xml")]
    [InlineData("vb6-utf16", "text/xml")]
    public async Task The_envelope_of_this_client_is_answered(string client, string contentType)
    {
        await using var host = await SoapHost.StartAsync();
        var text = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Envelopes", client + ".xml"), TestContext.Current.CancellationToken);
        byte[] bytes = client == "vb6-utf16" ? [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(text)] : Encoding.UTF8.GetBytes(text);
        var reply = await host.PostAsync(bytes, contentType);
        Assert.Equal(Expected, reply.Answers());
        Assert.Equal("xsd:string", reply.ReturnType);
    }
}
