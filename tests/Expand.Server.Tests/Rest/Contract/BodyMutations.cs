using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Expand.Server.Tests.Rest.Contract;

/// <summary>A JSON body with one thing wrong in it.</summary>
/// <param name="Name">What is wrong.</param>
/// <param name="Field">The field at fault, such as <c>info.deep</c>; "body" where it is the whole, "" where the refusal need not name it.</param>
/// <param name="Bytes">The body.</param>
/// <param name="IsBroken">It is no JSON at all: whoever says so need not name the field.</param>
internal sealed record BadBody(string Name, string Field, byte[] Bytes, bool IsBroken = false);

/// <summary>A place in a body: a property, or an item of a list.</summary>
/// <param name="Steps">Names, and 0 for an item.</param>
/// <param name="Schema">What is documented of it.</param>
/// <param name="Valid">What the example has there; null where it has nothing.</param>
/// <param name="IsRequired">Whether the documented object must have it.</param>
internal sealed record BodySite(IReadOnlyList<string> Steps, JsonObject Schema, JsonNode? Valid, bool IsRequired)
{
    public string Field => string.Join('.', Steps);
}

/// <summary>Everything that may be wrong with a body, from its schema and example: a field that is added to the document is covered by that.</summary>
internal sealed class BodyMutations(ApiDocument document, JsonNode schema, JsonNode example)
{
    private const string Mark = "@@HERE@@";
    private const int VeryLong = 50_000;

    /// <summary>JSON of each type.</summary>
    private static readonly (string Type, string Json)[] OfType =
        [("string", "\"texto\""), ("integer", "7"), ("number", "1.5"), ("boolean", "true"), ("object", "{}"), ("array", "[]"), ("null", "null")];

    private static readonly string[] Huge = ["1e400", "-1e400", "99999999999999999999", "9223372036854775808", "-9223372036854775809"];

    private static readonly (string Name, string Json)[] BadText =
    [
        ("\\u0000", "\"a\\u0000b\""), ("\\u0007", "\"a\\u0007b\""), ("a line break", "\"a\\nb\""), ("half a character", "\"a\\ud800b\""),
        ("the other half", "\"\\udc00\""),
    ];

    /// <summary>What is no JSON.</summary>
    private static readonly string[] Broken =
    [
        "\"a\u0001b\"", "\"\\x41\"", "'texto'", "texto", "01", "+1", ".5", "0x10", "NaN", "Infinity", "1,5", "True", "", "{]", "[1,]",
        new string('[', 1000) + new string(']', 1000),
    ];

    /// <summary>Every place that the schema documents.</summary>
    public IEnumerable<BodySite> Sites => SitesOf(schema, example, []);

    /// <summary>What the schema of a place forbids, place by place.</summary>
    public IEnumerable<BadBody> Fields() => Sites.SelectMany(Fields);

    /// <summary>Bodies that are wrong as a whole.</summary>
    public IEnumerable<BadBody> Wholes()
    {
        var json = example.ToJsonString();
        BadBody Whole(string name, string text) => new(name, "body", Encoding.UTF8.GetBytes(text));
        yield return Whole("empty", "");
        yield return Whole("blank", " \t\r\n ");
        yield return Whole("cut off", json[..^1]);
        yield return Whole("cut off in the middle", json[..(json.Length / 2)]);
        yield return Whole("a comma at the end", json[..^1] + ",}");
        yield return Whole("single quotes", json.Replace('"', '\''));
        yield return Whole("two documents", json + json);
        yield return Whole("text after it", json + " x");
        yield return Whole("a comment", "/* */" + json);
        yield return Whole("an array", $"[{json}]");
        yield return Whole("a text", "\"texto\"");
        yield return Whole("a number", "7");
        yield return Whole("null", "null");
        yield return Whole("a form", "a=1&b=2");
        yield return Whole("nested deep", string.Concat(Enumerable.Repeat("{\"a\":", 1000)) + "1" + new string('}', 1000)) with { Field = "a" };
        yield return Whole("arrays nested deep", new string('[', 1000) + new string(']', 1000));
        yield return new("not UTF-8", "body", [.. Encoding.UTF8.GetBytes(json[..^1] + ",\"x\":\""), 0xC3, 0x28, .. "\"}"u8]);
        yield return new("UTF-16", "body", Encoding.Unicode.GetBytes(json));
    }

    private IEnumerable<BadBody> Fields(BodySite site)
    {
        BadBody Bad(string name, string raw) => new(name, site.Field, Put(site.Steps, raw));
        var types = TypesOf(site.Schema);
        if (types.Count == 0) throw new InvalidOperationException($"the document gives {site.Field} no type");
        foreach (var (type, json) in OfType.Where(t => !types.Contains(t.Type) && !(t.Type == "integer" && types.Contains("number"))))
            yield return Bad($"{type} in the place of {string.Join(" or ", types)}", json);
        foreach (var number in Huge) yield return Bad(number, number);
        if (types.Contains("string")) foreach (var bad in Texts(site.Schema)) yield return Bad(bad.Name, bad.Json);
        if (types.Contains("integer") || types.Contains("number")) foreach (var bad in Numbers(site.Schema)) yield return Bad(bad, bad);
        // What the document sets no limit to, the subject refuses in its own way.
        if (types.Contains("integer") && document.Resolve(site.Schema)["minimum"] is null) yield return Bad("-1", "-1") with { Field = "" };
        foreach (var broken in Broken) yield return Bad(broken.Length > 20 ? "nested deep" : broken, broken) with { IsBroken = true };
        yield return new("not UTF-8", "body", Latin(Put(site.Steps, "\"ñ\"")));
        if (site.Steps[^1] != "0") yield return Bad("twice", $"{Text(site)},{JsonSerializer.Serialize(site.Steps[^1])}:{Text(site)}");
        if (site.IsRequired) yield return new("missing", site.Field, Without(site.Steps));
        if (types.Contains("object") && document.Resolve(site.Schema)["additionalProperties"] is JsonValue)
            yield return new("an unknown member", "nadaconocido", Put([.. site.Steps, "nadaconocido"], "1"));
        if (site.Steps.Count == 1) yield return new("an unknown member", "nadaconocido", Put(["nadaconocido"], "1"));
        if (site.Steps.Count == 1) yield return new("its name in capitals", site.Field.ToUpperInvariant(), Put([site.Field.ToUpperInvariant()], Text(site)));
    }

