using System.Runtime.CompilerServices;
using Expand.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Sms;

/// <summary>Which messages are looked for; filters narrow together.</summary>
internal sealed record SmsFilter
{
    /// <summary>Made then or later.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Made then or earlier.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Digits that stand in a recipient's number.</summary>
    public string? Number { get; init; }

    /// <summary>A part of the text, in any case.</summary>
    public string? Text { get; init; }

    /// <summary>A word of <see cref="SmsWords"/>: drafts; those that are pending for somebody; that failed for somebody; that did for nobody and are under way no more.</summary>
    public string? State { get; init; }

    public int Start { get; init; }

    public int? Limit { get; init; }

    public bool NewestFirst { get; init; }
}

/// <summary>A message, and how many of its recipients stand where.</summary>
internal sealed record SmsListed(SmsMessage Message, SmsTally Tally, string FirstNumber);

/// <summary>A recipient with its message, for files.</summary>
internal sealed record SmsExported(SmsMessage Message, SmsRecipient Recipient);

/// <summary>The questions asked of messages.</summary>
internal sealed class SmsHistory(IDbContextFactory<ExpandDb> databases)
{
    private const int Portion = 200;

    /// <summary>The contract's word for a message; null where there is none of that id.</summary>
    public async Task<string?> StatusAsync(int id, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var isDraft = await db.Set<SmsMessage>().Where(m => m.Id == id).Select(m => (bool?)(m.QueuedAt == null)).SingleOrDefaultAsync(ct);
        return isDraft is null ? null : SmsWords.Of((await TalliesAsync(db, [id], ct)).GetValueOrDefault(id, None) with { IsDraft = isDraft.Value });
    }

    public async Task<SmsListed?> FindAsync(int id, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var message = await db.Set<SmsMessage>().AsNoTracking().SingleOrDefaultAsync(m => m.Id == id, ct);
        return message is null ? null : (await WithTalliesAsync(db, [message], ct))[0];
    }

    /// <summary>Recipients of a message in their order, from the one after that id.</summary>
    public async Task<List<SmsRecipient>> RecipientsAsync(int id, bool onlyFailed, long after, int most, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.Set<SmsRecipient>().AsNoTracking()
            .Where(r => r.MessageId == id && r.Id > after && (!onlyFailed || r.State == SmsState.Failed))
            .OrderBy(r => r.Id).Take(most).ToListAsync(ct);
    }

    /// <summary>Some messages of the filter: those that come after <paramref name="after"/>, a message's id, in its order.</summary>
    public async Task<List<SmsListed>> PageAsync(SmsFilter filter, int? after, int most, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var messages = Among(db, filter);
        if (after is { } id) messages = filter.NewestFirst ? messages.Where(m => m.Id < id) : messages.Where(m => m.Id > id);
        var found = await (filter.NewestFirst ? messages.OrderByDescending(m => m.Id) : messages.OrderBy(m => m.Id))
            .Skip(after is null ? filter.Start : 0).Take(most).ToListAsync(ct);
        return await WithTalliesAsync(db, found, ct);
    }

    /// <summary>How many messages the filter finds, counted no further than <paramref name="most"/>.</summary>
    public async Task<int> CountAsync(SmsFilter filter, int most, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await Among(db, filter).Take(most).CountAsync(ct);
    }

    /// <summary>Messages of the filter, read in portions while they are taken.</summary>
    public async IAsyncEnumerable<SmsListed> List(SmsFilter filter, [EnumeratorCancellation] CancellationToken ct = default)
    {
        var left = filter.Limit ?? int.MaxValue;
        for (int? after = null; left > 0;)
        {
            var page = await PageAsync(filter, after, Math.Min(left, Portion), ct);
            foreach (var message in page) yield return message;
            if (page.Count < Math.Min(left, Portion)) yield break;
            (after, left) = (page[^1].Message.Id, left - page.Count);
        }
    }

