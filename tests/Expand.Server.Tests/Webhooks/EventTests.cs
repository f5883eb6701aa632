using System.Text.Json;
using Expand.Server.Calls;
using Expand.Server.Platform.Announcements;
using Expand.Server.Tests.Activity;
using Expand.Server.Tests.Host;
using Expand.Server.Webhooks;
using Expand.Server.Webhooks.Pages;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Expand.Server.Tests.Webhooks;

/// <summary>What happened becomes messages: each once, in its order, from when somebody asked for it.</summary>
public sealed class EventTests(Databases databases)
{
    /// <summary>A call that a first agent misses, a second one takes, and that ends; and one that is abandoned.</summary>
    private static readonly string[] Lines =
    [
        "10|NONE|q_ventas|301|ADDMEMBER|", "11|1.1|q_ventas|NONE|ENTERQUEUE||099123456|1", "20|1.1|q_ventas|301|RINGNOANSWER|5000",
        "25|1.1|q_ventas|301|CONNECT|14|1.2|3", "85|1.1|q_ventas|301|COMPLETECALLER|14|60|1",
        "90|1.3|q_ventas|NONE|ENTERQUEUE||099777777|1", "99|1.3|q_ventas|NONE|ABANDON|1|1|9", "100|NONE|q_ventas|301|PAUSE|Almuerzo",
    ];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_webhook_is_told_what_happens_from_then_on_in_its_order_and_signed()
    {
        await using var world = await HooksWorld.StartAsync(databases);
        await world.Desk.TakeAsync("1|0.1|q_ventas|NONE|ENTERQUEUE||099000000|1", "2|0.1|q_ventas|NONE|ABANDON|1|1|1");
        await world.Desk.CdrAsync("0.1", 1, 2, "SIP/x", "5000", "");
        var hook = await world.HookAsync();
        await world.Desk.TakeAsync(Lines);
        await world.Desk.CdrAsync("1.1", 11, 85, "SIP/trunk-1", "5000", "SIP/301-2");
        await world.UntilAsync(() => Task.FromResult(world.Receiver.Told.Any(t => t.Type == "agent.paused") && world.Receiver.Told.Any(t => t.Type == "call.ended")));

        var told = world.Receiver.Told;
        Assert.All(told, t => Assert.True(t.IsSignedBy(hook.Secret)));
        Assert.DoesNotContain(told, t => t.Body.Contains("099000000", StringComparison.Ordinal) || t.Body.Contains("\"0.1\"", StringComparison.Ordinal));
        Assert.Equal(told.Count, told.Select(t => t.Id).Distinct().Count());
        string[] expected = ["queue.call_entered", "queue.call_missed", "queue.call_connected", "queue.call_completed", "queue.call_entered", "queue.call_abandoned", "agent.paused"];
        Assert.Equal(expected, told.Select(t => t.Type).Where(expected.Contains));
        // What the catalogue shows is what is told.
        foreach (var message in told)
        {
            var example = JsonDocument.Parse(EventCatalogue.Find(message.Type)!.Example).RootElement;
            Assert.Equal(Names(example), Names(message.Data));
        }

        Assert.Equal("301", told.First(t => t.Type == "queue.call_connected").Data.GetProperty("agent").GetProperty("number").GetString());
    }

    [Fact]
    public async Task Two_relays_at_once_and_one_that_dies_write_each_event_once()
    {
        await using var world = await HooksWorld.StartAsync(databases);
        var other = await world.AnotherHostAsync();
        var hook = await world.HookAsync();
        // Whoever holds the lease: these two read and write whenever they get to it.
        using var dying = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var relays = new[] { world.Host, other }.Select(host => Task.Run(async () =>
        {
            while (!dying.IsCancellationRequested)
            {
                using var soon = CancellationTokenSource.CreateLinkedTokenSource(dying.Token);
                soon.CancelAfter(Random.Shared.Next(1, 30));
                try
                {
                    await host.Get<WebhookRelay>().RelayAllAsync(soon.Token);
                }
                catch (Exception ended) when (ended is OperationCanceledException or PostgresException { SqlState: PostgresErrorCodes.QueryCanceled })
                {
                    // Killed in the middle of it.
                }
            }
        }, Ct)).ToArray();
        for (var i = 0; i < 150; i++) await world.Desk.TakeAsync($"{i}|{i}.5|q_ventas|NONE|ENTERQUEUE||0991{i:000}|1");
        await world.UntilAsync(async () => await world.Desk.ScalarAsync<long>("select count(*) from webhook_deliveries") >= 150);
        await dying.CancelAsync();
        await Task.WhenAll(relays);
        await world.UntilToldAsync(150);
        Assert.Equal(150L, await world.Desk.ScalarAsync<long>("select count(distinct event_id) from webhook_deliveries"));
        Assert.Equal(Enumerable.Range(0, 150).Select(i => $"{i}.5"), world.Receiver.Told.Select(t => t.Data.GetProperty("uniqueid").GetString()).Distinct());
        Assert.True(hook.Id > 0);
    }

