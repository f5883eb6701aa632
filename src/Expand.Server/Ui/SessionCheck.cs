using System.Data.Common;
using System.Security.Claims;
using Expand.Server.Access;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Expand.Server.Ui;

/// <summary>
/// A page stays connected for hours while its user may be removed or given another password: an open page asks again every minute
/// and ends where the user's security stamp is no longer the one that signed in. Where the database cannot be asked it stays open: the
/// pages show what is known without it, and nobody could sign in again.
/// </summary>
internal sealed class SessionCheck(ILoggerFactory logs, IServiceScopeFactory scopes, IOptions<IdentityOptions> options)
    : RevalidatingServerAuthenticationStateProvider(logs)
{
    private readonly ILogger log = logs.CreateLogger<SessionCheck>();

    protected override TimeSpan RevalidationInterval => TimeSpan.FromMinutes(1);

    /// <summary>False where the database says that this user may not go on.</summary>
    public async Task<bool> MayGoOnAsync(ClaimsPrincipal signedIn)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var users = scope.ServiceProvider.GetRequiredService<UserManager<User>>();
            var user = await users.GetUserAsync(signedIn);
            return user is not null
                && signedIn.FindAll(options.Value.ClaimsIdentity.RoleClaimType).Select(c => c.Value).ToHashSet().SetEquals(user.Parts)
                && signedIn.FindFirstValue(options.Value.ClaimsIdentity.SecurityStampClaimType) == await users.GetSecurityStampAsync(user);
        }
        catch (Exception failure) when (IsOfDatabase(failure))
        {
            log.SessionsCannotBeChecked(failure.GetBaseException().Message);
            return true;
        }
    }

    protected override Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken) =>
        MayGoOnAsync(authenticationState.User);

    /// <summary>EF Core wraps what looks as if it would pass in exceptions of its own.</summary>
    private static bool IsOfDatabase(Exception? failure) =>
        failure is DbException or TimeoutException || (failure?.InnerException is { } inner && IsOfDatabase(inner));
}
