using Expand.Server.Access;
using Expand.Server.Access.Settings;
using Expand.Server.Platform;
using Expand.Server.Sms.Gateways;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Sms;

/// <summary>Messages that are asked for: checked, written down, and left to <see cref="SmsSender"/>. What is answered with an id is in the database.</summary>
internal sealed class SmsOutbox(ExpandDb db, Settings<SmsSettings> settings, SmsGateways gateways, SmsRate rate, SmsWake wake, TimeProvider clock, ILogger<SmsOutbox> log)
{
    /// <summary>A program's message. Refused where the second's messages are spent.</summary>
    public async Task<Result<SmsMessage>> SendAsync(SmsForm form, SmsOrigin origin, string by, CancellationToken ct)
    {
        var (order, wrong) = form.Check();
        if (order is null) return wrong!;
        if (gateways.Current is null) return NoGateway;
        if (!await rate.TakeAsync(settings.Value.RatePerSecond, ct)) return Failure.TooMany("more messages than the installation takes in a second; try again in a second");
        return await db.InTransactionAsync(token => AddAsync(order, origin, by, token), ct);
    }

    /// <summary>A message of a person's, from a page.</summary>
    public async Task<Result<SmsMessage>> SendAsync(SmsForm form, Actor actor, CancellationToken ct)
    {
        var (order, wrong) = form.Check();
        if (order is null) return wrong!;
        if (gateways.Current is null) return NoGateway;
        return await db.InTransactionAsync(async token =>
        {
            var message = await AddAsync(order, SmsOrigin.Page, actor.Name, token);
            await AuditSentAsync(message, order.Numbers.Count, actor, token);
            return message;
        }, ct);
    }

    /// <summary>Sends a draft as it stands.</summary>
    public async Task<Result<SmsMessage>> SendDraftAsync(int id, int version, SmsForm form, Actor actor, CancellationToken ct)
    {
        var (order, wrong) = form.Check();
        if (order is null) return wrong!;
        if (gateways.Current is null) return NoGateway;
        return await db.InTransactionAsync<Result<SmsMessage>>(async token =>
        {
            var message = await db.Set<SmsMessage>().FromSql($"select * from sms_messages where id = {id} for update").SingleOrDefaultAsync(token);
            if (message is null) return Failure.NotFound($"message {id}");
            if (message.QueuedAt is not null || message.Version != version) return Failure.Changed($"the draft {id} was changed or sent by somebody else in the meantime");
            message.Write(order.Text, order.Count);
            (message.Sender, message.DraftRecipients, message.QueuedAt, message.Version) = (order.Sender, null, clock.GetUtcNow(), message.Version + 1);
            await db.SaveChangesAsync(token);
            await AddRecipientsAsync(message, order.Numbers, token);
            await AuditSentAsync(message, order.Numbers.Count, actor, token);
            return message;
        }, ct);
    }

    private static Failure NoGateway => Failure.Unavailable("no SMS gateway is configured");

    private async Task<SmsMessage> AddAsync(SmsOrder order, SmsOrigin origin, string by, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var message = new SmsMessage { Text = order.Text, Sender = order.Sender, Origin = origin, CreatedBy = by, CreatedAt = now, QueuedAt = now };
        message.Write(order.Text, order.Count);
        db.Add(message);
        await db.SaveChangesAsync(ct);
        await AddRecipientsAsync(message, order.Numbers, ct);
        return message;
    }

    private async Task AddRecipientsAsync(SmsMessage message, IReadOnlyList<string> numbers, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await db.Database.ExecuteSqlAsync(
            $"""
            insert into sms_recipients (message_id, number, state, state_at, next_at)
            select {message.Id}, number, 0, {now}, {now} from unnest({numbers.ToArray()}) with ordinality as n (number, place) order by place
            """, ct);
        log.MessageQueued(message.Id, numbers.Count, message.Segments, message.Origin);
        wake.Raise();
    }

    private async Task AuditSentAsync(SmsMessage message, int recipients, Actor actor, CancellationToken ct)
    {
        db.Add(AuditEntry.Of(clock.GetUtcNow(), actor, "sms.sent", $"message {message.Id}", $"«{SmsText.Short(message.Text)}»; recipients: {recipients}; segments: {message.Segments}"));
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
