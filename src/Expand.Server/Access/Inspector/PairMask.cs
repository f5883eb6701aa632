using System.Text;

namespace Expand.Server.Access.Inspector;

/// <summary>Secrets in <c>name=value&amp;name=value</c>: a query, a form, or a text that is neither XML nor JSON.</summary>
internal sealed class PairMask(SecretMask mask, string text, bool cut, int depth)
{
    public string Run()
    {
        var masked = new StringBuilder(text.Length);
        for (var at = 0; at <= text.Length;)
        {
            var end = text.IndexOfAny(['&', ';', '\n'], at);
            var isLast = end < 0;
            if (isLast) end = text.Length;
            masked.Append(cut && isLast && end > at ? SecretMask.Hidden : Pair(text[at..end]));
            if (!isLast) masked.Append(text[end]);
            at = end + 1;
        }

        return masked.ToString();
    }

    /// <summary>As a server reads it, and twice so: what was encoded twice is shown to whoever decodes twice.</summary>
    public static string Decode(string text)
    {
        for (var round = 0; round < 2 && text.AsSpan().IndexOfAny('%', '+') >= 0; round++) text = Uri.UnescapeDataString(text.Replace('+', ' '));
        return text;
    }

    private string Pair(string pair)
    {
        var equals = pair.IndexOf('=', StringComparison.Ordinal);
        var (name, value) = equals < 0 ? ("", pair) : (pair[..equals], pair[(equals + 1)..]);
        if (mask.Holds(Decode(name))) return SecretMask.Hidden;
        if (value.Length == 0) return pair;
        var decoded = Decode(value);
        var safe = SecretNames.Is(Decode(name), isArgument: true) ? SecretMask.Hidden
            : mask.Holds(decoded) ? mask.Flat(decoded)
            : SecretMask.MayNest(decoded, depth) && mask.Apply(decoded, cut: false, depth + 1) is var nested && nested != decoded ? nested
            : value;
        return equals < 0 ? safe : $"{name}={safe}";
    }
}
