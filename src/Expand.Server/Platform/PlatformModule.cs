using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;
using Expand.Server.Platform.History;
using Microsoft.Extensions.Options;

namespace Expand.Server.Platform;

/// <summary>Settings of the installation as a whole, section <c>Expand</c>.</summary>
internal sealed class ExpandOptions
{
    /// <summary>IANA name of the time zone that every date in the APIs is in.</summary>
    [Required]
    public string TimeZone { get; set; } = "America/Montevideo";

    /// <summary>The address that clients reach this server at, where it cannot be told from the request (a proxy that rewrites it).</summary>
    public string? PublicUrl { get; set; }

    /// <summary>This host's name among the hosts of the installation; empty: made from the machine's name and the data folder.</summary>
    public string? HostId { get; set; }

    /// <summary>Folder for what this host keeps itself: credentials.json, logs, the embedded parts. Default <c>.expand</c>.</summary>
    [Required]
    public string DataFolder { get; set; } = ".expand";

    /// <summary>Tells hosts on one machine apart.</summary>
    public string DataFolderHash =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(DataFolder))).AsSpan(0, 4));

    /// <summary>Addresses or networks of reverse proxies whose X-Forwarded-* headers are believed; loopback always is.</summary>
    public IList<string> TrustedProxies { get; } = [];
}

/// <summary>What every room stands on: database, clock, leases, health.</summary>
internal static class PlatformModule
{
    public static IServiceCollection AddPlatform(this IServiceCollection services)
    {
        services.AddSettings<ExpandOptions>("Expand")
            .Validate(options => TimeZoneInfo.TryFindSystemTimeZoneById(options.TimeZone, out _),
                "Expand:TimeZone is not a time zone that this system knows (use an IANA name such as America/Montevideo)")
            .Validate(options => options.PublicUrl is not { Length: > 0 } url || (Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https"),
                "Expand:PublicUrl is not an address that begins with http:// or https://");
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(provider => new LocalTime(
            TimeZoneInfo.FindSystemTimeZoneById(provider.GetRequiredService<IOptions<ExpandOptions>>().Value.TimeZone),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<Leases>();
        services.AddHistory();
        services.AddSingleton<Exports.ExportProgress>();
        services.AddSingleton<Announcements.AnnouncementsWanted>();
        services.AddSingleton<Outbound.OutboundHttp>();
        services.AddSingleton<HostPresence>().AddHostedService(provider => provider.GetRequiredService<HostPresence>());
        // Not over TLS: what compresses secrets together with what a stranger chose tells their length.
        services.AddResponseCompression();
        services.AddHealthChecks().AddCheck<DatabaseHealth>("database", tags: ["ready"]);
        return services.AddDatabase();
    }
}
