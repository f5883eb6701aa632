using System.Buffers;
using System.Buffers.Text;
using System.Globalization;

namespace Expand.Soap;

/// <summary>
/// Writes an XML document straight as the escaped text of the envelope's <c>return</c>, in one pass over the bytes: neither the
/// document nor its escaped form is ever in memory as a whole. Every non-ASCII character becomes a numeric reference, so that
/// the document reads right under any encoding; characters that XML 1.0 forbids are dropped; CR (and in attributes tab and LF)
/// become references, so that they survive the client's parser.
/// </summary>
/// <remarks>Elements without content close <c>/&gt;</c>. Element and attribute names are literals of the caller's code: ASCII only.</remarks>
public sealed class SoapXmlWriter
{
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.:");

    private static readonly SearchValues<byte> RawCharacters =
        SearchValues.Create([.. Enumerable.Range(0x20, 0x5F).Select(c => (byte)c).Where(c => !"<>&"u8.Contains(c)), (byte)'\n']);

    private readonly SoapOutput output;
    private readonly Stack<string> open = new();
    private readonly bool isFragment;
    private bool inStartTag;
    private bool hasRoot;

    internal SoapXmlWriter(SoapOutput output, bool isFragment = false) => (this.output, this.isFragment) = (output, isFragment);

    /// <summary>Whether an element is open.</summary>
    internal bool HasOpen => open.Count > 0;

    /// <summary>Opens an element.</summary>
    /// <param name="element">Its name.</param>
    /// <exception cref="ArgumentException">That is no XML name in ASCII.</exception>
    /// <exception cref="InvalidOperationException">The document has its root already.</exception>
    public void Start(string element)
    {
        CheckName(element);
        if (open.Count == 0 && hasRoot && !isFragment) throw new InvalidOperationException($"a second root, {element}");
        hasRoot = true;
        CloseStartTag();
        output.Write("&lt;"u8);
        output.WriteAscii(element);
        open.Push(element);
        inStartTag = true;
    }

    /// <summary>Writes an attribute of the element just opened.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value; null is written as the empty one.</param>
    /// <exception cref="InvalidOperationException">The element has content already.</exception>
    public void Attribute(string name, string? value) => Attribute(name, value.AsSpan());

    /// <inheritdoc cref="Attribute(string, string?)"/>
    public void Attribute(string name, ReadOnlySpan<char> value)
    {
        StartAttribute(name);
        XmlEscape.Write(output, value, Escaping.InnerAttribute);
        output.Write("\""u8);
    }

    /// <summary>Writes an attribute from UTF-8; bytes that are none are dropped.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="utf8">Its value.</param>
    public void Attribute(string name, ReadOnlySpan<byte> utf8)
    {
        StartAttribute(name);
        XmlEscape.Write(output, utf8, Escaping.InnerAttribute);
        output.Write("\""u8);
    }

    /// <inheritdoc cref="Attribute(string, string?)"/>
    public void Attribute(string name, long value)
    {
        StartAttribute(name);
        WriteNumber(value);
        output.Write("\""u8);
    }

    /// <summary>Writes an attribute of the element just opened, by a name that was made once for many rows.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="utf8">Its value in UTF-8; bytes that are none are dropped.</param>
    /// <exception cref="InvalidOperationException">The element has content already.</exception>
    public void Attribute(SoapXmlName name, ReadOnlySpan<byte> utf8)
    {
        StartAttribute(name);
        XmlEscape.Write(output, utf8, Escaping.InnerAttribute);
        output.Write("\""u8);
    }

    /// <inheritdoc cref="Attribute(SoapXmlName, ReadOnlySpan{byte})"/>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value.</param>
    public void Attribute(SoapXmlName name, ReadOnlySpan<char> value)
    {
        StartAttribute(name);
        XmlEscape.Write(output, value, Escaping.InnerAttribute);
        output.Write("\""u8);
    }

    /// <inheritdoc cref="Attribute(SoapXmlName, ReadOnlySpan{byte})"/>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value.</param>
    public void Attribute(SoapXmlName name, long value)
    {
        StartAttribute(name);
        WriteNumber(value);
        output.Write("\""u8);
    }

    /// <summary>Writes an attribute <c>true</c> or <c>false</c>.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value.</param>
    public void Attribute(string name, bool value) => Attribute(name, value ? "true"u8 : "false"u8);

    /// <summary>Writes text into the open element.</summary>
    /// <param name="value">The text; null is nothing.</param>
    public void Text(string? value) => Text(value.AsSpan());

    /// <inheritdoc cref="Text(string?)"/>
    public void Text(ReadOnlySpan<char> value)
    {
        if (value.IsEmpty) return;
        StartText();
        XmlEscape.Write(output, value, Escaping.InnerText);
    }

