using Expand.Server.Access;
using Expand.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Sms;

/// <summary>Messages that are not sent yet: they may be as unready as they like, within what fits.</summary>
internal sealed class SmsDrafts(ExpandDb db, TimeProvider clock)
{
    private const int LongestText = 5000;
    private const int LongestRecipients = 200_000;

    /// <summary>Keeps a draft; null for <paramref name="id"/>: a new one.</summary>
    public async Task<Result<SmsMessage>> SaveAsync(int? id, int version, string text, string recipients, string sender, Actor actor, CancellationToken ct, bool promotional = false)
    {
        text = SmsText.Normal(text);
        if (Wrong(text, recipients, sender) is { } wrong) return wrong;
        return await db.InTransactionAsync<Result<SmsMessage>>(async token =>
        {
            var now = clock.GetUtcNow();
            var message = id is null
                ? db.Add(new SmsMessage { Text = text, Origin = SmsOrigin.Page, CreatedBy = actor.Name, CreatedAt = now }).Entity
                : await HeldAsync(id.Value, token);
            if (message is null) return Failure.NotFound($"draft {id}");
            if (id is not null && message.Version != version) return Changed(id.Value);
            message.Write(text, SmsText.Count(text));
            (message.Sender, message.DraftRecipients, message.IsPromotional, message.Version) = (sender.Trim(), recipients, promotional, message.Version + 1);
            await db.SaveChangesAsync(token);
            db.Add(AuditEntry.Of(now, actor, "sms.draft-saved", $"message {message.Id}", $"«{SmsText.Short(text)}»"));
            await db.SaveChangesAsync(token);
            return message;
        }, ct);
    }

    /// <summary>Deletes a draft.</summary>
    public Task<Failure?> DeleteAsync(int id, Actor actor, CancellationToken ct) => db.InTransactionAsync<Failure?>(async token =>
    {
        if (await HeldAsync(id, token) is not { } message) return Failure.NotFound($"draft {id}");
        db.Remove(message);
        db.Add(AuditEntry.Of(clock.GetUtcNow(), actor, "sms.draft-deleted", $"message {id}", $"«{SmsText.Short(message.Text)}»"));
        await db.SaveChangesAsync(token);
        return null;
    }, ct);

    /// <summary>A draft; null where there is none of that id.</summary>
    public Task<SmsMessage?> FindAsync(int id, CancellationToken ct) =>
        db.Set<SmsMessage>().AsNoTracking().SingleOrDefaultAsync(m => m.Id == id && m.QueuedAt == null, ct);

    private static Failure? Wrong(string text, string recipients, string sender) =>
        text.Length > LongestText || !PlainText.Holds(text, lines: true) ? Failure.Invalid("text", $"takes {LongestText} characters at most, and no control characters")
        : recipients.Length > LongestRecipients || !PlainText.Holds(recipients, lines: true) ? Failure.Invalid("recipients", "are too many, or hold control characters")
        : text.Length == 0 && recipients.Length == 0 ? Failure.Invalid("text", "is required")
        : SmsSettings.IsSender(sender) ? null : Failure.Invalid("sender", SmsSettings.SenderRule);

    private static Failure Changed(int id) => Failure.Changed($"the draft {id} was changed or sent by somebody else in the meantime");

    private Task<SmsMessage?> HeldAsync(int id, CancellationToken ct) =>
        db.Set<SmsMessage>().FromSql($"select * from sms_messages where id = {id} and queued_at is null for update").SingleOrDefaultAsync(ct);
}
