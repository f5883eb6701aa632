using Expand.Server.Platform;
using Expand.Soap;
using Microsoft.Extensions.Options;

namespace Expand.Server.Access;

/// <summary>The SOAP service of the contract, at both paths that clients in the field call.</summary>
internal static class SoapContract
{
    private static readonly string[] Paths = ["/apiws/2/apiws.php", "/apiws/1/apiws.php"];

    public static IServiceCollection AddSoapContract(this IServiceCollection services, IReadOnlyList<SoapOperation> operations) =>
        services
            .AddSingleton(new SoapService(operations))
            .AddSingleton(new SoapOperationNames(operations.Select(o => o.Name).ToHashSet(StringComparer.OrdinalIgnoreCase)));

    public static WebApplication MapSoapContract(this WebApplication app)
    {
        var service = app.Services.GetRequiredService<SoapService>();
        var publicUrl = app.Services.GetRequiredService<IOptions<ExpandOptions>>().Value.PublicUrl;
        foreach (var path in Paths)
            app.UseSoap(path, service, new SoapEndpointOptions { PublicUrl = publicUrl });
        return app;
    }
}
