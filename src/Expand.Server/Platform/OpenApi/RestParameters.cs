using System.Globalization;
using System.Text.Json.Nodes;
using Expand.Server.Platform.Rest;
using Microsoft.OpenApi;

namespace Expand.Server.Platform.OpenApi;

/// <summary>Query and header parameters of a route in the document.</summary>
internal static class RestParameters
{
    public static IOpenApiParameter Query(QueryParameter parameter) => new OpenApiParameter
    {
        Name = parameter.Name,
        In = ParameterLocation.Query,
        Description = parameter.Description,
        Schema = SchemaOf(parameter),
        Example = parameter.Example is { } example ? JsonValue.Create(example) : null,
    };

    public static IEnumerable<IOpenApiParameter> Headers(Takes takes)
    {
        if (takes.IfMatch)
            yield return Header("If-Match", "The ETag of the version that the change is meant for; 412 where it is not the current one.");
        if (takes is { Post: true, Body: true })
            yield return Header(Idempotency.Header, "Any text of the client's own, up to 200 characters: a repeat of the same request with it within 24 hours gets the first one's answer and creates nothing.");
    }

    private static OpenApiParameter Header(string name, string description) =>
        new() { Name = name, In = ParameterLocation.Header, Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String } };

    private static OpenApiSchema SchemaOf(QueryParameter parameter) => parameter.Kind switch
    {
        QueryKind.Whole => new OpenApiSchema
        {
            Type = JsonSchemaType.Integer,
            Format = parameter.Max > int.MaxValue ? "int64" : "int32",
            Minimum = parameter.Min.ToString(CultureInfo.InvariantCulture),
            Maximum = parameter.Max.ToString(CultureInfo.InvariantCulture),
            Default = parameter.Default is { } number ? JsonValue.Create(long.Parse(number, CultureInfo.InvariantCulture)) : null,
        },
        QueryKind.Choice => new OpenApiSchema
        {
            Type = JsonSchemaType.String,
            Enum = [.. parameter.Choices.Select(choice => (JsonNode)JsonValue.Create(choice)!)],
            Default = parameter.Default is { } word ? JsonValue.Create(word) : null,
        },
        QueryKind.Text => new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = parameter.MaxLength },
        _ => new OpenApiSchema { Type = JsonSchemaType.String, Description = "A date." },
    };
}
