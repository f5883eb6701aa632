using System.Collections.Frozen;
using System.Net;
using System.Security.Cryptography;
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
/// All valid keys, in memory: a call is checked without touching the database. A key made or revoked anywhere counts everywhere within a
/// second. (A poll, not LISTEN: a listening connection that hangs says nothing, a poll that fails says so.)
/// </summary>
internal sealed class KeyDirectory(NpgsqlDataSource database, ILogger<KeyDirectory> log) : SharedCopy(database, Counter)
{
    /// <summary>The number that changes of keys are counted under.</summary>
    public const int Counter = 1;

    private volatile FrozenDictionary<ulong, Entry> keys = FrozenDictionary<ulong, Entry>.Empty;

    /// <summary>One valid key.</summary>
    internal sealed class Entry(int id, string prefix, byte[] hash, string[] operations, string[] addresses, CallRate? rate, CallerUsage usage)
    {
        private readonly FrozenSet<string>? allowed = operations.Length == 0 ? null : operations.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        private readonly AllowedAddresses origins = new(addresses);

        public int Id => id;

        public string Prefix => prefix;

        /// <summary>Null for no limit.</summary>
        public CallRate? Rate => rate;

        public bool Matches(ReadOnlySpan<byte> other) => CryptographicOperations.FixedTimeEquals(hash, other);

        public bool Allows(string operation) => allowed?.Contains(operation) ?? true;

        public bool Allows(IPAddress? address) => origins.Contains(address);

        /// <summary>See <see cref="CallRate.TakeTurnAsync"/>; true at once where there is no limit.</summary>
        public ValueTask<bool> TakeTurnAsync(CancellationToken ct) => rate?.TakeTurnAsync(ct) ?? ValueTask.FromResult(true);

        public void Used(DateTimeOffset at, string? address) => usage.Count(at, address);
    }

    /// <summary>What keys were used for.</summary>
    public CallerUsages Usages { get; } = new("authorized_keys");

    /// <summary>The entry of a valid key, or null.</summary>
    public Entry? Find(string secret)
    {
        if (secret.Length is 0 or > 200) return null;
        Span<byte> hash = AuthorizedKey.HashOf(secret);
        return keys.TryGetValue(BitConverter.ToUInt64(hash), out var entry) && entry.Matches(hash) ? entry : null;
    }

    protected override async Task LoadAsync(NpgsqlConnection connection, CancellationToken ct)
    {
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

        // Rates are made when all was read: a reading that fails leaves no timer behind.
        var (before, known) = (keys, keys.Values.ToDictionary(e => e.Id));
        keys = rows.ToFrozenDictionary(r => BitConverter.ToUInt64(r.Hash), r => new Entry(
            r.Id, r.Prefix, r.Hash, r.Operations, r.Addresses, CallRate.Kept(known.GetValueOrDefault(r.Id)?.Rate, r.Rate), Usages.Of(r.Id)));
        // Only now: a call whose turn ends with its rate finds the key's new one.
        CallRate.End(before.Values.Select(e => e.Rate), keys.Values.Select(e => e.Rate));
        log.KeysLoaded(keys.Count);
    }

    protected override void Close() => CallRate.End(keys.Values.Select(e => e.Rate), []);
}
