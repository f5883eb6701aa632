using System.Text;
using System.Xml;

namespace Expand.Soap;

/// <summary>
/// Reads an envelope in one forward pass, without a tree: a bound on depth, attributes and elements at every step, so that the
/// cost is linear in a body that is bounded itself.
/// </summary>
internal sealed class EnvelopeReader : IDisposable
{
    private const int MaxAttributes = 128;
    private const int MaxArguments = 1024;

    private readonly XmlReader xml;
    private readonly int maxDepth;
    private readonly StringBuilder pieces = new();
    private int arguments;

    public EnvelopeReader(string text, int maxDepth)
    {
        this.maxDepth = maxDepth;
        xml = XmlReader.Create(new StringReader(text), new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
            CloseInput = true,
        });
    }

    /// <summary>The version of the envelope, as soon as that has been read.</summary>
    public SoapVersion? Version { get; private set; }

    /// <summary>Reads the whole envelope.</summary>
    /// <exception cref="SoapFaultException">It is none, is not well-formed, goes beyond a bound, or demands what nobody understands.</exception>
    public SoapRequest Read()
    {
        try
        {
            return ReadEnvelope();
        }
        catch (XmlException e)
        {
            throw new SoapFaultException(SoapFaultCode.Client, "the request is not well-formed XML, or holds a document type declaration", e);
        }
    }

    public void Dispose() => xml.Dispose();

    private SoapRequest ReadEnvelope()
    {
        while (Next() && xml.NodeType != XmlNodeType.Element)
        {
        }

        if (xml.NodeType != XmlNodeType.Element || xml.LocalName != "Envelope") throw Client("the request is no SOAP envelope");
        Version = SoapVersion.FromNamespace(xml.NamespaceURI)
            ?? throw new SoapFaultException(SoapFaultCode.VersionMismatch, "the envelope is neither of SOAP 1.1 nor of SOAP 1.2");

        SoapRequest? request = null;
        while (Next())
        {
            if (xml.NodeType != XmlNodeType.Element) continue;
            var known = xml.NamespaceURI == Version.Namespace;
            if (known && xml.LocalName == "Header") ReadHeader();
            else if (known && xml.LocalName == "Body" && request is null) request = ReadBody();
            else Skip();
        }

        return request ?? throw Client("the request holds no call");
    }

    private void ReadHeader()
    {
        foreach (var _ in Children())
        {
            var actor = xml.GetAttribute("actor", Version!.Namespace) ?? xml.GetAttribute("role", Version.Namespace) ?? "";
            var ours = actor.Length == 0 || actor.EndsWith("/next", StringComparison.Ordinal)
                || actor.EndsWith("/ultimateReceiver", StringComparison.Ordinal);
            if (ours && xml.GetAttribute("mustUnderstand", Version.Namespace)?.Trim() is "1" or "true")
                throw new SoapFaultException(SoapFaultCode.MustUnderstand, "a header that must be understood is not");
            Skip();
        }
    }

    private SoapRequest? ReadBody()
    {
        SoapRequest? request = null;
        List<SoapArgument> before = [];
        foreach (var _ in Children())
        {
            // Serialization roots (SOAP 1.1, 5.6): Axis marks what is only referred to.
            var isCall = request is null && xml.GetAttribute("root", SoapVersion.Encoding11)?.Trim() is not ("0" or "false");
            if (!isCall)
            {
                (request?.Siblings ?? before).Add(ReadArgument());
                continue;
            }

            request = new SoapRequest(xml.LocalName, xml.NamespaceURI);
            request.Siblings.AddRange(before);
            foreach (var __ in Children()) request.Arguments.Add(ReadArgument());
        }

        return request;
    }

    private SoapArgument ReadArgument()
    {
        if (++arguments > MaxArguments) throw Client("the request holds too many elements");
        var name = xml.LocalName;
        string? id = null, reference = null;
        var nil = false;
        while (xml.MoveToNextAttribute())
        {
            switch (xml.LocalName)
            {
                case "id" when xml.NamespaceURI is "" or SoapVersion.Encoding12:
                    id = xml.Value;
                    break;
                case "href" when xml.NamespaceURI.Length == 0 && xml.Value.StartsWith('#'):
                    reference = xml.Value[1..];
                    break;
                case "ref" when xml.NamespaceURI == SoapVersion.Encoding12:
                    reference = xml.Value.TrimStart('#');
                    break;
                case "nil" or "null" when xml.NamespaceURI.EndsWith("XMLSchema-instance", StringComparison.Ordinal):
                    nil = xml.Value.Trim() is "1" or "true";
                    break;
            }
        }

        xml.MoveToElement();
        var (text, hasElements) = ReadText();
        return new SoapArgument(name, id, reference, nil ? "" : text, hasElements && !nil);
    }

    /// <summary>The text of the current element; comments and CDATA sections may have cut it into pieces.</summary>
    private (string Text, bool HasElements) ReadText()
    {
        if (xml.IsEmptyElement) return ("", false);
        pieces.Clear();
        var depth = xml.Depth;
        var hasElements = false;
        while (Next() && xml.Depth > depth)
        {
            if (xml.NodeType == XmlNodeType.Element) hasElements = true;
            else if (xml.Depth == depth + 1 && xml.NodeType != XmlNodeType.EndElement) pieces.Append(xml.Value);
        }

        return (hasElements ? "" : pieces.ToString(), hasElements);
    }

    /// <summary>The child elements of the current one; each is to be read to its end, or is skipped.</summary>
    private IEnumerable<int> Children()
    {
        if (xml.IsEmptyElement) yield break;
        var depth = xml.Depth + 1;
        while (Next() && xml.Depth >= depth)
        {
            if (xml.NodeType == XmlNodeType.Element && xml.Depth == depth) yield return depth;
        }
    }

    private void Skip()
    {
        if (xml.IsEmptyElement) return;
        var depth = xml.Depth;
        while (Next() && xml.Depth > depth)
        {
        }
    }

    private bool Next()
    {
        if (!xml.Read()) return false;
        if (xml.NodeType == XmlNodeType.Element && (xml.Depth >= maxDepth || xml.AttributeCount > MaxAttributes))
            throw Client("the request is nested too deeply, or has too many attributes");
        return true;
    }

    private static SoapFaultException Client(string reason) => new(SoapFaultCode.Client, reason);
}
