using System.Net;
using Expand.Server.Access;
using Expand.Server.Queues;
using Expand.Server.Recordings;
using Expand.Server.Tests.Host;
using Expand.Server.Tests.Recordings;

namespace Expand.Server.Tests.Rest.Contract;

/// <summary>A server with the people and queues of the contract's examples, and credentials of every kind.</summary>
internal sealed class RestApi : IAsyncDisposable
{
    /// <summary>A call with as many recordings as one can be asked for.</summary>
    public const string RecordedCall = "1795000000.1";

    private const string Locked = "cerrado";
    private readonly ScriptedPbx pbx = new();
    private readonly Dictionary<string, HttpClient> with = [];
    private readonly Dictionary<string, HttpClient> without = [];
    private readonly DirectoryInfo files = Directory.CreateTempSubdirectory("expand-rest-");
    private ServerHost? host;

    public ServerHost Host => host!;

    public ApiDocument Document { get; private set; } = null!;

    public Schemas Schemas { get; private set; } = null!;

    /// <summary>Shows no credential.</summary>
    public HttpClient Anonymous { get; private set; } = null!;

    /// <summary>Shows one that is locked because of wrong passwords.</summary>
    public HttpClient LockedOut { get; private set; } = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Shows a credential that has this scope alone.</summary>
    public HttpClient With(string scope) => with[scope];

    /// <summary>Shows a credential that has every scope but this.</summary>
    public HttpClient Without(string scope) => without[scope];

    public static async Task<RestApi> StartAsync(string database)
    {
        var api = new RestApi();
        api.pbx.Queues.UnionWith(["tecnologia", "ope", "q_ventas"]);
        // A gateway that nobody is at: messages are taken, and wait.
        api.host = await ServerHost.StartAsync(
            database, api.pbx,
            settings:
            [
                ("Recordings:Folder", api.files.FullName), ("Recordings:Mp3Folder", Path.Combine(api.files.FullName, "copies")),
                ("Sms:Gateway", "Http"), ("Sms:Method", "GET"), ("Sms:Url", "http://127.0.0.1:1/?to={to}&text={text}"), ("Sms:RatePerSecond", "10000"),
            ]);
        await api.RecordAsync();
        foreach (var (username, number) in new[] { ("pperez", "301"), ("cguerra", "303") })
        {
            var form = new UserForm(username, username, "", "operador", IsSupervisor: false, IsAgent: true, number);
            Assert.Null((await api.Host.Get<Users>().CreateAsync(form, null, Actor.System, Ct)).Failure);
        }

        api.Document = await ApiDocument.FetchAsync(api.Host.Url);
        api.Schemas = new Schemas(api.Document);
        foreach (var scope in api.Document.Operations.Select(o => o.Scope).Distinct())
        {
            api.with[scope] = await api.Host.RestAsync(scope);
            api.without[scope] = await api.Host.RestAsync([.. ApiCredential.AllScopes.Where(s => s != scope)]);
        }

        api.Anonymous = new HttpClient { BaseAddress = new Uri(api.Host.Url) };
        await api.LockAsync();
        await Eventually.TrueAsync(() => api.Host.Get<LivePicture>().IsKnown);
        return api;
    }

    /// <summary>A request as the operation's example says, about things of its own.</summary>
    public async Task<ApiRequest> RequestAsync(ApiOperation operation) =>
        new(operation, operation.InPath.Any() ? await new Stage(this).AddressAsync(operation) : new Dictionary<string, string>());

    public async ValueTask DisposeAsync()
    {
        foreach (var client in with.Values.Concat(without.Values)) client.Dispose();
        Anonymous?.Dispose();
        LockedOut?.Dispose();
        if (host is not null) await host.DisposeAsync();
        await pbx.DisposeAsync();
        files.Delete(recursive: true);
    }

    private async Task RecordAsync()
    {
        string[] names = [.. Enumerable.Range(1, 20).Select(i => $"{RecordedCall}-{i}.wav")];
        foreach (var name in names) await File.WriteAllBytesAsync(Path.Combine(files.FullName, name), RecordingsWorld.Wave(0.2, null), Ct);
        await Host.Get<RecordingIndex>().TakeInAsync(names, RecordedCall, Ct);
    }

    private async Task LockAsync()
    {
        var form = new CredentialForm("prueba", ApiCredential.AllScopes, [], null);
        var made = (await Host.Get<ApiCredentials>().CreateAsync(Locked, form, Actor.System, Ct)).Value!;
        LockedOut = Host.RestAs(made.Username, made.Password);
        using var guesser = Host.RestAs(Locked, "no-es-esta");
        var address = new Uri(Document.Operations[0].Path.Replace('{', 'x').Replace('}', 'x'), UriKind.Relative);
        for (var i = 0; i < GuessGuard.FailuresOfPair; i++)
        {
            using var answer = await guesser.GetAsync(address, Ct);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }
    }
}
