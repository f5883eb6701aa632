using System.Net;
using System.Net.Sockets;
using Expand.Server.Access;
using Expand.Server.Agents;
using Expand.Server.Platform;
using Expand.Server.Platform.Embedded;
using Serilog;
using Serilog.Events;

namespace Expand.Server.Cli;

/// <summary>Serves until it is told to stop: brings along what is not configured, migrates, opens the doors, says where.</summary>
internal static class Serve
{
    public static async Task<int> RunAsync(Settings settings, string pbxKind, Rooms rooms, CancellationToken ct)
    {
        using var folder = DataFolder.Hold(settings.DataFolder);
        var urls = settings.Configuration["ASPNETCORE_URLS"] ?? settings.Configuration["Expand:Urls"] ?? $"http://127.0.0.1:{settings.Port}";
        DemandFreePort(urls);
        await using var parts = await EmbeddedParts.StartAsync(settings, folder.Path, pbxKind, ct);
        await using var app = Build(settings, parts, folder.Path, urls, rooms);

        await DatabaseModule.MigrateAsync(app.Services, ct);
        await using (var scope = app.Services.CreateAsyncScope())
            await scope.ServiceProvider.GetRequiredService<FirstStart>().RunAsync(folder.Path, FirstUrl(urls), ct);
        if (parts.HasDemoPbx) await app.Services.GetRequiredService<DemoWorld>().MakeAsync(ct);

        try
        {
            await app.StartAsync(ct);
        }
        catch (IOException taken) when (taken.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            throw new SettingException($"{urls} is taken by another program (use --port for another port)");
        }

        Console.WriteLine($"eXpand is ready at {FirstUrl(urls)} - sign in as admin; password, key and API credential are in {FirstStart.FileIn(folder.Path)}");
        await app.WaitForShutdownAsync(ct);
        return 0;
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
        builder.Services.AddSerilog(log => Logging(log, builder.Configuration, folder));
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

    /// <summary>Found out before anything else is started.</summary>
    private static void DemandFreePort(string urls)
    {
        foreach (var url in urls.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            var address = BindingAddress.Parse(url);
            if (address.IsUnixPipe || address.Port == 0) continue;
            var host = IPAddress.TryParse(address.Host, out var ip) ? ip : address.Host == "localhost" ? IPAddress.Loopback : IPAddress.Any;
            try
            {
                using var probe = new TcpListener(host, address.Port);
                probe.Start();
            }
            catch (SocketException refused)
            {
                throw new SettingException(refused.SocketErrorCode == SocketError.AccessDenied
                    ? $"port {address.Port} needs more rights than this user has (use --port for another port)"
                    : $"port {address.Port} is taken by another program (use --port for another port)");
            }
        }
    }

    private static string FirstUrl(string urls) =>
        urls.Split(';')[0].Replace("://+", "://127.0.0.1", StringComparison.Ordinal).Replace("://*", "://127.0.0.1", StringComparison.Ordinal)
            .Replace("://0.0.0.0", "://127.0.0.1", StringComparison.Ordinal);
}
