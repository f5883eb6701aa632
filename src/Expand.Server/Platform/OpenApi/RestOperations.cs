using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Expand.Server.Platform.Rest;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Expand.Server.Platform.OpenApi;

/// <summary>
/// What the document says of a route, from what the route itself declares and takes: the same declarations read and check its requests, so that
/// the two cannot differ.
/// </summary>
internal sealed class RestOperations : IOperationFilter
{
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        var metadata = context.ApiDescription.ActionDescriptor.EndpointMetadata;
        var takes = Takes.Of(metadata);
        var scope = metadata.OfType<ScopeDoc>().Last().Scope;
        operation.OperationId = $"{takes.Handler.DeclaringType!.Name.Replace("Rest", "", StringComparison.Ordinal)}_{takes.Handler.Name.Replace("Async", "", StringComparison.Ordinal)}";
        operation.Description = $"{operation.Description}\n\nScope: `{scope}`.".Trim();
        operation.Parameters =
        [
            .. (operation.Parameters ?? []).Where(p => p.In == ParameterLocation.Path),
            .. metadata.OfType<QueryDoc>().SelectMany(q => q.Parameters).Select(RestParameters.Query),
            .. RestParameters.Headers(takes),
        ];
        operation.RequestBody = metadata.OfType<BodyDoc>().LastOrDefault() is { } body ? BodyOf(body, context) : null;
        operation.Responses = [];
        foreach (var answer in metadata.OfType<AnswerDoc>())
        {
            var told = AnswerOf(answer, metadata.OfType<ETagDoc>().Any(), context);
            // Of another media type, where there is one already.
            if (operation.Responses.TryGetValue(Code(answer.Status), out var other)) other.Content![answer.ContentType] = told.Content![answer.ContentType];
            else operation.Responses[Code(answer.Status)] = told;
        }

        foreach (var refusal in RestRefusals.Of(metadata, takes)) operation.Responses[Code(refusal.Status)] = RefusalOf(refusal, context);
    }

    private static string Code(int status) => status.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static OpenApiRequestBody BodyOf(BodyDoc body, OperationFilterContext context) => new()
    {
        Required = true,
        Content = new Dictionary<string, OpenApiMediaType>
        {
            [body.ContentType] = new OpenApiMediaType { Schema = SchemaOf(body.Type, body.ContentType, context), Example = Examples.Node(body.Example, body.ContentType) },
        },
    };

    private static OpenApiResponse AnswerOf(AnswerDoc answer, bool hasETag, OperationFilterContext context)
    {
        var response = new OpenApiResponse
        {
            Description = answer.Status == StatusCodes.Status201Created ? "Created." : "Done.",
            Content = new Dictionary<string, OpenApiMediaType>
            {
                [answer.ContentType] = new OpenApiMediaType { Schema = SchemaOf(answer.Type, answer.ContentType, context), Example = Examples.Node(answer.Example, answer.ContentType) },
            },
        };
        if (hasETag) Header(response, "ETag", "The version of what is answered, for If-Match.");
        if (answer.Status == StatusCodes.Status201Created) Header(response, "Location", "Where it is from now on.");
        return response;
    }

    private static void Header(OpenApiResponse response, string name, string description) =>
        (response.Headers ??= new Dictionary<string, IOpenApiHeader>())[name] =
            new OpenApiHeader { Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String } };

    private static OpenApiResponse RefusalOf(Refusal refusal, OperationFilterContext context) => new()
    {
        Description = refusal.Meaning,
        Content = new Dictionary<string, OpenApiMediaType>
        {
            [Problem.ContentType] = new OpenApiMediaType
            {
                Schema = context.SchemaGenerator.GenerateSchema(typeof(ProblemDocument), context.SchemaRepository),
                Example = Examples.Node(refusal.Example.Document("4bf92f3577b34da6a3ce929d0e0e4736"), Problem.ContentType),
            },
        },
    };

    /// <summary>A body of lines has the schema of a line.</summary>
    private static IOpenApiSchema SchemaOf(Type type, string contentType, OperationFilterContext context)
    {
        // Bytes as they are; in JSON they would be Base64.
        if (contentType.StartsWith("audio/", StringComparison.Ordinal)) return new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" };
        var schema = context.SchemaGenerator.GenerateSchema(type, context.SchemaRepository);
        return contentType == Bulk.ContentType
            ? new OpenApiSchema { Type = JsonSchemaType.String, Description = "One JSON object a line; the schema of a line is in x-line-schema.", Extensions = new Dictionary<string, IOpenApiExtension> { ["x-line-schema"] = new LineSchema(schema) } }
            : schema;
    }

    private sealed class LineSchema(IOpenApiSchema schema) : IOpenApiExtension
    {
        public void Write(IOpenApiWriter writer, OpenApiSpecVersion specVersion) => schema.SerializeAsV31(writer);
    }
}

/// <summary>Examples as they stand in the document.</summary>
internal static class Examples
{
    /// <summary>JSON text and instances as JSON; of other media types the text itself, and an instance as a line of it.</summary>
    public static JsonNode? Node(object example, string contentType)
    {
        var isJson = contentType.EndsWith("json", StringComparison.Ordinal) && contentType != Bulk.ContentType;
        var text = example as string ?? JsonSerializer.Serialize(example, RestJson.Options);
        return isJson ? JsonNode.Parse(text) : JsonValue.Create(text);
    }
}

/// <summary>What a route's handler takes from the request.</summary>
internal sealed record Takes(MethodInfo Handler, bool Body, bool Bulk, bool IfMatch, bool Post)
{
    public static Takes Of(IEnumerable<object> metadata)
    {
        var all = metadata.ToList();
        var handler = all.OfType<MethodInfo>().Last();
        var parameters = handler.GetParameters();
        return new Takes(
            handler,
            parameters.Any(p => typeof(IBody).IsAssignableFrom(p.ParameterType)),
            all.OfType<BodyDoc>().Any(b => b.ContentType == Rest.Bulk.ContentType),
            parameters.Any(p => p.ParameterType == typeof(IfMatch)),
            all.OfType<HttpMethodMetadata>().Any(m => m.HttpMethods.Contains(HttpMethods.Post)));
    }
}
