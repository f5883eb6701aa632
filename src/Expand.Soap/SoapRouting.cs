using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

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
}
