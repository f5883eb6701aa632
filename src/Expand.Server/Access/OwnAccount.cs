using System.Globalization;
using System.Security.Cryptography;
using Expand.Server.Platform;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Access;

/// <summary>What one sees of oneself; <c>RecoveryCodesLeft</c> were not used yet.</summary>
internal sealed record AccountRow(
    int Id, string Username, string FullName, string Email, string Profile, IReadOnlyList<string> Parts, string AgentNumber,
    bool HasSecondFactor, int RecoveryCodesLeft);

/// <summary>A second factor that is offered and not in force yet.</summary>
/// <param name="Key">The secret, to be typed into an app.</param>
/// <param name="Uri">The same for an app's camera.</param>
/// <param name="Ticket">What the form gives back; nobody else can make it, and it ends after some minutes.</param>
internal sealed record FactorOffer(string Key, string Uri, string Ticket);

/// <summary>
/// What users change of their own account, each with their password once more: a browser that somebody left open is not enough. What is changed
/// ends every other session of theirs and keeps this one, whose cookie is renewed: call these before the answer has begun.
/// </summary>
internal sealed class OwnAccount(
    UserChanges changes, Attempts attempts, RefusalAudit refusals, UserManager<User> users, SignInManager<User> signIns,
    IDataProtectionProvider protection, TimeProvider clock)
{
    private static readonly TimeSpan OfferedFor = TimeSpan.FromMinutes(15);
    private readonly ITimeLimitedDataProtector tickets = protection.CreateProtector("second factor").ToTimeLimitedDataProtector();

    /// <summary>Null where the account was deleted meanwhile.</summary>
    public async Task<AccountRow?> ShowAsync(int id, CancellationToken ct)
    {
        var user = await users.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Id == id, ct);
        return user is null ? null : new AccountRow(
            user.Id, user.UserName!, user.FullName, user.Email ?? "", user.Profile, [.. user.Parts], user.AgentNumber ?? "",
            user.TwoFactorEnabled, user.TwoFactorEnabled ? await users.CountRecoveryCodesAsync(user) : 0);
    }

    /// <summary>Another password, after the one that there is.</summary>
    public async Task<Failure?> ChangePasswordAsync(int id, string current, string password, Actor actor, CancellationToken ct)
    {
        if (await RefusedAsync(id, current, actor, ct) is { } refused) return refused;
        return await RenewedAsync(actor, "account.password-changed", id, (known, user) => current == password
            ? Task.FromResult<Failure?>(Failure.Invalid("password", "it is the password that there is already"))
            : UserChanges.ReplacePasswordAsync(known, user, password), ct);
    }

    /// <summary>A new secret for an authenticator app.</summary>
    public FactorOffer Offer(AccountRow account)
    {
        var key = users.GenerateNewAuthenticatorKey();
        return Offered(account, key, tickets.Protect($"{account.Id.ToString(CultureInfo.InvariantCulture)}:{key}", OfferedFor));
    }

    /// <summary>The same offer once more, after a wrong code; a new one where it has ended.</summary>
    public FactorOffer OfferAgain(AccountRow account, string ticket) =>
        KeyOf(account.Id, ticket) is { } key ? Offered(account, key, ticket) : Offer(account);

    /// <summary>Turns the second factor on, where the app shows the code of the secret that was offered. Answers with the recovery codes.</summary>
    public async Task<Result<IReadOnlyList<string>>> TurnOnAsync(int id, string ticket, string code, string password, Actor actor, CancellationToken ct)
    {
        if (KeyOf(id, ticket) is not { } key) return Failure.Conflict("the offer has ended") with { Field = "code" };
        if (TotpCode.StepOf(key, code, clock.GetUtcNow()) is not { } step) return Failure.Invalid("code", "it is not the code that the app shows now");
        if (await RefusedAsync(id, password, actor, ct) is { } refused) return refused;
        IReadOnlyList<string> codes = [];
        var failure = await RenewedAsync(actor, "second-factor.on", id, async (known, user) =>
        {
            if (user.TwoFactorEnabled) return Failure.Conflict("the second factor is on");
            codes = await SecondFactor.TurnOnAsync(known, user, key, step);
            return null;
        }, ct);
        return failure is null ? new Result<IReadOnlyList<string>>(codes, null) : failure;
    }

    /// <summary>Turns the second factor off.</summary>
    public async Task<Failure?> TurnOffAsync(int id, string password, Actor actor, CancellationToken ct) =>
        await RefusedAsync(id, password, actor, ct) ?? await RenewedAsync(actor, "second-factor.off", id, async (known, user) =>
            user.TwoFactorEnabled ? await SecondFactor.TurnOffAsync(known, user) : Failure.Conflict("the second factor is off"), ct);

    /// <summary>New recovery codes; those that were left are good for nothing from now on.</summary>
    public async Task<Result<IReadOnlyList<string>>> NewCodesAsync(int id, string password, Actor actor, CancellationToken ct)
    {
        if (await RefusedAsync(id, password, actor, ct) is { } refused) return refused;
        IReadOnlyList<string> codes = [];
        var failure = await changes.RunAsync(actor, "second-factor.codes-made", id, async (known, _, user) =>
        {
            if (!user.TwoFactorEnabled) return Failure.Conflict("the second factor is off");
            codes = await SecondFactor.NewRecoveryCodesAsync(known, user);
            return null;
        }, ct);
        return failure is null ? new Result<IReadOnlyList<string>>(codes, null) : failure;
    }

    /// <summary>The refusal of a password that is not the user's; wrong ones count towards the lockout as they do when signing in.</summary>
    private async Task<Failure?> RefusedAsync(int id, string password, Actor actor, CancellationToken ct)
    {
        var outcome = await attempts.TryAsync(id, async (known, _, user) => await known.CheckPasswordAsync(user, password), ct);
        if (outcome == ProofOutcome.Right) return null;
        var locked = outcome == ProofOutcome.LockedOut;
        refusals.Refused(locked ? "account.locked" : "account.refused", actor.Name, actor.Address);
        return locked
            ? Failure.Conflict("too many failures; come again later") with { Field = "current" }
            : Failure.Invalid("current", "it is not the password of this account");
    }

    private async Task<Failure?> RenewedAsync(Actor actor, string action, int id, Func<UserManager<User>, User, Task<Failure?>> change, CancellationToken ct)
    {
        User? changed = null;
        var failure = await changes.RunAsync(actor, action, id, (known, _, user) => change(known, changed = user), ct);
        if (failure is null) await signIns.RefreshSignInAsync(changed!);
        return failure;
    }

    private static FactorOffer Offered(AccountRow account, string key, string ticket) => new(
        key, $"otpauth://totp/eXpand:{Uri.EscapeDataString(account.Username)}?secret={key}&issuer=eXpand&digits=6&period=30", ticket);

    private string? KeyOf(int id, string ticket)
    {
        try
        {
            var offered = tickets.Unprotect(ticket).Split(':');
            return offered[0] == id.ToString(CultureInfo.InvariantCulture) ? offered[1] : null;
        }
        catch (CryptographicException)
        {
            // Ended, or not ours.
            return null;
        }
    }
}
