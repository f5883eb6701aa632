using System.Globalization;

namespace Expand.Soap;

/// <summary>Writes an inner document, after its prolog. Call <see cref="SoapXmlWriter.FlushIfNeededAsync"/> after each row.</summary>
/// <param name="xml">The writer; open elements are closed at the end.</param>
/// <param name="ct">Cancelled when the client goes away.</param>
public delegate ValueTask SoapXmlBody(SoapXmlWriter xml, CancellationToken ct);

/// <summary>
/// What an operation answers. It goes out as <c>&lt;return xsi:type="xsd:…"&gt;</c> of the type that the operation declares; a
/// string operation may answer with a number (the contract's codes), any other mismatch is a Server fault.
/// </summary>
public abstract class SoapAnswer
{
    private SoapAnswer()
    {
    }

    /// <summary>A whole number. <c>xsd:int</c> has 32 bits: typed clients read no more.</summary>
    /// <param name="value">The number.</param>
    public static SoapAnswer Int(long value) => new Scalar(SoapType.Int, value.ToString(CultureInfo.InvariantCulture));

    /// <summary><c>true</c> or <c>false</c>.</summary>
    /// <param name="value">The truth value.</param>
    public static SoapAnswer Bool(bool value) => new Scalar(SoapType.Boolean, value ? "true" : "false");

    /// <summary>A text. Characters that XML 1.0 forbids are dropped.</summary>
    /// <param name="value">The text; null is the empty one.</param>
    public static SoapAnswer Text(string? value) => new Scalar(SoapType.String, value ?? "");

    /// <summary>An XML document in a string, streamed: at no time is it in memory as a whole.</summary>
    /// <param name="body">Writes the document. It runs after the handler has returned, within the same request.</param>
    /// <param name="encoding">
    /// The encoding that the document's prolog names. The document is ASCII (numeric references), so that any name reads right.
    /// </param>
    public static SoapAnswer Xml(SoapXmlBody body, string encoding = "UTF-8")
    {
        ArgumentNullException.ThrowIfNull(body);
        return new Document(body, encoding);
    }

    /// <summary>
    /// A Client fault with a text of the caller's own: for an argument that an operation has no code for. It should name the argument and the rule.
    /// </summary>
    /// <param name="message">Goes to the client as it is.</param>
    public static SoapAnswer ClientFault(string message) => new Fault(SoapFaultCode.Client, message);

    /// <summary>A Server fault with a text of the caller's own: for what an operation cannot answer now and has no code for.</summary>
    /// <param name="message">Goes to the client as it is; it should tell nothing of the inside.</param>
    public static SoapAnswer ServerFault(string message) => new Fault(SoapFaultCode.Server, message);

    internal abstract bool Fits(SoapType type);

    internal abstract ValueTask WriteAsync(SoapOutput output, CancellationToken ct);

    private sealed class Scalar(SoapType own, string text) : SoapAnswer
    {
        internal override bool Fits(SoapType type) => type == own || type == SoapType.String;

        internal override ValueTask WriteAsync(SoapOutput output, CancellationToken ct)
        {
            XmlEscape.Write(output, text, Escaping.EnvelopeText);
            return ValueTask.CompletedTask;
        }
    }

    private sealed class Document(SoapXmlBody body, string encoding) : SoapAnswer
    {
        internal override bool Fits(SoapType type) => type == SoapType.String;

        internal override async ValueTask WriteAsync(SoapOutput output, CancellationToken ct)
        {
            var xml = new SoapXmlWriter(output);
            xml.Prolog(encoding);
            await body(xml, ct).ConfigureAwait(false);
            xml.EndAll();
        }
    }

    private sealed class Fault(SoapFaultCode code, string message) : SoapAnswer
    {
        internal override bool Fits(SoapType type) => true;

        internal override ValueTask WriteAsync(SoapOutput output, CancellationToken ct) => throw new SoapFaultException(code, message);
    }
}
