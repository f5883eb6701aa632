using System.Collections.Frozen;
using System.Globalization;

namespace Expand.Asterisk.Agi;

/// <summary>What Asterisk says of the call when it connects: lines <c>agi_name: value</c>, then an empty one.</summary>
public sealed class AgiRequest
{
    private readonly FrozenDictionary<string, string> values;
    private readonly FrozenDictionary<string, string> query;

    private AgiRequest(Dictionary<string, string> values)
    {
        this.values = values.ToFrozenDictionary(StringComparer.Ordinal);
        var script = this["network_script"];
        var mark = script.IndexOf('?', StringComparison.Ordinal);
        Script = mark < 0 ? script : script[..mark];
        query = Query(mark < 0 ? "" : script[(mark + 1)..]).ToFrozenDictionary(StringComparer.Ordinal);
        Arguments = [.. Enumerable.Range(1, 128).Select(i => values.GetValueOrDefault("arg_" + i.ToString(CultureInfo.InvariantCulture))).TakeWhile(v => v is not null).Select(v => v!)];
    }

    /// <summary>Which service is wanted: the address behind the host, without its query, such as <c>callerid-name</c>.</summary>
    public string Script { get; }

    /// <summary>What stands behind the address in AGI(): <c>agi_arg_1</c> and so on.</summary>
    public IReadOnlyList<string> Arguments { get; }

    /// <summary>The channel's name.</summary>
    public string Channel => this["channel"];

    /// <summary>The channel's Uniqueid.</summary>
    public string UniqueId => this["uniqueid"];

    /// <summary>The caller's number; empty where it is not known.</summary>
    public string CallerId => Known(this["callerid"]);

    /// <summary>The caller's name; empty where it is not known.</summary>
    public string CallerIdName => Known(this["calleridname"]);

    /// <summary>A value by its name without <c>agi_</c>; empty where there is none.</summary>
    public string this[string name] => values.GetValueOrDefault(name, "");

    /// <summary>A parameter of the address; empty where there is none.</summary>
    public string Parameter(string name) => query.GetValueOrDefault(name, "");

    /// <summary>Reads a request. Lines that are none of Asterisk's are left out; the first of two of a name counts.</summary>
    public static AgiRequest Parse(IEnumerable<string> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 4 && line.StartsWith("agi_", StringComparison.Ordinal)) values.TryAdd(line[4..colon], line[(colon + 1)..].Trim());
        }

        return new AgiRequest(values);
    }

    private static Dictionary<string, string> Query(string text)
    {
        var read = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in text.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            read.TryAdd(Decode(parts[0]), parts.Length == 2 ? Decode(parts[1]) : "");
        }

        return read;
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));

    private static string Known(string value) => value is "unknown" or "<unknown>" ? "" : value;
}