    private IEnumerable<(string Name, string Json)> Texts(JsonObject given)
    {
        var own = document.Resolve(given);
        foreach (var bad in BadText) yield return bad;
        var longest = own["maxLength"]?.GetValue<int>();
        yield return longest is { } most ? ($"{most + 1} characters", Quoted(new string('9', most + 1))) : ("very long", Quoted(new string('9', VeryLong)));
        if (own["minLength"]?.GetValue<int>() > 0) yield return ("empty", "\"\"");
        if (own["enum"] is not null) yield return ("no word of it", "\"nada\"");
        if (own["pattern"] is not null) yield return ("not of its pattern", "\"~\"");
    }

    private IEnumerable<string> Numbers(JsonObject given)
    {
        var own = document.Resolve(given);
        if (own["minimum"] is { } least) yield return Beyond(least, -1);
        if (own["maximum"] is { } most) yield return Beyond(most, 1);
    }

    /// <summary>A documented limit, passed by that much.</summary>
    public static string Beyond(JsonNode limit, int by) =>
        (decimal.Parse(limit.ToString(), CultureInfo.InvariantCulture) + by).ToString(CultureInfo.InvariantCulture);

    private IEnumerable<BodySite> SitesOf(JsonNode given, JsonNode? valid, IReadOnlyList<string> steps)
    {
        var own = document.Resolve(given);
        var required = (own["required"]?.AsArray() ?? []).Select(r => r!.GetValue<string>()).ToHashSet();
        IEnumerable<(string Name, JsonNode Schema, JsonNode? Valid)> inner = own["properties"] is JsonObject properties
            ? properties.Select(p => (p.Key, p.Value!, (valid as JsonObject)?[p.Key]))
            : own["items"] is { } items ? [("0", items, (valid as JsonArray)?.FirstOrDefault())]
            : own["additionalProperties"] is JsonObject { Count: > 0 } values
                ? [.. FirstOf(valid as JsonObject).Select(m => (m.Key, (JsonNode)values, m.Value))]
                : [];
        foreach (var (name, type, value) in inner)
        {
            IReadOnlyList<string> here = [.. steps, name];
            yield return new BodySite(here, type.AsObject(), value, required.Contains(name));
            foreach (var deeper in SitesOf(type, value, here)) yield return deeper;
        }
    }

    private static IEnumerable<KeyValuePair<string, JsonNode?>> FirstOf(JsonObject? map) =>
        map is { Count: > 0 } ? map.Take(1) : [KeyValuePair.Create<string, JsonNode?>("k", null)];

    /// <summary>The types that a schema takes; none where it does not say.</summary>
    private HashSet<string> TypesOf(JsonObject given)
    {
        var own = document.Resolve(given);
        var alternatives = (own["oneOf"] ?? own["anyOf"])?.AsArray();
        HashSet<string> types = own["type"] switch
        {
            JsonArray several => [.. several.Select(t => t!.GetValue<string>())],
            JsonValue one => [one.GetValue<string>()],
            _ when alternatives is not null => [.. alternatives.SelectMany(a => TypesOf(a!.AsObject()))],
            _ => [],
        };
        if (types.Contains("number")) types.Add("integer");
        return types;
    }

    private static string Text(BodySite site) => site.Valid?.ToJsonString() ?? "null";

    private static string Quoted(string text) => JsonSerializer.Serialize(text);

    private static byte[] Latin(byte[] body) => Encoding.Latin1.GetBytes(Encoding.UTF8.GetString(body));

    /// <summary>The example with raw JSON in a place; what is missing on the way is made.</summary>
    private byte[] Put(IReadOnlyList<string> steps, string raw)
    {
        var root = example.DeepClone();
        var holder = root;
        foreach (var (step, next) in steps.Zip(steps.Skip(1)))
        {
            JsonNode empty = next == "0" ? new JsonArray() : new JsonObject();
            holder = Set(holder, step, Get(holder, step) is { } there && there is JsonObject or JsonArray ? there : empty);
        }

        Set(holder, steps[^1], JsonValue.Create(Mark));
        return Encoding.UTF8.GetBytes(root.ToJsonString().Replace($"\"{Mark}\"", raw, StringComparison.Ordinal));
    }

    private byte[] Without(IReadOnlyList<string> steps)
    {
        var root = example.DeepClone();
        var holder = steps.SkipLast(1).Aggregate((JsonNode?)root, (node, step) => node is null ? null : Get(node, step));
        (holder as JsonObject)?.Remove(steps[^1]);
        return Encoding.UTF8.GetBytes(root.ToJsonString());
    }

    private static JsonNode? Get(JsonNode holder, string step) => holder is JsonArray items ? items.FirstOrDefault() : (holder as JsonObject)?[step];

    private static JsonNode Set(JsonNode holder, string step, JsonNode value)
    {
        if (value.Parent is not null) return value;
        if (holder is JsonArray items)
        {
            items.Clear();
            items.Add(value);
        }
        else
        {
            holder.AsObject()[step] = value;
        }

        return value;
    }
}
