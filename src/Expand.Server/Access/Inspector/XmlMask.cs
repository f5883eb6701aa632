using System.Net;
using System.Security;
using System.Text;
using System.Text.RegularExpressions;

namespace Expand.Server.Access.Inspector;

/// <summary>
/// Secrets in XML, well-formed or not: it goes from tag to tag. Everything within an element of a secret's name is hidden up to its end, and to
/// the end of the text where it has none; so is what such an element refers to (multiRef), and what follows a <c>key</c> with such a name (PHP's maps).
/// </summary>
internal sealed partial class XmlMask(SecretMask mask, string text, bool cut, int depth)
{
    private const int MostHops = 8;
    private static readonly (string Begin, string End)[] Asides = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"), ("<!", ">")];
    private readonly StringBuilder masked = new(text.Length);
    private readonly List<string> open = [];
    private readonly HashSet<string> referred = [];

    /// <summary>The outermost open element that hides what is in it, as a place in <see cref="open"/>; -1 where none does.</summary>
    private int hiding = -1;
    private bool nextIsSecret;
    private string content = "";

    public string Run()
    {
        FollowReferences();
        var (at, begin) = (0, 0);
        while (at < text.Length && text.IndexOf('<', at) is var tag and >= 0)
        {
            if (PastAside(tag) is { } after)
            {
                at = after;
                continue;
            }

            at = EndOfTag(tag);
            // A tag that is cut may be the beginning of a comment, and its content go on behind it.
            Content(begin, tag, isLast: at == text.Length && text[^1] != '>');
            begin = at;
            Tag(text[tag..at]);
        }

        Content(begin, text.Length, isLast: true);
        return masked.ToString();
    }

    /// <summary>What belongs to the content around it: a comment, a CDATA section, a declaration. Null where it is a tag.</summary>
    private int? PastAside(int at)
    {
        if (at + 1 >= text.Length || text[at + 1] is not ('!' or '?')) return null;
        foreach (var (begin, end) in Asides)
        {
            if (string.CompareOrdinal(text, at, begin, 0, begin.Length) != 0) continue;
            var close = text.IndexOf(end, at + begin.Length, StringComparison.Ordinal);
            return close < 0 ? text.Length : close + end.Length;
        }

        return null;
    }

    /// <summary>After its <c>&gt;</c>; at the next <c>&lt;</c> where it has none, since no tag holds one.</summary>
    private int EndOfTag(int at)
    {
        var quote = '\0';
        for (var i = at + 1; i < text.Length; i++)
        {
            if (text[i] == '<') return i;
            if (quote != '\0') quote = text[i] == quote ? '\0' : quote;
            else if (text[i] is '"' or '\'') quote = text[i];
            else if (text[i] == '>') return i + 1;
        }

        return text.Length;
    }

    private void Content(int begin, int end, bool isLast)
    {
        var raw = text[begin..end];
        if (string.IsNullOrWhiteSpace(raw))
        {
            masked.Append(raw);
            return;
        }

        content = Value(raw);
        masked.Append(hiding >= 0 || (isLast && cut) ? SecretMask.Hidden : Safe(raw, content));
    }

    private string Safe(string raw, string value)
    {
        if (mask.Holds(value)) return SecurityElement.Escape(mask.Flat(value));
        return value != raw && SecretMask.MayNest(value, depth) && mask.Apply(value, cut: false, depth + 1) is var nested && nested != value
            ? SecurityElement.Escape(nested)
            : raw;
    }

    /// <summary>As a parser reads it.</summary>
    private static string Value(string raw) =>
        Pieces().Replace(raw, m => m.Groups["cdata"].Success ? m.Groups["cdata"].Value : m.Value[0] == '&' ? WebUtility.HtmlDecode(m.Value) : "");

    private void Tag(string tag)
    {
        if (tag.StartsWith("</", StringComparison.Ordinal))
        {
            masked.Append(mask.Holds(Value(tag)) ? SecretMask.Hidden : tag);
            Close(LocalName(tag[2..]));
            return;
        }

        var name = LocalName(tag[1..]);
        var attributes = Attributes().Matches(tag).ToDictionary(m => m.Index, m => m);
        var id = attributes.Values.FirstOrDefault(m => LocalName(m.Groups["name"].Value) == "id")?.Groups["value"].Value.Trim('"', '\'');
        var isSecret = nextIsSecret || SecretNames.Is(name, isArgument: true) || (id is not null && referred.Contains(id));
        (nextIsSecret, content) = (false, "");
        masked.Append(Inside(tag, isSecret || hiding >= 0, isClosed: tag.EndsWith('>')));
        if (tag.EndsWith("/>", StringComparison.Ordinal)) return;
        open.Add(name);
        if (isSecret && hiding < 0) hiding = open.Count - 1;
    }

