using Expand.Server.Platform;

namespace Expand.Server.Dialer;

/// <summary>A row of a bulk request: of a contact that has this id or this external id, or of a new one.</summary>
internal sealed record ContactRow(long? Id, ContactForm Form)
{
    /// <summary>The row with its form as it is kept, or what is wrong with that.</summary>
    public Result<ContactRow> Checked()
    {
        var form = Form.Checked();
        return form.Failure is { } broken ? broken : this with { Form = form.Value! };
    }
}

/// <summary>
/// Rows applied in order to the contacts that they speak of, in memory: a later row sees what an earlier one did. What changed is then written at once.
/// </summary>
/// <param name="campaign">The campaign, held.</param>
/// <param name="known">Its contacts that the rows name, locked.</param>
/// <param name="now">When this happens.</param>
internal sealed class ContactPortion(Campaign campaign, IReadOnlyList<Contact> known, DateTimeOffset now)
{
    private readonly Dictionary<long, Contact> contacts = known.ToDictionary(c => c.Id);
    private readonly Dictionary<string, long> keys =
        known.Where(c => c.ExternalId is not null).ToDictionary(c => c.ExternalId!, c => c.Id, StringComparer.Ordinal);
    private readonly HashSet<long> added = [];

    /// <summary>Where new contacts come from, as their logs begin.</summary>
    public string Source { get; init; } = Transitions.Added;

    /// <summary>Contacts that are not in the table yet, in the order of the rows.</summary>
    public IReadOnlyList<Contact> Added => [.. added.Order().Select(id => contacts[id])];

    /// <summary>Contacts that are there and not as they were.</summary>
    public IReadOnlyList<Contact> Changed =>
        [.. known.Select(was => (Was: was, Is: contacts[was.Id])).Where(c => c.Is.Version != c.Was.Version).Select(c => c.Is)];

    /// <summary>The contact as it is by now; null where the rows did not name it, or there is none.</summary>
    public Contact? Find(long id) => contacts.GetValueOrDefault(id);

    /// <summary>Changes the contact that the row names, or adds one.</summary>
    /// <param name="row">The row, checked.</param>
    /// <param name="newId">Ids for new contacts.</param>
    public RowOutcome Apply(ContactRow row, Func<long> newId)
    {
        var known = row.Id is { } id ? Find(id) : row.Form.ExternalId is { } key && keys.TryGetValue(key, out var same) ? contacts[same] : null;
        if (row.Id is { } missing && known is null) return Contacts.NoContact(missing);
        var applied = known is null ? Add(row.Form, newId) : Change(known, row.Form);
        return applied.Failure is { } refused ? refused : known is null ? RowOutcome.Added(applied.Value!.Id) : RowOutcome.Updated(applied.Value!.Id);
    }

    /// <summary>Whether a contact of the campaign has this external id by now.</summary>
    public bool HasKey(string externalId) => keys.ContainsKey(externalId);

    /// <summary>Adds a contact; one with the same external id is in its way.</summary>
    public Result<Contact> Add(ContactForm form, Func<long> newId)
    {
        if (campaign.Life.HasEnded) return Failure.Conflict($"campaign {campaign.Id} is {campaign.State}: it takes no contacts");
        if (form.ExternalId is { } key && keys.ContainsKey(key)) return Taken(key);
        var contact = new Contact
        {
            Id = newId(),
            Campaign = campaign.Id,
            Name = form.Name,
            Numcall = form.Numcall,
            Info = form.Info,
            AddedAt = now,
            ExternalId = form.ExternalId,
            TimeZone = string.IsNullOrEmpty(form.TimeZone) ? null : form.TimeZone,
            Life = ContactLife.Added(form.Enable ?? true, now, Source),
        };
        added.Add(contact.Id);
        return Keep(contact);
    }

    /// <summary>A contact as the form has it; where it is so already it stays the same version.</summary>
    public Result<Contact> Change(Contact contact, ContactForm form)
    {
        if (form.ExternalId is { } key && key != contact.ExternalId)
        {
            if (contact.ExternalId is not null)
                return Failure.Conflict($"contact {contact.Id} has the external id {contact.ExternalId}, which cannot be changed");
            if (keys.ContainsKey(key)) return Taken(key);
        }

        var life = contact.Life.SetEnable(form.Enable ?? contact.Enable, campaign.Life.HasEnded, campaign.Redialling, now);
        if (life.Failure is { } refused) return refused;
        var changed = contact with
        {
            Name = form.Name,
            Numcall = form.Numcall,
            Info = form.Info,
            ExternalId = form.ExternalId ?? contact.ExternalId,
            TimeZone = form.TimeZone is null ? contact.TimeZone : form.TimeZone.Length == 0 ? null : form.TimeZone,
            Life = life.Value!,
        };
        return changed == contact ? contact : Keep(changed with { Version = contact.Version + 1 });
    }

    private Contact Keep(Contact contact)
    {
        contacts[contact.Id] = contact;
        if (contact.ExternalId is { } key) keys[key] = contact.Id;
        return contact;
    }

    private static Failure Taken(string key) => Failure.Conflict($"the external id {key} is another contact's");
}
