using System.Globalization;
using System.Net;
using System.Security;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Expand.Server.Access.Inspector;

/// <summary>
/// Takes secrets out of what a client sent, wherever they stand and however they are written: by the names that they stand under, by the
/// secrets that this request is known to show, and by the form that keys and passwords made here have. What is in doubt is hidden; a text
/// that still holds one after all that is hidden as a whole.
/// </summary>
internal sealed partial class SecretMask
{
    /// <summary>Stands where a secret stood.</summary>
    public const string Hidden = "***";

    /// <summary>Shorter ones stand in numbers and words by chance: those are found by their names only.</summary>
    private const int ShortestKnown = 6;

    /// <summary>Texts in texts: a document in an argument, an address in a member.</summary>
    private const int Deepest = 3;

    /// <summary>Linear in its input, whatever that is: a stranger chose it.</summary>
    private static readonly Regex Named = new(
        $"""(?<name>[\w.-]*(?:{SecretNames.Pattern})[\w.-]*)(?<sep>["']?\s*[:=]\s*)(?<value>"[^"\r\n]*"?|'[^'\r\n]*'?|[^\s,;&<>"'{"}"}\]]+)""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);

    private static readonly Regex Login = new(@"\b(?<scheme>Basic|Bearer|Digest)(?<gap>\s+)[^\s<>""',;]+",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);

    private static readonly Regex UserInfo = new(@"://[^/\s@<>""']+@", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);

    private readonly string[] known;
    private readonly string[] written;
    private readonly string notSecret;

    /// <param name="secrets">What this request is known to show as a key or a password.</param>
    /// <param name="notSecret">A text that has the form of a key and is none: the request's own trace id.</param>
    public SecretMask(IEnumerable<string> secrets, string notSecret = "")
    {
        known = [.. secrets.Where(s => s.Length >= ShortestKnown).Distinct()];
        written = [.. known.SelectMany(Ways).Distinct().OrderByDescending(w => w.Length)];
        this.notSecret = notSecret;
    }

    /// <summary>A body, an answer or a value.</summary>
    /// <param name="text">As it was decoded.</param>
    /// <param name="cut">Whether it ends before its end: its last piece may be the beginning of a secret.</param>
    public string Apply(string text, bool cut = false)
    {
        var readable = Readable(text);
        var masked = Apply(readable, cut, 0);
        return IsClean(masked) ? masked : Hidden;
    }

    /// <summary>An address: its path, and its query where it has one.</summary>
    public string Address(string path, string query)
    {
        var segments = path.Split('/').Select(segment => Holds(PairMask.Decode(segment)) ? Shorten(PairMask.Decode(segment)) : segment);
        var masked = string.Join('/', segments) + (query.Length > 1 ? "?" + new PairMask(this, query.TrimStart('?'), cut: false, 0).Run() : query);
        return IsClean(masked) ? masked : Hidden;
    }

    /// <summary>A header's value.</summary>
    public string Header(string name, string value)
    {
        if (!SecretNames.Is(name)) return Apply(value);
        var space = value.IndexOf(' ', StringComparison.Ordinal);
        var scheme = space < 0 ? "" : value[..space];
        return scheme.ToUpperInvariant() is "BASIC" or "BEARER" or "DIGEST" ? $"{scheme} {Hidden}" : Hidden;
    }

    /// <summary>A key as it may be shown: its first digits, where enough of it stays hidden.</summary>
    public static string Shorten(string secret) =>
        KeyForm().IsMatch(secret) ? secret[..AuthorizedKey.PrefixLength] + "…" : Hidden;

    /// <summary>A text with nothing in it that a database or a page would not take.</summary>
    public static string Readable(string text)
    {
        if (text.All(c => !char.IsSurrogate(c) && (!char.IsControl(c) || c is '\t' or '\r' or '\n'))) return text;
        // Controls go first: two-byte characters read as one-byte ones have a zero after each, between the letters of a secret too.
        var plain = string.Concat(text.Where(c => !char.IsControl(c) || c is '\t' or '\r' or '\n'));
        return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(plain));
    }

    /// <summary>Whether a value, as whoever reads it would see it, holds a secret.</summary>
    internal bool Holds(string value) =>
        Array.Exists(known, secret => value.Contains(secret, StringComparison.OrdinalIgnoreCase))
        || KeyRun().Matches(value).Any(run => run.Value != notSecret) || PasswordRun().Matches(value).Any(run => IsPassword(run.Value));

    internal string Apply(string text, bool cut, int depth)
    {
        var masked = text;
        switch (text.AsSpan().TrimStart())
        {
            case ['<', ..]:
                masked = new XmlMask(this, masked, cut, depth).Run();
                break;
            case ['{' or '[' or '"', ..]:
                masked = new JsonMask(this, masked, cut, depth).Run();
                if (masked.Contains('<', StringComparison.Ordinal)) masked = new XmlMask(this, masked, cut: false, depth).Run();
                break;
            default:
                if (cut || masked.Contains('=', StringComparison.Ordinal)) masked = new PairMask(this, masked, cut, depth).Run();
                if (masked.Contains('<', StringComparison.Ordinal)) masked = new XmlMask(this, masked, cut: false, depth).Run();
                if (masked.Contains('"', StringComparison.Ordinal)) masked = new JsonMask(this, masked, cut: false, depth).Run();
                break;
        }

        return Flat(masked);
    }

    /// <summary>Whether a text may hold another text of its own form.</summary>
    internal static bool MayNest(string value, int depth) => depth < Deepest && value.AsSpan().IndexOfAny("<{=%\"") >= 0;

    /// <summary>What needs no grammar: names before values, logins, known secrets as they are written, and what looks like one.</summary>
    internal string Flat(string text)
    {
        text = Login.Replace(text, m => m.Groups["scheme"].Value + m.Groups["gap"].Value + Hidden);
        text = Named.Replace(text, m => m.Groups["name"].Value + m.Groups["sep"].Value + m.Groups["value"].Value[0] switch
        {
            '"' => $"\"{Hidden}\"",
            '\'' => $"'{Hidden}'",
            _ => Hidden,
        });
        text = UserInfo.Replace(text, $"://{Hidden}@");
        foreach (var way in written) text = text.Replace(way, Shorten(way), StringComparison.OrdinalIgnoreCase);
        text = KeyRun().Replace(text, m => m.Value == notSecret ? m.Value : Shorten(m.Value));
        return PasswordRun().Replace(text, m => IsPassword(m.Value) ? Hidden : m.Value);
    }

    /// <summary>However it is decoded, nothing secret comes out.</summary>
    private bool IsClean(string text)
    {
        for (var round = 0; round < Deepest; round++)
        {
            if (Holds(text)) return false;
            var decoded = Unescaped(PairMask.Decode(WebUtility.HtmlDecode(Markup().Replace(text, ""))));
            if (decoded == text) return true;
            text = decoded;
        }

        return !Holds(text);
    }

    private static string Unescaped(string text) => JsonEscape().Replace(text, m => m.Groups["hex"] is { Success: true } hex
        ? ((char)int.Parse(hex.ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString()
        : m.Value[1..]);

    /// <summary>A secret in the ways that a client may write it.</summary>
    private static IEnumerable<string> Ways(string secret) =>
    [
        secret, SecurityElement.Escape(secret), WebUtility.HtmlEncode(secret), Uri.EscapeDataString(secret), WebUtility.UrlEncode(secret),
        JsonEncodedText.Encode(secret).Value, JsonEncodedText.Encode(secret, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping).Value,
        Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)),
    ];

    /// <summary>The form of passwords made here: letters of both cases and digits, at random.</summary>
    private static bool IsPassword(string run) => run.Any(char.IsAsciiLetterUpper) && run.Any(char.IsAsciiLetterLower) && run.Any(char.IsAsciiDigit);

    [GeneratedRegex("\\A[0-9A-Fa-f]{32}\\z")]
    private static partial Regex KeyForm();

    [GeneratedRegex("[0-9A-Fa-f]{32,}")]
    private static partial Regex KeyRun();

    [GeneratedRegex("[0-9A-Za-z]{32,}")]
    private static partial Regex PasswordRun();

    [GeneratedRegex("<!--.*?(?:-->|\\z)|<!\\[CDATA\\[|\\]\\]>|<\\?.*?(?:\\?>|\\z)", RegexOptions.Singleline)]
    private static partial Regex Markup();

    [GeneratedRegex("""\\(?:u(?<hex>[0-9A-Fa-f]{4})|["\\/])""")]
    private static partial Regex JsonEscape();
}
