using System.Collections.Concurrent;
using Npgsql;

namespace Expand.Server.Access;

/// <summary>Counts what a key or a credential is used for on this host, until it is written down.</summary>
internal sealed class CallerUsage
{
    private long calls;
    private long lastUsedTicks;
    private string? lastAddress;

    public void Count(DateTimeOffset at, string? address)
    {
        Interlocked.Increment(ref calls);
        Volatile.Write(ref lastUsedTicks, at.UtcTicks);
        Volatile.Write(ref lastAddress, address);
    }

    /// <summary>Takes what was counted since the last time; zero calls where it was not used.</summary>
    public (long Calls, DateTime LastUsed, string? Address) Take() =>
        (Interlocked.Exchange(ref calls, 0), new DateTime(Volatile.Read(ref lastUsedTicks), DateTimeKind.Utc), Volatile.Read(ref lastAddress));

    /// <summary>Puts back what was taken and could not be written.</summary>
    public void PutBack(long taken) => Interlocked.Add(ref calls, taken);
}

/// <summary>The counters of one kind of caller, by id: those of one that was revoked a moment ago are still to be written down.</summary>
/// <param name="table">Where they are written: columns <c>calls</c>, <c>last_used_at</c>, <c>last_address</c>.</param>
internal sealed class CallerUsages(string table)
{
    private readonly ConcurrentDictionary<int, CallerUsage> usages = new();

    public CallerUsage Of(int id) => usages.GetOrAdd(id, _ => new CallerUsage());

    /// <summary>Adds what was counted to the table.</summary>
    /// <exception cref="NpgsqlException">The database is away; what was counted is written the next time.</exception>
    public async Task WriteAsync(NpgsqlDataSource database, CancellationToken ct)
    {
        var used = usages.Select(u => (Id: u.Key, Counter: u.Value, Usage: u.Value.Take())).Where(u => u.Usage.Calls > 0).ToList();
        if (used.Count == 0) return;
        await using var command = database.CreateCommand(
            $"""
            update {table} k set calls = k.calls + u.calls, last_used_at = greatest(k.last_used_at, u.at), last_address = u.address
            from unnest($1, $2, $3, $4) as u(id, calls, at, address) where k.id = u.id
            """);
        command.Parameters.Add(new() { Value = used.Select(u => u.Id).ToArray() });
        command.Parameters.Add(new() { Value = used.Select(u => u.Usage.Calls).ToArray() });
        command.Parameters.Add(new() { Value = used.Select(u => u.Usage.LastUsed).ToArray() });
        command.Parameters.Add(new() { Value = used.Select(u => u.Usage.Address).ToArray() });
        try
        {
            await command.ExecuteNonQueryAsync(ct);
        }
        catch
        {
            foreach (var (_, counter, usage) in used) counter.PutBack(usage.Calls);
            throw;
        }
    }
}
