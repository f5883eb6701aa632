using Expand.Server.Access;
using Expand.Server.Access.Settings;
using Expand.Server.Platform;
using Expand.Server.Queues;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Dialer;

/// <summary>Campaigns made, set up and led through their states; every change audited. Whoever changes one holds it alone.</summary>
internal sealed class Campaigns(ExpandDb db, ContactTable contacts, KnownQueues queues, Settings<DialerSettings> settings, TimeProvider clock, ILogger<Campaigns> log)
{
    /// <summary>A new campaign, Incomplete.</summary>
    public async Task<Result<Campaign>> CreateAsync(CampaignForm form, Actor actor, CancellationToken ct)
    {
        var known = form.Checked();
        if (known.Failure is { } broken) return broken;
        if (UnknownQueue(form.Queue) is { } unknown) return unknown;
        if (UnknownTrunk(form.Calling.Trunk) is { } noWay) return noWay;
        var campaign = new Campaign { Name = "", TimeZone = "" };
        Fill(campaign, known.Value!);
        return await db.InTransactionAsync<Result<Campaign>>(async within =>
        {
            db.Add(campaign);
            await db.SaveChangesAsync(within);
            await AuditAsync(campaign, "campaign.created", actor, campaign.Name, within);
            return campaign;
        }, ct);
    }

    /// <summary>
    /// Sets a campaign up anew. One that calls keeps its queue, mode, first day and time zone; one that has ended can only be renamed and described, and
    /// a stored one is as it is. Where nothing changes it stays the same version.
    /// </summary>
    public async Task<Result<Campaign>> ChangeAsync(int id, CampaignForm form, ExpectedVersion expected, Actor actor, CancellationToken ct)
    {
        var known = form.Checked();
        if (known.Failure is { } broken) return broken;
        return await ChangeAsync(id, "campaign.changed", expected, actor, (campaign, _) =>
        {
            var refused = Fixed(campaign, known.Value!)
                ?? (form.Queue == campaign.Queue ? null : UnknownQueue(form.Queue))
                ?? (form.Calling.Trunk == campaign.Trunk ? null : UnknownTrunk(form.Calling.Trunk));
            if (refused is null) Fill(campaign, known.Value!);
            return Task.FromResult(refused);
        }, ct);
    }

    /// <summary>Begins a campaign that has what it needs, or goes on after a pause.</summary>
    public Task<Result<Campaign>> ActivateAsync(int id, ExpectedVersion expected, Actor actor, CancellationToken ct) =>
        MoveAsync(id, "campaign.activated", expected, actor, life => life.Activate(), ct);

    public Task<Result<Campaign>> PauseAsync(int id, ExpectedVersion expected, Actor actor, CancellationToken ct) =>
        MoveAsync(id, "campaign.paused", expected, actor, life => life.Pause(), ct);

    public Task<Result<Campaign>> ResumeAsync(int id, ExpectedVersion expected, Actor actor, CancellationToken ct) =>
        MoveAsync(id, "campaign.resumed", expected, actor, life => life.Resume(), ct);

    /// <summary>Ends a campaign: whoever was not reached is not called any more.</summary>
    public Task<Result<Campaign>> FinalizeAsync(int id, ExpectedVersion expected, Actor actor, CancellationToken ct) =>
        MoveAsync(id, "campaign.finalized", expected, actor, life => life.End(), ct);

    /// <summary>Puts an ended campaign away.</summary>
    public Task<Result<Campaign>> StoreAsync(int id, ExpectedVersion expected, Actor actor, CancellationToken ct) =>
        MoveAsync(id, "campaign.stored", expected, actor, life => life.Store(), ct);

    private Task<Result<Campaign>> MoveAsync(
        int id, string action, ExpectedVersion expected, Actor actor, Func<CampaignLife, Result<CampaignLife>> move, CancellationToken ct) =>
        ChangeAsync(id, action, expected, actor, async (campaign, within) =>
        {
            var moved = move(campaign.Life);
            if (moved.Failure is not null) return moved.Failure;
            if (campaign.State == CampaignState.Incomplete && Lacking(campaign) is { } lacking) return lacking;
            var ends = moved.Value.HasEnded && !campaign.Life.HasEnded;
            campaign.Life = moved.Value;
            if (ends) log.ContactsCanceled(id, await contacts.CancelPendingAsync(id, clock.GetUtcNow().WholeSecond(), within));
            return null;
        }, ct);

