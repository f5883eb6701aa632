using System.Globalization;
using System.Text.RegularExpressions;
using Expand.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Access;

/// <summary>What an administrator says of an API credential.</summary>
/// <param name="Description">The system that uses it.</param>
/// <param name="Scopes">What it may do, of <see cref="ApiCredential.AllScopes"/>; at least one.</param>
/// <param name="Addresses">Addresses or networks that it may come from; empty: any.</param>
/// <param name="RatePerSecond">Calls per second and host; null: no limit.</param>
internal sealed record CredentialForm(string Description, IReadOnlyList<string> Scopes, IReadOnlyList<string> Addresses, int? RatePerSecond)
{
    /// <summary>The scopes as they are kept: in their own spelling and order, each once.</summary>
    public string[] KnownScopes => [.. ApiCredential.AllScopes.Where(s => Scopes.Contains(s, StringComparer.OrdinalIgnoreCase))];

    /// <summary>The refusal that names the field and the rule, or null where all is right.</summary>
    public Failure? Validate()
    {
        if (CallerDescription.Validate(Description, out _) is { } undescribed) return undescribed;
        if (Scopes.Count == 0) return Failure.Invalid("scopes", $"a credential has at least one scope of {string.Join(", ", ApiCredential.AllScopes)}");
        if (Scopes.FirstOrDefault(s => !ApiCredential.AllScopes.Contains(s, StringComparer.OrdinalIgnoreCase)) is { } unknown)
            return Failure.Invalid("scopes", $"'{unknown}' is not a scope; scopes are {string.Join(", ", ApiCredential.AllScopes)}");
        return AllowedAddresses.Validate(Addresses) ?? CallRate.Validate(RatePerSecond);
    }
}

/// <summary>A credential as it is listed: everything but the password, which is nowhere.</summary>
internal sealed record CredentialRow(
    int Id, string Username, string Description, string[] Scopes, string[] Addresses, int? RatePerSecond,
    DateTimeOffset CreatedAt, string CreatedBy, DateTimeOffset? RevokedAt, DateTimeOffset? LastUsedAt, string? LastAddress, long Calls)
{
    // The same line while it is of the same credential: a page that reads anew every few seconds keeps the focus and an open menu in it.
    public bool Equals(CredentialRow? other) => other?.Id == Id;

    public override int GetHashCode() => Id;
}

/// <summary>A new credential and its password, which is shown this once.</summary>
internal sealed record NewCredential(int Id, string Username, string Password);

