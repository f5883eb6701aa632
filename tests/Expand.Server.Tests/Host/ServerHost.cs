using System.Net.Http.Headers;
using System.Security;
using Expand.Server.Access;
using Expand.Server.Access.Inspector;
using Expand.Server.Activity;
using Expand.Server.Agents;
using Expand.Server.Calls;
using Expand.Server.Cdr;
using Expand.Server.Crm;
using Expand.Server.Dialer;
using Expand.Server.DoNotCall;
using Expand.Server.Forms;
using Expand.Server.Lists;
using Expand.Server.OutgoingCalls;
using Expand.Server.Pbx;
using Expand.Server.Platform;
using Expand.Server.Platform.OpenApi;
using Expand.Server.Platform.Rest;
using Expand.Server.Queues;
using Expand.Server.Recordings;
using Expand.Server.Reports;
using Expand.Server.Sms;
using Expand.Server.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Expand.Server.Tests.Host;

/// <summary>The rooms as the program puts them together, on a port of loopback, against a database and a PBX of the test.</summary>
internal sealed class ServerHost : IAsyncDisposable
{
    private readonly WebApplication app;
    private bool stopped;

    private ServerHost(WebApplication app) => this.app = app;

    public string Url => app.Urls.First();

    public CallOrigination Calls => Get<CallOrigination>();

    public T Get<T>() where T : notnull => app.Services.GetRequiredService<T>();

    public AsyncServiceScope Scope() => app.Services.CreateAsyncScope();

    /// <summary>Starts a host and waits until it hears the PBX.</summary>
    public static async Task<ServerHost> StartAsync(
        string database, ScriptedPbx pbx, string hostId = "host-1", TimeProvider? clock = null, ILoggerProvider? logs = null,
        Action<WebApplication>? map = null, params (string Name, string Value)[] settings)
    {
        var host = await StartUnheardAsync(database, pbx.Asterisk.Port, hostId, clock, logs, map, settings);
        await Eventually.TrueAsync(() => host.Get<Expand.Server.Pbx.Pbx>().IsUp);
        return host;
    }

    /// <summary>Starts a host that may not hear a PBX at all.</summary>
    public static async Task<ServerHost> StartUnheardAsync(
        string database, int amiPort, string hostId = "host-1", TimeProvider? clock = null, ILoggerProvider? logs = null,
        Action<WebApplication>? map = null, params (string Name, string Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, EnvironmentName = "Production" });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:Expand"] = database,
            ["Pbx:Host"] = "127.0.0.1",
            ["Pbx:Port"] = amiPort.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["Pbx:Username"] = "expand",
            ["Pbx:Secret"] = "fake-secret",
            ["Expand:HostId"] = hostId,
        });
        builder.Configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create<string, string?>(s.Name, s.Value)));
        builder.Logging.ClearProviders();
        if (logs is not null) builder.Logging.AddProvider(logs);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services
            .AddPlatform().AddRest().AddOpenApi().AddPbx().AddAccess().AddCalls().AddCdr().AddActivity().AddQueues().AddAgents()
            .AddLists().AddDoNotCall().AddDialer().AddOutgoingCalls().AddForms().AddReports().AddRecordings().AddSms().AddCrm().AddWebhooks()
            .AddSoapContract(
            [
                .. CallsSoap.Operations, RecordingsSoap.Recording, CdrSoap.Data, CdrSoap.Custom,
                .. QueuesSoap.Operations, .. AgentsSoap.Operations, .. SmsSoap.Operations,
            ]);
        if (clock is not null) builder.Services.AddSingleton(clock);
        var app = builder.Build();
        app.UseInspector();
        app.UseRest();
        // Where the program has them, and not at the front by themselves: what stands before them sees their refusals.
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapSoapContract();
        app.MapLists().MapDoNotCall().MapDialer().MapOutgoingCalls().MapForms().MapRecordings().MapSms().MapEvents();
        app.MapOpenApi();
        map?.Invoke(app);
        var host = new ServerHost(app);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await app.StartAsync(patience.Token);
        return host;
    }

    /// <summary>Calls an operation as a SOAP client does and returns the answer's text.</summary>
    public async Task<string> SoapAsync(string operation, params (string Name, string Value)[] arguments)
    {
        var body = string.Concat(arguments.Select(a => $"<{a.Name}>{SecurityElement.Escape(a.Value)}</{a.Name}>"));
        using var content = new StringContent(
            $"""<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><m:{operation} xmlns:m="urn:apiws">{body}</m:{operation}></s:Body></s:Envelope>""",
            System.Text.Encoding.UTF8, "text/xml");
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(20) };
        using var answer = await http.PostAsync(new Uri(Url + "/apiws/2/apiws.php"), content, TestContext.Current.CancellationToken);
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>A key without limits.</summary>
    public async Task<string> KeyAsync() =>
        (await Get<AuthorizedKeys>().CreateAsync("prueba", KeyLimits.None, Actor.System, TestContext.Current.CancellationToken)).Value!.Secret;

    /// <summary>A client of the REST API, with a credential of its own that has these scopes; without any named: every one.</summary>
    public async Task<HttpClient> RestAsync(params string[] scopes)
    {
        var form = new CredentialForm("prueba", scopes.Length == 0 ? ApiCredential.AllScopes : scopes, [], null);
        var made = (await Get<ApiCredentials>().CreateAsync($"prueba-{Guid.NewGuid():N}", form, Actor.System, TestContext.Current.CancellationToken)).Value!;
        return RestAs(made.Username, made.Password);
    }

    /// <summary>A client of the REST API that shows this username and password.</summary>
    public HttpClient RestAs(string username, string password) => new()
    {
        BaseAddress = new Uri(Url),
        Timeout = TimeSpan.FromSeconds(20),
        DefaultRequestHeaders =
        {
            Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{username}:{password}"))),
        },
    };

    public async ValueTask DisposeAsync()
    {
        if (stopped) return;
        stopped = true;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(15));
        await app.StopAsync(patience.Token);
        await app.DisposeAsync();
    }
}
