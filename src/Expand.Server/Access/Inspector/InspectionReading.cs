using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Expand.Server.Platform.Rest;
using Microsoft.AspNetCore.WebUtilities;

namespace Expand.Server.Access.Inspector;

/// <summary>Makes of what was noted in passing what may be stored: decoded, put in words, and without secrets.</summary>
internal static partial class InspectionReading
{
    /// <summary>Characters of a value that was understood; the rest of it stands in the body.</summary>
    private const int LongestValue = 2000;
    private const int LongestOutcome = 300;
    private const int LongestAddress = 4000;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static InspectedRequest Read(Inspection noted)
    {
        var mask = new SecretMask(SecretsOf(noted), noted.TraceId);
        var (body, isCut) = Text(noted.Body, HeaderOf(noted, "Content-Type"), HeaderOf(noted, "Content-Encoding"));
        var (answer, answerIsCut) = Text(noted.Answer, "", "");
        var address = mask.Address(noted.Path, noted.Query);
        var outcome = Outcome(noted, answer);
        return new InspectedRequest
        {
            At = noted.At,
            Caller = noted.Caller,
            Address = noted.Address,
            DurationMicroseconds = (int)Math.Min(int.MaxValue, noted.Duration.TotalMicroseconds),
            Operation = noted.Operation ?? mask.Apply(Operation(noted)),
            Status = noted.Status,
            Failed = noted.Refusal is not null || noted.Status >= StatusCodes.Status400BadRequest || outcome == "-1",
            Outcome = Short(mask.Apply(outcome), LongestOutcome),
            RequestLine = Short($"{noted.Method} {address} {noted.Protocol}", LongestAddress),
            Headers = string.Join('\n', noted.Headers.Select(h => $"{h.Name}: {Short(mask.Header(h.Name, SecretMask.Readable(h.Value)), LongestValue)}")),
            Body = mask.Apply(body, isCut),
            BodyBytes = noted.Body.Seen,
            BodyCut = isCut,
            Understood = Understood(noted, mask, body, isCut),
            Answer = mask.Apply(answer, answerIsCut),
            AnswerCut = answerIsCut,
        };
    }

    /// <summary>Stands for a request that could not be put in words: that there was one is told, and nothing of what is in it.</summary>
    public static InspectedRequest Unread(Inspection noted) => new()
    {
        At = noted.At,
        Caller = noted.Caller,
        Address = noted.Address,
        DurationMicroseconds = (int)Math.Min(int.MaxValue, noted.Duration.TotalMicroseconds),
        Operation = noted.Operation ?? noted.Method,
        Status = noted.Status,
        Failed = noted.Refusal is not null || noted.Status >= StatusCodes.Status400BadRequest,
        Outcome = "",
        RequestLine = noted.Method,
        Headers = "",
        Body = SecretMask.Hidden,
        BodyBytes = noted.Body.Seen,
        BodyCut = true,
        Understood = "",
        Answer = "",
    };

    /// <summary>What this request is known to show as a key or a password: its arguments of such names, and its Basic header.</summary>
    private static IEnumerable<string> SecretsOf(Inspection noted)
    {
        foreach (var (name, value) in noted.Arguments)
        {
            if (SecretNames.Is(name, isArgument: true)) yield return value.Trim();
        }

        foreach (var header in noted.Headers.Where(h => h.Name == "Authorization"))
        {
            yield return header.Value[(header.Value.IndexOf(' ', StringComparison.Ordinal) + 1)..].Trim();
            if (BasicHeader.TryParse(header.Value, out var shown)) yield return Encoding.UTF8.GetString(shown.Password);
        }
    }

    private static string Operation(Inspection noted) => noted.Path.StartsWith(InspectorCapture.SoapRoot, StringComparison.OrdinalIgnoreCase)
        ? "SOAP"
        : $"{noted.Method} {noted.Route ?? noted.Path}";

    /// <summary>The answer's value, its fault, its problem's detail; or nothing where it is a document.</summary>
    private static string Outcome(Inspection noted, string answer)
    {
        if (noted.ClientGone) return "";
        if (Returned().Match(answer) is { Success: true } returned) return Plain(returned.Groups["text"].Value);
        if (Fault().Match(answer) is { Success: true } fault) return Plain(fault.Groups["text"].Value);
        if (noted.Status < StatusCodes.Status400BadRequest || noted.Operation is not null) return "";
        try
        {
            return JsonSerializer.Deserialize<ProblemDocument>(answer, RestJson.Options)?.Detail ?? "";
        }
        catch (JsonException)
        {
            return "";
        }

        static string Plain(string xml) => System.Net.WebUtility.HtmlDecode(xml);
    }

