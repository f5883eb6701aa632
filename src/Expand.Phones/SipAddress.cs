using System.Text;

namespace Expand.Phones;

/// <summary>A name-addr of SIP (RFC 3261, 20.10): <c>"Ana" &lt;sip:701@host:port&gt;;tag=x</c>.</summary>
internal sealed record SipAddress(string? Name, string Uri, string? Tag)
{
    public ShownParty Party => new(Name, UserOf(Uri));

    /// <summary>The user part of a SIP URI, unescaped, without its parameters; empty where there is none.</summary>
    public static string UserOf(string uri)
    {
        var start = uri.IndexOf(':', StringComparison.Ordinal) + 1;
        var end = uri.IndexOf('@', start);
        if (end < 0) return "";
        var user = uri[start..end];
        var parameters = user.IndexOf(';', StringComparison.Ordinal);
        return System.Uri.UnescapeDataString(parameters < 0 ? user : user[..parameters]);
    }

    public static SipAddress Parse(string text)
    {
        var rest = text.Trim();
        string? name = null;
        if (rest.StartsWith('"'))
        {
            // A quoted name may hold "<", ">" and ";"; a backslash makes the next character literal.
            var unquoted = new StringBuilder();
            var i = 1;
            for (; i < rest.Length && rest[i] != '"'; i++)
            {
                if (rest[i] == '\\' && i + 1 < rest.Length) i++;
                unquoted.Append(rest[i]);
            }
            name = unquoted.ToString();
            rest = i + 1 < rest.Length ? rest[(i + 1)..].Trim() : "";
        }
        var open = rest.IndexOf('<', StringComparison.Ordinal);
        var close = rest.IndexOf('>', StringComparison.Ordinal);
        if (open < 0 || close < open)
        {
            var end = rest.IndexOf(';', StringComparison.Ordinal);
            return new(name, end < 0 ? rest : rest[..end], TagIn(end < 0 ? "" : rest[end..]));
        }
        if (name is null && open > 0) name = rest[..open].Trim();
        return new(name is { Length: 0 } ? null : name, rest[(open + 1)..close], TagIn(rest[(close + 1)..]));
    }

    private static string? TagIn(string parameters) => parameters.Split(';', StringSplitOptions.TrimEntries)
        .FirstOrDefault(p => p.StartsWith("tag=", StringComparison.OrdinalIgnoreCase))?[4..];
}
