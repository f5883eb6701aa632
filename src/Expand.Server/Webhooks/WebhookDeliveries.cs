using Expand.Server.Access;
using Expand.Server.Platform;
using Expand.Server.Platform.Outbound;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Webhooks;

/// <summary>A webhook as it is listed, with how its receiver does.</summary>
internal sealed record WebhookRow(
    int Id, string Name, string Url, string Description, string[] EventTypes, string[] Queues, bool Enabled, DateTimeOffset? GoneAt, DateTimeOffset? FormerSecretUntil,
    DateTimeOffset CreatedAt, string CreatedBy, DateTimeOffset? LastSuccessAt, DateTimeOffset? LastFailureAt, string? LastFailure, int Failures, DateTimeOffset? PausedUntil,
    int Waiting, int Dead)
{
    /// <summary>Counted no further than that.</summary>
    public const int Counted = 10_000;

    public WebhookForm Form => new(Name, Url, Description, EventTypes, Queues);
}

/// <summary>Which deliveries are meant.</summary>
internal sealed record DeliveryFilter
{
    public int? Webhook { get; init; }

    public string? Type { get; init; }

    public DeliveryState? State { get; init; }

    public DateTimeOffset? From { get; init; }

    /// <summary>Before that instant.</summary>
    public DateTimeOffset? Before { get; init; }
}

/// <summary>Where a page of deliveries ends.</summary>
internal sealed record DeliveryPlace(DateTimeOffset OccurredAt, long Id);

/// <summary>A delivery as it is listed; <c>Status</c> and <c>Answer</c> are of its last attempt.</summary>
internal sealed record DeliveryRow(
    long Id, int WebhookId, string Webhook, string EventId, string Type, DateTimeOffset OccurredAt, DeliveryState State, int Attempts, DateTimeOffset NextAt, int? Status, string? Answer)
{
    public DeliveryPlace Place => new(OccurredAt, Id);
}

/// <summary>A delivery with all that is known of it.</summary>
internal sealed record DeliveryDetail(DeliveryRow Row, string Body, IReadOnlyList<DeliveryAttempt> Attempts);

