using Expand.Server.Platform;

namespace Expand.Server.Dialer;

/// <summary>
/// A campaign's contacts added, changed and called. Whatever is changed is locked first, and its campaign held: two who change the same contact take
/// turns, and a campaign that ends meanwhile is waited for.
/// </summary>
internal sealed class Contacts(ExpandDb db, ContactTable table, TimeProvider clock)
{
    /// <summary>Adds a contact to a campaign that has not ended.</summary>
    public Task<Result<Contact>> AddAsync(int campaign, ContactForm form, CancellationToken ct) => AddAsync(campaign, form, Transitions.Added, ct);

    /// <summary>Adds a contact that comes from where <paramref name="source"/> says (<see cref="Transitions"/>).</summary>
    public Task<Result<Contact>> AddAsync(int campaign, ContactForm form, string source, CancellationToken ct) =>
        WithOneAsync(campaign, null, form, source, async (portion, known) =>
        {
            var ids = await table.NewIdsAsync(1, ct);
            return portion.Add(known, () => ids[0]);
        }, ct);

    /// <summary>Changes a contact that still is as <paramref name="expected"/> says.</summary>
    public Task<Result<Contact>> ChangeAsync(int campaign, long id, ContactForm form, ExpectedVersion expected, CancellationToken ct) =>
        WithOneAsync(campaign, id, form, Transitions.Added, (portion, known) => Task.FromResult(
            portion.Find(id) is not { } contact ? NoContact(id)
            : expected.Refusal(contact.Version, $"contact {id}") is { } changed ? changed
            : portion.Change(contact, known)), ct);

    /// <summary>The contact, or null where the campaign has none of this id.</summary>
    public Task<Contact?> FindAsync(int campaign, long id, CancellationToken ct) => table.FindAsync(campaign, id, ct);

    /// <summary>Applies rows in order, as one transaction, and answers an outcome for each.</summary>
    public Task<IReadOnlyList<RowOutcome>> ApplyAsync(
        int campaign, IReadOnlyList<ContactRow> rows, CancellationToken ct) => db.InTransactionAsync(async within =>
    {
        if (await table.HoldCampaignAsync(campaign, within) is not { } held) return [.. rows.Select(RowOutcome (_) => NoCampaign(campaign))];
        var known = rows.Select(r => r.Checked()).ToList();
        var good = known.Select(r => r.Value).OfType<ContactRow>().ToList();
        var portion = await OpenAsync(held, [.. good.Select(r => r.Id).OfType<long>()], [.. good.Select(r => r.Form.ExternalId).OfType<string>()], Transitions.Added, within);
        var ids = new Queue<long>(await table.NewIdsAsync(good.Count(r => r.Id is null), within));
        IReadOnlyList<RowOutcome> outcomes = [.. known.Select(row => row.Failure is { } broken ? broken : portion.Apply(row.Value!, ids.Dequeue))];
        await WriteAsync(portion, within);
        return outcomes;
    }, ct);

    /// <summary>An attempt to reach the contact was made; where none is left after it the contact is rejected.</summary>
    public Task<Result<Contact>> AttemptedAsync(int campaign, long id, AttemptOutcome outcome, CancellationToken ct) =>
        MoveAsync(campaign, id, (life, held, now) => life.Attempted(outcome, held.Redialling, now), ct);

    /// <summary>The contact talked to an agent, and that is over.</summary>
    public Task<Result<Contact>> CompletedAsync(int campaign, long id, CancellationToken ct) =>
        MoveAsync(campaign, id, (life, _, now) => life.Completed(now), ct);

    private Task<Result<Contact>> MoveAsync(
        int campaign, long id, Func<ContactLife, Campaign, DateTimeOffset, Result<ContactLife>> move,
        CancellationToken ct) => db.InTransactionAsync<Result<Contact>>(async within =>
    {
        if (await table.HoldCampaignAsync(campaign, within) is not { } held) return NoCampaign(campaign);
        if ((await table.LockAsync(campaign, [id], [], within)).SingleOrDefault() is not { } contact) return NoContact(id);
        var moved = move(contact.Life, held, clock.GetUtcNow().WholeSecond());
        if (moved.Failure is { } refused) return refused;
        if (moved.Value == contact.Life) return contact;
        var changed = contact with { Life = moved.Value!, Version = contact.Version + 1 };
        await table.UpdateAsync([changed], within);
        return changed;
    }, ct);

    private async Task<Result<Contact>> WithOneAsync(
        int campaign, long? id, ContactForm form, string source, Func<ContactPortion, ContactForm, Task<Result<Contact>>> act, CancellationToken ct)
    {
        var known = form.Checked();
        if (known.Failure is { } broken) return broken;
        return await db.InTransactionAsync<Result<Contact>>(async within =>
        {
            if (await table.HoldCampaignAsync(campaign, within) is not { } held) return NoCampaign(campaign);
            var portion = await OpenAsync(held, id is { } one ? [one] : [], form.ExternalId is { } key ? [key] : [], source, within);
            var outcome = await act(portion, known.Value!);
            if (outcome.Failure is null) await WriteAsync(portion, within);
            return outcome;
        }, ct);
    }

    private async Task<ContactPortion> OpenAsync(Campaign held, long[] ids, string[] externalIds, string source, CancellationToken ct)
    {
        if (externalIds.Length > 0) await table.TakeTurnAsync(held.Id, ct);
        return new ContactPortion(held, await table.LockAsync(held.Id, ids, externalIds, ct), clock.GetUtcNow().WholeSecond()) { Source = source };
    }

    private async Task WriteAsync(ContactPortion portion, CancellationToken ct)
    {
        await table.UpdateAsync(portion.Changed, ct);
        await table.InsertAsync(portion.Added, ct);
    }

    public static Failure NoCampaign(int campaign) => Failure.NotFound($"campaign {campaign}");

    public static Failure NoContact(long id) => Failure.NotFound($"contact {id}");
}
