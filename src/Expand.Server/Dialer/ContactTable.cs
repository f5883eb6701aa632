using Expand.Server.Platform;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;

namespace Expand.Server.Dialer;

/// <summary>
/// Contacts read and written by SQL, many at once: rows in arrays, one statement for all of them. On the context's connection, so in its transaction.
/// </summary>
internal sealed class ContactTable(ExpandDb db)
{
    /// <summary>What <see cref="Read"/> reads, of a table <c>c</c>.</summary>
    public const string Columns =
        "c.id, c.campaign, c.name, c.numcall, c.enable, c.info, c.state, c.state_at, c.added_at, c.attempt_at, c.last_attempt, c.state_log, "
        + "c.id_call, c.external_id, c.version, c.time_zone, c.due_at";

    /// <summary>A contact of the row, whose columns begin at <paramref name="first"/>.</summary>
    public static Contact Read(NpgsqlDataReader row, int first = 0) => new()
    {
        Id = row.GetInt64(first),
        Campaign = row.GetInt32(first + 1),
        Name = row.GetString(first + 2),
        Numcall = row.GetString(first + 3),
        Enable = row.GetBoolean(first + 4),
        Info = row.GetString(first + 5),
        State = (ContactState)row.GetInt16(first + 6),
        StateAt = row.GetFieldValue<DateTimeOffset>(first + 7),
        AddedAt = row.GetFieldValue<DateTimeOffset>(first + 8),
        AttemptAt = row.IsDBNull(first + 9) ? null : row.GetFieldValue<DateTimeOffset>(first + 9),
        LastAttempt = row.IsDBNull(first + 10) ? null : (AttemptOutcome)row.GetInt16(first + 10),
        StateLog = StateLogJson.Read(row.GetString(first + 11)),
        IdCall = row.IsDBNull(first + 12) ? null : row.GetInt64(first + 12),
        ExternalId = row.IsDBNull(first + 13) ? null : row.GetString(first + 13),
        Version = row.GetInt32(first + 14),
        TimeZone = row.IsDBNull(first + 15) ? null : row.GetString(first + 15),
        DueAt = row.GetFieldValue<DateTimeOffset>(first + 16),
    };

    /// <summary>
    /// The campaign's life and redial plan, held so until the transaction ends: it cannot end meanwhile, and others read and add as before. Null where
    /// there is none.
    /// </summary>
    public async Task<Campaign?> HoldCampaignAsync(int campaign, CancellationToken ct) =>
        (await db.Set<Campaign>().FromSql($"select * from campaigns where id = {campaign} for share").AsNoTracking().ToListAsync(ct)).SingleOrDefault();

