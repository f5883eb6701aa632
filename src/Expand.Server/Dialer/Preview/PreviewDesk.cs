using System.Globalization;
using Expand.Server.Access;
using Expand.Server.Access.Settings;
using Expand.Server.Calls;
using Expand.Server.Dialer.Engine;
using Expand.Server.DoNotCall;
using Expand.Server.Platform;
using Microsoft.EntityFrameworkCore;
using NpgsqlTypes;

namespace Expand.Server.Dialer.Preview;

/// <summary>
/// An agent who calls the contacts of preview campaigns: gets the next one, sees who it is, calls it or passes it by. The contact is claimed as the
/// engine's are, so nobody else calls it meanwhile, and what became of the call is told by the PBX's records alone, as of every attempt.
/// </summary>
internal sealed class PreviewDesk(
    ExpandDb db, AttemptClaims claims, OpenHours hours, ContactTable contacts, DoNotCallGate gate, CallOrigination origination, UserDirectory users,
    Settings<DialerSettings> settings, TimeProvider clock)
{
    /// <summary>How long a contact is kept for the agent who does not call it.</summary>
    public static readonly TimeSpan Lasts = TimeSpan.FromMinutes(5);

    /// <summary>When a contact that was passed by may come again.</summary>
    public static readonly TimeSpan PassedBy = TimeSpan.FromMinutes(15);

    /// <summary>Contacts that one request passes over at most: others are locked by whoever claims them now.</summary>
    private const int MostLooks = 100;

    /// <summary>Contacts are counted no further.</summary>
    public const int MostCounted = 100;

    /// <summary>The preview campaigns of an agent's queues that may call now, the first to be called first.</summary>
    public async Task<IReadOnlyList<PreviewCampaign>> CampaignsAsync(IReadOnlyCollection<string> queues, CancellationToken ct)
    {
        var found = new List<PreviewCampaign>();
        foreach (var campaign in await OfAsync(queues, ct))
            found.Add(new(campaign.Id, campaign.Name, await OrderAsync(campaign, MostCounted, null, ct) is { } order ? await contacts.CountDueAsync(order, clock.GetUtcNow(), ct) : 0));
        return found;
    }

    /// <summary>What the agent has now: a contact that is not called yet, or whose call goes on. Null where there is none.</summary>
    public async Task<PreviewCall?> CurrentAsync(int userId, CancellationToken ct)
    {
        var open = await db.Set<DialAttempt>().AsNoTracking()
            .Where(a => a.UserId == userId && a.SettledAt == null).OrderByDescending(a => a.Id).ToListAsync(ct);
        foreach (var attempt in open)
        {
            var status = attempt.AskedAt is null ? CallStatus.None : await StatusAsync(attempt, ct);
            if (attempt.AskedAt is not null && status is not (CallStatus.Ringing or CallStatus.Answer)) continue;
            if (attempt.AskedAt is null && attempt.ClaimedAt + Lasts <= clock.GetUtcNow()) continue;
            if (await contacts.FindAsync(attempt.Campaign, attempt.Contact, ct) is not { } contact) continue;
            return new(attempt, contact, await NameAsync(attempt.Campaign, ct), status);
        }

        return null;
    }

    /// <summary>The agent's last attempt that is over, with its outcome where the PBX's records have told it.</summary>
    public async Task<PreviewCall?> LastAsync(int userId, CancellationToken ct)
    {
        var since = clock.GetUtcNow() - TimeSpan.FromHours(1);
        var last = await db.Set<DialAttempt>().AsNoTracking().Where(a => a.UserId == userId && a.AskedAt > since).OrderByDescending(a => a.Id).FirstOrDefaultAsync(ct);
        return last is not null && await contacts.FindAsync(last.Campaign, last.Contact, ct) is { } contact
            ? new(last, contact, await NameAsync(last.Campaign, ct), CallStatus.None)
            : null;
    }

    /// <summary>
    /// The next contact for the agent; the one that the agent has already, where there is one. Asked twice at once it is given once. NotFound where none is due.
    /// </summary>
    public Task<Result<PreviewCall>> TakeAsync(int userId, IReadOnlyCollection<string> queues, CancellationToken ct) => db.InTransactionAsync<Result<PreviewCall>>(async within =>
    {
        await TakeTurnAsync(userId, within);
        if (await CurrentAsync(userId, within) is { } current) return current;
        var looks = MostLooks;
        foreach (var campaign in await OfAsync(queues, within))
        {
            if (await OrderAsync(campaign, 1, userId, within) is not { } order) continue;
            // Those whom a list stops, and whose number is being called for another, are passed over.
            while (await contacts.CountDueAsync(order, clock.GetUtcNow(), within) > 0)
            {
                if (await claims.ClaimAsync(order, within) is [var claimed, ..]) return new PreviewCall(claimed.Attempt, claimed.Contact, campaign.Name, CallStatus.None);
                if (--looks == 0) return Failure.NotFound("a contact that is due");
            }
        }

        return Failure.NotFound("a contact that is due");
    }, ct);

    /// <summary>Gives back a contact that was not called; it comes again later.</summary>
    public Task<Result<bool>> PassAsync(long attempt, int userId, CancellationToken ct) => db.InTransactionAsync<Result<bool>>(async within =>
    {
        var now = clock.GetUtcNow();
        await using var command = await db.CommandAsync(
            "update dial_attempts set settled_at = $3 where id = $1 and user_id = $2 and asked_at is null and settled_at is null returning contact", within);
        command.Add(NpgsqlDbType.Bigint, attempt);
        command.Add(NpgsqlDbType.Integer, userId);
        command.Add(NpgsqlDbType.TimestampTz, now);
        if (await command.ExecuteScalarAsync(within) is not long contact) return Failure.Conflict("the contact is not yours any more, or is being called");
        await contacts.PutOffAsync([contact], now + PassedBy, within);
        return true;
    }, ct);

    /// <summary>
    /// Calls the contact from the agent's extension. That the PBX is asked is written, with the call's Uniqueid, before it is asked; a phone that is in use is
    /// not rung, and the contact stays the agent's.
    /// </summary>
    public async Task<Result<string>> CallAsync(long attempt, int userId, string extension, CancellationToken ct)
    {
        if (extension.Length == 0) return Failure.Conflict("the agent is logged in at no extension");
        if (await CurrentAsync(userId, ct) is not { } current || current.Attempt.Id != attempt) return Failure.Conflict("the contact is not yours any more");
        if (current.GoesOn) return Failure.Conflict("the contact is being called");
        if (await RefusalAsync(current, ct) is { } refused) return refused;
        var name = users.Find(userId)?.FullName ?? "";
        var note = string.Create(CultureInfo.InvariantCulture, $"campaign {current.Attempt.Campaign}, contact {current.Contact.Id}");
        var request = new CallRequest(
            extension, CallRequest.Displayable(name), current.Attempt.Numcall, CallRequest.Displayable(current.Contact.Name), current.Attempt.RingSeconds, note);
        var job = await origination.RequestAsync(request, ct, channel => AskAsync(attempt, userId, channel));
        return await origination.StatusAsync(job, CancellationToken.None) switch
        {
            CallStatus.OffHook => new Failure(FailureKind.Conflict, $"the extension {extension} is in use", "extension"),
            CallStatus.Ringing or CallStatus.Answer => job,
            _ when await IsAskedAsync(attempt, ct) => job,
            _ => Failure.Conflict("the contact is not yours any more, or cannot be called"),
        };
    }

    /// <summary>Hangs up the call.</summary>
    public async Task<bool> HangUpAsync(long attempt, int userId, CancellationToken ct)
    {
        var own = await db.Set<DialAttempt>().AsNoTracking().SingleOrDefaultAsync(a => a.Id == attempt && a.UserId == userId, ct);
        return own is not null && JobOf(own) is { } job && await origination.CancelAsync(job, ct);
    }

    /// <summary>Why a contact that an agent has may not be called now.</summary>
    private async Task<Failure?> RefusalAsync(PreviewCall current, CancellationToken ct)
    {
        var campaign = await db.Set<Campaign>().AsNoTracking().SingleAsync(c => c.Id == current.Attempt.Campaign, ct);
        if (campaign is not { State: CampaignState.Active, Paused: false }) return Failure.Conflict($"campaign {campaign.Id} does not call at this moment");
        var open = await hours.OfAsync(campaign, settings.Value.Holidays, clock.GetUtcNow(), ct);
        var isOpen = current.Contact.TimeZone is { } zone ? open.Zones.Contains(zone) : open.IsOpen;
        if (!isOpen) return Failure.Conflict($"campaign {campaign.Id} calls nobody at this hour");
        if (campaign.Registers && gate.RegistersExpired().Count > 0) return Failure.Conflict("a register of numbers that are not to be called has expired");
        // An agent's phone dials through the agents' own dialplan, where * and # are codes.
        return current.Attempt.Numcall.AsSpan().IndexOfAny('*', '#') >= 0 ? Failure.Invalid("numcall", "holds * or #, which an agent's phone does not dial") : null;
    }

    private async Task<bool> AskAsync(long attempt, int userId, string channel)
    {
        await using var command = await db.CommandAsync(
            "update dial_attempts set channel_id = $3, asked_at = $4 where id = $1 and user_id = $2 and asked_at is null and settled_at is null", CancellationToken.None);
        command.Add(NpgsqlDbType.Bigint, attempt);
        command.Add(NpgsqlDbType.Integer, userId);
        command.Add(NpgsqlDbType.Text, channel);
        command.Add(NpgsqlDbType.TimestampTz, clock.GetUtcNow());
        return await command.ExecuteNonQueryAsync(CancellationToken.None) == 1;
    }

    private Task<bool> IsAskedAsync(long attempt, CancellationToken ct) => db.Set<DialAttempt>().AnyAsync(a => a.Id == attempt && a.AskedAt != null, ct);

    private async ValueTask<CallStatus> StatusAsync(DialAttempt attempt, CancellationToken ct) =>
        JobOf(attempt) is { } job ? await origination.StatusAsync(job, ct) : CallStatus.None;

    /// <summary>The job whose Uniqueid the attempt has: what stands behind the dot.</summary>
    private static string? JobOf(DialAttempt attempt) =>
        attempt.AskedAt is not null && long.TryParse(attempt.ChannelId.AsSpan(attempt.ChannelId.IndexOf('.', StringComparison.Ordinal) + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? OriginatedCall.Text(id)
            : null;

    private async Task<IReadOnlyList<Campaign>> OfAsync(IReadOnlyCollection<string> queues, CancellationToken ct)
    {
        if (!settings.Value.Enabled || queues.Count == 0) return [];
        return await db.Set<Campaign>().AsNoTracking()
            .Where(c => c.State == CampaignState.Active && !c.Paused && c.Mode == DialingMode.Preview && queues.Contains(c.Queue))
            .OrderByDescending(c => c.Priority).ThenBy(c => c.Id).ToListAsync(ct);
    }

    /// <summary>What to claim of a campaign now; null where it is not open to anybody.</summary>
    private async Task<ClaimOrder?> OrderAsync(Campaign campaign, int count, int? userId, CancellationToken ct)
    {
        var open = await hours.OfAsync(campaign, settings.Value.Holidays, clock.GetUtcNow(), ct);
        if (!open.IsOpen && open.Zones.Count == 0) return null;
        if (campaign.Registers && gate.RegistersExpired().Count > 0) return null;
        return new(campaign.Id, count, open.IsOpen, open.Zones, settings.Value.WayOf(campaign.Trunk)?.Name ?? "", userId);
    }

    private async Task<string> NameAsync(int campaign, CancellationToken ct) =>
        await db.Set<Campaign>().Where(c => c.Id == campaign).Select(c => c.Name).SingleAsync(ct);

    /// <summary>An agent who presses twice gets one contact.</summary>
    private async Task TakeTurnAsync(int userId, CancellationToken ct)
    {
        await using var command = await db.CommandAsync("select pg_advisory_xact_lock(hashtext('expand preview'), $1)", ct);
        command.Add(NpgsqlDbType.Integer, userId);
        await command.ExecuteNonQueryAsync(ct);
    }
}
