using Expand.Server.Platform;
using Expand.Server.Platform.Announcements;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Sms;

/// <summary>
/// How the state of a recipient is changed: its row is held until it is written, so that an answer, a report and a person who come at once are taken one
/// after the other; and whoever waits for it is told in the same transaction.
/// </summary>
internal sealed class SmsOutcomes(IDbContextFactory<ExpandDb> databases, AnnouncementsWanted wanted, TimeProvider clock, ILogger<SmsOutcomes> log)
{
    /// <summary>Rows that a sweep takes at once.</summary>
    private const int Portion = 200;

    /// <summary>What is told where a message will not arrive.</summary>
    public const string FailedEvent = "sms.failed";

    /// <summary>Changes one recipient; false where there is none of that id.</summary>
    public async Task<bool> ChangeAsync(long id, Action<SmsRecipient, DateTimeOffset> change, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var recipient = await db.Set<SmsRecipient>().FromSql($"select * from sms_recipients where id = {id} for update").SingleOrDefaultAsync(ct);
        if (recipient is null) return false;
        await ChangeAsync(db, recipient, change, ct);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return true;
    }

    /// <summary>Claims without an outcome are in doubt: those of this host's earlier life, and those that are older than any request lives.</summary>
    public Task<int> DoubtAsync(string host, DateTimeOffset startedAt, TimeSpan longestRequest, TimeSpan grace, CancellationToken ct) => SweepAsync(
        $"""
        select * from sms_recipients where state = 1 and (claimed_at < {clock.GetUtcNow() - longestRequest} or (claimed_by = {host} and claimed_at < {startedAt}))
        order by id limit {Portion} for update skip locked
        """,
        (recipient, now) => recipient.Doubt(recipient.Attempts, "", grace, now), ct);

    /// <summary>Those in doubt whose time is over.</summary>
    public Task<int> SettleAsync(int mostTries, CancellationToken ct) => SweepAsync(
        $"select * from sms_recipients where state = 2 and next_at <= {clock.GetUtcNow()} order by id limit {Portion} for update skip locked",
        (recipient, now) => recipient.Settle(mostTries, now), ct);

    private async Task<int> SweepAsync(FormattableString rows, Action<SmsRecipient, DateTimeOffset> change, CancellationToken ct)
    {
        var all = 0;
        while (true)
        {
            await using var db = await databases.CreateDbContextAsync(ct);
            await using var transaction = await db.Database.BeginTransactionAsync(ct);
            var found = await db.Set<SmsRecipient>().FromSql(rows).ToListAsync(ct);
            foreach (var recipient in found) await ChangeAsync(db, recipient, change, ct);
            await db.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
            all += found.Count;
            if (found.Count < Portion) return all;
        }
    }

    private async Task ChangeAsync(ExpandDb db, SmsRecipient recipient, Action<SmsRecipient, DateTimeOffset> change, CancellationToken ct)
    {
        var (before, wasAccepted, now) = (recipient.State, recipient.AcceptedAt is not null, clock.GetUtcNow());
        change(recipient, now);
        if (!wasAccepted && recipient.AcceptedAt is not null) await AnnounceAsync(db, "sms.sent", recipient, now, ct);
        if (recipient.State == before) return;
        log.RecipientMoved(recipient.MessageId, recipient.Id, before, recipient.State);
        if (recipient.State == SmsState.Delivered) await AnnounceAsync(db, "sms.delivered", recipient, now, ct);
        if (recipient.State == SmsState.Failed) await AnnounceAsync(db, FailedEvent, recipient, now, ct);
    }

    private async Task AnnounceAsync(ExpandDb db, string type, SmsRecipient recipient, DateTimeOffset now, CancellationToken ct)
    {
        if (!wanted.Contains(type)) return;
        var segments = await db.Set<SmsMessage>().Where(m => m.Id == recipient.MessageId).Select(m => m.Segments).SingleAsync(ct);
        db.Add(Announcement.Of(type, now, new SmsAnnouncement(
            recipient.MessageId, recipient.Number, SmsWords.Of(recipient.State), recipient.Failure == SmsFailure.None ? null : SmsWords.Of(recipient.Failure, recipient.Reason), segments, now)));
    }
}

/// <summary>What is told of a message to one recipient.</summary>
/// <param name="Id">The message.</param>
/// <param name="Recipient">The number.</param>
/// <param name="State">Where it stands, in the REST API's word.</param>
/// <param name="Reason">Why it failed; null where it has not.</param>
/// <param name="Segments">Short messages that it is.</param>
/// <param name="At">When.</param>
internal sealed record SmsAnnouncement(int Id, string Recipient, string State, string? Reason, int Segments, DateTimeOffset At);
