using System.Collections.Frozen;
using Npgsql;

namespace Expand.Server.Access;

/// <summary>All API credentials in force, in memory: a request is checked without touching the database.</summary>
internal sealed class CredentialDirectory(NpgsqlDataSource database, ILogger<CredentialDirectory> log) : SharedCopy(database, Counter)
{
    /// <summary>The number that changes of credentials are counted under.</summary>
    public const int Counter = 5;

    private volatile Snapshot known = new([]);

    /// <summary>What credentials were used for.</summary>
    public CallerUsages Usages { get; } = new("api_credentials");

    /// <summary>The credential in force of that name, in whatever case; or null.</summary>
    public CredentialEntry? Find(string username) => known.ByName.GetValueOrDefault(username);

    /// <summary>The credential of that id while it is in force, or null.</summary>
    public CredentialEntry? Find(int id) => known.ById.GetValueOrDefault(id);

    protected override async Task LoadAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        var rows = new List<(int Id, string Username, byte[] Hash, string[] Scopes, string[] Addresses, int? Rate)>();
        await using var command = new NpgsqlCommand(
            "select id, username, password_hash, scopes, addresses, rate_per_second from api_credentials where revoked_at is null", connection)
        { CommandTimeout = 5 };
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            rows.Add((row.GetInt32(0), row.GetString(1), row.GetFieldValue<byte[]>(2), row.GetFieldValue<string[]>(3),
                row.GetFieldValue<string[]>(4), row.IsDBNull(5) ? null : row.GetInt32(5)));
        }

        // Rates are made when all was read: a reading that fails leaves no timer behind.
        var before = known;
        known = new Snapshot([.. rows.Select(r => new CredentialEntry(
            r.Id, r.Username, r.Hash, r.Scopes, r.Addresses, Usages.Of(r.Id), r.Rate, before.ById.GetValueOrDefault(r.Id)))]);
        CallRate.End(before.Rates, known.Rates);
        log.CredentialsLoaded(known.ById.Count);
    }

    protected override void Close() => CallRate.End(known.Rates, []);

    private sealed class Snapshot(List<CredentialEntry> entries)
    {
        public FrozenDictionary<int, CredentialEntry> ById { get; } = entries.ToFrozenDictionary(e => e.Id);

        public FrozenDictionary<string, CredentialEntry> ByName { get; } = entries.ToFrozenDictionary(e => e.Username, StringComparer.OrdinalIgnoreCase);

        public IEnumerable<CallRate?> Rates => entries.Select(e => e.Rate);
    }
}
