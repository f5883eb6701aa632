using Expand.Server.Access;
using Expand.Server.Access.Settings;
using Expand.Server.DoNotCall;
using Expand.Server.Platform;
using Expand.Server.Platform.Announcements;
using Expand.Server.Sms.Gateways;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Sms;

/// <summary>
/// Messages that are asked for: checked, written down, and left to <see cref="SmsSender"/>. What is answered with an id is in the database. Of a promotional
/// message, recipients who are not to be called are written down as failed, with the list that has them, and never reach the sender.
/// </summary>
internal sealed class SmsOutbox(
    ExpandDb db, Settings<SmsSettings> settings, SmsGateways gateways, SmsRate rate, SmsWake wake, DoNotCallGate gate, AnnouncementsWanted wanted, TimeProvider clock,
    ILogger<SmsOutbox> log)
{
    /// <summary>A program's message. Refused where the second's messages are spent.</summary>
    public async Task<Result<SmsQueued>> SendAsync(SmsForm form, SmsOrigin origin, string by, CancellationToken ct)
    {
        var (order, wrong) = form.Check();
        if (order is null) return wrong!;
        if (gateways.Current is null) return NoGateway;
        if (!await rate.TakeAsync(settings.Value.RatePerSecond, ct)) return Failure.TooMany("more messages than the installation takes in a second; try again in a second");
        return await db.InTransactionAsync(token => AddAsync(order, origin, by, token), ct);
    }

    /// <summary>A message of a person's, from a page.</summary>
    public async Task<Result<SmsQueued>> SendAsync(SmsForm form, Actor actor, CancellationToken ct)
    {
        var (order, wrong) = form.Check();
        if (order is null) return wrong!;
        if (gateways.Current is null) return NoGateway;
        return await db.InTransactionAsync(async token =>
        {
            var queued = await AddAsync(order, SmsOrigin.Page, actor.Name, token);
            await AuditSentAsync(queued, order.Numbers.Count, actor, token);
            return queued;
        }, ct);
    }

    /// <summary>Sends a draft as it stands.</summary>
    public async Task<Result<SmsQueued>> SendDraftAsync(int id, int version, SmsForm form, Actor actor, CancellationToken ct)
    {
        var (order, wrong) = form.Check();
        if (order is null) return wrong!;
        if (gateways.Current is null) return NoGateway;
        return await db.InTransactionAsync<Result<SmsQueued>>(async token =>
        {
            var message = await db.Set<SmsMessage>().FromSql($"select * from sms_messages where id = {id} for update").SingleOrDefaultAsync(token);
            if (message is null) return Failure.NotFound($"message {id}");
            if (message.QueuedAt is not null || message.Version != version) return Failure.Changed($"the draft {id} was changed or sent by somebody else in the meantime");
            message.Write(order.Text, order.Count);
            (message.Sender, message.DraftRecipients, message.QueuedAt, message.Version) = (order.Sender, null, clock.GetUtcNow(), message.Version + 1);
            message.IsPromotional = order.IsPromotional;
            await db.SaveChangesAsync(token);
            var queued = new SmsQueued(message, await AddRecipientsAsync(message, order.Numbers, token));
            await AuditSentAsync(queued, order.Numbers.Count, actor, token);
            return queued;
        }, ct);
    }

    private static Failure NoGateway => Failure.Unavailable("no SMS gateway is configured");

    private async Task<SmsQueued> AddAsync(SmsOrder order, SmsOrigin origin, string by, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var message = new SmsMessage { Text = order.Text, Sender = order.Sender, Origin = origin, CreatedBy = by, CreatedAt = now, QueuedAt = now, IsPromotional = order.IsPromotional };
        message.Write(order.Text, order.Count);
        db.Add(message);
        await db.SaveChangesAsync(ct);
        return new SmsQueued(message, await AddRecipientsAsync(message, order.Numbers, ct));
    }

    /// <summary>Writes the recipients down; those who are not to be sent a promotional message, as failed. Which those are, by number.</summary>
    private async Task<Dictionary<string, DoNotCallVerdict>> AddRecipientsAsync(SmsMessage message, IReadOnlyList<string> numbers, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var refused = message.IsPromotional ? await RefusedAsync(message, numbers, ct) : [];
        var rows = numbers.Select(number => SmsRefusal.Of(refused.GetValueOrDefault(number), now)).ToList();
        var (states, failures) = (rows.ConvertAll(r => (int)r.State).ToArray(), rows.ConvertAll(r => (int)r.Failure).ToArray());
        var (reasons, steps) = (rows.ConvertAll(r => r.List).ToArray(), rows.ConvertAll(r => r.Steps).ToArray());
        await db.Database.ExecuteSqlAsync(
            $"""
            insert into sms_recipients (message_id, number, state, failure, reason, steps, state_at, next_at)
            select {message.Id}, number, state, failure, reason, steps::jsonb, {now}, {now}
            from unnest({numbers.ToArray()}, {states}, {failures}, {reasons}, {steps}) with ordinality as n (number, state, failure, reason, steps, place) order by place
            """, ct);
        await AnnounceAsync(message, refused, now, ct);
        log.MessageQueued(message.Id, numbers.Count - refused.Count, message.Segments, message.Origin);
        wake.Raise();
        return refused;
    }

    private async Task<Dictionary<string, DoNotCallVerdict>> RefusedAsync(SmsMessage message, IReadOnlyList<string> numbers, CancellationToken ct) =>
        (await gate.CheckAsync(SmsRefusal.Question(message.Id, numbers), db, ct)).Where(v => !v.MayBeCalled).ToDictionary(v => v.Number, StringComparer.Ordinal);

    private async Task AnnounceAsync(SmsMessage message, Dictionary<string, DoNotCallVerdict> refused, DateTimeOffset now, CancellationToken ct)
    {
        if (refused.Count == 0 || !wanted.Contains(SmsOutcomes.FailedEvent)) return;
        foreach (var verdict in refused.Values)
        {
            var told = SmsRefusal.Of(verdict, now);
            db.Add(Announcement.Of(SmsOutcomes.FailedEvent, now, new SmsAnnouncement(
                message.Id, verdict.Number, SmsWords.Error, SmsWords.Of(told.Failure, told.List), message.Segments, now)));
        }

        await db.SaveChangesAsync(ct);
    }

    private async Task AuditSentAsync(SmsQueued queued, int recipients, Actor actor, CancellationToken ct)
    {
        var message = queued.Message;
        var promotional = message.IsPromotional ? $"; promotional, not to be called: {queued.Refused.Count}" : "";
        db.Add(AuditEntry.Of(
            clock.GetUtcNow(), actor, "sms.sent", $"message {message.Id}", $"«{SmsText.Short(message.Text)}»; recipients: {recipients}; segments: {message.Segments}{promotional}"));
        await db.SaveChangesAsync(ct);
    }
}

/// <summary>Wakes this host's sender: something may wait for it.</summary>
internal sealed class SmsWake : IDisposable
{
    private readonly SemaphoreSlim raised = new(0, 1);

    public void Raise()
    {
        try
        {
            raised.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake already.
        }
    }

    /// <summary>Ends when it is raised, or after that time.</summary>
    public Task WaitAsync(TimeSpan most, CancellationToken ct) => raised.WaitAsync(most, ct);

    public void Dispose() => raised.Dispose();
}
