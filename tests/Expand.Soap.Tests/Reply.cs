using System.Xml.Linq;

namespace Expand.Soap.Tests;

/// <summary>An answer as a strict client reads it: parsing fails where it is not well-formed.</summary>
internal sealed record Reply(int Status, string? ContentType, long? ContentLength, string Text)
{
    private XElement Body => XDocument.Parse(Text, LoadOptions.PreserveWhitespace).Root!.Elements().Single();

    /// <summary>The element in the Body: the response or the fault.</summary>
    public XElement Payload => Body.Elements().Single();

    public string EnvelopeNamespace => Body.Name.NamespaceName;

    public string Return => Payload.Element("return")?.Value ?? throw new InvalidOperationException(Text);

    public string? ReturnType =>
        Payload.Element("return")?.Attribute(XName.Get("type", "http://www.w3.org/2001/XMLSchema-instance"))?.Value;

    /// <summary>The inner document, parsed as clients do.</summary>
    public XElement Inner => XDocument.Parse(Return, LoadOptions.PreserveWhitespace).Root!;

    public bool IsFault => Payload.Name.LocalName == "Fault";

    /// <summary>Without prefix.</summary>
    public string FaultCode => (Payload.Descendants().First(e => e.Name.LocalName is "faultcode" or "Value").Value).Split(':')[1];

    public string FaultText => Payload.Descendants().First(e => e.Name.LocalName is "faultstring" or "Text").Value;

    public string TraceId => Payload.Descendants().First(e => e.Name.LocalName == "traceId").Value;

    public static async Task<Reply> ReadAsync(HttpResponseMessage response) => new(
        (int)response.StatusCode,
        response.Content.Headers.ContentType?.ToString(),
        response.Content.Headers.ContentLength,
        await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

    /// <summary>Asserts a well-formed fault and hands it on.</summary>
    public Reply Faults(string code)
    {
        Assert.True(IsFault, Text);
        Assert.Equal(500, Status);
        Assert.Equal(code, FaultCode);
        Assert.NotEmpty(TraceId);
        return this;
    }

    /// <summary>Asserts an answer and hands on its <c>return</c>.</summary>
    public string Answers()
    {
        Assert.False(IsFault, Text);
        Assert.Equal(200, Status);
        return Return;
    }
}
