using Expand.Server.Access;
using Expand.Server.Platform;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Expand.Server.Pbx;

/// <summary>The adapter to Asterisk: commands down, facts up, and the feeds from Asterisk's own files.</summary>
internal static class PbxModule
{
    public static IServiceCollection AddPbx(this IServiceCollection services)
    {
        services.AddSettings<PbxOptions>("Pbx")
            .Validate(pbx => !string.IsNullOrWhiteSpace(pbx.Host) && !string.IsNullOrWhiteSpace(pbx.Username) && !string.IsNullOrEmpty(pbx.Secret),
                "Pbx:Host, Pbx:Username and Pbx:Secret must all be set")
            .Validate(pbx => pbx.HasUsablePattern, "Pbx:ExtensionPattern is not a regular expression");
        services.AddSharedCopy<ExtensionNames>().AddSingleton<ExtensionNaming>().AddSingleton<PbxState>().AddSingleton<FeedStates>();
        services.AddSingleton<ExtensionDirectory>()
            .AddSingleton<IPbxListener>(provider => provider.GetRequiredService<ExtensionDirectory>())
            .AddHostedService(provider => provider.GetRequiredService<ExtensionDirectory>());
        services.AddSingleton<PbxConnection>().AddHostedService(provider => provider.GetRequiredService<PbxConnection>());
        services.AddSingleton<Pbx>();
        services.AddSingleton<PbxMembers>().AddSingleton<PbxRecording>().AddSingleton<PbxSpying>();
        services.AddHealthChecks().AddCheck<PbxHealth>("pbx", tags: ["ready"]);
        return services;
    }

    /// <summary>A feed for the room that consumes it, where this host has the file.</summary>
    public static IServiceCollection AddFeed<TConsumer>(this IServiceCollection services, Func<PbxOptions, string?> file)
        where TConsumer : class, IFeedConsumer
    {
        services.AddSingleton<TConsumer>();
        services.AddSingleton<IFeed>(provider => provider.GetRequiredService<FeedOf<TConsumer>>());
        return services.AddSingleton(provider => new FeedOf<TConsumer>(provider, file))
            .AddHostedService(provider => provider.GetRequiredService<FeedOf<TConsumer>>());
    }

    /// <summary>The feed of a consumer; runs only where a file is configured.</summary>
    internal sealed class FeedOf<TConsumer>(IServiceProvider services, Func<PbxOptions, string?> file) : IHostedService, IFeed
        where TConsumer : class, IFeedConsumer
    {
        /// <summary>The running feed, or null where this host has no file for it.</summary>
        public LogFeed? Feed { get; private set; }

        string IFeed.Name => services.GetRequiredService<TConsumer>().Feed;

        string? IFeed.File => file(services.GetRequiredService<IOptions<PbxOptions>>().Value) is { Length: > 0 } path ? path : null;

        LogFeed? IFeed.Running => Feed;

        public async Task StartAsync(CancellationToken cancellationToken)
        {
            var options = services.GetRequiredService<IOptions<PbxOptions>>().Value;
            if (file(options) is not { Length: > 0 } path) return;
            Feed = new LogFeed(options.Name, path, services.GetRequiredService<TConsumer>(), services.GetRequiredService<NpgsqlDataSource>(),
                services.GetRequiredService<Leases>(), services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<LogFeed>>());
            await Feed.StartAsync(cancellationToken);
        }

        public Task StopAsync(CancellationToken cancellationToken) => Feed?.StopAsync(cancellationToken) ?? Task.CompletedTask;
    }

    /// <summary>Ready only while the PBX is heard, and once its extensions are known: until then no call could find its source.</summary>
    internal sealed class PbxHealth(PbxConnection connection, ExtensionDirectory extensions) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            if (connection.StaleSince is { } since) return Task.FromResult(HealthCheckResult.Unhealthy($"the PBX is not heard since {since:O}"));
            return Task.FromResult(extensions.FirstRead.IsCompleted
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy("the extensions of the PBX are not read yet"));
        }
    }
}