    /// <summary>
    /// Makes writers of external ids in a campaign take turns: what one of them did not find there, no other can add before it does. Between locks of
    /// the campaign and of contacts, always.
    /// </summary>
    public async Task TakeTurnAsync(int campaign, CancellationToken ct)
    {
        await using var command = await db.CommandAsync("select pg_advisory_xact_lock(hashtext('expand contacts'), $1)", ct);
        command.Add(NpgsqlDbType.Integer, campaign);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>
    /// The campaign's contacts of these ids or external ids, locked. In the order of ids: writers of the same ones wait, and never for each other.
    /// </summary>
    public async Task<List<Contact>> LockAsync(int campaign, long[] ids, string[] externalIds, CancellationToken ct)
    {
        var known = new List<Contact>();
        if (ids.Length + externalIds.Length == 0) return known;
        await using var command = await db.CommandAsync(
            $"""
            select {Columns} from contacts c where c.id in (
                select id from contacts where id = any($2) and campaign = $1
                union select id from contacts where external_id = any($3) and campaign = $1)
            order by c.id for update
            """, ct);
        command.Add(NpgsqlDbType.Integer, campaign);
        command.Add(NpgsqlDbType.Array | NpgsqlDbType.Bigint, ids);
        command.Add(NpgsqlDbType.Array | NpgsqlDbType.Text, externalIds);
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct)) known.Add(Read(rows));
        return known;
    }

    /// <summary>One contact as it is now.</summary>
    public async Task<Contact?> FindAsync(int campaign, long id, CancellationToken ct)
    {
        await using var command = await db.CommandAsync($"select {Columns} from contacts c where c.id = $2 and c.campaign = $1", ct);
        command.Add(NpgsqlDbType.Integer, campaign);
        command.Add(NpgsqlDbType.Bigint, id);
        await using var rows = await command.ExecuteReaderAsync(ct);
        return await rows.ReadAsync(ct) ? Read(rows) : null;
    }

    /// <summary>Contacts that are due and that nobody calls, locked; those that somebody else has locked are left to them.</summary>
    public async Task<List<Contact>> LockDueAsync(Engine.ClaimOrder order, DateTimeOffset now, CancellationToken ct)
    {
        var due = new List<Contact>();
        await using var command = await db.CommandAsync(
            $"""
            select {Columns} from contacts c
            where c.campaign = $1 and c.state = {(short)ContactState.Pending} and c.due_at <= $2
                and (c.time_zone is null and $3 or c.time_zone = any($4))
                and not exists (select from dial_attempts a where a.contact = c.id and a.settled_at is null)
            order by c.due_at, c.id limit $5 for no key update of c skip locked
            """, ct);
        command.Add(NpgsqlDbType.Integer, order.Campaign);
        command.Add(NpgsqlDbType.TimestampTz, now);
        command.Add(NpgsqlDbType.Boolean, order.IsOpen);
        command.Add(NpgsqlDbType.Array | NpgsqlDbType.Text, order.OpenZones.ToArray());
        command.Add(NpgsqlDbType.Integer, order.Count);
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct)) due.Add(Read(rows));
        return due;
    }

    /// <summary>The zones that pending contacts of a campaign have, from one entry of the index to the next.</summary>
    public async Task<List<string>> ZonesAsync(int campaign, CancellationToken ct)
    {
        var zones = new List<string>();
        await using var command = await db.CommandAsync(
            """
            with recursive zones(zone) as (
                (select min(time_zone) from contacts where campaign = $1 and state = 0 and time_zone is not null)
                union all
                select (select min(c.time_zone) from contacts c where c.campaign = $1 and c.state = 0 and c.time_zone is not null and c.time_zone > zones.zone)
                from zones where zones.zone is not null)
            select zone from zones where zone is not null
            """, ct);
        command.Add(NpgsqlDbType.Integer, campaign);
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct)) zones.Add(rows.GetString(0));
        return zones;
    }

    /// <summary>How many contacts are due and called by nobody, counted up to <see cref="Engine.ClaimOrder.Count"/>.</summary>
    public async Task<int> CountDueAsync(Engine.ClaimOrder order, DateTimeOffset now, CancellationToken ct)
    {
        await using var command = await db.CommandAsync(
            $"""
            select count(*)::int from (select 1 from contacts c
                where c.campaign = $1 and c.state = {(short)ContactState.Pending} and c.due_at <= $2
                    and (c.time_zone is null and $3 or c.time_zone = any($4))
                    and not exists (select from dial_attempts a where a.contact = c.id and a.settled_at is null)
                limit $5) d
            """, ct);
        command.Add(NpgsqlDbType.Integer, order.Campaign);
        command.Add(NpgsqlDbType.TimestampTz, now);
        command.Add(NpgsqlDbType.Boolean, order.IsOpen);
        command.Add(NpgsqlDbType.Array | NpgsqlDbType.Text, order.OpenZones.ToArray());
        command.Add(NpgsqlDbType.Integer, order.Count);
        return (int)(await command.ExecuteScalarAsync(ct))!;
    }

    /// <summary>Puts contacts that are locked off; nothing of them changes else.</summary>
    public async Task PutOffAsync(long[] ids, DateTimeOffset until, CancellationToken ct)
    {
        if (ids.Length == 0) return;
        await using var command = await db.CommandAsync("update contacts set due_at = $2 where id = any($1)", ct);
        command.Add(NpgsqlDbType.Array | NpgsqlDbType.Bigint, ids);
        command.Add(NpgsqlDbType.TimestampTz, until);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Ids for so many contacts that will be added.</summary>
    public async Task<List<long>> NewIdsAsync(int count, CancellationToken ct)
    {
        await using var command = await db.CommandAsync("select nextval(pg_get_serial_sequence('contacts', 'id')) from generate_series(1, $1)", ct);
        command.Add(NpgsqlDbType.Integer, count);
        var ids = new List<long>(count);
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct)) ids.Add(rows.GetInt64(0));
        return ids;
    }

    /// <summary>Adds contacts that have their ids.</summary>
    public Task InsertAsync(IReadOnlyList<Contact> contacts, CancellationToken ct) => WriteAsync(
        $"""
        insert into contacts (id, campaign, name, numcall, enable, info, state, state_at, added_at, attempt_at, last_attempt, state_log, external_id, version,
            time_zone, due_at)
        select r.id, r.campaign, r.name, r.numcall, r.enable, r.info::json, r.state, r.state_at, r.added_at, r.attempt_at, r.last_attempt, r.state_log::jsonb,
            r.external_id, r.version, r.time_zone, r.due_at from {Rows}
        """, contacts, ct);

    /// <summary>Writes contacts that are locked.</summary>
    public Task UpdateAsync(IReadOnlyList<Contact> contacts, CancellationToken ct) => WriteAsync(
        $"""
        update contacts c set name = r.name, numcall = r.numcall, enable = r.enable, info = r.info::json, state = r.state, state_at = r.state_at,
            attempt_at = r.attempt_at, last_attempt = r.last_attempt, state_log = r.state_log::jsonb, external_id = r.external_id, version = r.version,
            time_zone = r.time_zone, due_at = r.due_at
        from {Rows} where c.id = r.id and c.campaign = r.campaign
        """, contacts, ct);

    /// <summary>Cancels all that are pending, in one statement: the campaign has ended.</summary>
    public async Task<int> CancelPendingAsync(int campaign, DateTimeOffset at, CancellationToken ct)
    {
        await using var command = await db.CommandAsync(
            $"""
            update contacts set state = {(short)ContactState.Canceled}, state_at = $2, state_log = state_log || $3, version = version + 1
            where campaign = $1 and state = {(short)ContactState.Pending}
            """, ct);
        command.Add(NpgsqlDbType.Integer, campaign);
        command.Add(NpgsqlDbType.TimestampTz, at);
        command.Add(NpgsqlDbType.Jsonb, StateLogJson.Write([new(at, Transitions.CampaignEnded)]));
        command.CommandTimeout = 0;
        return await command.ExecuteNonQueryAsync(ct);
    }

    private const string Rows =
        """
        unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
            as r(id, campaign, name, numcall, enable, info, state, state_at, added_at, attempt_at, last_attempt, state_log, external_id, version, time_zone, due_at)
        """;

    private async Task WriteAsync(string sql, IReadOnlyList<Contact> contacts, CancellationToken ct)
    {
        if (contacts.Count == 0) return;
        await using var command = await db.CommandAsync(sql, ct);
        void Column<T>(NpgsqlDbType type, Func<Contact, T> value) => command.Add(NpgsqlDbType.Array | type, contacts.Select(value).ToArray());
        Column(NpgsqlDbType.Bigint, c => c.Id);
        Column(NpgsqlDbType.Integer, c => c.Campaign);
        Column(NpgsqlDbType.Text, c => c.Name);
        Column(NpgsqlDbType.Text, c => c.Numcall);
        Column(NpgsqlDbType.Boolean, c => c.Enable);
        Column(NpgsqlDbType.Text, c => c.Info);
        Column(NpgsqlDbType.Smallint, c => (short)c.State);
        Column(NpgsqlDbType.TimestampTz, c => c.StateAt);
        Column(NpgsqlDbType.TimestampTz, c => c.AddedAt);
        Column(NpgsqlDbType.TimestampTz, c => c.AttemptAt);
        Column(NpgsqlDbType.Smallint, c => (short?)c.LastAttempt);
        Column(NpgsqlDbType.Text, c => StateLogJson.Write(c.StateLog));
        Column(NpgsqlDbType.Text, c => c.ExternalId);
        Column(NpgsqlDbType.Integer, c => c.Version);
        Column(NpgsqlDbType.Text, c => c.TimeZone);
        Column(NpgsqlDbType.TimestampTz, c => c.DueAt);
        await command.ExecuteNonQueryAsync(ct);
    }
}