/// <summary>The webhooks and their deliveries looked at, tested and sent anew.</summary>
internal sealed class WebhookDeliveries(
    IDbContextFactory<ExpandDb> databases, WebhookDirectory directory, DeliveryTurns turns, DeliveryPost post, AuditTrail audit, TimeProvider clock, ILogger<WebhookDeliveries> log)
{
    private const int Portion = 1000;

    /// <summary>All webhooks by name.</summary>
    public async Task<IReadOnlyList<WebhookRow>> WebhooksAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var deliveries = db.Set<Delivery>();
        return await (
            from w in db.Set<Webhook>()
            join h in db.Set<WebhookHealth>() on w.Id equals h.WebhookId
            orderby w.Name, w.Id
            select new WebhookRow(
                w.Id, w.Name, w.Url, w.Description, w.EventTypes, w.Queues, w.Enabled, w.GoneAt, w.FormerSecretUntil, w.CreatedAt, w.CreatedBy,
                h.LastSuccessAt, h.LastFailureAt, h.LastFailure, h.Failures, h.PausedUntil,
                deliveries.Where(d => d.WebhookId == w.Id && d.State == DeliveryState.Waiting).Take(WebhookRow.Counted).Count(),
                deliveries.Where(d => d.WebhookId == w.Id && d.State == DeliveryState.Dead).Take(WebhookRow.Counted).Count())).ToListAsync(ct);
    }

    /// <summary>Some deliveries, the newest first.</summary>
    public async Task<IReadOnlyList<DeliveryRow>> PageAsync(DeliveryFilter filter, DeliveryPlace? after, int most, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var found = Among(db, filter);
        if (after is { } place) found = found.Where(d => d.OccurredAt < place.OccurredAt || (d.OccurredAt == place.OccurredAt && d.Id < place.Id));
        return await Rows(db, found.OrderByDescending(d => d.OccurredAt).ThenByDescending(d => d.Id).Take(most)).ToListAsync(ct);
    }

    /// <summary>One delivery with its attempts, the first one first; null where it is there no more.</summary>
    public async Task<DeliveryDetail?> FindAsync(long id, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var one = db.Set<Delivery>().Where(d => d.Id == id);
        if (await Rows(db, one).SingleOrDefaultAsync(ct) is not { } row) return null;
        return new DeliveryDetail(
            row, await one.Select(d => d.Body).SingleAsync(ct),
            await db.Set<DeliveryAttempt>().AsNoTracking().Where(a => a.DeliveryId == id).OrderBy(a => a.Id).ToListAsync(ct));
    }

    /// <summary>How many a replay would send.</summary>
    public async Task<int> CountAsync(DeliveryFilter filter, bool onlyFailed, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await ToReplay(db, filter, onlyFailed).CountAsync(ct);
    }

    /// <summary>Sends one anew, with the same id: a new series of attempts begins.</summary>
    public async Task<Failure?> ReplayAsync(long id, Actor actor, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var webhook = await db.Set<Delivery>().Where(d => d.Id == id).Select(d => (int?)d.WebhookId).SingleOrDefaultAsync(ct);
        if (webhook is null) return Failure.NotFound($"delivery {id}");
        await AnewAsync(db.Set<Delivery>().Where(d => d.Id == id), ct);
        await EndPauseAsync(db, webhook.Value, ct);
        db.Add(AuditEntry.Of(clock.GetUtcNow(), actor, "webhook.replayed", $"webhook {webhook}", $"delivery {id}"));
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return null;
    }

    /// <summary>
    /// Sends the deliveries of a filter anew, in their order; what still waits for its first attempt is left as it is. Returns how many. Repeated after an
    /// interruption it sends again what it had got to: receivers tell by the id.
    /// </summary>
    /// <param name="filter">Which; of one webhook.</param>
    /// <param name="onlyFailed">Only those that did not arrive.</param>
    /// <param name="actor">Who wants it.</param>
    /// <param name="progress">Is told how many so far.</param>
    /// <param name="ct">Ends it; what was got to goes out.</param>
    public async Task<Result<int>> ReplayAsync(DeliveryFilter filter, bool onlyFailed, Actor actor, Action<int>? progress, CancellationToken ct)
    {
        if (filter.Webhook is not { } webhook || directory.Find(webhook) is null) return Failure.NotFound($"webhook {filter.Webhook}");
        var detail = $"{(onlyFailed ? "failed" : "all")}; type {filter.Type ?? "any"}; from {filter.From:O} to {filter.Before:O}";
        if (await audit.TryWriteAsync(actor, "webhook.replayed", $"webhook {webhook}", detail, ct) is { } unwritten) return unwritten;
        var (sent, last) = (0, 0L);
        while (true)
        {
            await using var db = await databases.CreateDbContextAsync(ct);
            var from = last;
            var ids = await ToReplay(db, filter, onlyFailed).Where(d => d.Id > from).OrderBy(d => d.Id).Select(d => d.Id).Take(Portion).ToListAsync(ct);
            if (ids.Count > 0) sent += await AnewAsync(db.Set<Delivery>().Where(d => ids.Contains(d.Id)), ct);
            if (from == 0) await EndPauseAsync(db, webhook, ct);
            progress?.Invoke(sent);
            if (ids.Count < Portion) break;
            last = ids[^1];
        }

        log.Replayed(sent, webhook, actor.Name);
        return sent;
    }

    /// <summary>Sends an event of no meaning now, whether the webhook is switched on or not, and answers what the receiver said.</summary>
    public async Task<Result<OutboundAnswer>> TestAsync(int id, Actor actor, CancellationToken ct)
    {
        if (directory.Find(id) is not { } target) return Failure.NotFound($"webhook {id}");
        var now = clock.GetUtcNow();
        var delivery = new Delivery
        {
            WebhookId = id,
            EventId = $"test_{Guid.NewGuid():N}",
            Type = EventCatalogue.Test,
            OccurredAt = now,
            Body = EventMessage.Body(EventCatalogue.Test, now, EventMessage.Data(new { webhook = id, by = actor.Name })),
            // Sent once, here: whatever comes of it, nothing sends it again by itself.
            State = DeliveryState.Dead,
            NextAt = now,
            SeriesAt = now,
            EndedAt = now,
        };
        await using (var db = await databases.CreateDbContextAsync(ct))
        {
            db.Add(delivery);
            db.Add(AuditEntry.Of(now, actor, "webhook.tested", $"webhook {id}"));
            await db.SaveChangesAsync(ct);
        }

        var answer = await post.SendAsync(target, delivery.EventId, delivery.Body, ct);
        var outcome = new AttemptOutcome(answer.IsSuccess ? DeliveryState.Delivered : DeliveryState.Dead, now);
        await turns.WriteAsync(id, new DueDelivery(delivery.Id, delivery.EventId, delivery.Type, delivery.Body, 0), now, answer, outcome, countsForHealth: false, ct);
        return answer;
    }

    private static IQueryable<Delivery> Among(ExpandDb db, DeliveryFilter filter)
    {
        var found = db.Set<Delivery>().AsNoTracking();
        if (filter.Webhook is { } webhook) found = found.Where(d => d.WebhookId == webhook);
        if (filter.Type is { } type) found = found.Where(d => d.Type == type);
        if (filter.State is { } state) found = found.Where(d => d.State == state);
        if (filter.From is { } from) found = found.Where(d => d.OccurredAt >= from);
        return filter.Before is { } before ? found.Where(d => d.OccurredAt < before) : found;
    }

    private static IQueryable<Delivery> ToReplay(ExpandDb db, DeliveryFilter filter, bool onlyFailed)
    {
        // Tests are of the moment.
        var found = Among(db, filter).Where(d => d.Type != EventCatalogue.Test);
        return onlyFailed
            ? found.Where(d => d.State == DeliveryState.Dead || (d.State == DeliveryState.Waiting && d.Attempts > 0))
            : found.Where(d => d.State != DeliveryState.Waiting || d.Attempts > 0);
    }

    private static IQueryable<DeliveryRow> Rows(ExpandDb db, IQueryable<Delivery> found) =>
        from d in found
        join w in db.Set<Webhook>() on d.WebhookId equals w.Id
        let last = db.Set<DeliveryAttempt>().Where(a => a.DeliveryId == d.Id).OrderByDescending(a => a.Id).FirstOrDefault()
        orderby d.OccurredAt descending, d.Id descending
        select new DeliveryRow(
            d.Id, d.WebhookId, w.Name, d.EventId, d.Type, d.OccurredAt, d.State, d.Attempts, d.NextAt, last == null ? null : last.Status, last == null ? null : last.Answer);

    /// <summary>Whoever sends anew says that the receiver is there: it is asked at once.</summary>
    private static Task<int> EndPauseAsync(ExpandDb db, int webhook, CancellationToken ct) =>
        db.Set<WebhookHealth>().Where(h => h.WebhookId == webhook).ExecuteUpdateAsync(set => set.SetProperty(h => h.PausedUntil, (DateTimeOffset?)null), ct);

    private Task<int> AnewAsync(IQueryable<Delivery> which, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return which.ExecuteUpdateAsync(set => set
            .SetProperty(d => d.State, DeliveryState.Waiting).SetProperty(d => d.Attempts, 0).SetProperty(d => d.EndedAt, (DateTimeOffset?)null)
            .SetProperty(d => d.NextAt, now).SetProperty(d => d.SeriesAt, now), ct);
    }
}
