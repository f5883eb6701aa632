using Expand.Server.Access;
using Expand.Server.Platform.Outbound;
using Expand.Server.Tests.Activity;
using Expand.Server.Tests.Host;
using Expand.Server.Webhooks;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;

namespace Expand.Server.Tests.Webhooks;

/// <summary>A server on a database of its own, with the queue_log's way into it and a receiver.</summary>
internal sealed class HooksWorld : IAsyncDisposable
{
    public static readonly Actor Admin = new("admin", "127.0.0.1");
    private readonly List<ServerHost> hosts = [];
    private readonly ScriptedPbx pbx = new();

    private HooksWorld(ActivityDesk desk, Receiver receiver, FakeTimeProvider? clock) => (Desk, Receiver, Clock) = (desk, receiver, clock);

    public ActivityDesk Desk { get; }

    public Receiver Receiver { get; }

    /// <summary>The server's clock where the test holds it.</summary>
    public FakeTimeProvider? Clock { get; }

    public ServerHost Host => hosts[0];

    public WebhookRegister Register => Host.Get<WebhookRegister>();

    public WebhookDeliveries Deliveries => Host.Get<WebhookDeliveries>();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<HooksWorld> StartAsync(Databases databases, FakeTimeProvider? clock = null)
    {
        var world = new HooksWorld(await ActivityDesk.OpenAsync(databases), await Receiver.StartAsync(), clock);
        await world.AnotherHostAsync();
        return world;
    }

    public async Task<ServerHost> AnotherHostAsync()
    {
        var host = await ServerHost.StartAsync(Desk.Database, pbx, $"host-{hosts.Count + 1}", Clock);
        hosts.Add(host);
        return host;
    }

    /// <summary>A webhook of the receiver's; without events: all.</summary>
    public Task<NewWebhook> HookAsync(params string[] events) => HookAsync(Receiver.Url, events);

    public async Task<NewWebhook> HookAsync(string url, string[] events, params string[] queues)
    {
        var made = await Register.CreateAsync(new WebhookForm($"sistema {Guid.NewGuid():N}", url, "", events, queues), Admin, Ct);
        Assert.Null(made.Failure);
        return made.Value!;
    }

    /// <summary>Waits while the server's clock goes on, in steps that its loops notice.</summary>
    public async Task UntilAsync(Func<Task<bool>> condition, TimeSpan? step = null) => await WithinBoundsAsync(async () =>
    {
        if (await condition()) return true;
        Clock?.Advance(step ?? TimeSpan.FromMilliseconds(250));
        return await condition();
    });

    public Task UntilToldAsync(int count) => UntilAsync(() => Task.FromResult(Receiver.Told.Count >= count));

    public async Task<DeliveryRow> DeliveryAsync(int webhook) =>
        Assert.Single(await Deliveries.PageAsync(new DeliveryFilter { Webhook = webhook }, null, 10, Ct));

    public async Task<WebhookRow> RowAsync(int webhook) => (await Deliveries.WebhooksAsync(Ct)).Single(w => w.Id == webhook);

    public async Task<OutboundAnswer> TestAsync(int webhook) => (await Deliveries.TestAsync(webhook, Admin, Ct)).Value!;

    public async Task<List<string>> AuditedAsync()
    {
        await using var db = Databases.Open(Desk.Database);
        return await db.Set<AuditEntry>().Where(a => a.Action.StartsWith("webhook.")).OrderBy(a => a.Id).Select(a => a.Action).ToListAsync(Ct);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in hosts) await host.DisposeAsync();
        await pbx.DisposeAsync();
        await Receiver.DisposeAsync();
        await Desk.DisposeAsync();
    }

    private static Task WithinBoundsAsync(Func<Task<bool>> condition) => Eventually.TrueAsync(condition, "what the test waits for");
}
