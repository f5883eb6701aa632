using System.Globalization;
using Expand.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Access;

/// <summary>A key as it is listed: everything but the secret, which is nowhere.</summary>
internal sealed record KeyRow(
    int Id, string Description, string Prefix, string[] Operations, string[] Addresses, int? RatePerSecond,
    DateTimeOffset CreatedAt, string CreatedBy, DateTimeOffset? RevokedAt, DateTimeOffset? LastUsedAt, string? LastAddress, long Calls)
{
    // The same line while it is of the same key: a page that reads anew every few seconds keeps the focus and an open menu in it.
    public bool Equals(KeyRow? other) => other?.Id == Id;

    public override int GetHashCode() => Id;
}

/// <summary>A new key and its secret, which is shown this once.</summary>
internal sealed record NewKey(int Id, string Secret);

/// <summary>Keys made, listed, limited and revoked: by the web UI (Configuración / Sistema / Claves) and the command line alike.</summary>
internal sealed class AuthorizedKeys(
    IDbContextFactory<ExpandDb> databases, KeyDirectory directory, SoapOperationNames operations, TimeProvider clock, ILogger<AuthorizedKeys> log)
{
    public async Task<Result<NewKey>> CreateAsync(string description, KeyLimits limits, Actor actor, CancellationToken ct)
    {
        if (CallerDescription.Validate(description, out var clean) is { } undescribed) return undescribed;
        if (limits.Validate(operations.All) is { } wrong) return wrong;

        var secret = AuthorizedKey.NewSecret();
        var key = new AuthorizedKey
        {
            Description = clean,
            Hash = AuthorizedKey.HashOf(secret),
            Prefix = AuthorizedKey.PrefixOf(secret),
            Operations = [.. limits.Operations],
            Addresses = [.. limits.Addresses.Select(a => a.Trim())],
            RatePerSecond = limits.RatePerSecond,
            CreatedAt = clock.GetUtcNow(),
            CreatedBy = actor.Name,
        };
        await using var db = await databases.CreateDbContextAsync(ct);
        db.Add(key);
        await ChangeAsync(db, actor, "key.created", key, ct);
        return new NewKey(key.Id, secret);
    }

    public async Task<Failure?> LimitAsync(int id, string description, KeyLimits limits, Actor actor, CancellationToken ct)
    {
        if (CallerDescription.Validate(description, out var clean) is { } undescribed) return undescribed;
        if (limits.Validate(operations.All) is { } wrong) return wrong;
        await using var db = await databases.CreateDbContextAsync(ct);
        var key = await db.Set<AuthorizedKey>().SingleOrDefaultAsync(k => k.Id == id, ct);
        if (key is null) return Failure.NotFound($"key {id}");
        if (key.RevokedAt is not null) return Failure.Conflict($"key {id} is revoked");

        (key.Description, key.Operations, key.Addresses, key.RatePerSecond) =
            (clean, [.. limits.Operations], [.. limits.Addresses.Select(a => a.Trim())], limits.RatePerSecond);
        await ChangeAsync(db, actor, "key.limited", key, ct);
        return null;
    }

    /// <summary>Takes a key out of force, on this host at once and on every other within a second. Repeating it changes nothing.</summary>
    public async Task<Failure?> RevokeAsync(int id, Actor actor, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var key = await db.Set<AuthorizedKey>().SingleOrDefaultAsync(k => k.Id == id, ct);
        if (key is null) return Failure.NotFound($"key {id}");
        if (key.RevokedAt is not null) return null;
        key.RevokedAt = clock.GetUtcNow();
        await ChangeAsync(db, actor, "key.revoked", key, ct);
        return null;
    }

    public async Task<IReadOnlyList<KeyRow>> ListAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.Set<AuthorizedKey>().OrderBy(k => k.RevokedAt != null).ThenBy(k => k.Id).Select(k => new KeyRow(
            k.Id, k.Description, k.Prefix, k.Operations, k.Addresses, k.RatePerSecond,
            k.CreatedAt, k.CreatedBy, k.RevokedAt, k.LastUsedAt, k.LastAddress, k.Calls)).ToListAsync(ct);
    }

    /// <summary>The change, its audit entry and the raised version: one transaction.</summary>
    private async Task ChangeAsync(ExpandDb db, Actor actor, string action, AuthorizedKey key, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.SaveChangesAsync(ct);
        db.Add(AuditEntry.Of(clock.GetUtcNow(), actor, action, $"key {key.Id} ({key.Prefix}…)",
            $"{key.Description}; operations: {Listed(key.Operations)}; addresses: {Listed(key.Addresses)}; rate: {key.RatePerSecond?.ToString(CultureInfo.InvariantCulture) ?? "-"}"));
        await db.SaveChangesAsync(ct);
        await SharedCopy.RaiseAsync(db, KeyDirectory.Counter, ct);
        await transaction.CommitAsync(ct);
        log.KeyChanged(action, key.Id, key.Prefix, actor.Name);
        await directory.RefreshAsync(ct);
    }

    private static string Listed(string[] values) => values.Length == 0 ? "-" : string.Join(' ', values);
}