    /// <summary>The change, its audit entry and the raised version: one transaction; nothing of it where nothing changed.</summary>
    private Task<Result<Campaign>> ChangeAsync(
        int id, string action, ExpectedVersion expected, Actor actor, Func<Campaign, CancellationToken, Task<Failure?>> change, CancellationToken ct) =>
        db.InTransactionAsync<Result<Campaign>>(async within =>
        {
            var campaign = (await db.Set<Campaign>().FromSql($"select * from campaigns where id = {id} for update").ToListAsync(within)).SingleOrDefault();
            if (campaign is null) return Contacts.NoCampaign(id);
            // What this context read before may be older than the lock.
            await db.Entry(campaign).ReloadAsync(within);
            if (expected.Refusal(campaign.Version, $"campaign {id}") is { } changed) return changed;
            if (await change(campaign, within) is { } refused) return refused;
            db.ChangeTracker.DetectChanges();
            if (db.Entry(campaign).State != EntityState.Modified) return campaign;
            campaign.Version++;
            await AuditAsync(campaign, action, actor, campaign.Name, within);
            return campaign;
        }, ct);

    private async Task AuditAsync(Campaign campaign, string action, Actor actor, string detail, CancellationToken ct)
    {
        db.Add(AuditEntry.Of(clock.GetUtcNow(), actor, action, $"campaign {campaign.Id}", detail));
        await db.SaveChangesAsync(ct);
        log.CampaignChanged(action, campaign.Id, actor.Name);
    }

    private static void Fill(Campaign campaign, CampaignForm form)
    {
        (campaign.Name, campaign.Description, campaign.Queue, campaign.Mode) = (form.Name, form.Description, form.Queue, form.Mode);
        (campaign.StartDate, campaign.EndDate, campaign.TimeZone) = (form.StartDate, form.EndDate, form.TimeZone);
        (campaign.Schedule, campaign.RedialRules, campaign.MaxAttempts) = (form.Schedule, form.RedialRules, form.MaxAttempts);
        form.Calling.Fill(campaign);
    }

    /// <summary>What the campaign's state does not let the form change.</summary>
    private static Failure? Fixed(Campaign campaign, CampaignForm form)
    {
        var kept = campaign.State switch
        {
            CampaignState.Incomplete => form,
            CampaignState.Active =>
                form with
                {
                    Queue = campaign.Queue,
                    Mode = campaign.Mode,
                    StartDate = campaign.StartDate,
                    TimeZone = campaign.TimeZone,
                    Calling = form.Calling with { Extension = campaign.Extension },
                },
            CampaignState.Finalized => CampaignForm.Of(campaign) with { Name = form.Name, Description = form.Description },
            _ => CampaignForm.Of(campaign),
        };
        var what = campaign.State switch
        {
            CampaignState.Active => "queue, extension, mode, startdate and timezone",
            CampaignState.Finalized => "everything but name and description",
            _ => "everything",
        };
        if (IsSame(form, kept) && (campaign.State != CampaignState.Active || LacksNothing(form))) return null;
        return Failure.Conflict($"a campaign that is {campaign.State} keeps {what}, and what it needs to call");
    }

    /// <summary>Whether two forms say the same.</summary>
    public static bool IsSame(CampaignForm a, CampaignForm b) =>
        a.Schedule.SequenceEqual(b.Schedule) && a.RedialRules.SequenceEqual(b.RedialRules) && a with { Schedule = b.Schedule, RedialRules = b.RedialRules } == b;

    private static bool LacksNothing(CampaignForm form) => (form.Queue.Length > 0 || form.Calling.Extension.Length > 0) && form is { StartDate: not null, EndDate: not null, Schedule.Count: > 0 };

    /// <summary>What a campaign lacks to begin.</summary>
    private Failure? Lacking(Campaign campaign)
    {
        var lacking = campaign.Lacks;
        if (lacking.Count > 0) return Failure.Conflict($"campaign {campaign.Id} cannot be activated: it lacks {string.Join(", ", lacking)}");
        if (campaign.HasPassed(clock.GetUtcNow())) return Failure.Conflict($"campaign {campaign.Id} cannot be activated: its enddate has passed");
        return UnknownQueue(campaign.Queue) switch
        {
            { Kind: FailureKind.Invalid } unknown => Failure.Conflict($"campaign {campaign.Id} cannot be activated: {unknown.Message}"),
            var unasked => unasked,
        };
    }

    private Failure? UnknownTrunk(string trunk) =>
        settings.Value.WayOf(trunk) is null ? Failure.Invalid("trunk", $"there is no trunk {trunk} in the dialer's settings") : null;

    private Failure? UnknownQueue(string queue) => queue.Length == 0 ? null : queues.Refusal(queue, "queue");
}
