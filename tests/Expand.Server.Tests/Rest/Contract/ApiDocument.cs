using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Expand.Server.Tests.Rest.Contract;

/// <summary>The OpenAPI document as a client reads it: fetched over HTTP, and nothing known of what made it.</summary>
internal sealed partial class ApiDocument
{
    private ApiDocument(string text)
    {
        Text = text;
        Root = JsonNode.Parse(text)!.AsObject();
        Operations =
        [
            .. from path in Root["paths"]!.AsObject()
               from method in path.Value!.AsObject()
               where Methods().IsMatch(method.Key)
               select new ApiOperation(path.Key, method.Key, method.Value!.AsObject()),
        ];
    }

    public string Text { get; }

    public JsonObject Root { get; }

    public IReadOnlyList<ApiOperation> Operations { get; }

    public static async Task<ApiDocument> FetchAsync(string server)
    {
        using var http = new HttpClient();
        return new ApiDocument(await http.GetStringAsync(new Uri(server + "/expandweb3/api/openapi.json"), TestContext.Current.CancellationToken));
    }

    /// <summary>The schema that a reference stands for, or the schema itself.</summary>
    public JsonObject Resolve(JsonNode? schema)
    {
        while (schema?["$ref"] is { } reference) schema = At(reference.GetValue<string>());
        return schema as JsonObject ?? [];
    }

    /// <summary>What a reference such as <c>#/components/schemas/Contact</c> leads to; null where it leads nowhere.</summary>
    public JsonNode? At(string reference)
    {
        if (!reference.StartsWith("#/", StringComparison.Ordinal)) return null;
        JsonNode? node = Root;
        foreach (var step in Uri.UnescapeDataString(reference[2..]).Split('/'))
            node = (node as JsonObject)?[step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)];
        return node;
    }

    /// <summary>Every object in the document.</summary>
    public static IEnumerable<JsonObject> Objects(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(m => Objects(m.Value)).Prepend(members),
        JsonArray items => items.SelectMany(Objects),
        _ => [],
    };

    [GeneratedRegex("^(get|put|post|delete|options|head|patch|trace)$")]
    private static partial Regex Methods();
}

/// <summary>An operation of the document.</summary>
internal sealed partial class ApiOperation
{
    public ApiOperation(string path, string method, JsonObject node)
    {
        (Path, Method, Node) = (path, HttpMethod.Parse(method), node);
        Parameters = [.. (node["parameters"]?.AsArray() ?? []).Select(p => new ApiParameter(p!.AsObject()))];
        Body = ApiContent.Of(node["requestBody"]).SingleOrDefault();
        Answers = node["responses"]!.AsObject().Select(r => new ApiAnswer(r.Key, r.Value!.AsObject())).ToDictionary(a => a.Status);
    }

    public string Path { get; }

    public HttpMethod Method { get; }

    public JsonObject Node { get; }

    public string Name => $"{Method} {Path}";

    /// <summary>The scope that the description names.</summary>
    public string Scope => ScopeText().Match(Node["description"]?.GetValue<string>() ?? "").Groups["scope"].Value;

    public IReadOnlyList<ApiParameter> Parameters { get; }

    public IEnumerable<ApiParameter> InPath => Parameters.Where(p => p.In == "path");

    public IEnumerable<ApiParameter> InQuery => Parameters.Where(p => p.In == "query");

    public bool TakesHeader(string name) => Parameters.Any(p => p.In == "header" && p.Name == name);

    public ApiContent? Body { get; }

    public IReadOnlyDictionary<int, ApiAnswer> Answers { get; }

    /// <summary>What it answers when it does what it is for.</summary>
    public int Success => Answers.Keys.Where(s => s < 300).Min();

    /// <summary>Whether an address is one of this operation's.</summary>
    public bool Matches(string address) =>
        Path.Count(c => c == '/') == address.Count(c => c == '/')
        && Path.Split('/').Zip(address.Split('/')).All(p => p.First == p.Second || p.First.StartsWith('{'));

    public override string ToString() => Name;

    [GeneratedRegex("Scope: `(?<scope>[a-z]+)`")]
    private static partial Regex ScopeText();
}

/// <summary>A parameter of an operation.</summary>
internal sealed class ApiParameter(JsonObject node)
{
    public string Name => node["name"]!.GetValue<string>();

    public string In => node["in"]!.GetValue<string>();

    public string? Description => node["description"]?.GetValue<string>();

    public JsonObject Schema => node["schema"]!.AsObject();

    public JsonNode? Example => node["example"];

    /// <summary>Whether it takes a date.</summary>
    public bool IsDate => Type == "string" && Schema["maxLength"] is null && Schema["enum"] is null;

    public string Type => Schema["type"]!.GetValue<string>();

    /// <summary>Values that it must take.</summary>
    public IEnumerable<string> Valid => this switch
    {
        { Example: { } example } => [example.ToString()],
        { Type: "integer" } => [Schema["minimum"]!.ToString(), Schema["maximum"]!.ToString()],
        { IsDate: true } => ["2026-11-25", "'2026-11-25 10:30:00'", "2026-11-25T10:30:00.5-03:00"],
        _ when Schema["enum"] is JsonArray words => words.Select(w => w!.GetValue<string>()),
        _ => ["a", "ñandú 100%_x"],
    };
}

/// <summary>A body of one media type: its schema and example.</summary>
internal sealed record ApiContent(string MediaType, JsonObject Schema, JsonNode? Example)
{
    /// <summary>JSON objects, one a line.</summary>
    public bool IsLines => MediaType == "application/x-ndjson";

    /// <summary>Whether it is JSON as a whole.</summary>
    public bool IsJson => !IsLines && (MediaType == "application/json" || MediaType.EndsWith("+json", StringComparison.Ordinal));

    /// <summary>The schema of what is checked: of the whole, or of a line.</summary>
    public JsonNode ItemSchema => IsLines ? Schema["x-line-schema"]! : Schema;

    /// <summary>The example, line by line where it is of lines.</summary>
    public IEnumerable<JsonNode?> Items => IsLines ? Lines(Example!.GetValue<string>()) : [Example];

    public static IEnumerable<JsonNode?> Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line));

    public static IEnumerable<ApiContent> Of(JsonNode? holder) =>
        (holder?["content"]?.AsObject() ?? []).Select(c => new ApiContent(c.Key, c.Value!["schema"]!.AsObject(), c.Value!["example"]));
}

/// <summary>An answer that an operation has.</summary>
internal sealed class ApiAnswer(string status, JsonObject node)
{
    public int Status { get; } = int.Parse(status, System.Globalization.CultureInfo.InvariantCulture);

    public IReadOnlyList<ApiContent> Contents { get; } = [.. ApiContent.Of(node)];

    public bool HasHeader(string name) => node["headers"]?[name] is not null;
}
