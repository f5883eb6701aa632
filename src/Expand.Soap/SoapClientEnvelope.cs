using System.Text;
using System.Xml;

namespace Expand.Soap;

/// <summary>How a service that is called wants its arguments.</summary>
public enum SoapCallStyle
{
    /// <summary>RPC/encoded, as this library's own services speak: arguments without a namespace, each with its type.</summary>
    Rpc,

    /// <summary>Document/literal wrapped: arguments in the operation's namespace.</summary>
    Document,
}

/// <summary>What another one's SOAP service answered.</summary>
/// <param name="Value">The text of the first value; empty where there is none. Null where there is no answer.</param>
/// <param name="Fault">The fault's words; null where there was none.</param>
/// <param name="Wrong">Why it is no answer at all; null where it is one.</param>
public sealed record SoapClientAnswer(string? Value, string? Fault, string? Wrong);

/// <summary>The other direction: envelopes of calls to somebody else's service, SOAP 1.1. The sending is the caller's.</summary>
public static class SoapClientEnvelope
{
    /// <summary>The media type that such a request has.</summary>
    public const string MediaType = "text/xml";

    private const int MaxDepth = 32;

    /// <summary>A call of an operation whose arguments are all strings.</summary>
    public static string Write(string operation, string ns, SoapCallStyle style, IReadOnlyList<KeyValuePair<string, string>> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var text = new StringBuilder();
        using var xml = XmlWriter.Create(text, new XmlWriterSettings { OmitXmlDeclaration = true, CheckCharacters = false });
        var version = SoapVersion.V11;
        xml.WriteStartElement("SOAP-ENV", "Envelope", version.Namespace);
        xml.WriteAttributeString("xmlns", "xsi", null, XmlSchema + "-instance");
        xml.WriteAttributeString("xmlns", "xsd", null, XmlSchema);
        xml.WriteStartElement("Body", version.Namespace);
        xml.WriteStartElement(ns.Length == 0 ? null : "m", operation, ns);
        if (style == SoapCallStyle.Rpc) xml.WriteAttributeString("encodingStyle", version.Namespace, SoapVersion.Encoding11);
        foreach (var (name, value) in arguments)
        {
            if (style == SoapCallStyle.Rpc || ns.Length == 0) xml.WriteStartElement(name);
            else xml.WriteStartElement("m", name, ns);
            if (style == SoapCallStyle.Rpc) xml.WriteAttributeString("type", XmlSchema + "-instance", "xsd:string");
            xml.WriteString(Allowed(value));
            xml.WriteEndElement();
        }

        xml.WriteEndDocument();
        xml.Flush();
        return """<?xml version="1.0" encoding="UTF-8"?>""" + text;
    }

    /// <summary>Reads an answer of either version of SOAP. Never throws: whatever the other side sent, the answer says what it is.</summary>
    public static SoapClientAnswer Read(string text)
    {
        try
        {
            using var reader = new EnvelopeReader(text, MaxDepth);
            var answer = reader.Read();
            if (answer.Operation == "Fault")
            {
                var words = answer.Arguments.FirstOrDefault(a => a.Name == "faultstring")?.Text ?? "";
                return new SoapClientAnswer(null, words.Length > 0 ? words : "a fault without words", null);
            }

            // The first value of the answer, whatever it is called; of one that is only referred to, what it refers to.
            return answer.Arguments.Count == 0
                ? new SoapClientAnswer("", null, null)
                : new SoapClientAnswer(answer.Bind([new SoapParameter(answer.Arguments[0].Name, SoapType.String)])[0], null, null);
        }
        catch (SoapFaultException wrong)
        {
            return new SoapClientAnswer(null, null, wrong.InnerException is XmlException ? "it is not well-formed XML, or holds a document type declaration" : $"it is no SOAP answer: {wrong.Message}");
        }
    }

    private const string XmlSchema = "http://www.w3.org/2001/XMLSchema";

    /// <summary>Without what XML 1.0 forbids.</summary>
    private static string Allowed(string value)
    {
        if (value.All(XmlConvert.IsXmlChar)) return value;
        var text = new StringBuilder(value.Length);
        foreach (var rune in value.EnumerateRunes())
        {
            if (rune.Value > 0xFFFF || XmlConvert.IsXmlChar((char)rune.Value)) text.Append(rune.ToString());
        }

        return text.ToString();
    }
}
