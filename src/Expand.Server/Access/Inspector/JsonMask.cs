using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Expand.Server.Access.Inspector;

/// <summary>Secrets in JSON, or in what was meant to be some: it goes from string to string and needs nothing else to be right.</summary>
internal sealed class JsonMask(SecretMask mask, string text, bool cut, int depth)
{
    private readonly StringBuilder masked = new(text.Length);

    public string Run()
    {
        var at = 0;
        while (at < text.Length)
        {
            if (text[at] == '"') at = Text(at);
            else masked.Append(text[at++]);
        }

        if (cut) HideLastWord();
        return masked.ToString();
    }

    /// <summary>A string, and where it is a secret's name what stands after it. Returns where to go on.</summary>
    private int Text(int at)
    {
        var end = EndOfString(at, out var closed);
        var value = Unescape(text[(at + 1)..(closed ? end - 1 : end)]);
        var colon = SkipSpace(end);
        if (colon < text.Length && text[colon] == ':')
        {
            masked.Append(mask.Holds(value) ? $"\"{SecretMask.Hidden}\"" : text[at..end]).Append(text, end, colon + 1 - end);
            if (!SecretNames.Is(value)) return colon + 1;
            var begin = SkipSpace(colon + 1);
            masked.Append(text, colon + 1, begin - colon - 1);
            var after = EndOfValue(begin);
            if (after > begin) masked.Append('"').Append(SecretMask.Hidden).Append('"');
            return after;
        }

        if (!closed && cut && end == text.Length) masked.Append('"').Append(SecretMask.Hidden);
        else masked.Append(Value(value) is { } changed ? $"\"{changed}\"" : text[at..end]);
        return end;
    }

    /// <summary>The string with its secrets hidden; null where it has none.</summary>
    private string? Value(string value)
    {
        if (mask.Holds(value)) return Escape(mask.Flat(value));
        return SecretMask.MayNest(value, depth) && mask.Apply(value, cut: false, depth + 1) is var nested && nested != value ? Escape(nested) : null;
    }

    /// <summary>After the closing quote; a string that is not closed ends with its line, as no string of JSON goes beyond one.</summary>
    private int EndOfString(int at, out bool closed)
    {
        for (var i = at + 1; i < text.Length; i++)
        {
            if (text[i] == '\\') i++;
            else if (text[i] is '"' or '\n')
            {
                closed = text[i] == '"';
                return closed ? i + 1 : i;
            }
        }

        closed = false;
        return text.Length;
    }

    private int EndOfValue(int at)
    {
        if (at >= text.Length) return at;
        if (text[at] == '"') return EndOfString(at, out _);
        if (text[at] is not ('{' or '[')) return text.AsSpan(at).IndexOfAny(",}]\n") is var end and >= 0 ? at + end : text.Length;
        for (var open = 0; at < text.Length;)
        {
            if (text[at] == '"')
            {
                at = EndOfString(at, out _);
                continue;
            }

            open += text[at] is '{' or '[' ? 1 : text[at] is '}' or ']' ? -1 : 0;
            at++;
            if (open == 0) return at;
        }

        return text.Length;
    }

    private int SkipSpace(int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
        return at;
    }

    /// <summary>What stands bare at the end may be the beginning of something.</summary>
    private void HideLastWord()
    {
        var end = masked.Length;
        while (end > 0 && (char.IsLetterOrDigit(masked[end - 1]) || masked[end - 1] is '\\' or '-' or '_' or '.')) end--;
        if (end == masked.Length) return;
        masked.Length = end;
        masked.Append(SecretMask.Hidden);
    }

    private static string Escape(string value) => JsonEncodedText.Encode(value, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping).Value;

    private static string Unescape(string raw)
    {
        if (!raw.Contains('\\', StringComparison.Ordinal)) return raw;
        var value = new StringBuilder(raw.Length);
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] != '\\' || i + 1 == raw.Length)
            {
                value.Append(raw[i]);
            }
            else if (raw[++i] == 'u' && i + 4 < raw.Length && int.TryParse(raw.AsSpan(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            {
                value.Append((char)code);
                i += 4;
            }
            else
            {
                value.Append(raw[i] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', var other => other });
            }
        }

        return value.ToString();
    }
}
