using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Json.Schema;

namespace Expand.Server.Tests.Rest.Contract;

/// <summary>Values held against the document's schemas (JSON Schema 2020-12, which OpenAPI 3.1 is made of).</summary>
internal sealed class Schemas(ApiDocument document)
{
    private static readonly EvaluationOptions Options = new() { OutputFormat = OutputFormat.List, RequireFormatValidation = true };
    private readonly ConcurrentDictionary<string, JsonSchema> known = new();
    private readonly Lock gate = new();

    /// <summary>What is wrong with the value; null where it is as the schema says.</summary>
    public string? Wrong(JsonNode schema, JsonNode? value)
    {
        var compiled = known.GetOrAdd(schema.ToJsonString(), Compile);
        EvaluationResults results;
        lock (gate) results = compiled.Evaluate(value, Options);
        if (results.IsValid) return null;
        return string.Join("; ", results.Details.Where(d => d.Errors is not null)
            .SelectMany(d => d.Errors!.Select(e => $"{d.InstanceLocation} {e.Key}: {e.Value}")).Take(4));
    }

    private JsonSchema Compile(string schema)
    {
        var whole = JsonNode.Parse(schema)!.AsObject();
        whole["$schema"] = "https://json-schema.org/draft/2020-12/schema";
        whole["$defs"] = document.Root["components"]?["schemas"]?.DeepClone() ?? new JsonObject();
        return JsonSchema.FromText(whole.ToJsonString().Replace("#/components/schemas/", "#/$defs/", StringComparison.Ordinal));
    }
}
