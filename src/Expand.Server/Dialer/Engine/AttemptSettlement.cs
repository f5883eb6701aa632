using Expand.Server.Platform;
using Expand.Server.Platform.Announcements;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Dialer.Engine;

/// <summary>
/// Writes what became of an attempt: its row, and its contact's state, statelog and next call, in one transaction. Whoever does, and however often, it is
/// written once: the attempt's row decides.
/// </summary>
internal sealed class AttemptSettlement(ExpandDb db, ContactTable contacts, AnnouncementsWanted wanted, TimeProvider clock)
{
    /// <summary>How long a contact is put off whom the PBX could not even try to call: what hinders it would hinder the next attempt too.</summary>
    private static readonly TimeSpan NotPlaced = TimeSpan.FromSeconds(15);

    /// <summary>Writes a verdict; false where there was nothing (more) to write.</summary>
    public Task<bool> WriteAsync(DialAttempt open, AttemptVerdict verdict, CancellationToken ct) => db.InTransactionAsync(async within =>
    {
        if (verdict.Kind == VerdictKind.Pending || await contacts.HoldCampaignAsync(open.Campaign, within) is not { } campaign) return false;
        // The contact before the attempt, as whoever claims takes them.
        var contact = (await contacts.LockAsync(open.Campaign, [open.Contact], [], within)).SingleOrDefault();
        if (await LockAsync(open.Id, within) is not { } attempt) return false;
        if (verdict.Kind == VerdictKind.Connected && attempt.ConnectedAt is not null) return false;
        if (contact is not null) await MoveAsync(contact, campaign, attempt, verdict, within);
        Fill(attempt, verdict);
        if (verdict.Kind == VerdictKind.Ended && wanted.Contains(CampaignAttempted.Type)) db.Add(CampaignAttempted.Of(attempt, campaign, contact));
        await db.SaveChangesAsync(within);
        db.Entry(attempt).State = EntityState.Detached;
        return true;
    }, ct);

    private async Task<DialAttempt?> LockAsync(long id, CancellationToken ct) =>
        (await db.Set<DialAttempt>().FromSql($"select * from dial_attempts where id = {id} and settled_at is null for update").ToListAsync(ct)).SingleOrDefault();

    private async Task MoveAsync(Contact contact, Campaign campaign, DialAttempt attempt, AttemptVerdict verdict, CancellationToken ct)
    {
        if (verdict.Kind == VerdictKind.Void)
        {
            if (attempt.AskedAt is not null) await contacts.PutOffAsync([contact.Id], clock.GetUtcNow() + NotPlaced, ct);
            return;
        }

        var life = contact.Life;
        var talks = verdict.Kind == VerdictKind.Connected || verdict.Outcome == AttemptOutcome.Answer;
        var at = (talks ? verdict.ConnectedAt ?? verdict.EndedAt : verdict.EndedAt).WholeSecond();
        // The answer stands in the log since the agent took the call.
        if (attempt.ConnectedAt is null || !talks) life = life.Called(talks ? AttemptOutcome.Answer : verdict.Outcome, campaign.Redialling, at);
        if (talks && verdict.Kind == VerdictKind.Ended && life.Completed(verdict.EndedAt.WholeSecond()) is { Failure: null } completed) life = completed.Value!;
        await contacts.UpdateAsync([contact with { Life = life, Version = contact.Version + 1 }], ct);
    }

    private void Fill(DialAttempt attempt, AttemptVerdict verdict)
    {
        if (verdict.Kind != VerdictKind.Connected) attempt.SettledAt = clock.GetUtcNow();
        if (verdict.Kind == VerdictKind.Void) return;
        attempt.AnsweredAt = verdict.AnsweredAt ?? attempt.AnsweredAt;
        attempt.ConnectedAt ??= verdict.ConnectedAt;
        if (verdict.Agent.Length > 0) attempt.Agent = verdict.Agent;
        if (verdict.Kind == VerdictKind.Connected) return;
        (attempt.Outcome, attempt.EndedAt) = (verdict.Outcome, verdict.EndedAt);
    }
}
