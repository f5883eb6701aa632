using System.Security.Cryptography;
using Expand.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Sms;

/// <summary>What a delivery report says.</summary>
internal enum SmsReport
{
    /// <summary>The network has the message.</summary>
    Accepted,

    /// <summary>The telephone has it.</summary>
    Delivered,

    /// <summary>It will not arrive.</summary>
    Failed,

    /// <summary>Something else, which changes nothing.</summary>
    Other,
}

/// <summary>Delivery reports: in any order, and as often as they come.</summary>
internal sealed class SmsReports(IDbContextFactory<ExpandDb> databases, SmsOutcomes outcomes, ILogger<SmsReports> log)
{
    /// <summary>Takes a report; false where the ticket is not of a message, and nothing is told of which part of it is wrong.</summary>
    public async Task<bool> TakeAsync(ReportTicket ticket, SmsReport report, string words, CancellationToken ct)
    {
        await using (var db = await databases.CreateDbContextAsync(ct))
        {
            var token = await db.Set<SmsRecipient>().Where(r => r.Id == ticket.RecipientId).Select(r => (Guid?)r.Token).SingleOrDefaultAsync(ct);
            Span<byte> kept = stackalloc byte[16], shown = stackalloc byte[16];
            (token ?? Guid.Empty).TryWriteBytes(kept);
            ticket.Token.TryWriteBytes(shown);
            if (!(CryptographicOperations.FixedTimeEquals(kept, shown) & token is not null)) return false;
        }

        log.Reported(ticket.RecipientId, ticket.Attempt, report, words);
        return await outcomes.ChangeAsync(ticket.RecipientId, (recipient, now) => _ = report switch
        {
            SmsReport.Accepted => recipient.ReportAccepted(ticket.Attempt, words, now),
            SmsReport.Delivered => recipient.ReportDelivered(ticket.Attempt, words, now),
            SmsReport.Failed => recipient.ReportFailed(ticket.Attempt, words, now),
            _ => false,
        }, ct);
    }
}