    /// <summary>One <c>name = value</c> a line, and the body where it is JSON.</summary>
    private static string Understood(Inspection noted, SecretMask mask, string body, bool isCut)
    {
        var lines = new StringBuilder();
        if (noted.Operation is { } operation)
        {
            lines.Append(CultureInfo.InvariantCulture, $"{operation}\n");
            foreach (var (name, value) in noted.Arguments) Line(name, value, isArgument: true);
            return lines.ToString();
        }

        if (noted.Route is not { } route) return "";
        lines.Append(CultureInfo.InvariantCulture, $"{noted.Method} {route}\n");
        foreach (var (name, value) in noted.PathValues) Line(name, value);
        foreach (var (name, values) in QueryHelpers.ParseQuery(noted.Query)) Line("?" + name, values.ToString());
        if (body.Length > 0 && !isCut && Json(body) is { } json) lines.Append('\n').Append(mask.Apply(json));
        return lines.ToString();

        void Line(string name, string value, bool isArgument = false) => lines.Append(CultureInfo.InvariantCulture,
            $"{mask.Apply(SecretMask.Readable(name))} = {(SecretNames.Is(name, isArgument) ? SecretMask.Shorten(value) : Short(mask.Apply(value), LongestValue))}\n");
    }

    /// <summary>The body as JSON, a document in lines of its own; null where it is none.</summary>
    private static string? Json(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 64 });
            return JsonSerializer.Serialize(document.RootElement, Indented);
        }
        catch (Exception none) when (none is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string HeaderOf(Inspection noted, string name) => noted.Headers.Find(h => h.Name == name).Value ?? "";

    private static (string Text, bool IsCut) Text(Head head, string type, string compression)
    {
        if (compression.Length == 0 || compression.Equals("identity", StringComparison.OrdinalIgnoreCase)) return (Decode(head.Kept.Span, type), head.IsCut);
        var plain = new byte[head.Kept.Length];
        var count = 0;
        var isCut = true;
        try
        {
            using var packed = new MemoryStream(head.Kept.ToArray());
            using Stream stream = compression.Contains("gzip", StringComparison.OrdinalIgnoreCase) ? new GZipStream(packed, CompressionMode.Decompress)
                : packed.Length > 1 && (packed.ToArray()[0] & 0x0F) == 8 ? new ZLibStream(packed, CompressionMode.Decompress) : new DeflateStream(packed, CompressionMode.Decompress);
            // As much as would be kept of a plain one.
            Array.Resize(ref plain, Math.Max(plain.Length, 16 * 1024));
            count = stream.ReadAtLeast(plain, plain.Length, throwOnEndOfStream: false);
            isCut = head.IsCut || count == plain.Length;
        }
        catch (Exception broken) when (broken is InvalidDataException or IOException)
        {
            // What came out before it broke is not trusted to be whole.
            count = 0;
        }

        return (Decode(plain.AsSpan(0, count), type), isCut);
    }

    /// <summary>By its byte order mark, by what it says of itself, by its header, else UTF-8 where it is that.</summary>
    private static string Decode(ReadOnlySpan<byte> bytes, string type)
    {
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || bytes.StartsWith("<\0"u8) || bytes.StartsWith("{\0"u8)) return Encoding.Unicode.GetString(bytes).TrimStart('\uFEFF');
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]) || bytes.StartsWith("\0<"u8) || bytes.StartsWith("\0{"u8)) return Encoding.BigEndianUnicode.GetString(bytes).TrimStart('\uFEFF');
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF])) return Encoding.UTF8.GetString(bytes[3..]);
        var said = Declared().Match(Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, 256)])) is { Success: true } own ? own.Groups["name"].Value
            : Charset().Match(type) is { Success: true } header ? header.Groups["name"].Value : "utf-8";
        // A cut may go through a character: one of them at the end is no sign of another encoding.
        return said.StartsWith("utf", StringComparison.OrdinalIgnoreCase) || Named(said) is not { } encoding
            ? IsUtf8(bytes) ? Encoding.UTF8.GetString(bytes) : Encoding.Latin1.GetString(bytes)
            : encoding.GetString(bytes);
    }

    private static bool IsUtf8(ReadOnlySpan<byte> bytes)
    {
        for (var less = 0; less < 4 && less <= bytes.Length; less++)
        {
            if (System.Text.Unicode.Utf8.IsValid(bytes[..^less])) return true;
        }

        return false;
    }

    private static Encoding? Named(string name)
    {
        try
        {
            return Encoding.GetEncoding(name);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static string Short(string text, int most) => text.Length <= most ? text : SecretMask.Readable(text[..most]) + "…";

    [GeneratedRegex("<return[^>]*>(?<text>[^<]*)(?:</|\\z)")]
    private static partial Regex Returned();

    [GeneratedRegex("<faultstring[^>]*>(?<text>[^<]*)|<env:Text[^>]*>(?<text>[^<]*)")]
    private static partial Regex Fault();

    [GeneratedRegex("\\A\\s*<\\?xml[^>]*?encoding\\s*=\\s*[\"'](?<name>[A-Za-z0-9._-]+)")]
    private static partial Regex Declared();

    [GeneratedRegex("charset\\s*=\\s*\"?(?<name>[A-Za-z0-9._-]+)", RegexOptions.IgnoreCase)]
    private static partial Regex Charset();
}
