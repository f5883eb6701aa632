using System.Globalization;
using Expand.Server.DoNotCall;
using Expand.Server.Platform;
using NpgsqlTypes;

namespace Expand.Server.Dialer.Engine;

/// <summary>Whom to claim: a campaign's contacts that are due.</summary>
/// <param name="Campaign">The campaign.</param>
/// <param name="Count">So many at most.</param>
/// <param name="IsOpen">Whether contacts without a zone of their own may be called now.</param>
/// <param name="OpenZones">Zones of contacts that may be called now.</param>
/// <param name="Trunk">The way out, by its name.</param>
/// <param name="UserId">The agent who dials (preview); null: the server does.</param>
internal sealed record ClaimOrder(int Campaign, int Count, bool IsOpen, IReadOnlyCollection<string> OpenZones, string Trunk, int? UserId = null);

/// <summary>An attempt that is claimed, and its contact.</summary>
internal sealed record ClaimedAttempt(DialAttempt Attempt, Contact Contact, Campaign Campaign);

/// <summary>
/// Claims contacts before they are dialled. One transaction: the contacts that are due and that nobody else holds, and a row for each attempt. Whoever
/// is being called already, under whatever contact or campaign, is passed over.
/// </summary>
internal sealed class AttemptClaims(ExpandDb db, ContactTable contacts, DoNotCallGate gate, Pbx.Pbx pbx, TimeProvider clock)
{
    /// <summary>How long a contact is put off whose number is being called for another.</summary>
    private static readonly TimeSpan NumberTaken = TimeSpan.FromSeconds(30);

    /// <summary>Claims what the order says. None where the campaign does not call: it is paused, has ended, or is not there.</summary>
    public Task<IReadOnlyList<ClaimedAttempt>> ClaimAsync(ClaimOrder order, CancellationToken ct) => db.InTransactionAsync<IReadOnlyList<ClaimedAttempt>>(async within =>
    {
        if (await contacts.HoldCampaignAsync(order.Campaign, within) is not { State: CampaignState.Active, Paused: false } campaign) return [];
        var due = await contacts.LockDueAsync(order, clock.GetUtcNow(), within);
        var callable = await CallableAsync(due, campaign, within);
        var attempts = await InsertAsync(callable, campaign, order, within);
        var passed = callable.Where(c => attempts.All(a => a.Contact.Id != c.Contact.Id)).Select(c => c.Contact.Id).ToArray();
        await contacts.PutOffAsync(passed, clock.GetUtcNow() + NumberTaken, within);
        return attempts;
    }, ct);

    /// <summary>
    /// Those who may be called, with their numbers as lists have them. Whom a list has is stopped here, and the evidence of the check is of this transaction:
    /// nobody is dialled of whom it is not written.
    /// </summary>
    private async Task<IReadOnlyList<(Contact Contact, string Number)>> CallableAsync(List<Contact> due, Campaign campaign, CancellationToken ct)
    {
        if (due.Count == 0) return [];
        var question = new DoNotCallQuestion([.. due.Select(c => c.Numcall)], CheckPurpose.Campaign, campaign.Id.ToString(CultureInfo.InvariantCulture))
        {
            Campaign = campaign.Id,
            ObservesRegisters = campaign.Registers,
        };
        var asked = due.Zip(await gate.CheckAsync(question, db, ct)).ToList();
        var now = clock.GetUtcNow().WholeSecond();
        var stopped = asked.Where(a => a.Second.Result == CheckResult.Listed)
            .Select(a => (Contact: a.First, Life: a.First.Life.Stopped(now).Value!))
            .Select(a => a.Contact with { Life = a.Life, Version = a.Contact.Version + 1 }).ToList();
        await contacts.UpdateAsync(stopped, ct);
        return [.. asked.Where(a => a.Second.MayBeCalled).Select(a => (a.First, a.Second.Canonical))];
    }

    private async Task<IReadOnlyList<ClaimedAttempt>> InsertAsync(
        IReadOnlyList<(Contact Contact, string Number)> due, Campaign campaign, ClaimOrder order, CancellationToken ct)
    {
        if (due.Count == 0) return [];
        var now = clock.GetUtcNow();
        await using var command = await db.CommandAsync(
            """
            insert into dial_attempts (id, campaign, contact, numcall, number, mode, user_id, pbx, channel_id, trunk, ring_seconds, claimed_at, agent)
            overriding system value
            select r.id, $1, r.contact, r.numcall, r.number, $2, $3, $4, $5 || '.' || (4294967296 + r.id)::text, $6, $7, $8, ''
            from (select nextval(pg_get_serial_sequence('dial_attempts', 'id')) as id, u.* from unnest($9, $10, $11) as u(contact, numcall, number)) r
            on conflict do nothing
            returning id, contact, numcall, number, channel_id
            """, ct);
        command.Add(NpgsqlDbType.Integer, campaign.Id);
        command.Add(NpgsqlDbType.Smallint, (short)campaign.Mode);
        command.Add(NpgsqlDbType.Integer, order.UserId);
        command.Add(NpgsqlDbType.Text, pbx.Name);
        // A Uniqueid has the form of every other: those of calls made on request end below 2^32, Asterisk's own far below.
        command.Add(NpgsqlDbType.Text, now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        command.Add(NpgsqlDbType.Text, order.Trunk);
        command.Add(NpgsqlDbType.Integer, campaign.RingSeconds);
        command.Add(NpgsqlDbType.TimestampTz, now);
        command.Add(NpgsqlDbType.Array | NpgsqlDbType.Bigint, due.Select(d => d.Contact.Id).ToArray());
        command.Add(NpgsqlDbType.Array | NpgsqlDbType.Text, due.Select(d => d.Contact.Numcall).ToArray());
        command.Add(NpgsqlDbType.Array | NpgsqlDbType.Text, due.Select(d => d.Number).ToArray());
        var byId = due.ToDictionary(d => d.Contact.Id, d => d.Contact);
        var claimed = new List<ClaimedAttempt>();
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
        {
            var contact = byId[rows.GetInt64(1)];
            claimed.Add(new(new DialAttempt
            {
                Id = rows.GetInt64(0),
                Campaign = campaign.Id,
                Contact = contact.Id,
                Numcall = rows.GetString(2),
                Number = rows.GetString(3),
                Mode = campaign.Mode,
                UserId = order.UserId,
                Pbx = pbx.Name,
                ChannelId = rows.GetString(4),
                Trunk = order.Trunk,
                RingSeconds = campaign.RingSeconds,
                ClaimedAt = now,
            }, contact, campaign));
        }

        return claimed;
    }
}
