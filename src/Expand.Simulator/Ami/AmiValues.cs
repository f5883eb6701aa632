using System.Text;

namespace Expand.Simulator.Ami;

/// <summary>How Asterisk reads the values of CallerID and Variable.</summary>
internal static class AmiValues
{
    /// <summary>Reads <c>"Name" &lt;number&gt;</c>, <c>Name &lt;number&gt;</c>, a number alone or a name alone.</summary>
    public static (string Number, string Name) CallerId(string text)
    {
        text = text.Trim();
        var open = text.LastIndexOf('<');
        if (open >= 0 && text.EndsWith('>')) return (text[(open + 1)..^1], Unquote(text[..open].Trim()));
        return text.Length > 0 && text.All(c => char.IsAsciiDigit(c) || c is '+' or '*' or '#' or '-' or '(' or ')' or ' ')
            ? (text, "")
            : ("", Unquote(text));
    }

    /// <summary>Reads <c>A=b,C=d</c>: a comma begins another variable unless it is in quotes, in parentheses or after a
    /// backslash; the quotes and backslashes themselves go.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Variables(string header)
    {
        foreach (var part in Split(header))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0) yield return new(part[..equals].Trim(), part[(equals + 1)..]);
        }
    }

    private static List<string> Split(string text)
    {
        var parts = new List<string>();
        var part = new StringBuilder();
        var (quoted, depth) = (false, 0);
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '\\' when i + 1 < text.Length:
                    part.Append(text[++i]);
                    break;
                case '"':
                    quoted = !quoted;
                    break;
                case ',' when !quoted && depth == 0:
                    parts.Add(part.ToString());
                    part.Clear();
                    break;
                default:
                    if (text[i] == '(') depth++;
                    if (text[i] == ')' && depth > 0) depth--;
                    part.Append(text[i]);
                    break;
            }
        }
        parts.Add(part.ToString());
        return parts;
    }

    private static string Unquote(string name)
    {
        if (name.Length >= 2 && name[0] == '"' && name[^1] == '"') name = name[1..^1];
        return name.Replace("\\\"", "\"", StringComparison.Ordinal);
    }
}
