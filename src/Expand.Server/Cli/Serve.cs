using System.Net;
using System.Net.Sockets;
using Expand.Server.Access;
using Expand.Server.Agents;
using Expand.Server.Pbx;
using Expand.Server.Platform;
using Expand.Server.Platform.Embedded;
using Microsoft.Extensions.Options;
using Serilog;
using Serilog.Events;

namespace Expand.Server.Cli;

/// <summary>Serves until it is told to stop: brings along what is not configured, migrates, opens the doors, says where.</summary>
internal static class Serve
{
    private static readonly TimeSpan PbxPatience = TimeSpan.FromSeconds(10);

    public static async Task<int> RunAsync(Settings settings, string pbxKind, Rooms rooms, CancellationToken ct)
    {
        using var folder = DataFolder.Hold(settings.DataFolder);
        var urls = Urls(settings);
        await using var parts = await EmbeddedParts.StartAsync(settings, folder.Path, pbxKind, ct);
        await using var app = Build(settings, parts, folder.Path, urls, rooms);

        app.Services.GetRequiredService<IStartupValidator>().Validate();
        await DatabaseModule.MigrateAsync(app.Services, ct);
        await using (var scope = app.Services.CreateAsyncScope())
            await scope.ServiceProvider.GetRequiredService<FirstStart>().RunAsync(folder.Path, FirstUrl(urls), ct);
        if (parts.HasDemoPbx) await app.Services.GetRequiredService<DemoWorld>().MakeAsync(ct);

        await OpenAsync(app, urls, ct);
        await SayReadyAsync(app, $"eXpand is ready at {FirstUrl(urls)} - sign in as admin; password, key and API credential are in {FirstStart.FileIn(folder.Path)}", ct);
        await app.WaitForShutdownAsync(ct);
        return 0;
    }

    private static async Task OpenAsync(WebApplication app, string urls, CancellationToken ct)
    {
        try
        {
            await app.StartAsync(ct);
        }
        catch (IOException taken) when (taken.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            throw new SettingException($"{urls} is taken by another program (use --port for another port)");
        }
        catch (InvalidOperationException wrong) when (wrong.Source?.StartsWith("Microsoft.AspNetCore.Server.Kestrel", StringComparison.Ordinal) == true)
        {
            // HTTPS without a certificate, a path in the address, and the like.
            throw new SettingException($"{urls} cannot be served: {wrong.Message}", wrong);
        }
    }

    /// <summary>Ready means that a call can be made: the PBX is heard and its extensions are known. One that is down holds nobody up for long.</summary>
    private static async Task SayReadyAsync(WebApplication app, string line, CancellationToken ct)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(ct, app.Lifetime.ApplicationStopping);
        var heard = true;
        try
        {
            await app.Services.GetRequiredService<ExtensionDirectory>().FirstRead.WaitAsync(PbxPatience, ending.Token);
        }
        catch (TimeoutException)
        {
            heard = false;
        }
        catch (OperationCanceledException)
        {
            return;
        }

        Console.WriteLine(line);
        var pbx = app.Services.GetRequiredService<IOptions<PbxOptions>>().Value;
        if (!heard) Console.Error.WriteLine($"expand: the PBX at {pbx.Host}:{pbx.Port} is not heard yet: calls and agents' logins are refused until it is");
    }

    public static WebApplication Build(Settings settings, EmbeddedParts parts, string folder, string urls, Rooms rooms)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            // Pages and static files are found beside the program, wherever it is started from.
            ContentRootPath = AppContext.BaseDirectory,
            EnvironmentName = Environments.Production,
        });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddConfiguration(settings.Configuration).AddInMemoryCollection(parts.Settings)
            .AddInMemoryCollection([new("Expand:DataFolder", folder)]);
        // Started from a build and not from a publish: the pages' files are then where the manifest beside the program says.
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.UseUrls(urls).UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 8 * 1024 * 1024;
            // Reports of any size go to slow clients; a client that stopped reading ends all the same.
            kestrel.Limits.MinResponseDataRate = new(100, TimeSpan.FromSeconds(30));
        });
        builder.Services.AddSerilog(log => SettingSection.Read(() => Logging(log, builder.Configuration, folder)));
        rooms.Add(builder.Services);
        var app = builder.Build();
        rooms.Map(app);
        return app;
    }

    /// <summary>To files of the data folder; on the console only what needs a look. <c>Expand:LogToConsole</c> turns that round, for containers.</summary>
    private static void Logging(LoggerConfiguration log, IConfiguration configuration, string folder)
    {
        log.MinimumLevel.Information()
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            .MinimumLevel.Override("System", LogEventLevel.Warning)
            .MinimumLevel.Override("Microsoft.EntityFrameworkCore.Database.Command", LogEventLevel.Fatal)
            .MinimumLevel.Override("Microsoft.AspNetCore.DataProtection", LogEventLevel.Error)
            .ReadFrom.Configuration(configuration)
            .Enrich.FromLogContext();
        if (configuration.GetValue<bool>("Expand:LogToConsole"))
        {
            log.WriteTo.Console(formatProvider: null);
            return;
        }

        log.WriteTo.Console(LogEventLevel.Error, formatProvider: null)
            .WriteTo.File(Path.Combine(folder, "log", "expand-.log"), formatProvider: null, rollingInterval: RollingInterval.Day,
                retainedFileCountLimit: 14, fileSizeLimitBytes: 100_000_000, rollOnFileSizeLimit: true);
    }

    /// <summary>Where it is to listen; whether it can is found out before anything else is started.</summary>
    private static string Urls(Settings settings)
    {
        var name = settings.Configuration["ASPNETCORE_URLS"] is null ? "Expand:Urls" : "ASPNETCORE_URLS";
        var urls = settings.Configuration[name] ?? $"http://127.0.0.1:{settings.Port}";
        foreach (var url in urls.Split(';', StringSplitOptions.RemoveEmptyEntries)) DemandFreePort(Parse(url, name));
        return urls;
    }

    private static BindingAddress Parse(string url, string setting)
    {
        try
        {
            var address = BindingAddress.Parse(url);
            // A port that is no number is left in the host.
            if (address.Scheme is "http" or "https" && (address.IsUnixPipe || address.Host.StartsWith('[') || !address.Host.Contains(':'))) return address;
        }
        catch (FormatException)
        {
            // As wrong as the rest.
        }

        throw new SettingException($"{setting}: '{url}' is not an address such as http://127.0.0.1:8080");
    }

    private static void DemandFreePort(BindingAddress address)
    {
        if (address.IsUnixPipe || address.Port == 0) return;
        var host = IPAddress.TryParse(address.Host, out var ip) ? ip : address.Host == "localhost" ? IPAddress.Loopback : IPAddress.Any;
        try
        {
            using var probe = new TcpListener(host, address.Port);
            probe.Start();
        }
        catch (SocketException refused)
        {
            throw new SettingException(refused.SocketErrorCode switch
            {
                SocketError.AccessDenied => $"port {address.Port} needs more rights than this user has (use --port for another port)",
                SocketError.AddressNotAvailable => $"{address.Host} is not an address of this machine",
                _ => $"port {address.Port} is taken by another program (use --port for another port)",
            });
        }
    }

    private static string FirstUrl(string urls) =>
        urls.Split(';')[0].Replace("://+", "://127.0.0.1", StringComparison.Ordinal).Replace("://*", "://127.0.0.1", StringComparison.Ordinal)
            .Replace("://0.0.0.0", "://127.0.0.1", StringComparison.Ordinal);
}
