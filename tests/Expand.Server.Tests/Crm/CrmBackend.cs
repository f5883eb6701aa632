using System.Collections.Concurrent;
using Expand.Server.Access.Settings;
using Expand.Server.Crm;
using Expand.Server.Platform.Outbound;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Expand.Server.Tests.Crm;

/// <summary>A customer's CRM on loopback: answers as the test says, and keeps what it was asked.</summary>
internal sealed class CrmBackend : IAsyncDisposable
{
    private readonly WebApplication app;

    private CrmBackend(WebApplication app) => this.app = app;

    public string Url => app.Urls.First();

    /// <summary>Method, path with query, and body of each request.</summary>
    public ConcurrentQueue<(string Method, string Path, string Body, string Authorization, string SoapAction)> Asked { get; } = new();

    /// <summary>Status, media type and body of the next answers; null: it hangs.</summary>
    public Func<string, (int Status, string Type, string Body)?> Answer { get; set; } = _ => (200, "text/plain", "");

    public static async Task<CrmBackend> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var backend = new CrmBackend(app);
        app.Run(backend.ServeAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return backend;
    }

    /// <summary>The settings that these values would be, without a database.</summary>
    public static Settings<CrmSettings> Settings(CrmSettings crm, TimeProvider clock) => new(
        new InstallationSettings(NpgsqlDataSource.Create("Host=127.0.0.1;Port=1")), new SectionJson(new EphemeralDataProtectionProvider(), NullLogger<SectionJson>.Instance),
        Options.Create(crm), null!, clock);

    public static CrmServices Services(Settings<CrmSettings> settings, TimeProvider clock) =>
        new(settings, new OutboundHttp(clock), clock, NullLogger<CrmServices>.Instance);

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task ServeAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var body = await reader.ReadToEndAsync(http.RequestAborted);
        Asked.Enqueue((http.Request.Method, http.Request.Path + http.Request.QueryString, body, http.Request.Headers.Authorization.ToString(), http.Request.Headers["SOAPAction"].ToString()));
        if (Answer(body) is not { } answer)
        {
            await Task.Delay(Timeout.Infinite, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        http.Response.StatusCode = answer.Status;
        http.Response.ContentType = answer.Type;
        if (answer.Status == 302) http.Response.Headers.Location = "/other";
        await http.Response.WriteAsync(answer.Body, http.RequestAborted);
    }
}
