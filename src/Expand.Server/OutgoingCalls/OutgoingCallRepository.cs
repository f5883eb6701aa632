using Expand.Server.Platform;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Expand.Server.OutgoingCalls;

/// <summary>The questions asked of <c>outgoing_calls</c>.</summary>
internal sealed class OutgoingCallRepository(ExpandDb db)
{
    /// <summary>Writes down the expiry of some calls, the oldest first; one that somebody is changing right now waits for the next time.</summary>
    internal const string ExpireSql =
        """
        update outgoing_calls set status = 3, status_at = greatest(expires_at, status_at), version = version + 1
        where id in (
            select id from outgoing_calls where status = 0 and expires_at is not null and expires_at <= $1
            order by expires_at limit $2 for update skip locked)
        """;

    public async Task AddAsync(OutgoingCall call, CancellationToken ct)
    {
        db.Add(call);
        await SaveAsync(call, ct);
    }

    public Task<OutgoingCall?> FindAsync(long id, CancellationToken ct) =>
        db.Set<OutgoingCall>().AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, ct);

    /// <summary>The call, held against other changes until the transaction ends.</summary>
    public Task<OutgoingCall?> HoldAsync(long id, CancellationToken ct) =>
        db.Set<OutgoingCall>().FromSql($"select * from outgoing_calls where id = {id} for update").AsNoTracking().SingleOrDefaultAsync(ct);

    /// <summary>Writes a call that is held.</summary>
    public Task ChangeAsync(OutgoingCall call, CancellationToken ct)
    {
        db.Update(call);
        return SaveAsync(call, ct);
    }

    /// <summary>Calls of the filter ordered by id, read while they are taken; what has expired at <paramref name="now"/> counts as expired.</summary>
    public IAsyncEnumerable<OutgoingCall> List(OutgoingCallFilter filter, DateTimeOffset now)
    {
        var calls = Among(db.Set<OutgoingCall>().AsNoTracking(), filter, now).OrderBy(c => c.Id).Skip(filter.Start);
        return (filter.Limit is { } limit ? calls.Take(limit) : calls).AsAsyncEnumerable();
    }

    /// <summary>Calls of the filter by their hour, read while they are taken.</summary>
    public IAsyncEnumerable<OutgoingCall> InOrder(OutgoingCallFilter filter, DateTimeOffset now) =>
        Ordered(Among(db.Set<OutgoingCall>().AsNoTracking(), filter, now), filter).AsAsyncEnumerable();

    /// <summary>Some of them, those that come after that place.</summary>
    public Task<List<OutgoingCall>> PageAsync(OutgoingCallFilter filter, CallPlace? after, int most, DateTimeOffset now, CancellationToken ct)
    {
        var calls = Among(db.Set<OutgoingCall>().AsNoTracking(), filter, now);
        if (after is { } place)
        {
            calls = filter.NewestFirst
                ? calls.Where(c => c.CallDate < place.CallDate || (c.CallDate == place.CallDate && c.Id < place.Id))
                : calls.Where(c => c.CallDate > place.CallDate || (c.CallDate == place.CallDate && c.Id > place.Id));
        }

        return Ordered(calls, filter).Take(most).ToListAsync(ct);
    }

    /// <summary>How many calls the filter finds, counted no further than <paramref name="most"/>.</summary>
    public Task<int> CountAsync(OutgoingCallFilter filter, DateTimeOffset now, int most, CancellationToken ct) =>
        Among(db.Set<OutgoingCall>(), filter, now).Take(most).CountAsync(ct);

    /// <summary>What an agent has to do: see <see cref="PendingCalls.OfAgentAsync"/>.</summary>
    public Task<List<OutgoingCall>> OfAgentAsync(
        string username, IReadOnlyCollection<string> queues, DateTimeOffset now, DateTimeOffset expiredSince, int most, CancellationToken ct)
    {
        var key = username.ToUpperInvariant();
        return db.Set<OutgoingCall>().AsNoTracking()
            .Where(c => (c.Status == OutgoingCallStatus.Pending || c.Status == OutgoingCallStatus.Expired) && (c.ExpiresAt == null || c.ExpiresAt > expiredSince))
            .Where(c => c.AgentKey == key || (c.AgentKey == "" && queues.Contains(c.Queue)))
            .OrderBy(c => c.ExpiresAt != null && c.ExpiresAt <= now).ThenBy(c => c.CallDate).ThenBy(c => c.Id)
            .Take(most).ToListAsync(ct);
    }

    /// <summary>Claims whose call goes on last until then.</summary>
    public static async Task<int> KeepClaimsAsync(NpgsqlDataSource database, DateTimeOffset until, CancellationToken ct)
    {
        // Not each time: a row that is written every few seconds for the length of a talk is a row that vacuum cleans up after.
        await using var command = database.CreateCommand(
            """
            update outgoing_calls c set claimed_until = $1 from originated_calls j
            where c.claimed_job is not null and j.id = c.claimed_job and j.ended_at is null and c.claimed_until < $1 - interval '30 seconds'
            """);
        command.Parameters.Add(new() { Value = until.UtcDateTime });
        return await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Calls of users who got another name bear it from now on.</summary>
    public static async Task<int> FollowNamesAsync(NpgsqlDataSource database, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            """
            update outgoing_calls c set agent = u.user_name, version = c.version + 1 from users u
            where c.agent_id is not null and u.id = c.agent_id and c.agent <> u.user_name
            """);
        return await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Writes down that calls are expired; how many, <paramref name="most"/> at a time. <paramref name="announced"/>: whether somebody waits to hear of it.</summary>
    public static async Task<int> ExpireAsync(NpgsqlDataSource database, DateTimeOffset now, int most, CancellationToken ct, bool announced = false)
    {
        await using var command = database.CreateCommand(announced ? OutgoingAnnouncements.ExpireSql : ExpireSql);
        command.Parameters.Add(new() { Value = now.UtcDateTime });
        command.Parameters.Add(new() { Value = most });
        return announced ? (int)(await command.ExecuteScalarAsync(ct))! : await command.ExecuteNonQueryAsync(ct);
    }

    private static IOrderedQueryable<OutgoingCall> Ordered(IQueryable<OutgoingCall> calls, OutgoingCallFilter filter) => filter.NewestFirst
        ? calls.OrderByDescending(c => c.CallDate).ThenByDescending(c => c.Id)
        : calls.OrderBy(c => c.CallDate).ThenBy(c => c.Id);

    private static IQueryable<OutgoingCall> Among(IQueryable<OutgoingCall> calls, OutgoingCallFilter filter, DateTimeOffset now)
    {
        if (filter.Queue is { } queue) calls = calls.Where(c => c.Queue == queue);
        if (filter.From is { } from) calls = calls.Where(c => c.CallDate >= from);
        if (filter.To is { } to) calls = calls.Where(c => c.CallDate <= to);
        if (filter.Agent?.ToUpperInvariant() is { } agent) calls = calls.Where(c => c.AgentKey == agent);
        if (filter.Phone is { } phone)
        {
            var meant = PhoneNumber.MeantBy(phone);
            calls = calls.Where(c => c.Numbers.Any(n => meant.Contains(n)));
        }

        return filter.Status switch
        {
            null => calls,
            OutgoingCallStatus.Pending => calls.Where(c => c.Status == OutgoingCallStatus.Pending && (c.ExpiresAt == null || c.ExpiresAt > now)),
            OutgoingCallStatus.Expired => calls.Where(c =>
                c.Status == OutgoingCallStatus.Expired || (c.Status == OutgoingCallStatus.Pending && c.ExpiresAt <= now)),
            { } status => calls.Where(c => c.Status == status),
        };
    }

    /// <summary>Saved calls are not kept: the same request may ask for one again, and must find what others made of it.</summary>
    private async Task SaveAsync(OutgoingCall call, CancellationToken ct)
    {
        try
        {
            await db.SaveChangesAsync(ct);
        }
        finally
        {
            db.Entry(call).State = EntityState.Detached;
        }
    }
}
