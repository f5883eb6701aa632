using System.ComponentModel;
using System.Reflection;
using System.Text.Json;
using Expand.Server.Platform.Rest;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Expand.Server.Platform.OpenApi;

/// <summary>
/// Descriptions that stand as attributes where a doc comment would say something else to the programmer; and types where the program's own says
/// too little, so that generated clients are not left with "anything".
/// </summary>
internal sealed class RestSchemas : ISchemaFilter
{
    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        if (schema is not OpenApiSchema own) return;
        var declared = context.MemberInfo ?? (MemberInfo?)context.Type;
        if (declared?.GetCustomAttribute<DescriptionAttribute>() is { } description) own.Description = description.Description;
        // JSON that is handed through is an object in every answer; in a request it may be missing.
        if (context.Type == typeof(JsonElement)) own.Type = JsonSchemaType.Object;
        if (context.MemberInfo?.GetCustomAttribute<AlsoTextAttribute>() is null) return;
        own.Type = (own.Type ?? JsonSchemaType.Object | JsonSchemaType.Null) | JsonSchemaType.String;
    }
}
