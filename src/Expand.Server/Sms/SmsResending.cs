using Expand.Server.Access;
using Expand.Server.Platform;
using Expand.Server.Sms.Gateways;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Sms;

/// <summary>Failed messages that a person has sent once more, knowing what is known of them.</summary>
internal sealed class SmsResending(ExpandDb db, SmsGateways gateways, SmsWake wake, TimeProvider clock)
{
    /// <summary>Sends a message once more to those it failed for: all of them, or one. How many they are.</summary>
    public async Task<Result<int>> ResendAsync(int messageId, long? recipientId, Actor actor, CancellationToken ct)
    {
        if (gateways.Current is null) return Failure.Unavailable("no SMS gateway is configured");
        var result = await db.InTransactionAsync<Result<int>>(async token =>
        {
            var failed = await db.Set<SmsRecipient>().FromSql($"select * from sms_recipients where message_id = {messageId} and state = 5 for update")
                .Where(r => recipientId == null || r.Id == recipientId).OrderBy(r => r.Id).ToListAsync(token);
            if (failed.Count == 0) return Failure.Conflict("nothing of it has failed");
            var now = clock.GetUtcNow();
            foreach (var recipient in failed) recipient.Resend(actor.Name, now);
            db.Add(AuditEntry.Of(now, actor, "sms.resent", $"message {messageId}", failed.Count == 1 ? failed[0].Number : $"recipients: {failed.Count}"));
            await db.SaveChangesAsync(token);
            return failed.Count;
        }, ct);
        if (result.Failure is null) wake.Raise();
        return result;
    }
}
