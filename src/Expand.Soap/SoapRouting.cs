using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Expand.Soap;

/// <summary>Puts a service on a path.</summary>
public static class SoapRouting
{
    /// <summary>
    /// Maps a service: calls by POST, its WSDL by GET and HEAD of <c>?wsdl</c> (also <c>?wsdl=rpc-encoded</c>,
    /// <c>?wsdl=document</c>). The same service may be mapped to several paths.
    /// </summary>
    /// <param name="routes">The application's routes.</param>
    /// <param name="path">The path, such as <c>/apiws/2/apiws.php</c>.</param>
    /// <param name="service">The operations.</param>
    /// <param name="options">The bounds; null for the defaults.</param>
    public static IEndpointConventionBuilder MapSoap(
        this IEndpointRouteBuilder routes, string path, SoapService service, SoapEndpointOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(routes);
        ArgumentNullException.ThrowIfNull(service);
        return routes.Map(path, new SoapEndpoint(service, options ?? new SoapEndpointOptions()).HandleAsync)
            .WithDisplayName($"SOAP {service.Name} {path}");
    }

    /// <summary>
    /// As <see cref="MapSoap"/>, and in this place of the pipeline: nothing that comes after it concerns a request for that path. A call knows its
    /// caller by an argument; to ask for a session's cookie and a form's token costs more than to answer it.
    /// </summary>
    /// <param name="app">The application.</param>
    /// <param name="path">The path.</param>
    /// <param name="service">The operations.</param>
    /// <param name="options">The bounds; null for the defaults.</param>
    public static IApplicationBuilder UseSoap(this IApplicationBuilder app, string path, SoapService service, SoapEndpointOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(app);
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(service);
        RequestDelegate answer = new SoapEndpoint(service, options ?? new SoapEndpointOptions()).HandleAsync;
        var endpoint = new RouteEndpoint(answer, RoutePatternFactory.Parse(path), order: 0, metadata: null, $"SOAP {service.Name} {path}");
        return app.Use(next => http =>
        {
            if (!IsAt(http.Request.Path.Value, path)) return next(http);
            http.SetEndpoint(endpoint);
            return answer(http);
        });
    }

    /// <summary>As routes compare: without regard to case, and whether or not a slash ends it.</summary>
    private static bool IsAt(string? asked, string path) =>
        asked is not null && asked.StartsWith(path, StringComparison.OrdinalIgnoreCase) && (asked.Length == path.Length || (asked.Length == path.Length + 1 && asked[^1] == '/'));
}
