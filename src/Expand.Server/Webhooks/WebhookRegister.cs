using Expand.Server.Access;
using Expand.Server.Activity;
using Expand.Server.Cdr;
using Expand.Server.Platform;
using Expand.Server.Platform.Announcements;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Webhooks;

/// <summary>A new webhook, and the secret that it is shown this once.</summary>
internal sealed record NewWebhook(int Id, string Secret);

/// <summary>
/// Webhooks made, changed, given another secret, switched on and off, and deleted. Each change is one transaction with its audit line; changes take
/// turns, and count on this host at once and on every other within a second.
/// </summary>
internal sealed class WebhookRegister(
    IDbContextFactory<ExpandDb> databases, WebhookDirectory directory, SigningSecrets secrets, ActivityStream activities, CallRecordStream records, TimeProvider clock,
    ILogger<WebhookRegister> log)
{
    /// <summary>A new webhook, told what happens from now on.</summary>
    public async Task<Result<NewWebhook>> CreateAsync(WebhookForm form, Actor actor, CancellationToken ct)
    {
        if (form.Validate() is { } wrong) return wrong;
        var secret = SigningSecrets.New();
        var made = new Webhook { Name = "", Url = "", Secret = secrets.Protect(secret), CreatedAt = clock.GetUtcNow(), CreatedBy = actor.Name };
        form.Fill(made);
        var failure = await ChangeAsync("webhook.created", actor, async db =>
        {
            if (await NameTakenAsync(db, made, ct) is { } taken) return (taken, null);
            await BeginNowAsync(db, made, ct);
            db.Add(made);
            await db.SaveChangesAsync(ct);
            db.Add(new WebhookHealth { WebhookId = made.Id });
            return (null, made);
        }, ct);
        return failure is null ? new NewWebhook(made.Id, secret) : failure;
    }

    /// <summary>Changes what it is told, where, and how it is called.</summary>
    public async Task<Failure?> ChangeAsync(int id, WebhookForm form, Actor actor, CancellationToken ct) =>
        form.Validate() ?? await ChangeAsync(id, "webhook.changed", actor, async (db, webhook) =>
        {
            form.Fill(webhook);
            return await NameTakenAsync(db, webhook, ct);
        }, ct);

    /// <summary>Makes another secret, shown this once; the one before signs as well for a day, so that the receiver can be changed in peace.</summary>
    public async Task<Result<string>> RotateAsync(int id, Actor actor, CancellationToken ct)
    {
        var secret = SigningSecrets.New();
        var failure = await ChangeAsync(id, "webhook.rotated", actor, (_, webhook) =>
        {
            (webhook.FormerSecret, webhook.FormerSecretUntil) = (webhook.Secret, clock.GetUtcNow() + SigningSecrets.Overlap);
            webhook.Secret = secrets.Protect(secret);
            return Task.FromResult<Failure?>(null);
        }, ct);
        return failure is null ? secret : failure;
    }

    /// <summary>Switches it on: what waited goes out, and it is told what happens from now on. Repeating it changes nothing.</summary>
    public Task<Failure?> EnableAsync(int id, Actor actor, CancellationToken ct) => SwitchAsync(id, true, actor, ct);

    /// <summary>Switches it off: nothing is sent, what waits is kept, and what happens meanwhile it is not told. Repeating it changes nothing.</summary>
    public Task<Failure?> DisableAsync(int id, Actor actor, CancellationToken ct) => SwitchAsync(id, false, actor, ct);

    /// <summary>Its receiver answered that it is there no more.</summary>
    public Task<Failure?> GoneAsync(int id, CancellationToken ct) => ChangeAsync(id, "webhook.disabled", Actor.System, (_, webhook) =>
    {
        (webhook.Enabled, webhook.GoneAt) = (false, clock.GetUtcNow());
        return Task.FromResult<Failure?>(null);
    }, ct, "its receiver answered 410 Gone");

    /// <summary>Deletes it with its deliveries.</summary>
    public async Task<Failure?> DeleteAsync(int id, Actor actor, CancellationToken ct) => await ChangeAsync(id, "webhook.deleted", actor, (db, webhook) =>
    {
        db.Remove(webhook);
        return Task.FromResult<Failure?>(null);
    }, ct);

    private async Task<Failure?> SwitchAsync(int id, bool enabled, Actor actor, CancellationToken ct)
    {
        var repeated = false;
        var failure = await ChangeAsync(id, enabled ? "webhook.enabled" : "webhook.disabled", actor, async (db, webhook) =>
        {
            if (repeated = webhook.Enabled == enabled) return Failure.Conflict($"webhook {id} is so already");
            (webhook.Enabled, webhook.GoneAt) = (enabled, null);
            if (!enabled) return null;
            await BeginNowAsync(db, webhook, ct);
            // Whoever switches it on says that its receiver is there.
            await db.Set<WebhookHealth>().Where(h => h.WebhookId == id)
                .ExecuteUpdateAsync(set => set.SetProperty(h => h.Failures, 0).SetProperty(h => h.PausedUntil, (DateTimeOffset?)null), ct);
            return null;
        }, ct);
        return repeated ? null : failure;
    }

    /// <summary>What was written down before is history to it. The turn that is taken keeps the relay from reading on meanwhile.</summary>
    private async Task BeginNowAsync(ExpandDb db, Webhook webhook, CancellationToken ct)
    {
        webhook.ActivitiesAfter = await activities.LastAsync(ct);
        webhook.RecordsAfter = await records.LastAsync(ct);
        webhook.AnnouncementsAfter = await db.Set<Announcement>().MaxAsync(a => (long?)a.Id, ct) ?? 0;
    }

    private static async Task<Failure?> NameTakenAsync(ExpandDb db, Webhook webhook, CancellationToken ct)
    {
        var (id, name) = (webhook.Id, webhook.Name.ToLowerInvariant());
#pragma warning disable CA1304, CA1311, CA1862 // It is PostgreSQL that compares.
        return await db.Set<Webhook>().AnyAsync(w => w.Id != id && w.Name.ToLower() == name, ct)
#pragma warning restore CA1304, CA1311, CA1862
            ? Failure.Conflict($"there is a webhook {webhook.Name} already") with { Field = "name" }
            : null;
    }

    private Task<Failure?> ChangeAsync(
        int id, string action, Actor actor, Func<ExpandDb, Webhook, Task<Failure?>> change, CancellationToken ct, string? reason = null) =>
        ChangeAsync(action, actor, async db =>
        {
            if (await db.Set<Webhook>().SingleOrDefaultAsync(w => w.Id == id, ct) is not { } webhook) return (Failure.NotFound($"webhook {id}"), null);
            return await change(db, webhook) is { } failure ? (failure, null) : (null, webhook);
        }, ct, reason);

    private async Task<Failure?> ChangeAsync(
        string action, Actor actor, Func<ExpandDb, Task<(Failure? Failure, Webhook? Webhook)>> change, CancellationToken ct, string? reason = null)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await SharedCopy.RaiseAsync(db, WebhookDirectory.Counter, ct);
        var (failure, webhook) = await change(db);
        if (failure is not null) return failure;
        db.Add(AuditEntry.Of(clock.GetUtcNow(), actor, action, $"webhook {webhook!.Id} ({webhook.Name})", reason ?? Told(webhook)));
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        log.WebhookChanged(action, webhook.Id, actor.Name);
        await directory.RefreshAsync(ct);
        return null;
    }

    /// <summary>The query of an address may hold a receiver's own secret.</summary>
    private static string Told(Webhook webhook) =>
        $"{new Uri(webhook.Url).GetLeftPart(UriPartial.Path)}; events: {(webhook.EventTypes.Length == 0 ? "all" : string.Join(' ', webhook.EventTypes))}; "
        + $"queues: {(webhook.Queues.Length == 0 ? "all" : string.Join(' ', webhook.Queues))}";
}
