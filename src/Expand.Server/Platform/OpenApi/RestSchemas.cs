using System.ComponentModel;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Expand.Server.Platform.Rest;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Expand.Server.Platform.OpenApi;

/// <summary>
/// Descriptions that stand as attributes where a doc comment would say something else to the programmer; types where the program's own says
/// too little, so that generated clients are not left with "anything"; and members that an answer leaves out where they say nothing are not promised.
/// </summary>
internal sealed class RestSchemas : ISchemaFilter
{
    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        if (schema is not OpenApiSchema own) return;
        var declared = context.MemberInfo ?? (MemberInfo?)context.Type;
        if (declared?.GetCustomAttribute<DescriptionAttribute>() is { } description) own.Description = description.Description;
        if (context.MemberInfo is null && own.Required is { Count: > 0 } required) required.ExceptWith(LeftOut(context.Type));
        // JSON that is handed through is an object in every answer; in a request it may be missing.
        if (context.Type == typeof(JsonElement)) own.Type = JsonSchemaType.Object;
        if (context.MemberInfo?.GetCustomAttribute<AlsoTextAttribute>() is not null)
            own.Type = (own.Type ?? JsonSchemaType.Object | JsonSchemaType.Null) | JsonSchemaType.String;
    }

    private static IEnumerable<string> LeftOut(Type type) =>
        from member in RestJson.Options.GetTypeInfo(type).Properties
        where member.AttributeProvider?.GetCustomAttributes(typeof(JsonIgnoreAttribute), inherit: true).OfType<JsonIgnoreAttribute>()
            .Any(i => i.Condition is JsonIgnoreCondition.WhenWritingNull or JsonIgnoreCondition.WhenWritingDefault) == true
        select member.Name;
}
