using System.Text;
using Microsoft.AspNetCore.Http;

namespace Expand.Soap;

/// <summary>SOAP 1.1 (W3C note of 2000) or 1.2 (W3C recommendation): an answer is of the version of its request.</summary>
internal sealed class SoapVersion
{
    public const string Encoding11 = "http://schemas.xmlsoap.org/soap/encoding/";
    public const string Encoding12 = "http://www.w3.org/2003/05/soap-encoding";

    public static readonly SoapVersion V11 = new("http://schemas.xmlsoap.org/soap/envelope/", "SOAP-ENV", "text/xml; charset=utf-8");
    public static readonly SoapVersion V12 = new("http://www.w3.org/2003/05/soap-envelope", "env", "application/soap+xml; charset=utf-8");

    private SoapVersion(string ns, string prefix, string contentType)
    {
        (Namespace, NamespaceBytes) = (ns, Encoding.ASCII.GetBytes(ns));
        Prefix = prefix;
        ContentType = contentType;
        EnvelopeStart = Encoding.ASCII.GetBytes($"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{prefix}:Envelope xmlns:{prefix}=\"{ns}\"");
        BodyStart = Encoding.ASCII.GetBytes($"><{prefix}:Body>");
        EnvelopeEnd = Encoding.ASCII.GetBytes($"</{prefix}:Body></{prefix}:Envelope>\n");
    }

    public string Namespace { get; }

    public byte[] NamespaceBytes { get; }

    public string Prefix { get; }

    public string ContentType { get; }

    /// <summary>Prolog and start tag, open for further namespaces.</summary>
    public byte[] EnvelopeStart { get; }

    /// <summary>Ends the start tag and opens the Body.</summary>
    public byte[] BodyStart { get; }

    public byte[] EnvelopeEnd { get; }

    public static SoapVersion? FromNamespace(string ns) => ns == V11.Namespace ? V11 : ns == V12.Namespace ? V12 : null;

    /// <summary>The version in which to refuse a request whose envelope could not be read.</summary>
    public static SoapVersion Guess(HttpRequest request) =>
        request.ContentType?.StartsWith("application/soap+xml", StringComparison.OrdinalIgnoreCase) == true ? V12 : V11;
}
