using Expand.Server.Access;
using Expand.Server.Platform;
using Expand.Server.Platform.Outbound;
using Expand.Server.Tests.Host;
using Expand.Server.Webhooks;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;

namespace Expand.Server.Tests.Webhooks;

/// <summary>Messages on their way: tried again, given up, sent anew, and never in the way of others.</summary>
public sealed class DeliveryTests(Databases databases)
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 25, 15, 0, 0, TimeSpan.Zero);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_fails_is_tried_again_with_the_same_id_until_it_is_given_up_and_can_be_sent_anew()
    {
        await using var world = await HooksWorld.StartAsync(databases, new FakeTimeProvider(Noon));
        var hook = await world.HookAsync("queue.call_entered");
        world.Receiver.AnswerWith(500);
        await EnterAsync(world, 1);
        // A quarter of an hour a step: pauses and waits pass.
        await world.UntilAsync(async () => (await world.RowAsync(hook.Id)).Dead == 1, TimeSpan.FromMinutes(15));
        Assert.Equal(10, world.Receiver.Told.Count);
        Assert.Single(world.Receiver.Told.Select(t => (t.Id, t.Body)).Distinct());
        var dead = await world.DeliveryAsync(hook.Id);
        Assert.Equal((DeliveryState.Dead, 10, 500, "no hay lugar"), (dead.State, dead.Attempts, dead.Status, dead.Answer));
        var span = (await world.Deliveries.FindAsync(dead.Id, Ct))!.Attempts;
        Assert.Equal(10, span.Count);
        Assert.InRange(span[^1].At - span[0].At, TimeSpan.FromHours(20), TimeSpan.FromHours(36));
        var row = await world.RowAsync(hook.Id);
        Assert.Equal((10, "HTTP 500"), (row.Failures, row.LastFailure));

        world.Receiver.AnswerWith(204);
        var sent = await world.Deliveries.ReplayAsync(new DeliveryFilter { Webhook = hook.Id }, onlyFailed: true, HooksWorld.Admin, null, Ct);
        Assert.Equal(1, sent.Value);
        await world.UntilToldAsync(11);
        await world.UntilAsync(async () => (await world.DeliveryAsync(hook.Id)).State == DeliveryState.Delivered);
        Assert.Equal(dead.EventId, world.Receiver.Told[^1].Id);
        Assert.Equal(0, (await world.RowAsync(hook.Id)).Failures);
        Assert.Contains("webhook.replayed", await world.AuditedAsync());
        // What has arrived is sent again where everything is meant.
        Assert.Equal(0, await world.Deliveries.CountAsync(new DeliveryFilter { Webhook = hook.Id }, onlyFailed: true, Ct));
        Assert.Equal(1, await world.Deliveries.CountAsync(new DeliveryFilter { Webhook = hook.Id }, onlyFailed: false, Ct));
    }

    [Fact]
    public async Task The_receivers_wish_to_be_asked_later_is_honoured()
    {
        var clock = new FakeTimeProvider(Noon);
        await using var world = await HooksWorld.StartAsync(databases, clock);
        await world.HookAsync("queue.call_entered");
        world.Receiver.AnswerWith(503, retryAfter: 600);
        await EnterAsync(world, 1);
        await world.UntilToldAsync(1);
        var first = clock.GetUtcNow();
        world.Receiver.AnswerWith(204);
        // Nor is anything else sent meanwhile.
        await EnterAsync(world, 2);
        await world.UntilAsync(() => Task.FromResult(world.Receiver.Told.Count == 3), TimeSpan.FromSeconds(20));
        Assert.True(clock.GetUtcNow() - first >= TimeSpan.FromSeconds(600));
    }

    [Fact]
    public async Task A_receiver_that_is_gone_is_told_nothing_more_until_it_is_switched_on_again()
    {
        await using var world = await HooksWorld.StartAsync(databases, new FakeTimeProvider(Noon));
        var hook = await world.HookAsync("queue.call_entered");
        world.Receiver.AnswerWith(410);
        await EnterAsync(world, 1);
        await world.UntilAsync(async () => (await world.RowAsync(hook.Id)).GoneAt is not null);
        Assert.False((await world.RowAsync(hook.Id)).Enabled);
        await using (var db = Databases.Open(world.Desk.Database))
        {
            var line = await db.Set<AuditEntry>().SingleAsync(a => a.Action == "webhook.disabled", Ct);
            Assert.Equal((Actor.System.Name, "its receiver answered 410 Gone"), (line.Actor, line.Detail));
        }

        world.Receiver.AnswerWith(204);
        Assert.Null(await world.Register.EnableAsync(hook.Id, HooksWorld.Admin, Ct));
        await world.UntilAsync(async () => (await world.DeliveryAsync(hook.Id)).State == DeliveryState.Delivered, TimeSpan.FromSeconds(2));
        Assert.Equal(2, world.Receiver.Told.Count);
    }

    [Fact]
    public async Task A_receiver_that_hangs_holds_up_no_other_and_is_left_in_peace()
    {
        await using var world = await HooksWorld.StartAsync(databases);
        await using var hanging = await Receiver.StartAsync();
        var released = new TaskCompletionSource();
        hanging.Answer = (_, _) => released.Task;
        await world.HookAsync(hanging.Url, []);
        var well = await world.HookAsync();
        for (var i = 0; i < 60; i++) await EnterAsync(world, i);
        await world.UntilToldAsync(60);
        // It was asked for one thing, and the rest waits for it to answer.
        Assert.Single(hanging.Told);
        await world.UntilAsync(async () => (await world.RowAsync(well.Id)).Waiting == 0);
        Assert.Equal(Enumerable.Range(0, 60).Select(i => $"{i}.1"), world.Receiver.Told.Select(t => t.Data.GetProperty("uniqueid").GetString()));
        released.SetResult();
    }

    [Fact]
    public async Task After_a_new_secret_both_sign_for_a_day()
    {
        var clock = new FakeTimeProvider(Noon);
        await using var world = await HooksWorld.StartAsync(databases, clock);
        var hook = await world.HookAsync();
        Assert.Matches("^whsec_[A-Za-z0-9+/]{43}=$", hook.Secret);
        var next = (await world.Register.RotateAsync(hook.Id, HooksWorld.Admin, Ct)).Value!;
        Assert.True((await world.TestAsync(hook.Id)).IsSuccess);
        clock.Advance(TimeSpan.FromHours(25));
        Assert.True((await world.TestAsync(hook.Id)).IsSuccess);
        var (both, after) = (world.Receiver.Told[0], world.Receiver.Told[1]);
        Assert.True(both.IsSignedBy(hook.Secret) && both.IsSignedBy(next));
        Assert.True(after.IsSignedBy(next));
        Assert.False(after.IsSignedBy(hook.Secret));
        Assert.Equal("webhook.test", after.Type);
        await using var db = Databases.Open(world.Desk.Database);
        var row = await db.Set<Webhook>().SingleAsync(Ct);
        Assert.DoesNotContain(next, row.Secret, StringComparison.Ordinal);
        var told = await db.Set<AuditEntry>().Where(a => a.Action.StartsWith("webhook.")).Select(a => a.Detail ?? "").ToListAsync(Ct);
        Assert.DoesNotContain(told, detail => detail.Contains("whsec_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_turn_of_a_host_that_died_is_another_ones_and_what_is_past_its_days_is_forgotten()
    {
        await using var world = await HooksWorld.StartAsync(databases);
        var hook = await world.HookAsync();
        await using (var db = Databases.Open(world.Desk.Database))
        {
            await db.Database.ExecuteSqlAsync($"insert into hosts (id, seen_at) values ('muerto', now() - interval '1 minute')", Ct);
            await db.Database.ExecuteSqlAsync($"update webhook_health set turn_owner = 'muerto', turn_until = now() + interval '1 hour'", Ct);
        }

        await EnterAsync(world, 1);
        await world.UntilAsync(async () => (await world.RowAsync(hook.Id)).LastSuccessAt is not null);
        await using (var db = Databases.Open(world.Desk.Database))
        {
            await db.Database.ExecuteSqlAsync($"update webhook_deliveries set ended_at = now() - interval '29 days'", Ct);
            Assert.Equal(0, await world.Host.Get<WebhookSweep>().SweepAsync(Ct));
            await db.Database.ExecuteSqlAsync($"update webhook_deliveries set ended_at = now() - interval '31 days'", Ct);
            Assert.Equal(1, await world.Host.Get<WebhookSweep>().SweepAsync(Ct));
        }
    }

    [Theory]
    [InlineData("name", " ", "https://crm.example.com/", "")]
    [InlineData("url", "CRM", "ftp://crm.example.com/", "")]
    [InlineData("url", "CRM", "https://user:secret@crm.example.com/", "")]
    [InlineData("url", "CRM", "crm.example.com", "")]
    [InlineData("events", "CRM", "https://crm.example.com/", "agent.married")]
    public void What_is_wrong_is_refused_with_field_and_rule(string field, string name, string url, string type) =>
        Assert.Equal((FailureKind.Invalid, field), (new WebhookForm(name, url, "", type.Length == 0 ? [] : [type], []).Validate() is { } failure ? (failure.Kind, failure.Field) : default));

    [Fact]
    public void A_receiver_that_keeps_failing_is_paused_for_longer_each_time_and_no_longer_than_it_takes()
    {
        var answer = new OutboundAnswer(OutboundEnd.TimedOut, 0, "", "", TimeSpan.Zero, "no answer", null);
        Assert.Equal(TimeSpan.Zero, DeliveryPlan.Pause(answer, DeliveryPlan.FailuresBorne - 1));
        Assert.InRange(DeliveryPlan.Pause(answer, DeliveryPlan.FailuresBorne), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(20));
        Assert.InRange(DeliveryPlan.Pause(answer, 100), TimeSpan.FromMinutes(7), TimeSpan.FromMinutes(13));
        Assert.Equal(TimeSpan.FromHours(1), DeliveryPlan.Pause(answer with { Status = 429, RetryAfter = TimeSpan.FromHours(1) }, 1));
    }

    private static Task EnterAsync(HooksWorld world, int number) => world.Desk.TakeAsync($"{number}|{number}.1|q_ventas|NONE|ENTERQUEUE||099123456|1");
}