    [Fact]
    public async Task A_webhook_is_told_only_the_events_and_queues_that_it_chose()
    {
        await using var world = await HooksWorld.StartAsync(databases);
        await world.HookAsync(world.Receiver.Url, ["queue.call_entered", "call.ended"], "q_soporte");
        await world.Desk.TakeAsync(Lines);
        await world.Desk.TakeAsync("200|2.1|q_soporte|NONE|ENTERQUEUE||099222222|1");
        await world.Desk.CdrAsync("1.1", 11, 85, "SIP/trunk-1", "5000", "SIP/301-2");
        await world.UntilToldAsync(2);
        await world.Desk.TakeAsync("201|2.2|q_soporte|NONE|ENTERQUEUE||099333333|1");
        await world.UntilToldAsync(3);
        // A record belongs to no queue.
        Assert.Equal(["call.ended 1.1", "queue.call_entered 2.1", "queue.call_entered 2.2"],
            world.Receiver.Told.Select(t => $"{t.Type} {t.Data.GetProperty("uniqueid").GetString()}").Order());
    }

    [Fact]
    public async Task Originated_calls_are_announced_where_somebody_waits_for_it_and_told_once()
    {
        await using var world = await HooksWorld.StartAsync(databases);
        var other = await world.AnotherHostAsync();
        var calls = other.Get<CallRepository>();
        var now = DateTimeOffset.UtcNow;
        Assert.Equal(RowAnswer.Added, await calls.AddAsync(Job(1, now), null, Ct));
        await calls.WriteAsync([new CallChange(1, CallStatus.HungUp, now, now)], Ct);
        Assert.Equal(0L, await world.Desk.ScalarAsync<long>("select count(*) from announcements"));

        await world.HookAsync("call.ringing", "call.answered", "call.finished");
        // On the other host within a second.
        await Eventually.TrueAsync(() => other.Get<AnnouncementsWanted>().Contains("call.finished"));
        Assert.False(other.Get<AnnouncementsWanted>().Contains("outgoing_call.created"));
        Assert.Equal(RowAnswer.Added, await calls.AddAsync(Job(2, now), null, Ct));
        // Answered and ended since it was written last; and once more, as after a crash.
        await calls.WriteAsync([new CallChange(2, CallStatus.HungUp, now.AddSeconds(1), now.AddSeconds(2))], Ct);
        await calls.WriteAsync([new CallChange(2, CallStatus.HungUp, now.AddSeconds(1), now.AddSeconds(2))], Ct);
        await calls.AddAsync(Job(3, now, CallStatus.Congestion), null, Ct);
        await world.UntilToldAsync(4);
        Assert.Equal(
            ["00000002 call.ringing RINGING 1", "00000002 call.answered ANSWER 2", "00000002 call.finished HUNGUP 3", "00000003 call.finished CONGESTION 6"],
            world.Receiver.Told.Select(t => $"{t.Data.GetProperty("id").GetString()} {t.Type} {t.Data.GetProperty("status").GetString()} {t.Data.GetProperty("code").GetInt32()}")
                .OrderBy(t => t[..8], StringComparer.Ordinal));
        Assert.Equal(0L, await world.Desk.ScalarAsync<long>("select count(*) from announcements"));
    }