/// <summary>
/// API credentials made, listed, changed and revoked. Each change is one transaction with its audit line; changes take turns, and count on
/// this host at once and on every other within a second.
/// </summary>
internal sealed partial class ApiCredentials(
    IDbContextFactory<ExpandDb> databases, CredentialDirectory directory, TimeProvider clock, ILogger<ApiCredentials> log)
{
    public async Task<Result<NewCredential>> CreateAsync(string username, CredentialForm form, Actor actor, CancellationToken ct)
    {
        username = username.Trim(' ');
        if (!UsernameRule().IsMatch(username))
            return Failure.Invalid("username", $"a credential's username has 1 to {ApiCredential.UsernameLength} letters without accents, digits and . _ -");
        if (form.Validate() is { } wrong) return wrong;
        var (key, password) = (username.ToLowerInvariant(), ApiCredential.NewPassword());
        var made = new ApiCredential
        {
            Username = username,
            PasswordHash = ApiCredential.HashOf(password),
            Description = "",
            Scopes = [],
            CreatedAt = clock.GetUtcNow(),
            CreatedBy = actor.Name,
        };
        Fill(made, form);
        var failure = await ChangeAsync(actor, "credential.created", async db =>
        {
            if (await db.Set<ApiCredential>().AnyAsync(c => c.RevokedAt == null && c.UsernameKey == key, ct))
                return (Failure.Conflict($"the username {username} is taken") with { Field = "username" }, null);
            db.Add(made);
            await db.SaveChangesAsync(ct);
            return (null, made);
        }, ct);
        return failure is null ? new NewCredential(made.Id, made.Username, password) : failure;
    }

    /// <summary>Changes everything but the name and the password.</summary>
    public async Task<Failure?> ChangeAsync(int id, CredentialForm form, Actor actor, CancellationToken ct) =>
        form.Validate() is { } wrong ? wrong : await ChangeAsync(actor, "credential.changed", id, credential => Fill(credential, form), ct);

    /// <summary>Makes another password, shown this once; the one before is refused from now on.</summary>
    public async Task<Result<string>> NewPasswordAsync(int id, Actor actor, CancellationToken ct)
    {
        var password = ApiCredential.NewPassword();
        var failure = await ChangeAsync(actor, "credential.password-made", id, c => c.PasswordHash = ApiCredential.HashOf(password), ct);
        return failure is null ? password : failure;
    }

    /// <summary>Takes a credential out of force; its name may be given to another one. Repeating it changes nothing.</summary>
    public async Task<Failure?> RevokeAsync(int id, Actor actor, CancellationToken ct)
    {
        var repeated = false;
        var failure = await ChangeAsync(actor, "credential.revoked", async db =>
        {
            var credential = await db.Set<ApiCredential>().SingleOrDefaultAsync(c => c.Id == id, ct);
            if (credential is null) return (Failure.NotFound($"credential {id}"), null);
            if (repeated = credential.RevokedAt is not null) return (Revoked(id), null);
            credential.RevokedAt = clock.GetUtcNow();
            return (null, credential);
        }, ct);
        return repeated ? null : failure;
    }

    public async Task<IReadOnlyList<CredentialRow>> ListAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.Set<ApiCredential>().OrderBy(c => c.RevokedAt != null).ThenBy(c => c.Id).Select(c => new CredentialRow(
            c.Id, c.Username, c.Description, c.Scopes, c.Addresses, c.RatePerSecond,
            c.CreatedAt, c.CreatedBy, c.RevokedAt, c.LastUsedAt, c.LastAddress, c.Calls)).ToListAsync(ct);
    }

    private static Failure Revoked(int id) => Failure.Conflict($"credential {id} is revoked");

    private static void Fill(ApiCredential credential, CredentialForm form) =>
        (credential.Description, credential.Scopes, credential.Addresses, credential.RatePerSecond) =
            (form.Description.Trim(), form.KnownScopes, [.. form.Addresses.Select(a => a.Trim())], form.RatePerSecond);

    private Task<Failure?> ChangeAsync(Actor actor, string action, int id, Action<ApiCredential> change, CancellationToken ct) =>
        ChangeAsync(actor, action, async db =>
        {
            var credential = await db.Set<ApiCredential>().SingleOrDefaultAsync(c => c.Id == id, ct);
            if (credential is null) return (Failure.NotFound($"credential {id}"), null);
            if (credential.RevokedAt is not null) return (Revoked(id), null);
            change(credential);
            return (null, credential);
        }, ct);

    private async Task<Failure?> ChangeAsync(
        Actor actor, string action, Func<ExpandDb, Task<(Failure? Failure, ApiCredential? Credential)>> change, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await SharedCopy.RaiseAsync(db, CredentialDirectory.Counter, ct);
        var (failure, credential) = await change(db);
        if (failure is not null) return failure;
        db.Add(AuditEntry.Of(clock.GetUtcNow(), actor, action, $"credential {credential!.Id} ({credential.Username})",
            $"{credential.Description}; scopes: {string.Join(' ', credential.Scopes)}; addresses: {(credential.Addresses.Length == 0 ? "-" : string.Join(' ', credential.Addresses))}; "
            + $"rate: {credential.RatePerSecond?.ToString(CultureInfo.InvariantCulture) ?? "-"}"));
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        log.CredentialChanged(action, credential.Id, credential.Username, actor.Name);
        await directory.RefreshAsync(ct);
        return null;
    }

    // \z and not $: that would let a line break at the end pass.
    [GeneratedRegex(@"^[A-Za-z0-9_.-]{1,64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex UsernameRule();
}
