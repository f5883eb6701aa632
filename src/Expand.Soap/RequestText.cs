using System.Text;
using System.Text.RegularExpressions;

namespace Expand.Soap;

/// <summary>
/// A request's characters. The encoding is that of the BOM, else of the XML declaration; the HTTP header is not believed, since
/// clients set it without looking at what they send. Where neither says: UTF-8, and for a body that is not valid UTF-8 the HTTP
/// charset, else windows-1252. A declaration of UTF-16 or UTF-32 that can be read as ASCII is false (.NET's StringWriter
/// writes it) and counts as none. A body that is not valid in the encoding that it declares is refused.
/// </summary>
internal static partial class RequestText
{
    private const int DeclarationRoom = 256;

    /// <summary>Decodes a body, without BOM, leading white space and XML declaration.</summary>
    /// <exception cref="SoapFaultException">An unknown encoding, or bytes that are not in it.</exception>
    public static string Decode(ReadOnlySpan<byte> body, string? httpCharset)
    {
        if (body.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF])) return Utf8(body[3..]);
        if (body.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE])) return Utf16(body[2..], bigEndian: false);
        if (body.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF])) return Utf16(body[2..], bigEndian: true);
        if (body.StartsWith("<\0"u8)) return Utf16(body, bigEndian: false);
        if (body.StartsWith("\0<"u8)) return Utf16(body, bigEndian: true);

        body = body.TrimStart(" \t\r\n"u8);
        var declaration = Declaration().Match(Encoding.Latin1.GetString(body[..Math.Min(body.Length, DeclarationRoom)]));
        body = body[declaration.Length..];
        var declared = declaration.Groups["name"].Value;
        return declared.Length > 0 && !IsWide(declared)
            ? Strict(Find(declared) ?? throw Fault("the request declares an unknown encoding"), body)
            : Undeclared(body, httpCharset);
    }

    private static string Undeclared(ReadOnlySpan<byte> body, string? httpCharset)
    {
        if (System.Text.Unicode.Utf8.IsValid(body)) return Encoding.UTF8.GetString(body);
        var named = httpCharset is { Length: > 0 } && !IsWide(httpCharset) && !IsUtf8(httpCharset) ? Find(httpCharset) : null;
        return Strict(named ?? Find("windows-1252")!, body);
    }

    private static string Utf8(ReadOnlySpan<byte> body) => WithoutDeclaration(Strict(Find("utf-8")!, body));

    private static string Utf16(ReadOnlySpan<byte> body, bool bigEndian) =>
        WithoutDeclaration(Strict(Find(bigEndian ? "utf-16BE" : "utf-16")!, body));

    private static string WithoutDeclaration(string text)
    {
        text = text.TrimStart(' ', '\t', '\r', '\n');
        return text[Declaration().Match(text[..Math.Min(text.Length, DeclarationRoom)]).Length..];
    }

    private static string Strict(Encoding encoding, ReadOnlySpan<byte> body)
    {
        try
        {
            return encoding.GetString(body);
        }
        catch (DecoderFallbackException e)
        {
            throw new SoapFaultException(SoapFaultCode.Client, "the request is not in the encoding that it declares", e);
        }
    }

    private static Encoding? Find(string name) => Known(name) ?? (Alias(name) is { } usual ? Known(usual) : null);

    private static Encoding? Known(string name)
    {
        try
        {
            // Asked directly: registering the provider would change encodings for the whole process.
            return CodePagesEncodingProvider.Instance.GetEncoding(name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)
                ?? Encoding.GetEncoding(name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>The registered name behind what Java, PHP, Delphi and people write: <c>utf8</c>, <c>Latin-1</c>, <c>ISO8859_1</c>, <c>Cp1252</c>, <c>win-1252</c>.</summary>
    private static string? Alias(string name)
    {
        var bare = string.Concat(name.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();
        if (OtherName().Match(bare) is not { Success: true } match) return bare is "ansi" ? "windows-1252" : null;
        var number = match.Groups["number"].Value;
        return match.Groups["family"].Value switch
        {
            "utf" => "utf-" + number,
            "latin" => number == "9" ? "iso-8859-15" : "iso-8859-" + number,
            "iso8859" or "8859" => "iso-8859-" + number,
            _ => "windows-" + number,
        };
    }

    private static bool IsUtf8(string name) => name.Equals("utf-8", StringComparison.OrdinalIgnoreCase) || name.Equals("utf8", StringComparison.OrdinalIgnoreCase);

    private static bool IsWide(string name) =>
        name.StartsWith("utf-16", StringComparison.OrdinalIgnoreCase) || name.StartsWith("utf-32", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("ucs", StringComparison.OrdinalIgnoreCase) || name.StartsWith("iso-10646", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("utf16", StringComparison.OrdinalIgnoreCase) || name.StartsWith("utf32", StringComparison.OrdinalIgnoreCase)
        || name.Equals("unicode", StringComparison.OrdinalIgnoreCase);

    private static SoapFaultException Fault(string reason) => new(SoapFaultCode.Client, reason);

    [GeneratedRegex("^(?<family>utf|latin|iso8859|8859|windows|win|cp|ms)(?<number>[0-9]{1,4})$", RegexOptions.CultureInvariant)]
    private static partial Regex OtherName();

    [GeneratedRegex("""
        \A<\?xml\s+version\s*=\s*["']1\.[0-9]["']
        (?:\s+encoding\s*=\s*["'](?<name>[A-Za-z][A-Za-z0-9._:-]*)["'])?
        (?:\s+standalone\s*=\s*["'](?:yes|no)["'])?\s*\?>
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant)]
    private static partial Regex Declaration();
}
