using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Net;
using System.Security.Cryptography;
using System.Threading.RateLimiting;
using Npgsql;

namespace Expand.Server.Access;

/// <summary>Why a key was not taken; for the log and the audit, never for the caller.</summary>
internal enum KeyRefusal
{
    Unknown,
    Operation,
    Address,
    Rate,
}

/// <summary>
/// All valid keys, in memory: a call is checked without touching the database. A change raises <c>access_version</c> in its own
/// transaction; every host polls that one row a few times a second, so a key made or revoked anywhere counts everywhere within a second.
/// (A poll, not LISTEN: a listening connection that hangs says nothing, a poll that fails says so.)
/// </summary>
internal sealed class KeyDirectory(NpgsqlDataSource database, ILogger<KeyDirectory> log) : IDisposable
{
    private volatile Snapshot snapshot = new(-1, FrozenDictionary<ulong, Entry>.Empty);
    private readonly SemaphoreSlim refreshing = new(1, 1);

    /// <summary>Counters by the key's id: those of a key that was revoked a moment ago are still to be written down.</summary>
    private readonly ConcurrentDictionary<int, KeyUsage> usages = new();

    /// <summary>One valid key.</summary>
    internal sealed class Entry(
        int id, string prefix, byte[] hash, string[] operations, string[] addresses, int? rate, KeyUsage usage, TokenBucketRateLimiter? limiter)
    {
        private readonly FrozenSet<string>? allowed = operations.Length == 0 ? null : operations.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        private readonly IPNetwork[] networks =
            [.. addresses.Select(a => KeyLimits.TryParseNetwork(a, out var network) ? network : default)];

        public int Id => id;

        public string Prefix => prefix;

        public int? Rate => rate;

        /// <summary>Counts the calls over time where there is a rate. It has a timer of its own: whoever replaces it disposes it.</summary>
        public TokenBucketRateLimiter? Limiter => limiter;

        /// <summary>Full at first; as many calls as two seconds take may wait.</summary>
        public static TokenBucketRateLimiter? LimiterFor(int? rate) => rate is not { } perSecond ? null : new(new()
        {
            TokenLimit = perSecond,
            TokensPerPeriod = perSecond,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            QueueLimit = perSecond * 2,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        });

        public bool Matches(ReadOnlySpan<byte> other) => CryptographicOperations.FixedTimeEquals(hash, other);

        public bool Allows(string operation) => allowed?.Contains(operation) ?? true;

        public bool Allows(IPAddress? address) =>
            networks.Length == 0 || (address is not null && networks.Any(n => n.Contains(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address)));

        /// <summary>
        /// True at once where there is no limit or it is not reached; else waits for its turn; false where too many wait already, and where
        /// the rate was changed meanwhile.
        /// </summary>
        public async ValueTask<bool> TakeTurnAsync(CancellationToken ct)
        {
            if (limiter is null) return true;
            try
            {
                using var lease = await limiter.AcquireAsync(1, ct);
                return lease.IsAcquired;
            }
            catch (ObjectDisposedException)
            {
                return false;
            }
        }

        public void Used(DateTimeOffset at, string? address) => usage.Count(at, address);
    }

    private sealed record Snapshot(long Version, FrozenDictionary<ulong, Entry> Keys)
    {
        public IEnumerable<TokenBucketRateLimiter> Limiters => Keys.Values.Select(e => e.Limiter).OfType<TokenBucketRateLimiter>();
    }

    /// <summary>What keys were used for, by their ids.</summary>
    public IEnumerable<KeyValuePair<int, KeyUsage>> Usages => usages;

    /// <summary>The entry of a valid key, or null.</summary>
    public Entry? Find(string secret)
    {
        if (secret.Length is 0 or > 200) return null;
        Span<byte> hash = AuthorizedKey.HashOf(secret);
        return snapshot.Keys.TryGetValue(BitConverter.ToUInt64(hash), out var entry) && entry.Matches(hash) ? entry : null;
    }

    /// <summary>Reads the version and, where it moved, the keys. Safe to call at any time; used by the poll and right after a change.</summary>
    public async Task RefreshAsync(CancellationToken ct)
    {
        await refreshing.WaitAsync(ct);
        try
        {
            await using var connection = await database.OpenConnectionAsync(ct);
            await using var asked = new NpgsqlCommand("select version from access_version where id = 1", connection) { CommandTimeout = 2 };
            var version = (long)(await asked.ExecuteScalarAsync(ct) ?? 0L);
            if (version == snapshot.Version) return;
            var before = snapshot;
            snapshot = new Snapshot(version, await LoadAsync(connection, ct));
            // Only now: a call whose turn ends with its limiter finds the key's new one.
            DisposeAll(before.Limiters.Except(snapshot.Limiters));
            log.KeysLoaded(snapshot.Keys.Count, version);
        }
        finally
        {
            refreshing.Release();
        }
    }

    public void Dispose()
    {
        DisposeAll(snapshot.Limiters);
        refreshing.Dispose();
    }

    private static void DisposeAll(IEnumerable<TokenBucketRateLimiter> limiters)
    {
        foreach (var limiter in limiters) limiter.Dispose();
    }

    private async Task<FrozenDictionary<ulong, Entry>> LoadAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        var known = snapshot.Keys.Values.ToDictionary(e => e.Id);
        var rows = new List<(int Id, string Prefix, byte[] Hash, string[] Operations, string[] Addresses, int? Rate)>();
        await using var command = new NpgsqlCommand(
            "select id, prefix, hash, operations, addresses, rate_per_second from authorized_keys where revoked_at is null", connection)
        { CommandTimeout = 5 };
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            rows.Add((row.GetInt32(0), row.GetString(1), row.GetFieldValue<byte[]>(2), row.GetFieldValue<string[]>(3),
                row.GetFieldValue<string[]>(4), row.IsDBNull(5) ? null : row.GetInt32(5)));
        }

        // Made when all was read: a reading that fails leaves no limiter behind. One whose rate did not change keeps its tokens and its queue.
        return rows.ToFrozenDictionary(r => BitConverter.ToUInt64(r.Hash), r => new Entry(
            r.Id, r.Prefix, r.Hash, r.Operations, r.Addresses, r.Rate, usages.GetOrAdd(r.Id, _ => new KeyUsage()),
            known.GetValueOrDefault(r.Id) is { } old && old.Rate == r.Rate ? old.Limiter : Entry.LimiterFor(r.Rate)));
    }
}