    [Fact]
    public async Task What_was_rolled_back_is_told_to_nobody()
    {
        await using var world = await HooksWorld.StartAsync(databases);
        await world.HookAsync();
        await world.Desk.TakeInVainAsync(ActivityDesk.Text("1|7.1|q_ventas|NONE|ENTERQUEUE||099111111|1"));
        await using (var db = Databases.Open(world.Desk.Database))
        {
            await using var transaction = await db.Database.BeginTransactionAsync(Ct);
            db.Add(Announcement.Of("sms.sent", DateTimeOffset.UtcNow, new { id = 1 }));
            await db.SaveChangesAsync(Ct);
        }

        await world.Desk.TakeAsync("2|7.2|q_ventas|NONE|ENTERQUEUE||099222222|1");
        await world.UntilToldAsync(1);
        Assert.Equal("7.2", Assert.Single(world.Receiver.Told).Data.GetProperty("uniqueid").GetString());
    }

    [Fact]
    public async Task A_webhook_that_was_off_is_not_told_what_happened_meanwhile()
    {
        await using var world = await HooksWorld.StartAsync(databases);
        var hook = await world.HookAsync();
        Assert.Null(await world.Register.DisableAsync(hook.Id, HooksWorld.Admin, Ct));
        Assert.False(world.Host.Get<AnnouncementsWanted>().Contains("sms.sent"));
        await world.Desk.TakeAsync("1|7.1|q_ventas|NONE|ENTERQUEUE||099111111|1");
        Assert.Null(await world.Register.EnableAsync(hook.Id, HooksWorld.Admin, Ct));
        await world.Desk.TakeAsync("2|7.2|q_ventas|NONE|ENTERQUEUE||099222222|1");
        await world.UntilToldAsync(1);
        Assert.Equal("7.2", Assert.Single(world.Receiver.Told).Data.GetProperty("uniqueid").GetString());
        Assert.Equal(["webhook.created", "webhook.disabled", "webhook.enabled"], await world.AuditedAsync());
    }

    [Theory]
    [InlineData("es")]
    [InlineData("en")]
    public void Every_event_of_the_catalogue_has_a_description_and_an_example(string language)
    {
        var before = System.Globalization.CultureInfo.CurrentUICulture;
        System.Globalization.CultureInfo.CurrentUICulture = new(language);
        try
        {
            using var services = new ServiceCollection().AddLogging().AddLocalization().BuildServiceProvider();
            var texts = services.GetRequiredService<IStringLocalizer<WebhookText>>();
            foreach (var type in EventCatalogue.All)
            {
                Assert.False(texts["event." + type.Name].ResourceNotFound, type.Name);
                Assert.False(texts["subject." + type.Subject].ResourceNotFound, type.Subject);
                Assert.Equal(type.Name, JsonDocument.Parse(EventCatalogue.Message(type)).RootElement.GetProperty("type").GetString());
            }
        }
        finally
        {
            System.Globalization.CultureInfo.CurrentUICulture = before;
        }
    }

    [Fact]
    public void The_documentation_has_the_catalogues_table()
    {
        var before = System.Globalization.CultureInfo.CurrentUICulture;
        System.Globalization.CultureInfo.CurrentUICulture = new("en");
        try
        {
            using var services = new ServiceCollection().AddLogging().AddLocalization().BuildServiceProvider();
            var texts = services.GetRequiredService<IStringLocalizer<WebhookText>>();
            var table = string.Join('\n', EventCatalogue.All.Select(e => $"| `{e.Name}` | {texts["event." + e.Name]} | `{e.Example.Trim()}` |"));
            Assert.Contains(table, File.ReadAllText(Path.Combine(WallTests.Root, "docs", "webhooks.md")), StringComparison.Ordinal);
        }
        finally
        {
            System.Globalization.CultureInfo.CurrentUICulture = before;
        }
    }

    private static IEnumerable<string> Names(JsonElement json) => json.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal);

    private static OriginatedCall Job(long id, DateTimeOffset now, CallStatus status = CallStatus.Ringing) => new()
    {
        Id = id,
        ChannelId = $"{id}.{id}",
        Pbx = "pbx",
        Owner = "nobody",
        Source = "301",
        SourceName = "",
        Destination = "099123456",
        DestinationName = "",
        RingSeconds = 30,
        Status = status,
        RequestedAt = now,
        EndedAt = status == CallStatus.Ringing ? null : now,
    };
}
