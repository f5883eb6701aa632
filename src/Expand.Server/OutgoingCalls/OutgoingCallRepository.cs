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

    /// <summary>Writes down that calls are expired; how many, <paramref name="most"/> at a time.</summary>
    public static async Task<int> ExpireAsync(NpgsqlDataSource database, DateTimeOffset now, int most, CancellationToken ct)
    {
        await using var command = database.CreateCommand(ExpireSql);
        command.Parameters.Add(new() { Value = now.UtcDateTime });
        command.Parameters.Add(new() { Value = most });
        return await command.ExecuteNonQueryAsync(ct);
    }

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
