using Expand.Server.Access;
using Expand.Server.DoNotCall;
using Expand.Server.Platform;
using Expand.Server.Sms.Gateways;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Sms;

/// <summary>Failed messages that a person has sent once more, knowing what is known of them.</summary>
internal sealed class SmsResending(ExpandDb db, SmsGateways gateways, SmsWake wake, DoNotCallGate gate, TimeProvider clock)
{
    /// <summary>
    /// Sends a message once more to those it failed for: all of them, or one. How many they are. A promotional one goes to whom it may go to today; where that
    /// is none of them it is refused, and why stands with each.
    /// </summary>
    public async Task<Result<int>> ResendAsync(int messageId, long? recipientId, Actor actor, CancellationToken ct)
    {
        if (gateways.Current is null) return Failure.Unavailable("no SMS gateway is configured");
        var result = await db.InTransactionAsync<Result<int>>(async token =>
        {
            var failed = await db.Set<SmsRecipient>().FromSql($"select * from sms_recipients where message_id = {messageId} and state = 5 for update")
                .Where(r => recipientId == null || r.Id == recipientId).OrderBy(r => r.Id).ToListAsync(token);
            if (failed.Count == 0) return Failure.Conflict("nothing of it has failed");
            var now = clock.GetUtcNow();
            var sent = await AllowedAsync(messageId, failed, now, token);
            foreach (var recipient in sent) recipient.Resend(actor.Name, now);
            if (sent.Count > 0) db.Add(AuditEntry.Of(now, actor, "sms.resent", $"message {messageId}", sent.Count == 1 ? sent[0].Number : $"recipients: {sent.Count}"));
            await db.SaveChangesAsync(token);
            return sent.Count;
        }, ct);
        if (result is { Failure: null, Value: 0 }) return new Failure(FailureKind.Conflict, "whom it failed for is not to be called", "listed");
        if (result.Failure is null) wake.Raise();
        return result;
    }

    private async Task<List<SmsRecipient>> AllowedAsync(int messageId, List<SmsRecipient> failed, DateTimeOffset now, CancellationToken ct)
    {
        if (!await db.Set<SmsMessage>().AnyAsync(m => m.Id == messageId && m.IsPromotional, ct)) return failed;
        var verdicts = await gate.CheckAsync(SmsRefusal.Question(messageId, failed.ConvertAll(r => r.Number)), db, ct);
        var allowed = new List<SmsRecipient>();
        foreach (var (recipient, verdict) in failed.Zip(verdicts))
        {
            if (verdict.MayBeCalled) allowed.Add(recipient);
            else recipient.Forbid(SmsRefusal.FailureOf(verdict), verdict.List!, now);
        }

        return allowed;
    }
}
