using System.Net;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;

namespace Expand.Server.Platform;

/// <summary>What every request passes, and the doors that belong to no room.</summary>
internal static class Doors
{
    public static WebApplication UsePlatform(this WebApplication app)
    {
        var forwarded = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.All };
        foreach (var proxy in app.Services.GetRequiredService<IOptions<ExpandOptions>>().Value.TrustedProxies)
        {
            if (System.Net.IPNetwork.TryParse(proxy, out var network)) forwarded.KnownIPNetworks.Add(network);
            else if (IPAddress.TryParse(proxy, out var address)) forwarded.KnownProxies.Add(address);
            else throw new SettingException($"Expand:TrustedProxies: '{proxy}' is neither an address nor a network");
        }

        app.UseForwardedHeaders(forwarded);
        app.UseResponseCompression();
        return app;
    }

    public static WebApplication MapHealth(this WebApplication app)
    {
        app.MapHealthChecks("/healthz/live", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks("/healthz/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains("ready") });
        return app;
    }
}
