using System.ComponentModel;
using System.Reflection;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Expand.Server.Platform.OpenApi;

/// <summary>Descriptions that stand as attributes where a doc comment would say something else to the programmer.</summary>
internal sealed class RestSchemas : ISchemaFilter
{
    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        if (schema is not OpenApiSchema own) return;
        if ((context.MemberInfo ?? (MemberInfo?)context.Type)?.GetCustomAttribute<DescriptionAttribute>() is { } description) own.Description = description.Description;
    }
}
