using System.Buffers;
using System.Globalization;
using System.Text;

namespace Expand.Soap;

/// <summary>Where a text goes, hence how it is escaped.</summary>
internal enum Escaping
{
    /// <summary>Text of the envelope: once, in UTF-8.</summary>
    EnvelopeText,

    /// <summary>An attribute of the envelope: once, in UTF-8.</summary>
    EnvelopeAttribute,

    /// <summary>Text of the inner document: escaped for it, non-ASCII as numeric references, and once more as the envelope's text.</summary>
    InnerText,

    /// <summary>An attribute of the inner document, likewise.</summary>
    InnerAttribute,
}

/// <summary>Escapes straight into the answer's bytes; drops what XML 1.0 forbids (section 2.2: Char), lone surrogates too.</summary>
internal static class XmlEscape
{
    private static readonly SearchValues<char> PlainText = SearchValues.Create(Plain(except: "<>&"));
    private static readonly SearchValues<char> PlainAttribute = SearchValues.Create(Plain(except: "<>&\"\t\n"));
    private static readonly SearchValues<byte> PlainTextUtf8 = SearchValues.Create(Encoding.ASCII.GetBytes(Plain(except: "<>&")));
    private static readonly SearchValues<byte> PlainAttributeUtf8 = SearchValues.Create(Encoding.ASCII.GetBytes(Plain(except: "<>&\"\t\n")));

    public static void Write(SoapOutput output, ReadOnlySpan<char> text, Escaping how)
    {
        var plain = how is Escaping.EnvelopeText or Escaping.InnerText ? PlainText : PlainAttribute;
        while (true)
        {
            var stop = text.IndexOfAnyExcept(plain);
            output.WriteAscii(stop < 0 ? text : text[..stop]);
            if (stop < 0) return;
            text = text[stop..];
            if (Rune.DecodeFromUtf16(text, out var rune, out var used) == OperationStatus.Done) WriteRune(output, rune, how);
            text = text[used..];
        }
    }

    /// <summary>The same for UTF-8; bytes that are none are dropped.</summary>
    public static void Write(SoapOutput output, ReadOnlySpan<byte> utf8, Escaping how)
    {
        var plain = how is Escaping.EnvelopeText or Escaping.InnerText ? PlainTextUtf8 : PlainAttributeUtf8;
        while (true)
        {
            var stop = utf8.IndexOfAnyExcept(plain);
            output.Write(stop < 0 ? utf8 : utf8[..stop]);
            if (stop < 0) return;
            utf8 = utf8[stop..];
            if (Rune.DecodeFromUtf8(utf8, out var rune, out var used) == OperationStatus.Done) WriteRune(output, rune, how);
            utf8 = utf8[used..];
        }
    }

    private static void WriteRune(SoapOutput output, Rune rune, Escaping how)
    {
        var inner = how is Escaping.InnerText or Escaping.InnerAttribute;
        switch (rune.Value)
        {
            case '<': output.Write(inner ? "&amp;lt;"u8 : "&lt;"u8); break;
            case '>': output.Write(inner ? "&amp;gt;"u8 : "&gt;"u8); break;
            case '&': output.Write(inner ? "&amp;amp;"u8 : "&amp;"u8); break;
            case '"': output.Write(inner ? "&amp;quot;"u8 : "&quot;"u8); break;
            case '\t' or '\n' or '\r': WriteReference(output, rune.Value, inner); break;
            case < 0x20 or 0xFFFE or 0xFFFF: break;
            default:
                if (inner) WriteReference(output, rune.Value, inner);
                else output.Advance(rune.EncodeToUtf8(output.GetSpan(4)));
                break;
        }
    }

    private static void WriteReference(SoapOutput output, int value, bool inner)
    {
        output.Write(inner ? "&amp;#"u8 : "&#"u8);
        value.TryFormat(output.GetSpan(10), out var digits, default, CultureInfo.InvariantCulture);
        output.Advance(digits);
        output.Write(";"u8);
    }

    private static string Plain(string except) =>
        string.Concat(Enumerable.Range(0x20, 0x60).Select(c => (char)c).Append('\t').Append('\n').Where(c => !except.Contains(c)));
}
