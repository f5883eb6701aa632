using Expand.Server.Access;
using Expand.Server.Sms;
using Expand.Server.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Expand.Server.Tests.Sms;

/// <summary>Hosts of one installation whose messages leave by a gateway of the test's.</summary>
internal sealed class SmsWorld : IAsyncDisposable
{
    public const string PublicUrl = "http://expand.test";
    private readonly List<ServerHost> hosts = [];

    private SmsWorld(string database, FakeTimeProvider? clock) => (Database, Clock) = (database, clock);

    public static Actor Admin { get; } = new("admin", "127.0.0.1");

    public string Database { get; }

    public FakeTimeProvider? Clock { get; }

    public ScriptedGateway Gateway { get; } = new();

    public ServerHost Host => hosts[0];

    public static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<SmsWorld> StartAsync(string database, FakeTimeProvider? clock = null, params (string Name, string Value)[] settings)
    {
        var world = new SmsWorld(database, clock);
        await world.AddHostAsync("host-1", settings);
        return world;
    }

    public async Task<ServerHost> AddHostAsync(string name, params (string Name, string Value)[] settings)
    {
        (string Name, string Value)[] usual =
        [
            ("Sms:Gateway", "Kannel"), ("Sms:Url", Gateway.Url), ("Sms:User", "expand"), ("Sms:Password", "s3creto&"), ("Sms:SendPerSecond", "2000"), ("Sms:RatePerSecond", "1000"),
            ("Sms:TimeoutSeconds", "5"), ("Expand:PublicUrl", PublicUrl),
        ];
        var host = await ServerHost.StartUnheardAsync(Database, 1, name, Clock, settings: [.. usual.Where(u => settings.All(s => s.Name != u.Name)), .. settings]);
        hosts.Add(host);
        return host;
    }

    public async Task<int> SendAsync(string text, params string[] recipients)
    {
        await using var scope = Host.Scope();
        var (message, failure) = await scope.ServiceProvider.GetRequiredService<SmsOutbox>().SendAsync(new SmsForm(text, recipients), Admin, Ct);
        Assert.Null(failure);
        return message!.Id;
    }

    public async Task<List<SmsRecipient>> RecipientsAsync(int message) => await Host.Get<SmsHistory>().RecipientsAsync(message, false, 0, 100_000, Ct);

    public async Task StateIsAsync(int message, SmsState state) =>
        await Eventually.TrueAsync(async () => (await RecipientsAsync(message)).TrueForAll(r => r.State == state), $"message {message} is {state}");

    public Task<string> StatusAsync(int message) => Host.Get<SmsHistory>().StatusAsync(message, Ct)!;

    /// <summary>Reports as the gateway does, by the address that it was given.</summary>
    public async Task<int> ReportAsync(string address, HttpContent? body = null)
    {
        using var http = new HttpClient();
        using var answer = body is null ? await http.GetAsync(new Uri(Host.Url + address), Ct) : await http.PostAsync(new Uri(Host.Url + address), body, Ct);
        return (int)answer.StatusCode;
    }

    /// <summary>As a host leaves it that is killed between its claim and the answer.</summary>
    public async Task ClaimedByTheDeadAsync(int message, string host)
    {
        await using var db = Databases.Open(Database);
        await db.Database.ExecuteSqlAsync(
            $"update sms_recipients set state = 1, attempts = 1, tries = 1, claimed_by = {host}, claimed_at = now() - interval '1 minute', is_reported = true where message_id = {message}", Ct);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in hosts) await host.DisposeAsync();
        await Gateway.DisposeAsync();
    }
}
