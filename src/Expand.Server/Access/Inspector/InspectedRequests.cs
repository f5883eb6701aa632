using Expand.Server.Platform;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Expand.Server.Access.Inspector;

/// <summary>A request as it is listed.</summary>
internal sealed record InspectedRow(
    long Id, DateTimeOffset At, string Caller, string Address, int DurationMicroseconds, string Operation, int Status, bool Failed, string Outcome);

/// <summary>A key or a credential whose requests can be looked at.</summary>
/// <param name="Id">As <see cref="InspectedRequest.Caller"/>.</param>
/// <param name="IsKey">Whether it is an authorizedKey.</param>
/// <param name="Description">The system that uses it.</param>
/// <param name="Mark">The key's first digits, or the credential's name.</param>
internal sealed record InspectedCaller(string Id, bool IsKey, string Description, string Mark);

/// <summary>What is asked for.</summary>
/// <param name="Caller">As <see cref="InspectedRequest.Caller"/>; null: everybody's.</param>
/// <param name="Text">Found in whatever was sent, understood or answered; empty: all.</param>
/// <param name="OnlyFailed">Only what was refused or failed.</param>
internal sealed record InspectedFilter(string? Caller, string Text, bool OnlyFailed);

/// <summary>The last requests of clients, for administrators.</summary>
internal sealed class InspectedRequests(
    IDbContextFactory<ExpandDb> databases, AuthorizedKeys keys, ApiCredentials credentials, InspectorQueue queue, IOptions<InspectorOptions> options)
{
    /// <summary>How many are listed at most.</summary>
    public const int Most = 200;

    /// <summary>What is kept, and for how long.</summary>
    public InspectorOptions Kept => options.Value;

    /// <summary>Requests that this host could not keep.</summary>
    public long Dropped => queue.Dropped;

    /// <summary>Keys and credentials in force, by description.</summary>
    public async Task<IReadOnlyList<InspectedCaller>> CallersAsync(CancellationToken ct) =>
    [
        .. (await keys.ListAsync(ct)).Where(k => k.RevokedAt is null).Select(k => new InspectedCaller(Inspection.OfKey(k.Id), true, k.Description, k.Prefix + "…"))
            .OrderBy(c => c.Description, StringComparer.CurrentCultureIgnoreCase),
        .. (await credentials.ListAsync(ct)).Where(c => c.RevokedAt is null).Select(c => new InspectedCaller(Inspection.OfCredential(c.Id), false, c.Description, c.Username))
            .OrderBy(c => c.Description, StringComparer.CurrentCultureIgnoreCase),
    ];

    /// <summary>The newest first.</summary>
    public async Task<IReadOnlyList<InspectedRow>> ListAsync(InspectedFilter filter, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        IQueryable<InspectedRequest> asked = db.Set<InspectedRequest>().AsNoTracking();
        if (filter.Caller is { } caller) asked = asked.Where(r => r.Caller == caller);
        if (filter.OnlyFailed) asked = asked.Where(r => r.Failed);
        if (PlainText.Holds(filter.Text) && filter.Text.Trim() is { Length: > 0 } text)
        {
            var like = $"%{text.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal)}%";
            asked = asked.Where(r => EF.Functions.ILike(r.Operation, like, @"\") || EF.Functions.ILike(r.Outcome, like, @"\") || EF.Functions.ILike(r.RequestLine, like, @"\")
                || EF.Functions.ILike(r.Address, like, @"\") || EF.Functions.ILike(r.Body, like, @"\") || EF.Functions.ILike(r.Understood, like, @"\") || EF.Functions.ILike(r.Answer, like, @"\"));
        }

        return await asked.OrderByDescending(r => r.Id).Take(Most)
            .Select(r => new InspectedRow(r.Id, r.At, r.Caller, r.Address, r.DurationMicroseconds, r.Operation, r.Status, r.Failed, r.Outcome)).ToListAsync(ct);
    }

    /// <summary>One of them with everything; null where it is kept no longer.</summary>
    public async Task<InspectedRequest?> FindAsync(long id, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.Set<InspectedRequest>().AsNoTracking().SingleOrDefaultAsync(r => r.Id == id, ct);
    }
}
