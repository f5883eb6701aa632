using System.Runtime.CompilerServices;
using Expand.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.DoNotCall;

/// <summary>Which checks are looked for.</summary>
internal sealed record CheckFilter
{
    /// <summary>The canonical number, or its first digits; null: every number.</summary>
    public string? Number { get; init; }

    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? To { get; init; }

    public CheckResult? Result { get; init; }

    public CheckPurpose? Purpose { get; init; }
}

/// <summary>The evidence, read: never changed by anybody, and deleted only when it is past its days (<see cref="OldNumbers"/>).</summary>
internal sealed class CheckRecords(IDbContextFactory<ExpandDb> databases)
{
    /// <summary>Checks of the filter, the newest first, from those after <paramref name="last"/>.</summary>
    public async Task<List<NumberCheck>> PageAsync(CheckFilter filter, NumberCheck? last, int most, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await Before(Of(db, filter), last).Take(most).ToListAsync(ct);
    }

    /// <summary>Every check of the filter, the newest first, read in portions while they are taken.</summary>
    public async IAsyncEnumerable<NumberCheck> ReadAsync(CheckFilter filter, [EnumeratorCancellation] CancellationToken ct = default)
    {
        const int Portion = 1_000;
        for (NumberCheck? last = null; ;)
        {
            var page = await PageAsync(filter, last, Portion, ct);
            foreach (var check in page) yield return check;
            if (page.Count < Portion) yield break;
            last = page[^1];
        }
    }

    private static IQueryable<NumberCheck> Before(IQueryable<NumberCheck> checks, NumberCheck? last)
    {
        if (last is not null) checks = checks.Where(c => c.At < last.At || (c.At == last.At && c.Id < last.Id));
        return checks.OrderByDescending(c => c.At).ThenByDescending(c => c.Id);
    }

    private static IQueryable<NumberCheck> Of(ExpandDb db, CheckFilter filter)
    {
        var checks = db.Set<NumberCheck>().AsNoTracking();
        if (filter.Number is { Length: > 0 } number) checks = checks.Where(c => EF.Functions.Like(c.Number, number + "%"));
        if (filter.From is { } from) checks = checks.Where(c => c.At >= from);
        // A day's end is its last second: all of it belongs to the day.
        if (filter.To is { } to) checks = checks.Where(c => c.At < to.AddSeconds(1));
        if (filter.Result is { } result) checks = checks.Where(c => c.Result == result);
        if (filter.Purpose is { } purpose) checks = checks.Where(c => c.Purpose == purpose);
        return checks;
    }
}
