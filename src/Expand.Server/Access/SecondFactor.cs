using System.Globalization;
using Expand.Server.Platform;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Access;

/// <summary>
/// Codes of an authenticator app, each taken once. Identity's own check takes a code again and again for its minutes: who looked over a shoulder
/// could sign in with it. The step of the last code that was taken stands beside the secret, and only later ones are taken, on whatever host.
/// </summary>
internal sealed class SecondFactor(ExpandDb db, TimeProvider clock) : IUserTwoFactorTokenProvider<User>
{
    /// <summary>Where Identity's store keeps what belongs to an authenticator app.</summary>
    public const string Store = "[AspNetUserStore]";

    /// <summary>Recovery codes that are made at a time.</summary>
    public const int RecoveryCodes = 10;
    private const string Key = "AuthenticatorKey";
    private const string LastStep = "LastCodeStep";

    /// <summary>From now on signing in asks for a code of this secret. Answers with the recovery codes, which are shown this once.</summary>
    /// <param name="users">Changes the user.</param>
    /// <param name="user">Whose it is.</param>
    /// <param name="key">The secret that the app was given.</param>
    /// <param name="step">The code that showed it: it is taken.</param>
    public static async Task<IReadOnlyList<string>> TurnOnAsync(UserManager<User> users, User user, string key, long step)
    {
        Must(await users.SetAuthenticationTokenAsync(user, Store, Key, key));
        Must(await users.SetAuthenticationTokenAsync(user, Store, LastStep, step.ToString(CultureInfo.InvariantCulture)));
        Must(await users.SetTwoFactorEnabledAsync(user, true));
        return await NewRecoveryCodesAsync(users, user);
    }

    /// <summary>New recovery codes in the place of those that were left.</summary>
    public static async Task<IReadOnlyList<string>> NewRecoveryCodesAsync(UserManager<User> users, User user) =>
        [.. (await users.GenerateNewTwoFactorRecoveryCodesAsync(user, RecoveryCodes))!];

    /// <summary>The password alone signs in again; nothing of the factor is kept.</summary>
    public static async Task<Failure?> TurnOffAsync(UserManager<User> users, User user)
    {
        foreach (var name in (string[])[Key, LastStep, UserStore.Codes]) Must(await users.RemoveAuthenticationTokenAsync(user, Store, name));
        return UserChanges.Told(await users.SetTwoFactorEnabledAsync(user, false));
    }

    public async Task<bool> ValidateAsync(string purpose, string token, UserManager<User> manager, User user)
    {
        if (await manager.GetAuthenticatorKeyAsync(user) is not { } key || TotpCode.StepOf(key, token, clock.GetUtcNow()) is not { } step) return false;
        var text = step.ToString(CultureInfo.InvariantCulture);
        return await db.Database.ExecuteSqlAsync(
            $"""
             insert into user_tokens as t (user_id, login_provider, name, value) values ({user.Id}, {Store}, {LastStep}, {text})
             on conflict (user_id, login_provider, name) do update set value = excluded.value where t.value::bigint < excluded.value::bigint
             """) == 1;
    }

    public async Task<bool> CanGenerateTwoFactorTokenAsync(UserManager<User> manager, User user) =>
        await manager.GetAuthenticatorKeyAsync(user) is not null;

    /// <summary>The app makes them, not the server.</summary>
    public Task<string> GenerateAsync(string purpose, UserManager<User> manager, User user) => Task.FromResult("");

    /// <summary>Nothing here depends on what a visitor wrote.</summary>
    private static void Must(IdentityResult result)
    {
        if (!result.Succeeded) throw new InvalidOperationException(string.Join(" ", result.Errors.Select(e => e.Description)));
    }
}
