using Expand.Server.Access;
using Expand.Server.Access.Settings;
using Expand.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.DoNotCall;

/// <summary>An exemption as it is asked for.</summary>
/// <param name="Number">The number, however it is written.</param>
/// <param name="Reason">Why it may be called.</param>
/// <param name="List">The one list that it lifts; null: every list.</param>
/// <param name="Campaign">The one campaign that it counts for; null: every call.</param>
/// <param name="Until">The last day that it counts; null: until it is ended.</param>
internal sealed record ExemptionForm(string Number, string Reason, int? List = null, int? Campaign = null, DateOnly? Until = null);

/// <summary>Numbers that may be called although a list has them, each with its reason; made and ended, never deleted.</summary>
internal sealed class Exemptions(IDbContextFactory<ExpandDb> databases, Settings<DoNotCallSettings> settings, LocalTime time)
{
    /// <summary>Exempts a number; the exemption's id.</summary>
    public async Task<Result<long>> AddAsync(ExemptionForm form, Actor actor, CancellationToken ct)
    {
        var reason = form.Reason.Trim();
        var (canonical, failure) = ListedNumbers.Read(form.Number, settings.Value);
        if ((failure ?? Wrong(form, reason)) is { } wrong) return wrong;
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var list = form.List is { } id ? await NumberLists.HeldAsync(db, id, ct) : null;
        if (form.List is { } missing && list is null) return Failure.Invalid("list", $"there is no list {missing}");
        var made = new Exemption
        {
            Number = canonical!,
            ListId = list?.Id,
            ListName = list?.Name,
            CampaignId = form.Campaign,
            Reason = reason,
            Until = form.Until,
            AddedAt = time.Now,
            AddedBy = actor.Name,
        };
        db.Add(made);
        db.Add(AuditEntry.Of(time.Now, actor, "dnc.exempted", made.Number, Told(made)));
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return made.Id;
    }

    /// <summary>Ends one from now on; one that is ended already stays so.</summary>
    public async Task<Failure?> EndAsync(long id, Actor actor, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var exemption = await db.Set<Exemption>().FromSql($"select * from dnc_exemptions where id = {id} for update").SingleOrDefaultAsync(ct);
        if (exemption is null) return Failure.NotFound($"exemption {id}");
        if (exemption.EndedAt is not null) return null;
        (exemption.EndedAt, exemption.EndedBy) = (time.Now, actor.Name);
        db.Add(AuditEntry.Of(time.Now, actor, "dnc.exemption-ended", exemption.Number, Told(exemption)));
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return null;
    }

    /// <summary>The exemptions, the newest first, from the one before <paramref name="before"/>.</summary>
    /// <param name="number">Only those of numbers that begin so; empty: of all.</param>
    /// <param name="onlyCounting">Only those that count today.</param>
    /// <param name="before">An exemption's id; null: from the newest on.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="ct">Ends the reading.</param>
    public async Task<List<Exemption>> PageAsync(string number, bool onlyCounting, long? before, int most, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var found = db.Set<Exemption>().AsNoTracking();
        if (number.Length > 0) found = found.Where(e => EF.Functions.Like(e.Number, number + "%"));
        if (before is { } id) found = found.Where(e => e.Id < id);
        var today = time.Today();
        if (onlyCounting) found = found.Where(e => e.EndedAt == null && (e.Until == null || e.Until >= today));
        return await found.OrderByDescending(e => e.Id).Take(most).ToListAsync(ct);
    }

    private Failure? Wrong(ExemptionForm form, string reason) =>
        reason.Length == 0 ? Failure.Invalid("reason", "is required: why may the number be called?")
        : reason.Length > Exemption.ReasonLength ? Failure.Invalid("reason", $"may have {Exemption.ReasonLength} characters at most")
        : !PlainText.Holds(reason) ? Failure.Invalid("reason", PlainText.Rule)
        : form.Campaign is <= 0 ? Failure.Invalid("campaign", "takes the number of a campaign")
        : form.Until < time.Today() ? Failure.Invalid("until", "takes a day that is not over") : null;

    private static string Told(Exemption exemption) => FormattableString.Invariant(
        $"{exemption.Reason}; list: {exemption.ListName ?? "-"}; campaign: {(exemption.CampaignId is { } campaign ? campaign : "-")}; until: {(exemption.Until is { } until ? $"{until:yyyy-MM-dd}" : "-")}");
}
