using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Expand.Server.Cdr;

/// <summary>
/// A template over a call's fields and its callinfo, such as <c>{disposition} ({callinfo.contrato})</c>. Names in braces are fields of the
/// call; <c>callinfo.KEY</c> is the value of a key of the callinfo (<c>key=value</c>, separated by commas), empty where it has none.
/// </summary>
internal sealed partial class CdrTemplate
{
    private static readonly Dictionary<string, Func<CustomRow, string>> Fields = new(StringComparer.OrdinalIgnoreCase)
    {
        ["uniqueid"] = row => row.Call.UniqueId,
        ["src"] = row => row.Call.Source,
        ["dst"] = row => row.Call.Destination,
        ["context"] = row => row.Call.Context,
        ["clid"] = row => row.Call.CallerId,
        ["channel"] = row => row.Call.Channel,
        ["dstchannel"] = row => row.Call.DestinationChannel,
        ["lastapp"] = row => row.Call.LastApplication,
        ["lastdata"] = row => row.Call.LastData,
        ["duration"] = row => row.Call.Duration.ToString(CultureInfo.InvariantCulture),
        ["billsec"] = row => row.Call.BillableSeconds.ToString(CultureInfo.InvariantCulture),
        ["disposition"] = row => row.Call.Disposition,
        ["userfield"] = row => row.UserField,
        ["callinfo"] = row => row.CallInfo,
    };

    private readonly List<Func<CustomRow, string>> parts = [];

    /// <summary>The fields of a call, as they are named in braces; keys of the callinfo come on top.</summary>
    public static IReadOnlyCollection<string> FieldNames => Fields.Keys;

    public CdrTemplate(string text)
    {
        var done = 0;
        foreach (Match hole in Hole().Matches(text))
        {
            var literal = text[done..hole.Index];
            if (literal.Length > 0) parts.Add(_ => literal);
            done = hole.Index + hole.Length;
            parts.Add(Field(hole.Groups["name"].Value));
        }

        var rest = text[done..];
        if (rest.Length > 0) parts.Add(_ => rest);
    }

    /// <summary>The first name in braces that is no field, or null: a wrong template stops the start.</summary>
    public static string? FirstUnknown(string text) =>
        Hole().Matches(text).Select(hole => hole.Groups["name"].Value).FirstOrDefault(name => !Fields.ContainsKey(name) && !IsKey(name));

    public string Render(CustomRow row)
    {
        if (parts.Count == 1) return parts[0](row);
        var text = new StringBuilder();
        foreach (var part in parts) text.Append(part(row));
        return text.ToString();
    }

    /// <summary>The keys that a callinfo has, which a template can name as <c>callinfo.KEY</c>.</summary>
    public static IEnumerable<string> KeysOf(string callInfo) => callInfo.Split(',')
        .Select(pair => pair.IndexOf('=', StringComparison.Ordinal) is var equals and > 0 ? pair[..equals].Trim() : "").Where(key => KeyName().IsMatch(key));

    private static bool IsKey(string name) => name.StartsWith("callinfo.", StringComparison.OrdinalIgnoreCase) && name.Length > "callinfo.".Length;

    private static Func<CustomRow, string> Field(string name)
    {
        if (Fields.TryGetValue(name, out var field)) return field;
        if (!IsKey(name)) throw new ArgumentException($"'{name}' is no field of a call", nameof(name));
        var key = name["callinfo.".Length..];
        return row => Value(row.CallInfo, key);
    }

    private static string Value(string callInfo, string key)
    {
        foreach (var pair in callInfo.Split(','))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && pair[..equals].Trim().Equals(key, StringComparison.OrdinalIgnoreCase)) return pair[(equals + 1)..].Trim();
        }

        return "";
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_.-]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex KeyName();

    [GeneratedRegex(@"\{(?<name>[A-Za-z0-9_.-]+)\}", RegexOptions.CultureInvariant)]
    private static partial Regex Hole();
}
