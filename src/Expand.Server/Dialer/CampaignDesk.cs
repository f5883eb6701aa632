using Expand.Server.Access;
using Expand.Server.Platform;

namespace Expand.Server.Dialer;

/// <summary>
/// What a person does to campaigns and contacts from a page: the use cases, each in a scope of its own (a page lives longer than a request), and the
/// changes of single contacts audited in the transaction that makes them.
/// </summary>
internal sealed class CampaignDesk(IServiceScopeFactory scopes, TimeProvider clock)
{
    /// <summary>A use case of campaigns.</summary>
    public async Task<Result<Campaign>> CampaignsAsync(Func<Campaigns, Task<Result<Campaign>>> act)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await act(scope.ServiceProvider.GetRequiredService<Campaigns>());
    }

    /// <summary>The contact, or null.</summary>
    public async Task<Contact?> ContactAsync(int campaign, long id, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<Contacts>().FindAsync(campaign, id, ct);
    }

    /// <summary>Adds a contact.</summary>
    public Task<Result<Contact>> AddAsync(int campaign, ContactForm form, Actor actor, CancellationToken ct) =>
        AuditedAsync("contact.added", actor, contacts => contacts.AddAsync(campaign, form, Transitions.Entered, ct), null, ct);

    /// <summary>Changes a contact that still is as it was seen.</summary>
    public Task<Result<Contact>> ChangeAsync(Contact seen, ContactForm form, Actor actor, CancellationToken ct) => AuditedAsync(
        "contact.changed", actor, contacts => contacts.ChangeAsync(seen.Campaign, seen.Id, form, ExpectedVersion.OneOf([seen.Version]), ct), seen, ct);

    /// <summary>The change and its entry together; where nothing changes there is none.</summary>
    private async Task<Result<Contact>> AuditedAsync(
        string action, Actor actor, Func<Contacts, Task<Result<Contact>>> change, Contact? seen, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ExpandDb>();
        var contacts = scope.ServiceProvider.GetRequiredService<Contacts>();
        return await db.InTransactionAsync(async within =>
        {
            var changed = await change(contacts);
            if (changed.Value is not { } contact || contact.Version == seen?.Version) return changed;
            // Numbers and names are people's: the log says which contact, and the contact says the rest.
            var detail = seen is not null && seen.Enable != contact.Enable ? contact.Enable ? "enabled" : "disabled" : null;
            db.Add(AuditEntry.Of(clock.GetUtcNow(), actor, action, $"campaign {contact.Campaign} contact {contact.Id}", detail));
            await db.SaveChangesAsync(within);
            return changed;
        }, ct);
    }
}
