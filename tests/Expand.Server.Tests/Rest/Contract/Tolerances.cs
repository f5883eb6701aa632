using System.Text;
using System.Text.Json.Nodes;

namespace Expand.Server.Tests.Rest.Contract;

/// <summary>
/// What is taken although it looks wrong, and where: the one list of it. Everything else that <see cref="BodyMutations"/> and <see cref="QueryMutations"/>
/// make up must be refused.
/// </summary>
internal static class Tolerances
{
    /// <summary>Fields that take more than their documented type, and what of it.</summary>
    private static readonly (string Path, string Field, string Name, string Json)[] Fields =
    [
        // rest.md: "phone is one string or a list of them".
        ("/outgoingcalls/call", "phone", "string in the place of", "\"27111200\""),
        // rest.md: "info may come as an object or as a string that holds JSON"; the original quotes enable.
        ("/contacts", "info", "", "\"{\\\"ci\\\":\\\"3123456-0\\\"}\""),
        ("/contacts", "enable", "", "\"true\""),
        // What a campaign is may take several lines.
        ("/external/campaigns", "description", "a line break", "\"a\\nb\""),
        // A text message has lines.
        ("/external/sms", "text", "a line break", "\"a\\nb\""),
    ];

    public static bool Takes(ApiOperation operation, BadBody bad) =>
        Of(operation).Any(f => f.Field == bad.Field && f.Name.Length > 0 && bad.Name.StartsWith(f.Name, StringComparison.Ordinal))
        // Nothing in the place of the only item is an empty list, which a campaign that is being set up may have.
        || (bad is { Name: "", IsBroken: true, Field: "schedule.0" or "redialrules.0" });

    /// <summary>The same, to be asked for: each must be done.</summary>
    public static IEnumerable<(string Name, Func<ApiRequest, ApiRequest> Make)> Of(ApiOperation operation, ApiDocument document)
    {
        foreach (var text in operation.InQuery.Where(p => p is { Type: "string", IsDate: false } && p.Schema["enum"] is null))
            yield return ($"{text.Name} empty", r => r with { Query = $"{text.Name}=" });
        foreach (var parameter in operation.InQuery)
        {
            var query = $"{parameter.Name.ToUpperInvariant()}={Uri.EscapeDataString(parameter.Valid.First())}";
            yield return (query, r => r with { Query = query });
        }

        if (operation.InQuery.Any(p => p.Name == "order"))
        {
            // It stands so in an example of the original.
            yield return ("order_asc", r => r with { Query = "order_asc" });
            yield return ("order_desc", r => r with { Query = "order_desc=" });
        }

        yield return ("against a browser's cache", r => r with { Query = "_=1764066101" });
        if (operation.Body is not { } body) yield break;
        yield return ("without a Content-Type", r => r with { ContentType = null });
        yield return ("with the charset", r => r with { ContentType = $"{body.MediaType}; charset=UTF-8" });
        yield return ("with a mark of byte order", r => r with { Body = [0xEF, 0xBB, 0xBF, .. r.Body!] });
        if (!body.IsJson) yield break;
        foreach (var field in Of(operation).Where(f => document.Resolve(body.Schema)["properties"]?[f.Field] is not null))
            yield return ($"{field.Field} {field.Json}", r => r with { Body = Put(body.Example!, field.Field, field.Json) });
        // What was read may be sent back whole.
        if (!operation.Path.EndsWith("/state", StringComparison.Ordinal) && !operation.Path.EndsWith("/paused", StringComparison.Ordinal)) yield return ("with an id", r => r with { Body = Put(body.Example!, "id", "5") });
    }

    private static IEnumerable<(string Path, string Field, string Name, string Json)> Of(ApiOperation operation) =>
        Fields.Where(f => operation.Path.Contains(f.Path, StringComparison.Ordinal));

    private static byte[] Put(JsonNode example, string field, string json)
    {
        var body = example.DeepClone();
        body[field] = JsonNode.Parse(json);
        return Encoding.UTF8.GetBytes(body.ToJsonString());
    }
}
