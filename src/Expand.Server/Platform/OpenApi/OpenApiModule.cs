using System.Reflection;
using Expand.Server.Platform.Rest;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerUI;

namespace Expand.Server.Platform.OpenApi;

/// <summary>The REST API's document (OpenAPI 3.1) and the page that shows it, both for everybody: they tell nothing of an installation.</summary>
internal static class OpenApiModule
{
    /// <summary>Where the document is.</summary>
    public const string DocumentPath = RestRoutes.Root + "/openapi.json";

    /// <summary>Where the page is.</summary>
    public const string PagePath = RestRoutes.Root + "/docs";

    private const string Document = "openapi";
    private const string Security = "basic";

    private const string About =
        """
        The public REST API of eXpand: dialer campaigns and their contacts, lists, pending outgoing calls, agent forms, and events as they happen.

        **Authentication** is HTTP Basic on every route, with a credential and its scopes. **Times** without a zone are in the installation's time zone; dates are taken as
        `YYYY-MM-DD`, `YYYY-MM-DD HH:MM[:SS]` and ISO 8601, with or without quotes around them. A trailing slash is accepted everywhere. **Refusals** are problem documents
        (RFC 9457) with the original's `errrorCode`. **Listings** take `start` and `limit` and answer everything as a stream where there is no limit.
        **`Idempotency-Key`** on a POST: a repeat of the request within 24 hours gets the first one's answer and creates nothing. **`If-Match`** with the `ETag` of a reading
        changes only what nobody else has changed since.
        """;

    public static IServiceCollection AddOpenApi(this IServiceCollection services)
    {
        services.AddEndpointsApiExplorer();
        return services.AddSwaggerGen(options =>
        {
            options.SwaggerDoc(Document, new OpenApiInfo
            {
                Title = "eXpand REST API",
                Version = Assembly.GetExecutingAssembly().GetName().Version?.ToString(3) ?? "1",
                Description = About,
            });
            options.DocInclusionPredicate((_, api) => api.RelativePath?.StartsWith(RestRoutes.Root[1..], StringComparison.Ordinal) == true);
            options.AddServer(new OpenApiServer { Url = "/" });
            options.AddSecurityDefinition(Security, new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "basic",
                Description = "User and password of an API credential; each route names the scope that it asks for.",
            });
            options.AddSecurityRequirement(document => new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Security, document)] = [] });
            options.SupportNonNullableReferenceTypes();
            options.NonNullableReferenceTypesAsRequired();
            options.CustomSchemaIds(SchemaName);
            options.IncludeXmlComments(Assembly.GetExecutingAssembly());
            options.OperationFilter<RestOperations>();
            options.SchemaFilter<RestSchemas>();
        });
    }

    public static WebApplication MapOpenApi(this WebApplication app)
    {
        app.UseSwagger(options =>
        {
            options.RouteTemplate = RestRoutes.Root[1..] + "/{documentName}.json";
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        });
        app.UseWhen(http => http.Request.Path.StartsWithSegments(PagePath), page => page.Use((http, next) =>
        {
            // Nothing from other hosts; the page's own pictures are data, and it places things with style attributes.
            http.Response.Headers.ContentSecurityPolicy =
                "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
            http.Response.Headers.XContentTypeOptions = "nosniff";
            return next(http);
        }));
        app.UseSwaggerUI(options =>
        {
            options.RoutePrefix = PagePath[1..];
            options.DocumentTitle = "eXpand REST API";
            options.SwaggerEndpoint("../openapi.json", "eXpand REST API");
            options.DefaultModelsExpandDepth(0);
            options.DocExpansion(DocExpansion.List);
        });
        return app;
    }

    /// <summary><c>Records&lt;Contact&gt;</c> is <c>ContactRecords</c>; what is called after its kind of answer loses that.</summary>
    private static string SchemaName(Type type) =>
        type.IsGenericType ? string.Concat(type.GetGenericArguments().Select(SchemaName)) + type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)] : type.Name;
}
