using System.Collections.Frozen;
using System.Text;

namespace Expand.Soap;

/// <summary>
/// The WSDL 1.1 documents of a service, made once: only <c>soap:address</c> differs between requests. rpc/literal is what no
/// client fails with; the others are for toolkits that want them, and all three describe the same messages on the wire.
/// </summary>
internal sealed class Wsdl
{
    private const string Soap = "http://schemas.xmlsoap.org/soap/";
    private const string AddressMark = "\0";

    private static readonly string[] Variants = ["", "rpc-encoded", "document"];

    private readonly FrozenDictionary<string, (byte[] Head, byte[] Tail)> variants;

    public Wsdl(SoapService service) => variants = Variants.ToFrozenDictionary(
        v => v,
        v =>
        {
            var parts = Build(service, v).Split(AddressMark);
            return (Encoding.UTF8.GetBytes(parts[0]), Encoding.UTF8.GetBytes(parts[1]));
        },
        StringComparer.OrdinalIgnoreCase);

    /// <summary>The document that <c>?wsdl=…</c> asks for; any other value is the standard one.</summary>
    public byte[] For(string variant, string address)
    {
        if (!variants.TryGetValue(variant, out var wsdl)) wsdl = variants[""];
        return [.. wsdl.Head, .. Encoding.UTF8.GetBytes(Escape(address)), .. wsdl.Tail];
    }

    private static string Build(SoapService service, string variant)
    {
        var document = variant == "document";
        var text = new StringBuilder();
        var name = service.Name;
        var ns = Escape(service.TargetNamespace);
        Line(text, 0, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
        Line(text, 0, $"<definitions name=\"{name}\" targetNamespace=\"{ns}\" xmlns=\"http://schemas.xmlsoap.org/wsdl/\""
            + $" xmlns:soap=\"http://schemas.xmlsoap.org/wsdl/soap/\" xmlns:tns=\"{ns}\" xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\">");
        if (document) Types(text, service, ns);
        foreach (var operation in service.Operations) Messages(text, operation, document);
        PortType(text, service);
        Binding(text, service, ns, variant);
        Line(text, 1, $"<service name=\"{name}\">");
        Line(text, 2, $"<port name=\"{name}Port\" binding=\"tns:{name}Binding\">");
        Line(text, 3, $"<soap:address location=\"{AddressMark}\"/>");
        Line(text, 2, "</port>");
        Line(text, 1, "</service>");
        Line(text, 0, "</definitions>");
        return text.ToString();
    }

    /// <summary>The wrappers of document/literal: unqualified children, so that the messages are those of rpc/literal.</summary>
    private static void Types(StringBuilder text, SoapService service, string ns)
    {
        Line(text, 1, "<types>");
        Line(text, 2, $"<xsd:schema targetNamespace=\"{ns}\" elementFormDefault=\"unqualified\">");
        foreach (var operation in service.Operations)
        {
            Wrapper(text, operation.Name, operation.Parameters.Select(p =>
                $"<xsd:element name=\"{p.Name}\" type=\"{TypeName(p.Type)}\"{(p.Type == SoapType.String ? " minOccurs=\"0\"" : "")}/>"));
            Wrapper(text, operation.Name + "Response", [$"<xsd:element name=\"return\" type=\"{TypeName(operation.Returns)}\"/>"]);
        }

        Line(text, 2, "</xsd:schema>");
        Line(text, 1, "</types>");
    }

    private static void Wrapper(StringBuilder text, string name, IEnumerable<string> elements)
    {
        Line(text, 3, $"<xsd:element name=\"{name}\">");
        Line(text, 4, "<xsd:complexType>");
        Line(text, 5, "<xsd:sequence>");
        foreach (var element in elements) Line(text, 6, element);
        Line(text, 5, "</xsd:sequence>");
        Line(text, 4, "</xsd:complexType>");
        Line(text, 3, "</xsd:element>");
    }

    private static void Messages(StringBuilder text, SoapOperation operation, bool document)
    {
        Line(text, 1, $"<message name=\"{operation.Name}Request\">");
        if (document) Line(text, 2, $"<part name=\"parameters\" element=\"tns:{operation.Name}\"/>");
        else foreach (var p in operation.Parameters) Line(text, 2, $"<part name=\"{p.Name}\" type=\"{TypeName(p.Type)}\"/>");
        Line(text, 1, "</message>");
        Line(text, 1, $"<message name=\"{operation.Name}Response\">");
        Line(text, 2, document
            ? $"<part name=\"parameters\" element=\"tns:{operation.Name}Response\"/>"
            : $"<part name=\"return\" type=\"{TypeName(operation.Returns)}\"/>");
        Line(text, 1, "</message>");
    }

    private static void PortType(StringBuilder text, SoapService service)
    {
        Line(text, 1, $"<portType name=\"{service.Name}PortType\">");
        foreach (var operation in service.Operations)
        {
            Line(text, 2, $"<operation name=\"{operation.Name}\">");
            Line(text, 3, $"<input message=\"tns:{operation.Name}Request\"/>");
            Line(text, 3, $"<output message=\"tns:{operation.Name}Response\"/>");
            Line(text, 2, "</operation>");
        }

        Line(text, 1, "</portType>");
    }

    private static void Binding(StringBuilder text, SoapService service, string ns, string variant)
    {
        var style = variant == "document" ? "document" : "rpc";
        var body = variant switch
        {
            "document" => "<soap:body use=\"literal\"/>",
            "rpc-encoded" => $"<soap:body use=\"encoded\" namespace=\"{ns}\" encodingStyle=\"{Soap}encoding/\"/>",
            _ => $"<soap:body use=\"literal\" namespace=\"{ns}\"/>",
        };
        Line(text, 1, $"<binding name=\"{service.Name}Binding\" type=\"tns:{service.Name}PortType\">");
        Line(text, 2, $"<soap:binding style=\"{style}\" transport=\"{Soap}http\"/>");
        foreach (var operation in service.Operations)
        {
            Line(text, 2, $"<operation name=\"{operation.Name}\">");
            Line(text, 3, $"<soap:operation soapAction=\"{ns}#{operation.Name}\"/>");
            Line(text, 3, $"<input>{body}</input>");
            Line(text, 3, $"<output>{body}</output>");
            Line(text, 2, "</operation>");
        }

        Line(text, 1, "</binding>");
    }

    /// <summary>The type's name under the prefix that both the WSDL and the envelope declare.</summary>
    internal static string TypeName(SoapType type) => type switch
    {
        SoapType.Int => "xsd:int",
        SoapType.Boolean => "xsd:boolean",
        _ => "xsd:string",
    };

    private static string Escape(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace("\"", "&quot;", StringComparison.Ordinal);

    private static void Line(StringBuilder text, int depth, string line) => text.Append(' ', depth * 2).Append(line).Append('\n');
}