    /// <summary>A start tag with its attributes' secrets hidden.</summary>
    private string Inside(string tag, bool isSecret, bool isClosed)
    {
        var inner = Attributes().Replace(tag, m =>
        {
            var (name, value) = (m.Groups["name"].Value, m.Groups["value"].Value);
            var isPlumbing = name.StartsWith("xmlns", StringComparison.Ordinal) || LocalName(name) is "type" or "href" or "ref" or "id" or "nil" or "null" or "encodingStyle";
            var secret = SecretNames.Is(name) || (isSecret && !isPlumbing);
            if (!secret && !mask.Holds(Value(value)) && !(cut && !isClosed)) return m.Value;
            var quote = value[0] == '\'' ? '\'' : '"';
            return $"{name}={quote}{(secret ? SecretMask.Hidden : SecurityElement.Escape(mask.Flat(Value(value.Trim('"', '\'')))))}{quote}";
        });
        // A tag that was never closed, or holds what is no attribute.
        if (!isClosed && cut) return Beginning(inner) + " " + SecretMask.Hidden;
        var rest = Attributes().Replace(inner, "");
        var odd = rest[Beginning(rest).Length..].Trim(' ', '\t', '\r', '\n', '/', '>');
        return odd.Length > 0 && (isSecret || mask.Holds(Value(odd))) ? $"{Beginning(inner)} {SecretMask.Hidden}{(isClosed ? ">" : "")}" : inner;
    }

    private void Close(string name)
    {
        var at = open.LastIndexOf(name);
        if (at < 0) return;
        // <key>password</key><value>…</value>
        nextIsSecret = at == open.Count - 1 && name.ToUpperInvariant() is "KEY" or "NAME" && content.Length > 0 && SecretNames.Is(content.Trim());
        open.RemoveRange(at, open.Count - at);
        if (hiding >= open.Count) hiding = -1;
    }

    /// <summary>The ids of what secrets' elements refer to, through however many others.</summary>
    private void FollowReferences()
    {
        for (var hop = 0; hop < MostHops; hop++)
        {
            var before = referred.Count;
            foreach (Match tag in StartTags().Matches(text))
            {
                string? id = null, reference = null;
                foreach (Match attribute in Attributes().Matches(tag.Value))
                {
                    var value = attribute.Groups["value"].Value.Trim('"', '\'').TrimStart('#');
                    if (LocalName(attribute.Groups["name"].Value) is "href" or "ref") reference = value;
                    else if (LocalName(attribute.Groups["name"].Value) == "id") id = value;
                }

                if (reference is not null && (SecretNames.Is(LocalName(tag.Value[1..]), isArgument: true) || (id is not null && referred.Contains(id)))) referred.Add(reference);
            }

            if (referred.Count == before) return;
        }
    }

    private static string Beginning(string tag) => Start().Match(tag).Value;

    private static string LocalName(string name)
    {
        var end = 0;
        while (end < name.Length && (char.IsLetterOrDigit(name[end]) || name[end] is ':' or '_' or '-' or '.')) end++;
        return name[(name[..end].LastIndexOf(':') + 1)..end];
    }

    [GeneratedRegex("""<!--.*?(?:-->|\z)|<!\[CDATA\[(?<cdata>.*?)(?:\]\]>|\z)|<\?.*?(?:\?>|\z)|&[#A-Za-z0-9]+;?""", RegexOptions.Singleline)]
    private static partial Regex Pieces();

    [GeneratedRegex("""(?<=[\s"'])(?<name>[^\s=<>"'/]+)\s*=\s*(?<value>"[^"<]*"?|'[^'<]*'?|[^\s<>"']+)""")]
    private static partial Regex Attributes();

    [GeneratedRegex("""<[A-Za-z_][^<]*""")]
    private static partial Regex StartTags();

    [GeneratedRegex("""\A<[^\s/>]*""")]
    private static partial Regex Start();
}