    /// <summary>Writes text from UTF-8; bytes that are none are dropped.</summary>
    /// <param name="utf8">The text.</param>
    public void Text(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty) return;
        StartText();
        XmlEscape.Write(output, utf8, Escaping.InnerText);
    }

    /// <inheritdoc cref="Text(string?)"/>
    public void Text(long value)
    {
        StartText();
        WriteNumber(value);
    }

    /// <summary>Writes the text <c>true</c> or <c>false</c>.</summary>
    /// <param name="value">The truth value.</param>
    public void Text(bool value) => Text(value ? "true"u8 : "false"u8);

    /// <summary>Writes text that needs no escaping, such as Base64, as it is.</summary>
    /// <param name="ascii">Printable ASCII and line feeds, without <c>&lt;</c>, <c>&gt;</c> and <c>&amp;</c>.</param>
    /// <exception cref="ArgumentException">It holds another byte.</exception>
    public void WriteAscii(ReadOnlySpan<byte> ascii)
    {
        if (ascii.ContainsAnyExcept(RawCharacters)) throw new ArgumentException("needs escaping: use Text", nameof(ascii));
        if (ascii.IsEmpty) return;
        StartText();
        output.Write(ascii);
    }

    /// <summary>Writes a stream's bytes as Base64 text, flushing as it goes: a recording of any length in flat memory.</summary>
    /// <param name="source">Read to its end, not disposed.</param>
    /// <param name="ct">Cancelled when the client goes away.</param>
    public async ValueTask Base64Async(Stream source, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(source);
        const int chunk = 48 * 1024; // a multiple of three: only the last chunk is padded
        var bytes = ArrayPool<byte>.Shared.Rent(chunk);
        try
        {
            int read;
            do
            {
                read = await source.ReadAtLeastAsync(bytes.AsMemory(0, chunk), chunk, throwOnEndOfStream: false, ct).ConfigureAwait(false);
                if (read == 0) break;
                StartText();
                Base64.EncodeToUtf8(bytes.AsSpan(0, read), output.GetSpan(Base64.GetMaxEncodedToUtf8Length(read)), out _, out var written);
                output.Advance(written);
                await output.FlushIfNeededAsync(ct).ConfigureAwait(false);
            }
            while (read == chunk);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    /// <summary>Writes elements that are kept as bytes into the open element.</summary>
    /// <param name="fragment">The elements.</param>
    /// <param name="ct">Cancelled when the client goes away.</param>
    public ValueTask WriteAsync(SoapFragment fragment, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(fragment);
        StartText();
        return output.WriteAsync(fragment.Bytes, ct);
    }

    /// <summary>Closes the element opened last.</summary>
    /// <exception cref="InvalidOperationException">None is open.</exception>
    public void End()
    {
        var element = open.Pop();
        if (inStartTag)
        {
            inStartTag = false;
            output.Write("/&gt;"u8);
            return;
        }

        output.Write("&lt;/"u8);
        output.WriteAscii(element);
        output.Write("&gt;"u8);
    }

    /// <summary>
    /// Sends what is there once it has reached 64 KB, waiting for a slow reader. Call it after each row: what is not flushed
    /// stays in memory. The first flush sends the response's head; a failure after it can only abort the connection.
    /// </summary>
    /// <param name="ct">Cancelled when the client goes away.</param>
    public ValueTask FlushIfNeededAsync(CancellationToken ct) => output.FlushIfNeededAsync(ct);

    internal void Prolog(string encoding)
    {
        CheckName(encoding);
        output.Write("&lt;?xml version=\"1.0\" encoding=\""u8);
        output.WriteAscii(encoding);
        output.Write("\" ?&gt;"u8);
    }

    internal void EndAll()
    {
        while (open.Count > 0) End();
    }

    private void StartAttribute(string name)
    {
        CheckName(name);
        if (!inStartTag) throw new InvalidOperationException($"attribute {name} outside a start tag");
        output.Write(" "u8);
        output.WriteAscii(name);
        output.Write("=\""u8);
    }

    private void StartAttribute(SoapXmlName name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!inStartTag) throw new InvalidOperationException($"attribute {name} outside a start tag");
        output.Write(name.Start);
    }

    private void StartText()
    {
        if (open.Count == 0) throw new InvalidOperationException("text outside the root element");
        CloseStartTag();
    }

    private void CloseStartTag()
    {
        if (!inStartTag) return;
        inStartTag = false;
        output.Write("&gt;"u8);
    }

    private void WriteNumber(long value)
    {
        value.TryFormat(output.GetSpan(20), out var digits, default, CultureInfo.InvariantCulture);
        output.Advance(digits);
    }

    internal static void CheckName(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name.AsSpan().ContainsAnyExcept(NameCharacters) || !char.IsAsciiLetter(name[0]) && name[0] != '_')
            throw new ArgumentException($"'{name}' is no XML name in ASCII", nameof(name));
    }
}