    /// <summary>Every recipient of the messages of the filter, read while they are taken.</summary>
    public async IAsyncEnumerable<SmsExported> Export(SmsFilter filter, [EnumeratorCancellation] CancellationToken ct = default)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var rows = Among(db, filter).Join(db.Set<SmsRecipient>().AsNoTracking(), m => m.Id, r => r.MessageId, (m, r) => new { m, r })
            .Where(x => filter.Number == null || x.r.Number.Contains(filter.Number))
            .OrderByDescending(x => x.m.Id).ThenBy(x => x.r.Id);
        await foreach (var row in rows.AsAsyncEnumerable().WithCancellation(ct)) yield return new SmsExported(row.m, row.r);
    }

    private static SmsTally None => new(false, 0, 0, 0, 0, 0);

    private static IQueryable<SmsMessage> Among(ExpandDb db, SmsFilter filter)
    {
        var messages = db.Set<SmsMessage>().AsNoTracking();
        var recipients = db.Set<SmsRecipient>();
        if (filter.From is { } from) messages = messages.Where(m => m.CreatedAt >= from);
        if (filter.To is { } to) messages = messages.Where(m => m.CreatedAt <= to);
        if (filter.Text is { Length: > 0 } text) messages = messages.Where(m => EF.Functions.ILike(m.Text, "%" + Literal(text) + "%", "\\"));
        if (filter.Number is { Length: > 0 } number) messages = messages.Where(m => recipients.Any(r => r.MessageId == m.Id && r.Number.Contains(number)));
        return filter.State switch
        {
            SmsWords.Draft => messages.Where(m => m.QueuedAt == null),
            SmsWords.Pending => messages.Where(m => recipients.Any(r => r.MessageId == m.Id && r.State < SmsState.Accepted)),
            SmsWords.Error => messages.Where(m => recipients.Any(r => r.MessageId == m.Id && r.State == SmsState.Failed)),
            SmsWords.Sent => messages.Where(m => m.QueuedAt != null && !recipients.Any(r => r.MessageId == m.Id && (r.State < SmsState.Accepted || r.State == SmsState.Failed))),
            _ => messages,
        };
    }

    private static string Literal(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal);

    private static async Task<List<SmsListed>> WithTalliesAsync(ExpandDb db, List<SmsMessage> messages, CancellationToken ct)
    {
        var ids = messages.ConvertAll(m => m.Id);
        var tallies = await TalliesAsync(db, ids, ct);
        var firsts = await db.Set<SmsRecipient>().Where(r => ids.Contains(r.MessageId)).GroupBy(r => r.MessageId)
            .Select(g => new { g.Key, First = g.Min(r => r.Id) })
            .Join(db.Set<SmsRecipient>(), f => f.First, r => r.Id, (f, r) => new { f.Key, r.Number }).ToDictionaryAsync(f => f.Key, f => f.Number, ct);
        return messages.ConvertAll(m => new SmsListed(
            m, tallies.GetValueOrDefault(m.Id, None) with { IsDraft = m.QueuedAt is null }, firsts.GetValueOrDefault(m.Id, "")));
    }

    private static async Task<Dictionary<int, SmsTally>> TalliesAsync(ExpandDb db, List<int> ids, CancellationToken ct)
    {
        var counts = await db.Set<SmsRecipient>().Where(r => ids.Contains(r.MessageId))
            .GroupBy(r => new { r.MessageId, r.State, r.Failure }).Select(g => new { g.Key.MessageId, g.Key.State, g.Key.Failure, Count = g.Count() }).ToListAsync(ct);
        return counts.GroupBy(c => c.MessageId).ToDictionary(g => g.Key, g => new SmsTally(
            false, g.Sum(c => c.Count), Of(g.Where(c => c.State < SmsState.Accepted).Select(c => c.Count)), Of(g.Where(c => c.State == SmsState.Accepted).Select(c => c.Count)),
            Of(g.Where(c => c.State == SmsState.Delivered).Select(c => c.Count)), Of(g.Where(c => c.State == SmsState.Failed).Select(c => c.Count)),
            Of(g.Where(c => c.State == SmsState.Failed && c.Failure is SmsFailure.Listed or SmsFailure.RegisterExpired).Select(c => c.Count))));

        static int Of(IEnumerable<int> counts) => counts.Sum();
    }
}
